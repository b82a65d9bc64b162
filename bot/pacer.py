"""The pace of everything that goes to Telegram: replies and bulk share one budget."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from math import inf
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram_errors import told_to_wait
from delivery.outbox import Lane, SentRecord
from delivery.pacing import ChatKey, Pacing, Ticket

PATIENCE_SECONDS = 60.0
"""How long a call of a handler is repeated when Telegram asks for patience."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Pacer(BaseRateLimiter[int]):
    """Lets callers wait for their turn: in a `slot`, by asking to be called, or as the library's rate limiter.

    Calls of handlers take the lane of replies unless `rate_limit_args` names another. Methods that neither send nor
    edit a message take no turn. `monotonic` gives seconds, and must run at the pace of the event loop's clock.
    """

    def __init__(self, pacing: Pacing, monotonic: Callable[[], float]) -> None:
        self._pacing = pacing
        self._monotonic = monotonic
        self._calls: dict[int, Callable[[], None]] = {}
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

    def ask(self, chat: ChatKey, lane: Lane, call: Callable[[], None]) -> Ticket:
        """Have `call` called, perhaps at once, when a request to the chat may leave; the chat is held until `done`."""
        now = self._monotonic()
        ticket = self._pacing.enqueue(chat, lane, now)
        self._calls[ticket.number] = call
        self._grant(now)
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        """Do without the turn, whether it has come or not."""
        if self._calls.pop(ticket.number, None) is None:
            self.done(ticket)
        else:
            self._pacing.withdraw(ticket, self._monotonic())

    def done(self, ticket: Ticket) -> None:
        """End a turn that has come."""
        now = self._monotonic()
        self._pacing.done(ticket, now)
        self._grant(now)

    @asynccontextmanager
    async def slot(self, chat: ChatKey, lane: Lane) -> AsyncIterator[None]:
        """Wait until a request to the chat may leave; the chat is held until the block ends.

        Who is cancelled while waiting has used nothing up.
        """
        turn = asyncio.get_running_loop().create_future()
        ticket = self.ask(chat, lane, partial(_come, turn))
        try:
            await turn
        except asyncio.CancelledError:
            self.withdraw(ticket)
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
        """Make the library's request when its turn has come; after a 429 again, while that needs no long patience."""
        lane = Lane.REPLY if rate_limit_args is None else Lane(rate_limit_args)
        chat = _chat_written_to(endpoint, data)
        call = partial(callback, *args, **kwargs)
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await (self._unpaced(call) if chat is None else self._paced(chat, lane, call))
            except RetryAfter as error:
                wait = told_to_wait(error).total_seconds()
                if self._monotonic() + wait > give_up_at:
                    raise
                if chat is None:
                    await asyncio.sleep(wait)

    async def _paced(self, chat: ChatKey, lane: Lane, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        async with self.slot(chat, lane):
            try:
                return await call()
            except RetryAfter as error:
                self.penalise(chat, told_to_wait(error).total_seconds())
                raise

    async def _unpaced(self, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Call at once, unless the whole bot has to be silent. A refusal says nothing about sending messages."""
        silent = self._pacing.paused_for(self._monotonic())
        if silent:
            await asyncio.sleep(min(silent, PATIENCE_SECONDS))
        return await call()

    def _grant(self, now: float) -> None:
        """Call everybody whose turn it is, and wake up when the next turn is due."""
        while isinstance(turn := self._pacing.next(now), Ticket):
            self._calls.pop(turn.number)()
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


def _come(turn: asyncio.Future[None]) -> None:
    if not turn.done():  # else it is being cancelled, and hands the turn back
        turn.set_result(None)


def _chat_written_to(endpoint: str, data: dict[str, Any]) -> ChatKey | None:
    """Return the chat in which a method sends or edits a message, or `None` when it does neither."""
    method = endpoint.lower()
    if method == "sendchataction" or not method.startswith(("send", "edit", "copy", "forward")):
        return None
    chat = data.get("chat_id")
    if isinstance(chat, str) and chat.lstrip("-").isdecimal():
        return int(chat)
    return chat if isinstance(chat, int | str) else None
