"""Everybody else: whatever one petition, person or server does, they are told and answered as soon as usual."""

import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from sandbox.parliament.happenings import Happening
from sandbox.parliament.petition import Petition
from sandbox.telegram.people import User
from tests.journeys.town import FERRIES, Town, free_port, petitions, town_in

HELPED_WITHIN = 1.0
TOLD_WITHIN = 10.0
"""Seconds to an answer, and from a milestone to its alert."""

HELPED_QUIETLY_WITHIN = 0.2
"""Seconds to an answer when nobody else asks: a machine that takes longer is given more of everything."""


def kept_waiting() -> float:
    """Seconds that this process's threads have waited for a processor so far; 0 where the system does not say."""
    return sum(int(path.read_text().split()[1]) for path in Path("/proc/self/task").glob("*/schedstat")) / 1e9


async def seconds_to(hearing: Awaitable[object]) -> float:
    """Tell how long that takes, without the time in which the machine was busy with something else."""
    began, waited = time.monotonic(), kept_waiting()
    await hearing
    return time.monotonic() - began - (kept_waiting() - waited)


async def seconds_to_help(town: Town, name: str) -> float:
    """Tell how long somebody new waits for `/help`."""
    return await seconds_to(town.ask(town.telegram.add_user(name, started=True), "/help", "What I can do"))


def slowness(quiet: float) -> float:
    """How many times as long this machine may take, by the seconds it took when nobody else asked."""
    return max(1.0, quiet / HELPED_QUIETLY_WITHIN)


@dataclass(frozen=True, slots=True)
class Others:
    """Somebody who follows the ferries, what the bot says of its health, and how slow the machine is."""

    town: Town
    port: int
    web: ClientSession
    follower: User
    slowness: float

    async def are_told_and_answered_in_time(self) -> None:
        """Let the ferries reach their last milestone; the bot is well meanwhile."""
        town, follower = self.town, self.follower
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await self._within(HELPED_WITHIN, town.ask(follower, "/help", "What I can do"))
        await self._within(TOLD_WITHIN, town.hears(follower, "100,000 signatures"))
        assert await condition(self.web) == "ok"

    async def _within(self, seconds: float, hearing: Awaitable[object]) -> None:
        assert await seconds_to(hearing) < seconds * self.slowness


@asynccontextmanager
async def others_beside(folder: Path, *lives: Petition, secret: str = "") -> AsyncIterator[Others]:
    """Run the bot in a town with these petitions beside the usual ones, by webhook when there is a secret for it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    everything: Sequence[Petition] = [*petitions(), *lives]
    async with (
        town_in(folder, lives=everything) as town,
        town.bot(http_port=port, webhook_url=address if secret else None, webhook_secret=secret or None),
        ClientSession(address) as web,
    ):
        follower = town.telegram.add_user("Tom", started=True)
        await town.ask(follower, f"/follow {FERRIES}", "Now following")
        yield Others(town, port, web, follower, slowness(await seconds_to_help(town, "Somebody")))


async def condition(web: ClientSession) -> str:
    """What the bot says of its health."""
    async with web.get("/healthz") as health:
        return str((await health.json())["status"])
