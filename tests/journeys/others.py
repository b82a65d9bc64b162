"""Everybody else: whatever one petition, person or server does, they are told and answered as soon as usual."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass

from sandbox.parliament.happenings import Happening
from sandbox.telegram.people import User
from tests.journeys.town import FERRIES, Town

HELPED_WITHIN = 1.0
TOLD_WITHIN = 10.0
"""Seconds to an answer, and from a milestone to its alert."""

HELPED_QUIETLY_WITHIN = 0.2
"""Seconds to an answer when nobody else asks: a machine that takes longer is given more of everything."""


async def seconds_to_help(town: Town, name: str) -> float:
    """Tell how long somebody new waits for `/help`."""
    stranger = town.telegram.add_user(name, started=True)
    asked_at = time.monotonic()
    await town.ask(stranger, "/help", "What I can do")
    return time.monotonic() - asked_at


def slowness(quiet: float) -> float:
    """How many times as long this machine may take, by the seconds it took when nobody else asked."""
    return max(1.0, quiet / HELPED_QUIETLY_WITHIN)


@dataclass(frozen=True, slots=True)
class Others:
    """Somebody who follows the ferries, and how slow the machine is."""

    town: Town
    follower: User
    slowness: float

    async def are_told_and_answered_in_time(self) -> None:
        """Let the ferries reach their last milestone."""
        town, follower = self.town, self.follower
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await self._within(HELPED_WITHIN, town.ask(follower, "/help", "What I can do"))
        await self._within(TOLD_WITHIN, town.hears(follower, "100,000 signatures"))

    async def _within(self, seconds: float, hearing: Awaitable[object]) -> None:
        began = time.monotonic()
        await hearing
        assert time.monotonic() - began < seconds * self.slowness


async def others_in(town: Town) -> Others:
    """Let somebody follow the ferries while nobody else asks for anything."""
    follower = town.telegram.add_user("Tom", started=True)
    await town.ask(follower, f"/follow {FERRIES}", "Now following")
    return Others(town, follower, slowness(await seconds_to_help(town, "Somebody")))
