"""The bot as a process of its own, which a drill can kill."""

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from tests.drills import doomed_bot
from tests.journeys.town import IDLE, PATIENCE, TOKEN, WATCH_SECONDS, Town
from tests.processes import Program, start


@dataclass(frozen=True, slots=True, kw_only=True)
class Doom:
    """Where a bot dies: see `doomed_bot`."""

    point: str
    occurrence: int = 1
    after: str | None = None
    once: bool = False

    def __str__(self) -> str:
        """Name the parameter of a test."""
        return self.point if self.occurrence == 1 else f"{self.point} ({self.occurrence})"


class BotProcess:
    """A running bot; its log, in full detail, goes to a file."""

    def __init__(self, program: Program) -> None:
        self._program = program

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._program.pid

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self._program.output

    @property
    def log_lines(self) -> list[dict[str, object]]:
        """The events it has logged."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]

    def terminate(self) -> None:
        """SIGTERM."""
        self._program.send_signal(signal.SIGTERM)

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait for its end and return its exit code, negative for a signal."""
        return await self._program.ended(within)

    async def killed(self) -> None:
        """Kill it, if it still runs, and wait for its end."""
        self._program.send_signal(signal.SIGKILL)
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
        arguments += ["--once"] if doom.once else []
    if trace is not None:
        arguments += ["--trace", str(trace)]
    log = town.folder / f"bot-{len(list(town.folder.glob('bot-*.log')))}.log"
    return BotProcess(
        start(doomed_bot.main, arguments, folder=town.folder, environment=os.environ, output=log, errors=log)
    )
