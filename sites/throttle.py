"""Who may ask a site next: one request at a time, people first, within the budget."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
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
    """Lets one request through at a time. Those that somebody waits for overtake the others."""

    def __init__(self, budget: Budget, *, monotonic: Callable[[], float], call_later: CallLater = _call_later) -> None:
        """Pace by `budget`, on the clock `monotonic` whose seconds `call_later` waits."""
        self._budget = budget
        self._monotonic = monotonic
        self._call_later = call_later
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._background: deque[asyncio.Future[None]] = deque()
        self._occupied = False
        self._timer: Timer | None = None

    @property
    def urgent_wait(self) -> timedelta:
        """About how long one more urgent request would have to wait."""
        delay = self._budget.delay(self._monotonic(), urgent=True, ahead=len(self._urgent))
        return timedelta(seconds=delay)

    @asynccontextmanager
    async def turn(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a turn and hold it; the request is made inside."""
        await self._wait(self._urgent if urgent else self._background)
        try:
            yield
        finally:
            self._leave()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        place = asyncio.get_running_loop().create_future()
        line.append(place)
        self._advance()
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._advance()
            else:
                self._leave()  # the turn came in the moment in which its owner gave up
            raise

    def _leave(self) -> None:
        self._occupied = False
        self._advance()

    def _advance(self) -> None:
        """Let the next one through if it is time, or else come back when it is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for line in (self._urgent, self._background):
            while line and line[0].done():
                del line[0]
        if self._occupied or not (self._urgent or self._background):
            return
        urgent = bool(self._urgent)
        now = self._monotonic()
        if (delay := self._budget.delay(now, urgent=urgent)) > 0:
            self._timer = self._call_later(delay, self._advance)
            return
        self._budget.spend(now, urgent=urgent)
        self._occupied = True
        (self._urgent if urgent else self._background).popleft().set_result(None)
