"""Deliver: messages are made of the alerts that are due, leave in their turn, and are settled."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery.gathering import Gathered, gather
from delivery.outbox import AlertId, Lane, NewMessage
from messages.content import Content
from petitions.follows import Place
from petitions.petition import PetitionId
from services.ports import AlertStore, MessageStore, Messenger
from services.sending import ReportRejection, Sending

log = structlog.get_logger(__name__)

ALERTS_PER_STEP = 200

Compose = Callable[[Gathered, datetime], Content]


class Deliver:
    """The only sender of the outbox.

    The first step takes back what an earlier process had claimed, so it must not run before the lock is held.
    `jitter` is a chance in [0, 1); `monotonic` gives seconds; `report_rejection` tells the operator of a message that
    Telegram will never take, and why.
    """

    def __init__(
        self,
        *,
        alerts: AlertStore,
        messages: MessageStore,
        messenger: Messenger,
        compose: Compose,
        jitter: Callable[[], float],
        monotonic: Callable[[], float],
        report_rejection: ReportRejection,
    ) -> None:
        self._alerts = alerts
        self._compose = compose
        self._sending = Sending(
            messages=messages,
            messenger=messenger,
            jitter=jitter,
            monotonic=monotonic,
            report_rejection=report_rejection,
        )
        self._unsayable: set[AlertId] = set()

    async def step(self, now: datetime) -> bool:
        """Queue messages for alerts that are due, and send for some seconds; true when more is due at once.

        Cancelled, it waits a moment for the answers to what is in flight, and puts the rest back.
        """
        more_alerts = await self._queue_due_alerts(now)
        more_messages = await self._sending.send_due(now)
        return more_alerts or more_messages

    def recall(self, petition: PetitionId, place: Place) -> None:
        """Send nothing more about a petition that the place has just unfollowed or muted."""
        self._sending.recall(lambda message: message.petition == petition and message.place == place)

    def recall_chat(self, telegram_chat: int) -> None:
        """Send nothing more to a chat of which everything has just been deleted."""
        self._sending.recall(lambda message: message.telegram_chat == telegram_chat)

    async def _queue_due_alerts(self, now: datetime) -> bool:
        """Alerts that no message can be made of stay owed, and are tried again after the next start."""
        limit = ALERTS_PER_STEP + len(self._unsayable)
        due = await self._alerts.due(now, limit)
        composed = [
            message
            for gathered in gather([alert for alert in due if alert.id not in self._unsayable])
            if (message := self._composed(gathered, now)) is not None
        ]
        if composed:
            await self._alerts.compose(composed)
            log.info("alerts.queued", alerts=sum(len(message.alerts) for message in composed), messages=len(composed))
        return len(due) == limit

    def _composed(self, gathered: Gathered, now: datetime) -> NewMessage | None:
        try:
            content = self._compose(gathered, now)
        except Exception:
            self._unsayable.update(gathered.alerts)
            log.exception(
                "alerts.not_composed",
                petition_id=gathered.petition,
                chat_id=gathered.place.chat,
                change_ids=[change.id for change in gathered.changes],
                set_aside=len(self._unsayable),
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
