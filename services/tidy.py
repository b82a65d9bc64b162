"""Dropping what has had its time."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.ports import TidyStore

EVERY = timedelta(hours=1)
OWED_KEPT = timedelta(days=7)
"""How long a chat that cannot be reached is held what it is owed."""

FOLLOWS_KEPT = timedelta(days=90)
"""How long it keeps its follows."""

SENT_KEPT = timedelta(days=30)
"""How long settled messages are remembered."""

PETITIONS_KEPT = timedelta(days=30)
"""How long a petition that nobody follows is kept after somebody has looked at it."""

HISTORIES_KEPT = timedelta(days=730)
"""How long it is kept after it was last seen if it was seen more than once, as what stands in lists is."""

BROADCASTS_KEPT = timedelta(days=90)
"""How long it is remembered what was broadcast, and to whom."""

PICTURES_KEPT = timedelta(days=30)
"""How long it is remembered what a picture shows, and what Telegram calls it."""

log = structlog.get_logger(__name__)


class Tidy:
    """Tidies once an hour, and when the process starts."""

    def __init__(self, *, store: TidyStore, forgotten: Callable[[int], None]) -> None:
        """Take the store, and what is told how many follows of chats and topics out of reach were dropped."""
        self._store = store
        self._forgotten = forgotten
        self._next_at: datetime | None = None
        self._thinned_at: datetime | None = None

    async def step(self, now: datetime) -> bool:
        """Drop whatever is over if the hour has come; the next hour does the rest."""
        if self._next_at is not None and now < self._next_at:
            return False
        thinned = await self._store.thin_readings(now, self._thinned_at)
        self._thinned_at = now
        expired = await self._store.expire_held(now - OWED_KEPT)
        unreachable = await self._store.forget_unreachable(now - FOLLOWS_KEPT)
        self._forgotten(unreachable)
        forgotten = await self._store.forget_sent(now - SENT_KEPT)
        petitions = await self._store.forget_petitions(now - PETITIONS_KEPT, histories_before=now - HISTORIES_KEPT)
        pictures = await self._store.forget_pictures(now - PICTURES_KEPT)
        broadcasts = await self._store.forget_broadcasts(now - BROADCASTS_KEPT)
        self._next_at = now + EVERY
        if thinned or expired or unreachable or forgotten or petitions or broadcasts or pictures:
            log.info(
                "store.tidied",
                readings=thinned,
                held=expired,
                follows=unreachable,
                sent=forgotten,
                petitions=petitions,
                broadcasts=broadcasts,
                pictures=pictures,
            )
        return False
