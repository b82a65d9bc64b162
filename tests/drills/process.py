"""The bot as a process of its own, which a drill can kill."""

import asyncio
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.drills import doomed_bot
from tests.journeys.town import IDLE, PATIENCE, TOKEN, WATCH_SECONDS, Town

# A server that has imported everything already forks each bot: that takes milliseconds instead of seconds.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.drills.warm"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Doom:
    """Where a bot dies: see `doomed_bot`."""

    point: str
    occurrence: int = 1
    after: str | None = None

    def __str__(self) -> str:
        """Name the parameter of a test."""
        return self.point if self.occurrence == 1 else f"{self.point} ({self.occurrence})"


class BotProcess:
    """A running bot; its log, in full detail, goes to a file."""

    def __init__(self, process: ForkServerProcess, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def log_lines(self) -> list[dict[str, object]]:
        """The events it has logged."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait for its end and return its exit code, negative for a signal.

        The code can be read once only, and starting another process looks for it too: so both happen in one thread.
        """
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, over.set)
        try:
            async with asyncio.timeout(within):
                await over.wait()
        except TimeoutError:
            raise TimeoutError(f"the bot still runs after {within} seconds") from None
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        code = self._process.exitcode
        assert code is not None
        return code

    async def killed(self) -> None:
        """Kill it, if it still runs, and wait for its end."""
        self.kill()
        await self.ended()


def start_bot(town: Town, *, doom: Doom | None = None, trace: Path | None = None, **variables: object) -> BotProcess:
    """Start a bot in the town. Its database is the town's unless `DATABASE_URL` is given."""
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": town.telegram_url,
        "SITE_UK_URL": town.site_url,
        "DATABASE_URL": f"sqlite:///{town.database}",
        "WATCH_SECONDS": WATCH_SECONDS,
        "SITE_REQUESTS_PER_SECOND": 1_000,
        "HTTP_PORT": 0,
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
    }
    clock = [town.clock.now().isoformat(), town.clock.speed, time.monotonic()]
    arguments = ["--settings", json.dumps({name: str(value) for name, value in (settings | variables).items()})]
    arguments += ["--clock", json.dumps(clock), "--idle", str(IDLE)]
    if doom is not None:
        arguments += ["--die", doom.point, "--occurrence", str(doom.occurrence)]
        arguments += ["--after", doom.after] if doom.after else []
    if trace is not None:
        arguments += ["--trace", str(trace)]
    log = town.folder / f"bot-{len(list(town.folder.glob('bot-*.log')))}.log"
    log.touch()
    process = _PROCESSES.Process(target=_live, args=(arguments, town.folder, log), daemon=True)
    process.start()
    return BotProcess(process, log)


def _live(arguments: Sequence[str], folder: Path, log: Path) -> None:
    """Be the bot: the life of the forked process."""
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, sys.stdout.fileno())
    os.dup2(output, sys.stderr.fileno())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_die_with_the_tests, daemon=True).start()
    sys.exit(doomed_bot.main(arguments))


def _die_with_the_tests() -> None:
    """Leave no bot behind when the tests themselves are killed."""
    tests = multiprocessing.parent_process()
    if tests is not None:
        tests.join()
        os.kill(os.getpid(), signal.SIGKILL)
