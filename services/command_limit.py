"""How much one chat and one person may ask of the bot in any minute."""

from collections import deque
from collections.abc import Callable, Hashable
from enum import StrEnum

from cachetools import LRUCache

WINDOW = 60.0
"""Seconds in which requests are counted."""

MOST_REMEMBERED = 10_000
"""Chats or people that are remembered; beyond that, those that have been silent longest start anew."""

MOST_WAITING = 30
"""Updates of one chat that may wait to be handled."""

MOST_NOTICES = 5
"""Members of one group who are told in any minute that they ask too much; each of them once."""


class RateLimit:
    """At most `most` of each in any minute, by the monotonic clock. What is refused does not count."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._monotonic = monotonic
        self._accepted: LRUCache[Hashable, deque[float]] = LRUCache(MOST_REMEMBERED)

    def allow(self, who: Hashable) -> bool:
        """Count one of a chat, a person, or whoever; false when it is one too many."""
        now = self._monotonic()
        accepted = self._accepted.setdefault(who, deque(maxlen=self._most))
        if len(accepted) == self._most and now - accepted[0] < WINDOW:
            return False
        accepted.append(now)
        return True


class Admission(StrEnum):
    """What is done about a request. `NOTIFY`: refused, and said so; `IGNORE`: refused, and said before."""

    ACCEPT = "accept"
    NOTIFY = "notify"
    IGNORE = "ignore"


class CommandLimit:
    """Limits commands, free text in private chats and pressed buttons.

    `person`: of each person anywhere; `chat`: of each chat; `member`: of each member of a group there, so few that
    one of them, or two or three, leave something of the group's limit to the others.
    """

    def __init__(self, monotonic: Callable[[], float], *, person: int = 30, chat: int = 40, member: int = 12) -> None:
        self._people = RateLimit(person, monotonic)
        self._chats = RateLimit(chat, monotonic)
        self._members = RateLimit(member, monotonic)
        self._notices = RateLimit(1, monotonic)
        self._notices_of_chat = RateLimit(MOST_NOTICES, monotonic)

    def admit(self, chat: int, person: int | None, *, waiting: int) -> Admission:
        """Count a request of a person, where Telegram names one, in a chat of which so many updates `waiting`."""
        if waiting < MOST_WAITING and self._allows(chat, person):
            return Admission.ACCEPT
        told = self._notices.allow((chat, person)) and self._notices_of_chat.allow(chat)
        return Admission.NOTIFY if told else Admission.IGNORE

    def _allows(self, chat: int, person: int | None) -> bool:
        in_group = person is not None and person != chat
        if in_group and not self._members.allow((chat, person)):
            return False
        return (person is None or self._people.allow(person)) and self._chats.allow(chat)
