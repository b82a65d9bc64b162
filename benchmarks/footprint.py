"""Memory when idle and time to start, against an application of the library that does nothing.

Both poll the same kind of server, with the default settings of each. A start lasts from the creation of the process
until its first `getUpdates` arrives; the memory is the resident set some seconds later, when nothing has happened.
Ours starts with no database and then, as nearly every start does, with one that exists. Both are told apart: building
the tables takes longer.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.children import child
from benchmarks.counting_server import Server, counting_server
from benchmarks.figures import Figure, Goal
from benchmarks.messages import TOKEN

MORE_MEGABYTES = Goal(most=70)
MORE_MEGABYTES_AT_FIRST = Goal(most=80)
"""Alembic, which builds the tables, stays in memory until the next start."""

OVER_EMPTY = Goal(most=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How one process started."""

    seconds: float
    megabytes: float


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Start both several times, in turn."""
    runs, idle = (1, 0.5) if quick else (5, 3.0)
    if not quick:
        await _start_empty(folder, 0)  # whoever starts first reads the libraries from the disk for the others
    empty, first, later = [], [], []
    for number in range(runs):
        own = folder / f"bot-{number}"
        own.mkdir()
        empty.append(await _start_empty(own, idle))
        first.append(await _start_ours(own, idle))
        later.append(await _start_ours(own, idle))
    return [
        Figure(name="empty application: memory when idle", values=[s.megabytes for s in empty], unit="MB", digits=1),
        Figure(name="the bot: memory when idle", values=[s.megabytes for s in later], unit="MB", digits=1),
        Figure(
            name="the bot: more memory",
            values=[s.megabytes - e.megabytes for s, e in zip(later, empty, strict=True)],
            unit="MB",
            goal=MORE_MEGABYTES,
            digits=1,
        ),
        Figure(
            name="the bot: more memory at its first start ever",
            values=[s.megabytes - e.megabytes for s, e in zip(first, empty, strict=True)],
            unit="MB",
            goal=MORE_MEGABYTES_AT_FIRST,
            digits=1,
        ),
        Figure(name="empty application: time to start", values=[s.seconds for s in empty], unit="s"),
        Figure(name="the bot: time to start", values=[s.seconds for s in later], unit="s"),
        Figure(
            name="time to start ÷ empty application",
            values=[s.seconds / e.seconds for s, e in zip(later, empty, strict=True)],
            unit="×",
            goal=OVER_EMPTY,
            digits=1,
        ),
        Figure(
            name="the same with no database yet",
            values=[s.seconds / e.seconds for s, e in zip(first, empty, strict=True)],
            unit="×",
            goal=OVER_EMPTY,
            digits=1,
        ),
    ]


async def _start_empty(folder: Path, idle: float) -> Start:
    async with counting_server() as server:
        return await _start(server, "benchmarks.empty_application", server.url, folder=folder, idle=idle)


async def _start_ours(folder: Path, idle: float) -> Start:
    async with counting_server() as server:
        variables = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.url,
            "SITE_UK_URL": server.url,
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
            "HTTP_PORT": "0",
        }
        return await _start(server, "bot", "run", folder=folder, idle=idle, variables=variables)


async def _start(
    server: Server,
    module: str,
    *arguments: str,
    folder: Path,
    idle: float,
    variables: Mapping[str, str] | None = None,
) -> Start:
    async with child(module, *arguments, folder=folder, variables=variables) as process:
        seconds = await server.polled_at() - process.began
        await asyncio.sleep(idle)
        return Start(seconds=seconds, megabytes=psutil.Process(process.pid).memory_info().rss / 1024**2)
