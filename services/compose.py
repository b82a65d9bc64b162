"""Compose: messages are made of the alerts that are due."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery.gathering import Gathered, gather
from delivery.outbox import Lane, NewMessage
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

    async def step(self, now: datetime) -> bool:
        """Queue messages for a batch of due alerts; true when there may be more.

        Alerts that fail to render are set aside, and are tried again after the next start.
        """
        due = await self._alerts.due(now, ALERTS_PER_STEP)
        composed = [message for gathered in gather(due) if (message := await self._composed(gathered, now)) is not None]
        if composed:
            await self._alerts.compose(composed)
            log.info("alerts.queued", alerts=sum(len(message.alerts) for message in composed), messages=len(composed))
        return len(due) == ALERTS_PER_STEP

    async def _composed(self, gathered: Gathered, now: datetime) -> NewMessage | None:
        try:
            content = self._render(gathered, now)
        except Exception:
            await self._alerts.set_aside(gathered.alerts)
            log.exception(
                "alerts.failed_to_render",
                petition_id=gathered.petition,
                chat_id=gathered.place.chat,
                change_ids=[change.id for change in gathered.changes],
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
