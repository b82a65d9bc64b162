"""The command line: `python -m bot run | check | migrate`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from enum import IntEnum

from bot.app import run
from bot.check import check
from bot.logs import configure_logs
from bot.settings import ENV_FILE, Settings, SettingsError, read_settings
from delivery.verdicts import SendingStoppedError
from storage.database import UnsupportedDatabaseError, sqlite_path
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
    command = _parser().parse_args(arguments).command
    try:
        settings = read_settings(ENV_FILE)
    except SettingsError as error:
        return _wrong_settings(error.lines)
    configure_logs(
        level=settings.log_level, style=settings.log_format, token=settings.telegram_bot_token.get_secret_value()
    )
    try:
        return _COMMANDS[command](settings)
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


def _run(settings: Settings) -> Exit:
    asyncio.run(run(settings))
    return Exit.STOPPED


def _check(settings: Settings) -> Exit:
    findings = asyncio.run(check(settings))
    for finding in findings:
        print(finding)
    return Exit.STOPPED if all(finding.well for finding in findings) else Exit.CRASHED


def _migrate(settings: Settings) -> Exit:
    asyncio.run(migrate(settings.database_url))
    print(f"The database {sqlite_path(settings.database_url)} is up to date.")
    return Exit.STOPPED


_COMMANDS = {"run": _run, "check": _check, "migrate": _migrate}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Telegram alerts for parliamentary petitions.",
        epilog="Settings come from the environment or a .env file; README.md lists them. "
        "To try the bot without a token: python -m sandbox",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="run the bot until SIGTERM or Ctrl-C")
    commands.add_parser("check", help="check the settings, the database, Telegram and the petition sites, and exit")
    commands.add_parser("migrate", help="bring the database up to date and exit")
    return parser


def _wrong_settings(lines: Sequence[str]) -> Exit:
    for line in lines:
        _say(line)
    if any(line.startswith("TELEGRAM_BOT_TOKEN is missing") for line in lines):
        _say("Get a token from @BotFather, or try the bot without one in the sandbox: python -m sandbox")
    return Exit.WRONG_SETTINGS


def _say(line: str) -> None:
    print(line, file=sys.stderr)
