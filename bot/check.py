"""`python -m bot check`: whether the bot could run here, without running it."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.clients import VERSION, open_bot, open_sites
from bot.clock import monotonic
from bot.settings import Settings
from petitions.answers import Busy, Ok, Unchanged, Unreadable
from sites.http import site_session, user_agent
from storage.database import UnsupportedDatabaseError, sqlite_path
from storage.lock import LockedError
from storage.migrations.migrate import NewerDatabaseError
from storage.storage import open_storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    text: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{'ok  ' if self.well else 'FAIL'} {self.text}"


async def check(settings: Settings) -> Sequence[Finding]:
    """Look at the database, Telegram and the petition sites. Nothing is sent to anybody."""
    return [await _database(settings), await _telegram(settings), *await _sites(settings)]


async def _database(settings: Settings) -> Finding:
    try:
        path = sqlite_path(settings.database_url)
    except UnsupportedDatabaseError as error:
        return Finding(well=False, text=f"database: {error}")
    try:
        async with open_storage(settings.database_url) as storage:
            writable = await storage.writable()
    except LockedError:
        return Finding(well=True, text=f"database: {path} is in use by a bot that is running")
    except (UnsupportedDatabaseError, NewerDatabaseError, OSError) as error:
        return Finding(well=False, text=f"database: {error}")
    if not writable:
        return Finding(well=False, text=f"database: {path} cannot be written")
    return Finding(well=True, text=f"database: {path} is up to date and writable")


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
