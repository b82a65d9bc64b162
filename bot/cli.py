"""The command line: `python -m bot run | check | migrate | backup | restore | export | import | broadcast`."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from bot.app import run
from bot.broadcast import BroadcastRefusedError, add_arguments, broadcast
from bot.check import check
from bot.clock import wall_clock
from bot.logs import configure_logs
from bot.progress import ProgressBar
from bot.settings import ENV_FILE, Settings, SettingsError, read_settings
from bot.transfer import ExportRefusedError, export, import_from
from delivery.verdicts import SendingStoppedError
from storage.backup import BackupError, back_up, restore
from storage.database import UnsupportedDatabaseError, sqlite_path
from storage.export_format import ImportRefusedError
from storage.lock import LockedError
from storage.migrations.migrate import NewerDatabaseError, migrate


class Exit(IntEnum):
    """What the exit code tells whoever started us."""

    STOPPED = 0
    CRASHED = 1
    WRONG_SETTINGS = 2
    LOCKED = 3


def main(arguments: Sequence[str] | None = None) -> Exit:
    """Run one command and return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        settings = read_settings(ENV_FILE)
    except SettingsError as error:
        return _wrong_settings(error.lines)
    configure_logs(
        level=settings.log_level, style=settings.log_format, token=settings.telegram_bot_token.get_secret_value()
    )
    try:
        return _COMMANDS[given.command].carry_out(settings, given)
    except KeyboardInterrupt:
        _say("Interrupted.")
        return Exit.CRASHED
    except LockedError as error:
        _say(f"{error} Stop it first, or give this one another DATABASE_URL.")
        return Exit.LOCKED
    except UnsupportedDatabaseError as error:
        return _wrong_settings((f"DATABASE_URL: {error}",))
    except SettingsError as error:
        return _wrong_settings(error.lines)
    except (SendingStoppedError, NewerDatabaseError) as error:
        _say(f"Stopped: {error}")
        return Exit.CRASHED
    except (BackupError, ExportRefusedError, BroadcastRefusedError) as error:
        _say(str(error))
        return Exit.CRASHED
    except ImportRefusedError as error:
        for line in error.lines:
            _say(line)
        return Exit.CRASHED


def _run(settings: Settings, _given: argparse.Namespace) -> Exit:
    asyncio.run(run(settings))
    return Exit.STOPPED


def _check(settings: Settings, _given: argparse.Namespace) -> Exit:
    findings = asyncio.run(check(settings))
    for finding in findings:
        print(finding)
    return Exit.STOPPED if all(finding.well for finding in findings) else Exit.CRASHED


def _migrate(settings: Settings, _given: argparse.Namespace) -> Exit:
    asyncio.run(migrate(settings.database_url))
    print(f"The database {sqlite_path(settings.database_url)} is up to date.")
    return Exit.STOPPED


def _backup(settings: Settings, given: argparse.Namespace) -> Exit:
    database = sqlite_path(settings.database_url)
    back_up(database, given.path, ProgressBar("Copying", sys.stderr))
    print(f"{given.path} is a whole copy of {database}, and sound.")
    return Exit.STOPPED


def _restore(settings: Settings, given: argparse.Namespace) -> Exit:
    database = sqlite_path(settings.database_url)
    kept = restore(given.path, database, wall_clock(), ProgressBar("Copying", sys.stderr))
    print(f"{database} is what {given.path} holds, and sound.")
    if kept is not None:
        print(f"What was there before is in {kept}.")
    return Exit.STOPPED


def _export(settings: Settings, given: argparse.Namespace) -> Exit:
    export(given.path, settings.database_url, wall_clock())
    return Exit.STOPPED


def _import(settings: Settings, given: argparse.Namespace) -> Exit:
    progress = ProgressBar("Importing", sys.stderr)
    new = asyncio.run(import_from(given.path, settings.database_url, wall_clock(), progress))
    print(
        f"New were {new.chats} of {new.read} chats, {new.follows} follows and {new.subscriptions} subscriptions. "
        "What was there already has stayed as it was."
    )
    return Exit.STOPPED


def _broadcast(settings: Settings, given: argparse.Namespace) -> Exit:
    print(asyncio.run(broadcast(settings, given, wall_clock())))
    return Exit.STOPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    """`summary`: what it does, in a line. `path`: what is said of the path that it takes, if it takes one.

    `arguments` adds whatever else it takes.
    """

    carry_out: Callable[[Settings, argparse.Namespace], Exit]
    summary: str
    path: str | None = None
    path_needed: bool = True
    arguments: Callable[[argparse.ArgumentParser], None] | None = None


_COMMANDS = {
    "run": _Command(carry_out=_run, summary="run the bot until SIGTERM or Ctrl-C"),
    "check": _Command(
        carry_out=_check, summary="check the settings, the database, Telegram and the petition sites, and exit"
    ),
    "migrate": _Command(carry_out=_migrate, summary="bring the database up to date and exit"),
    "backup": _Command(
        carry_out=_backup,
        summary="copy the database to a file while the bot runs, and check the copy",
        path="the file to write, which must not be there yet; its checksum comes to stand beside it",
    ),
    "restore": _Command(
        carry_out=_restore,
        summary="put a backup in place of the database, which is kept under another name; the bot must not run",
        path="the backup, with its checksum beside it",
    ),
    "export": _Command(
        carry_out=_export,
        summary="write what all chats follow and have chosen as JSON lines, while the bot runs",
        path="the file to write, which must not be there yet; standard output if there is none",
        path_needed=False,
    ),
    "import": _Command(
        carry_out=_import,
        summary="take in an export, or what an earlier try has left out of it; the bot must not run",
        path="the export",
    ),
    "broadcast": _Command(
        carry_out=_broadcast,
        summary="tell everybody something, or count whom it would reach, while the bot runs",
        arguments=add_arguments,
    ),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Telegram alerts for parliamentary petitions.",
        epilog="Settings come from the environment or a .env file; README.md lists them. "
        "To try the bot without a token: python -m sandbox",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in _COMMANDS.items():
        takes = commands.add_parser(name, help=command.summary, description=f"{command.summary.capitalize()}.")
        if command.path is not None:
            takes.add_argument("path", type=Path, nargs=None if command.path_needed else "?", help=command.path)
        if command.arguments is not None:
            command.arguments(takes)
    return parser


def _wrong_settings(lines: Sequence[str]) -> Exit:
    for line in lines:
        _say(line)
    if any(line.startswith("TELEGRAM_BOT_TOKEN is missing") for line in lines):
        _say("Get a token from @BotFather, or try the bot without one in the sandbox: python -m sandbox")
    return Exit.WRONG_SETTINGS


def _say(line: str) -> None:
    print(line, file=sys.stderr)
