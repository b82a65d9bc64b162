"""Telling a group that one of its topics can't be written in any more, where its admins see it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from cachetools import LRUCache

from delivery.outbox import Lane, NewMessage
from messages import replies
from messages.words import Words
from petitions.follows import Place

MOST_REMEMBERED = 10_000
ONCE_IN_SECONDS = 86_400.0


class TopicNotices:
    """Queues one notice a day at most for each topic, in the general topic of its group."""

    def __init__(self, *, queue: Callable[[NewMessage], Awaitable[None]], monotonic: Callable[[], float]) -> None:
        self._queue = queue
        self._monotonic = monotonic
        self._told: LRUCache[Place, float] = LRUCache(MOST_REMEMBERED)

    async def lost(self, place: Place, now: datetime) -> None:
        """Say that a topic was closed or deleted, unless that was said or the general topic is the one that is lost."""
        at = self._monotonic()
        if not place.thread or at - self._told.get(place, at - ONCE_IN_SECONDS) < ONCE_IN_SECONDS:
            return
        self._told[place] = at
        notice = replies.topic_lost(Words())
        await self._queue(NewMessage(place=Place(chat=place.chat), lane=Lane.REPLY, content=notice, due_at=now))
