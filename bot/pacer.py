"""The pace of everything that goes to Telegram: replies and bulk share one budget."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from math import inf
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from delivery.outbox import Lane, SentRecord
from delivery.pacing import ChatKey, Pacing, Ticket

LONGEST_SILENCE = 60.0
"""A call of the library that would have to wait longer than this for the whole bot fails at once."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Pacer(BaseRateLimiter[int]):
    """Calls or wakes whoever waits for a turn when Telegram's limits allow a request.

    It is the library's rate limiter too, so that no call leaves while the whole bot has to be silent. `monotonic`
    gives seconds, and must run at the pace of the event loop's clock.
    """

    def __init__(self, pacing: Pacing, monotonic: Callable[[], float]) -> None:
        self._pacing = pacing
        self._monotonic = monotonic
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = inf

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Stop the timer; nobody who still waits will be called."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._timer_at = None, inf

    def recall(self, records: Iterable[SentRecord], now: datetime) -> None:
        """Count what went out in the minute before this process began."""
        monotonic = self._monotonic()
        for record in sorted(records, key=lambda record: record.at):
            age = max(0.0, (now - record.at).total_seconds())
            self._pacing.recall(record.telegram_chat, monotonic - age, monotonic)

    def enqueue(
        self, chat: ChatKey, lane: Lane, granted: Callable[[], None], *, flow: Hashable | None = None
    ) -> Ticket:
        """Have `granted` called, perhaps at once, when a request to the chat may leave.

        The chat is held from then until `done`. Requests of one `flow` wait behind each
        other, not behind those of other flows.
        """
        now = self._monotonic()
        ticket = self._pacing.enqueue(chat, lane, now, granted=granted, flow=flow)
        if not self._pacing.is_full(lane):
            self._grant(now)
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        """Do without a turn that has not come."""
        self._pacing.withdraw(ticket, self._monotonic())

    def done(self, ticket: Ticket) -> None:
        """End a turn that has come."""
        now = self._monotonic()
        self._pacing.done(ticket, now)
        self._grant(now)

    @asynccontextmanager
    async def slot(self, chat: ChatKey, lane: Lane) -> AsyncIterator[None]:
        """Wait until a request to the chat may leave; the chat is held until the block ends.

        Whoever is cancelled while waiting has used nothing up.
        """
        turn = asyncio.Event()
        ticket = self.enqueue(chat, lane, turn.set)
        try:
            await turn.wait()
        except asyncio.CancelledError:
            (self.done if turn.is_set() else self.withdraw)(ticket)
            raise
        try:
            yield
        finally:
            self.done(ticket)

    def penalise(self, chat: ChatKey, seconds: float) -> None:
        """Telegram has answered a request to the chat with 429. To be called before the turn ends."""
        self._pacing.penalise(chat, seconds, self._monotonic())

    def busy(self) -> dict[int, float]:
        """Return the chats that take nothing for some seconds, and for how many."""
        return self._pacing.busy(self._monotonic())

    async def process_request(  # noqa: PLR0917 - the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401 - the library's signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Make the library's request, once, when the whole bot need not be silent.

        Raises `RetryAfter` without asking Telegram when that would take longer than `LONGEST_SILENCE`.
        """
        while silent := self._pacing.paused_for(self._monotonic()):
            if silent > LONGEST_SILENCE:
                raise RetryAfter(int(silent) + 1)
            await asyncio.sleep(silent)
        return await callback(*args, **kwargs)

    def _grant(self, now: float) -> None:
        """Call everybody whose turn it is, and wake up when the next turn is due."""
        while isinstance(turn := self._pacing.next(now), Ticket):
            turn.granted()
        self._wake_at(now + turn)

    def _wake_at(self, moment: float) -> None:
        if moment >= self._timer_at:
            return  # a timer that fires early only looks again
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = moment
        self._timer = asyncio.get_running_loop().call_later(moment - self._monotonic(), self._wake)

    def _wake(self) -> None:
        self._timer, self._timer_at = None, inf
        self._grant(self._monotonic())
