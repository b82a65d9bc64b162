"""Whose turn it is to ask a site: people and the watch wait in lines of their own, within the budget."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from sites.budget import Budget


class Timer(Protocol):
    """A call that is due later."""

    def cancel(self) -> None:
        """Do not call after all."""
        ...


CallLater = Callable[[float, Callable[[], None]], Timer]


def _call_later(seconds: float, call: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(seconds, call)


class PriorityThrottle:
    """Gives turns. The watch has one request in flight at a time, which holds up no person, however long it takes."""

    def __init__(self, budget: Budget, *, monotonic: Callable[[], float], call_later: CallLater = _call_later) -> None:
        """Pace by `budget`, on the clock `monotonic` whose seconds `call_later` waits."""
        self._budget = budget
        self._monotonic = monotonic
        self._call_later = call_later
        self._people: deque[asyncio.Future[None]] = deque()
        self._watch: deque[asyncio.Future[None]] = deque()
        self._watch_asks = False
        self._timer: Timer | None = None

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a turn and hold it; the request is made inside."""
        await self._wait(self._people if urgent else self._watch, urgent=urgent)
        try:
            yield
        finally:
            self._leave(urgent=urgent)

    async def _wait(self, line: deque[asyncio.Future[None]], *, urgent: bool) -> None:
        place = asyncio.get_running_loop().create_future()
        line.append(place)
        self._advance()
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._advance()
            else:
                self._leave(urgent=urgent)  # the turn came in the moment in which its owner gave up
            raise

    def _leave(self, *, urgent: bool) -> None:
        if not urgent:
            self._watch_asks = False
            self._advance()

    def _advance(self) -> None:
        """Let through whoever may go now, and come back when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._monotonic()
        delays = [delay for delay in (self._let_people(now), self._let_watch(now)) if delay is not None]
        if delays:
            self._timer = self._call_later(min(delays), self._advance)

    def _let_people(self, now: float) -> float | None:
        """Give people their turns; return the seconds until the next of them, `None` when nobody waits."""
        while _next_in(self._people):
            if (delay := self._budget.delay_for_people(now)) > 0:
                return delay
            self._budget.spend(now, by_watch=False)
            self._people.popleft().set_result(None)
        return None

    def _let_watch(self, now: float) -> float | None:
        if self._watch_asks or not _next_in(self._watch):
            return None
        if (delay := self._budget.delay_for_watch(now, people_wait=bool(self._people))) > 0:
            return delay
        self._budget.spend(now, by_watch=True)
        self._watch_asks = True
        self._watch.popleft().set_result(None)
        return None


def _next_in(line: deque[asyncio.Future[None]]) -> bool:
    """Tell whether anybody waits, forgetting those who have given up."""
    while line and line[0].done():
        del line[0]
    return bool(line)
