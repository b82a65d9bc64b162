"""How many commands one chat may send in any minute, and when to say that there were too many."""

from collections import deque
from collections.abc import Callable
from enum import StrEnum

from cachetools import LRUCache

WINDOW = 60.0
"""Seconds in which requests are counted."""

MOST_CHATS = 10_000
"""Chats that are remembered; beyond that, those that have been silent longest start anew."""


class Admission(StrEnum):
    """What is done about a command. `NOTIFY`: refused, and the chat is told; `IGNORE`: refused and told already."""

    ACCEPT = "accept"
    NOTIFY = "notify"
    IGNORE = "ignore"


class RateLimit:
    """At most `most` for each chat in any minute, by the monotonic clock (seconds). What is refused does not count."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._monotonic = monotonic
        self._accepted: LRUCache[int, deque[float]] = LRUCache(MOST_CHATS)

    def allow(self, telegram_chat: int) -> bool:
        """Count one; false when it is one too many."""
        now = self._monotonic()
        accepted = self._accepted.setdefault(telegram_chat, deque(maxlen=self._most))
        if len(accepted) == self._most and now - accepted[0] < WINDOW:
            return False
        accepted.append(now)
        return True


class CommandLimit:
    """Limits commands, presses of buttons, and among them those that make the bot ask a site (refreshes)."""

    def __init__(self, monotonic: Callable[[], float], *, commands: int = 30, refreshes: int = 6) -> None:
        self._commands = RateLimit(commands, monotonic)
        self._refreshes = RateLimit(refreshes, monotonic)
        self._notices = RateLimit(1, monotonic)

    def command(self, telegram_chat: int) -> Admission:
        """Count a command or a press of a button."""
        if self._commands.allow(telegram_chat):
            return Admission.ACCEPT
        return Admission.NOTIFY if self._notices.allow(telegram_chat) else Admission.IGNORE

    def refresh(self, telegram_chat: int) -> bool:
        """Count a refresh; false when it is one too many."""
        return self._refreshes.allow(telegram_chat)
