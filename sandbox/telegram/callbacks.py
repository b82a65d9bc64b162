"""Presses of inline buttons, waiting for the bot's answer."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Press:
    """One press of a button. `text` is the toast, or with `is_alert` the alert, once `answered`."""

    query_id: str
    chat_id: int
    message_id: int
    user_id: int
    data: str
    at: float
    answered: bool = False
    text: str = ""
    is_alert: bool = False
    url: str | None = None
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, timeout: float) -> "Press":
        """This press, once the bot has answered it. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout):
            await self._done.wait()
        return self

    def settle(self, text: str, *, is_alert: bool, url: str | None) -> None:
        """Keep the bot's answer."""
        self.text, self.is_alert, self.url = text, is_alert, url
        self.answered = True
        self._done.set()


class Presses:
    """The presses that the bot may still answer: once each, and not for ever."""

    def __init__(self, lifetime: float) -> None:
        self.lifetime = lifetime
        self._open: dict[str, Press] = {}
        self._count = 0

    def open(self, *, chat_id: int, message_id: int, user_id: int, data: str, at: float) -> Press:
        """A new press at that monotonic time."""
        self._count += 1
        query_id = str(4_000_000_000_000_000 + self._count)
        press = Press(query_id, chat_id, message_id, user_id, data, at)
        self._open[query_id] = press
        return press

    def take(self, query_id: str, at: float) -> Press | None:
        """The press with that id, if it can still be answered; it cannot be taken twice."""
        press = self._open.pop(query_id, None)
        return press if press is not None and at - press.at <= self.lifetime else None
