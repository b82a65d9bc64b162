"""How often one chat may ask, and telling it once, not every time, when that was too often."""

from collections.abc import Callable
from enum import StrEnum

from services.limits import CommandLimit

_TOLD_AGAIN_AFTER = 60.0
_CHATS_REMEMBERED = 10_000


class Pass(StrEnum):
    """`TELL`: too often, and the chat should hear so; `SILENT`: it has heard so a moment ago."""

    GO = "go"
    TELL = "tell"
    SILENT = "silent"


class Limits:
    """The limits on commands and on refreshes of a chat. `monotonic` returns seconds that only grow."""

    def __init__(self, *, limit: CommandLimit, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._told: dict[int, float] = {}

    def command(self, telegram_chat: int) -> Pass:
        """Count a command or a press."""
        now = self._monotonic()
        if self._limit.allow(telegram_chat, now):
            return Pass.GO
        told = self._told.get(telegram_chat)
        if told is not None and now - told < _TOLD_AGAIN_AFTER:
            return Pass.SILENT
        self._remember(telegram_chat, now)
        return Pass.TELL

    def refresh(self, telegram_chat: int) -> bool:
        """Count a request to read the site again, and return whether it may be made."""
        return self._limit.allow_refresh(telegram_chat, self._monotonic())

    def _remember(self, telegram_chat: int, now: float) -> None:
        if len(self._told) >= _CHATS_REMEMBERED:
            self._told = {chat: at for chat, at in self._told.items() if now - at < _TOLD_AGAIN_AFTER}
        self._told[telegram_chat] = now
