"""Compose: messages are made of the alerts that are due."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery.gathering import Gathered, gather
from delivery.outbox import AlertId, Lane, NewMessage
from messages.content import Content
from services.ports import AlertStore

log = structlog.get_logger(__name__)

ALERTS_PER_STEP = 200

Render = Callable[[Gathered, datetime], Content]


class Compose:
    """Queues messages for alerts that are due. `render` writes the words of a message."""

    def __init__(self, *, alerts: AlertStore, render: Render) -> None:
        self._alerts = alerts
        self._render = render
        self._failed_to_render: set[AlertId] = set()

    async def step(self, now: datetime) -> bool:
        """Queue messages for a batch of due alerts; true when there may be more.

        Alerts that fail to render stay owed, and are tried again after the next start.
        """
        limit = ALERTS_PER_STEP + len(self._failed_to_render)
        due = await self._alerts.due(now, limit)
        composed = [
            message
            for gathered in gather([alert for alert in due if alert.id not in self._failed_to_render])
            if (message := self._composed(gathered, now)) is not None
        ]
        if composed:
            await self._alerts.compose(composed)
            log.info("alerts.queued", alerts=sum(len(message.alerts) for message in composed), messages=len(composed))
        return len(due) == limit

    def _composed(self, gathered: Gathered, now: datetime) -> NewMessage | None:
        try:
            content = self._render(gathered, now)
        except Exception:
            self._failed_to_render.update(gathered.alerts)
            log.exception(
                "alerts.failed_to_render",
                petition_id=gathered.petition,
                chat_id=gathered.place.chat,
                change_ids=[change.id for change in gathered.changes],
                set_aside=len(self._failed_to_render),
            )
            return None
        return NewMessage(
            place=gathered.place,
            lane=Lane.ALERT,
            content=content,
            due_at=now,
            petition=gathered.petition,
            alerts=gathered.alerts,
        )
