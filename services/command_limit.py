"""How much one chat and one person may ask of the bot in any minute."""

from collections import deque
from collections.abc import Callable
from enum import StrEnum

from cachetools import LRUCache

WINDOW = 60.0
"""Seconds in which requests are counted."""

MOST_REMEMBERED = 10_000
"""Chats or people that are remembered; beyond that, those that have been silent longest start anew."""

MOST_WAITING = 30
"""Updates of one chat that may wait to be handled."""


class RateLimit:
    """At most `most` of each chat or person in any minute, by the monotonic clock. What is refused does not count."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._monotonic = monotonic
        self._accepted: LRUCache[int, deque[float]] = LRUCache(MOST_REMEMBERED)

    def allow(self, telegram_id: int) -> bool:
        """Count one; false when it is one too many."""
        now = self._monotonic()
        accepted = self._accepted.setdefault(telegram_id, deque(maxlen=self._most))
        if len(accepted) == self._most and now - accepted[0] < WINDOW:
            return False
        accepted.append(now)
        return True


class Admission(StrEnum):
    """What is done about a request. `NOTIFY`: refused, and the chat is told; `IGNORE`: refused, and told before."""

    ACCEPT = "accept"
    NOTIFY = "notify"
    IGNORE = "ignore"


class CommandLimit:
    """Limits commands, free text in private chats and pressed buttons, for each person and for each chat."""

    def __init__(self, monotonic: Callable[[], float], *, person: int = 30, chat: int = 40) -> None:
        self._people = RateLimit(person, monotonic)
        self._chats = RateLimit(chat, monotonic)
        self._notices = RateLimit(1, monotonic)

    def admit(self, chat: int, person: int | None, *, waiting: int) -> Admission:
        """Count a request of a person, where Telegram names one, in a chat of which so many updates `waiting`."""
        if waiting < MOST_WAITING and (person is None or self._people.allow(person)) and self._chats.allow(chat):
            return Admission.ACCEPT
        return Admission.NOTIFY if self._notices.allow(chat) else Admission.IGNORE
