"""`python -m sandbox`: the bot without a token, in a world of its own."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from bot.logs import configure_logs
from sandbox.recording import RecordingError, load_recordings
from sandbox.running import NoFreePortError, run_sandbox
from sandbox.saved_state import FolderTakenError, UnreadableStateError, empty, load, only_user
from sandbox.world import TOKEN, SandboxWorld, invented_world, replayed_world

FOLDER = Path("data/sandbox")

_FASTEST = 86_400.0


class Exit(IntEnum):
    """What the exit code tells whoever started us."""

    STOPPED = 0
    WRONG_SETTINGS = 2
    TAKEN = 3


def main(arguments: Sequence[str] | None = None) -> Exit:
    """Run the sandbox until Ctrl-C or SIGTERM and return the exit code."""
    asked = _parser().parse_args(arguments)
    configure_logs(level="info" if asked.verbose else "warning", style="console", token=TOKEN)
    folder: Path = asked.data / "replay" if asked.replay else asked.data
    try:
        with only_user(folder):
            # A replay always plays from its first row: what the bot knows from the last time would be the future.
            if asked.fresh or asked.replay:
                empty(folder)
            world = _world(asked, folder)
            asyncio.run(run_sandbox(world, asked.host, asked.port, folder, keep=not asked.replay, on_ready=_say_ready))
    except FolderTakenError as error:
        return _refuse(f"{error}. Stop it first, or give this one another folder with --data.", Exit.TAKEN)
    except UnreadableStateError as error:
        return _refuse(f"{error}. Start anew with --fresh.", Exit.WRONG_SETTINGS)
    except (NoFreePortError, RecordingError, OSError) as error:
        return _refuse(f"{error}.", Exit.WRONG_SETTINGS)
    return Exit.STOPPED


def _world(asked: argparse.Namespace, folder: Path) -> SandboxWorld:
    if asked.replay:
        return replayed_world(load_recordings(asked.replay), time.monotonic, speed=asked.speed)
    return invented_world(time.monotonic, speed=asked.speed, saved=load(folder))


def _say_ready(address: str) -> None:
    print(f"Petition Alerts sandbox: {address} — open it in a browser, Ctrl-C stops it.", flush=True)


def _refuse(line: str, code: Exit) -> Exit:
    print(line[:1].upper() + line[1:], file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Try Petition Alerts without a token: the bot, a local Telegram and an invented petition site, "
        "all on this machine, with a chat page in the browser. Nothing here reaches the real Telegram or Parliament.",
        epilog="Time on the invented site begins to flow when the page is first opened. A later start goes on where "
        "the last one stopped, with empty chats; --fresh begins anew. Reads no .env file and no settings.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the page is served (default: %(default)s)")
    parser.add_argument(
        "--port",
        type=_port,
        default=8000,
        help="the page's port, or the next free one after it; 0 is any free one (default: %(default)s)",
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier follows and begin a new world")
    parser.add_argument(
        "--speed", type=_speed, help="seconds of the site's time for each real second (default: 600, an hour in 6 s)"
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="PATH",
        help="play a recording instead of the invented petitions: a CSV of signature counts named uk-<number>.csv, "
        "or a folder of JSON snapshots",
    )
    parser.add_argument(
        "--data", type=Path, default=FOLDER, metavar="DIR", help="where things are kept (default: %(default)s)"
    )
    parser.add_argument("--verbose", action="store_true", help="show what the bot does")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise ValueError(text)
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= _FASTEST:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {_FASTEST:,.0f}")
    return speed


if __name__ == "__main__":
    sys.exit(main())
