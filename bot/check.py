"""`python -m bot check`: whether the bot could run here, without running it or changing anything."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.clients import VERSION, open_bot, open_sites
from bot.clock import WallClock, monotonic, wall_clock
from bot.logs import WithoutToken
from bot.settings import Settings
from bot.web import WEBHOOK_PATH
from petitions.answers import Busy, Ok, Unchanged, Unreadable
from sites.http import site_session, user_agent
from storage.database import UnsupportedDatabaseError, sqlite_path
from storage.lock import is_held
from storage.migrations.migrate import NewerDatabaseError, newest_version, stored_version

MEGABYTE = 1_000_000
LEAST_FREE = 500 * MEGABYTE
CLOCK_MAY_BE_OFF = 30
"""Seconds. By a clock that is further off, looks and messages fall due at the wrong moments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    text: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{'ok  ' if self.well else 'FAIL'} {self.text}"


async def check(settings: Settings, wall_clock: WallClock = wall_clock) -> Sequence[Finding]:
    """Look at the database, Telegram and the petition sites. Nothing is sent to anybody, and no finding has the token.

    The library's errors may quote the address that was asked, and with it the token.
    """
    path = sqlite_path(settings.database_url)
    findings = [_database(path), _disk(path), *await _telegram(settings), *await _sites(settings, wall_clock)]
    without_token = WithoutToken(settings.telegram_bot_token.get_secret_value())
    return [replace(finding, text=without_token.text(finding.text)) for finding in findings]


def _database(path: Path) -> Finding:
    try:
        stored, newest = stored_version(path), newest_version()
        held = is_held(path)
    except (UnsupportedDatabaseError, NewerDatabaseError, OSError) as error:
        return Finding(well=False, text=f"database: {error}")
    if held:
        return Finding(well=True, text=f"database: {path} is in use by a bot that is running")
    if not _writable(path):
        return Finding(well=False, text=f"database: {path} cannot be written; let the bot's user do so")
    if not path.exists():
        return Finding(well=True, text=f"database: {path} does not exist yet; `run` will make it")
    if stored != newest:
        return Finding(well=True, text=f"database: {path} has version {stored or '0'}; `run` will bring it to {newest}")
    return Finding(well=True, text=f"database: {path} is up to date and writable")


def _writable(path: Path) -> bool:
    """Tell whether the file, or the nearest folder that is there, can be written."""
    nearest = _nearest_folder(path)
    return nearest.is_dir() and os.access(nearest, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.exists())


def _disk(path: Path) -> Finding:
    size = path.stat().st_size if path.exists() else 0
    return free_space(shutil.disk_usage(_nearest_folder(path)).free, size)


def free_space(free: int, database: int) -> Finding:
    """Judge the free space beside a database, both in bytes: a backup has to fit, and the log of a busy day."""
    needed = database + LEAST_FREE
    if free >= needed:
        return Finding(well=True, text=f"disk: {free // MEGABYTE:,} MB are free")
    return Finding(
        well=False,
        text=f"disk: {free // MEGABYTE:,} MB are free where the database is; make room for {needed // MEGABYTE:,} MB, "
        "so that it can grow and be backed up",
    )


async def _telegram(settings: Settings) -> list[Finding]:
    async with open_bot(settings, rate_limiter=None) as bot:
        try:
            await bot.initialize()
            known = Finding(well=True, text=f"Telegram: the token belongs to @{bot.username}")
            return [known, updates_arrive(settings, await bot.get_webhook_info())]
        except InvalidToken as error:
            return [
                Finding(
                    well=False, text=f"Telegram: {error}; put the token that @BotFather shows into TELEGRAM_BOT_TOKEN"
                )
            ]
        except TelegramError as error:
            address = settings.telegram_api_url
            return [
                Finding(well=False, text=f"Telegram: {address} says: {error}; check TELEGRAM_API_URL and the network")
            ]


def updates_arrive(settings: Settings, there: WebhookInfo) -> Finding:
    """Judge the way in which Telegram delivers updates."""
    wanted = f"{settings.webhook_url}{WEBHOOK_PATH}" if settings.webhook_url else ""
    waiting = f"{there.pending_update_count} updates wait"
    if there.url != wanted:
        delivered = f"are delivered to {there.url}" if there.url else "are not delivered"
        arranged = f"will have them delivered to {wanted}" if wanted else "will ask for them"
        return Finding(well=True, text=f"updates: they {delivered}, {waiting}; `run` {arranged}")
    if there.pending_update_count and there.last_error_message:
        return Finding(
            well=False,
            text=f"updates: {waiting}, because Telegram cannot deliver them to {wanted}: {there.last_error_message}; "
            "let that address lead to HTTP_HOST and HTTP_PORT of the bot",
        )
    return Finding(
        well=True, text=f"updates: they are {f'delivered to {wanted}' if wanted else 'asked for'}, {waiting}"
    )


async def _sites(settings: Settings, wall_clock: WallClock) -> list[Finding]:
    findings = []
    async with site_session(user_agent(VERSION, settings.contact)) as session:
        for site, client in open_sites(settings, session, monotonic).items():
            url = settings.site_urls[site]
            match await client.page("recent", number=1, query=None, validator=None, urgent=True):
                case Ok(body=page):
                    findings.append(Finding(well=True, text=f"{site}: {url} lists {len(page.items)} recent petitions"))
                case Busy(reason=reason) | Unreadable(reason=reason):
                    findings.append(
                        Finding(
                            well=False,
                            text=f"{site}: {url} gives no list: {reason}; look at it in a browser, or try later",
                        )
                    )
                case Unchanged():
                    findings.append(Finding(well=True, text=f"{site}: {url} answers"))
        told = await _time_told_by(session, settings.telegram_api_url)
    # Whether they answer at all is said already.
    return findings if told is None else [*findings, clock_is_right(wall_clock(), told)]


async def _time_told_by(session: aiohttp.ClientSession, url: str) -> datetime | None:
    """Return the time by the clock of a web server; `None` if it does not tell."""
    try:
        async with session.head(url, allow_redirects=False) as response:
            told = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
    return told if told.tzinfo else None


def clock_is_right(now: datetime, told: datetime) -> Finding:
    """Compare the clock with another's; an answer takes a while and tells whole seconds, so a little is no matter."""
    off = round((now - told).total_seconds())
    if abs(off) <= CLOCK_MAY_BE_OFF:
        return Finding(well=True, text=f"clock: it is right within {CLOCK_MAY_BE_OFF} seconds")
    compared = "ahead of" if off > 0 else "behind"
    return Finding(
        well=False, text=f"clock: it is {abs(off):,} seconds {compared} Telegram's; let this machine keep time (NTP)"
    )
