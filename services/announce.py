"""Announcing: what was found becomes alerts owed to those who follow or subscribe."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from petitions.streams import day_of_caps
from services.ports import AlertStore

BATCH = 500
"""How many followers one step reaches at most."""

log = structlog.get_logger(__name__)


class Announce:
    """Turns stored changes into alerts, in batches that can be resumed; changes take turns."""

    def __init__(self, *, alerts: AlertStore, zone: ZoneInfo, batch: int = BATCH) -> None:
        """`zone`: the clock by which a day of subscriptions' caps ends."""
        self._alerts = alerts
        self._zone = zone
        self._batch = batch

    async def step(self, now: datetime) -> bool:
        """Announce a change to the next batch of its followers; true when there may be more to do."""
        if not await self._alerts.has_work(now):
            return False
        released = await self._alerts.release_deferred(now, self._batch)
        announced = await self._alerts.announce_next(now, self._batch, day_of_caps(now, self._zone))
        if announced is None:
            return released > 0
        log.info("change.announced", change=announced.change, alerts=announced.alerts, finished=announced.finished)
        return True
