"""Announcing: what was found becomes alerts owed to those who follow."""

from datetime import datetime

import structlog

from services.ports import AlertStore

BATCH = 500
"""How many followers one step reaches at most."""

log = structlog.get_logger(__name__)


class Announce:
    """Turns stored changes into alerts, in batches that can be resumed; changes take turns."""

    def __init__(self, *, alerts: AlertStore, batch: int = BATCH) -> None:
        self._alerts = alerts
        self._batch = batch

    async def step(self, now: datetime) -> bool:
        """Announce a change to the next batch of its followers; true when there may be more to do."""
        announced = await self._alerts.announce_next(now, self._batch)
        if announced is None:
            return False
        log.info("change.announced", change=announced.change, alerts=announced.alerts, finished=announced.finished)
        return True
