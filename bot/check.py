"""`python -m bot check`: whether the bot could run here, without running it or changing anything."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from telegram.error import TelegramError

from bot.clients import VERSION, open_bot, open_sites
from bot.clock import monotonic
from bot.logs import WithoutToken
from bot.settings import Settings
from petitions.answers import Busy, Ok, Unchanged, Unreadable
from sites.http import site_session, user_agent
from storage.database import UnsupportedDatabaseError, sqlite_path
from storage.lock import is_held
from storage.migrations.migrate import NewerDatabaseError, newest_version, stored_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    text: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{'ok  ' if self.well else 'FAIL'} {self.text}"


async def check(settings: Settings) -> Sequence[Finding]:
    """Look at the database, Telegram and the petition sites. Nothing is sent to anybody, and no finding has the token.

    The library's errors may quote the address that was asked, and with it the token.
    """
    findings = [_database(settings), await _telegram(settings), *await _sites(settings)]
    without_token = WithoutToken(settings.telegram_bot_token.get_secret_value())
    return [replace(finding, text=without_token.text(finding.text)) for finding in findings]


def _database(settings: Settings) -> Finding:
    try:
        path = sqlite_path(settings.database_url)
        stored, newest = stored_version(path), newest_version()
        held = is_held(path)
    except (UnsupportedDatabaseError, NewerDatabaseError, OSError) as error:
        return Finding(well=False, text=f"database: {error}")
    if held:
        return Finding(well=True, text=f"database: {path} is in use by a bot that is running")
    if not _writable(path):
        return Finding(well=False, text=f"database: {path} cannot be written")
    if not path.exists():
        return Finding(well=True, text=f"database: {path} does not exist yet; `run` will make it")
    if stored != newest:
        return Finding(well=True, text=f"database: {path} has version {stored or '0'}; `run` will bring it to {newest}")
    return Finding(well=True, text=f"database: {path} is up to date and writable")


def _writable(path: Path) -> bool:
    """Tell whether the file, or the nearest folder that is there, can be written."""
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


async def _telegram(settings: Settings) -> Finding:
    async with open_bot(settings, rate_limiter=None) as bot:
        try:
            await bot.initialize()
        except TelegramError as error:
            return Finding(well=False, text=f"Telegram: {settings.telegram_api_url} says: {error}")
        return Finding(well=True, text=f"Telegram: the token belongs to @{bot.username}")


async def _sites(settings: Settings) -> list[Finding]:
    findings = []
    async with site_session(user_agent(VERSION, settings.contact)) as session:
        for site, client in open_sites(settings, session, monotonic).items():
            url = settings.site_urls[site]
            match await client.page("recent", number=1, query=None, validator=None, urgent=True):
                case Ok(body=page):
                    findings.append(Finding(well=True, text=f"{site}: {url} lists {len(page.items)} recent petitions"))
                case Busy(reason=reason) | Unreadable(reason=reason):
                    findings.append(Finding(well=False, text=f"{site}: {url} gives no list: {reason}"))
                case Unchanged():
                    findings.append(Finding(well=True, text=f"{site}: {url} answers"))
    return findings
