"""Compose: messages are made of the alerts that are due."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from delivery.chats import ChatKind
from delivery.gathering import Gathered, gather
from delivery.outbox import Lane, NewMessage
from delivery.resting import RestingChats
from messages.content import Content
from services.ports import AlertStore

log = structlog.get_logger(__name__)

ALERTS_PER_STEP = 200

Render = Callable[[Gathered, datetime], Content]


class Compose:
    """Queues messages for alerts that are due.

    `render` writes the words of a message, and `render_plainly` fewer of them where that has failed; `illustrate` adds
    a picture where one is wanted; `ask` shows a message and asks whether to post it; `report` tells the operator that a
    message could not be written.
    """

    def __init__(
        self,
        *,
        alerts: AlertStore,
        render: Render,
        render_plainly: Render,
        ask: Callable[[Content, Gathered], Content],
        report: Callable[[], None],
        monotonic: Callable[[], float],
        illustrate: Callable[[Content, Gathered], Awaitable[Content]] | None = None,
    ) -> None:
        self._alerts = alerts
        self._monotonic = monotonic
        self._resting = RestingChats()
        self._render = render
        self._render_plainly = render_plainly
        self._illustrate = illustrate
        self._ask = ask
        self._report = report

    async def step(self, now: datetime) -> bool:
        """Queue messages for a batch of due alerts; true when there may be more.

        What cannot be said in full is said plainly. Alerts that fail even so are set aside, and are tried again after
        the next start.
        """
        at = self._monotonic()
        due = await self._alerts.due(now, ALERTS_PER_STEP, self._resting.at(at))
        gathered = gather(due)
        composed = [message for each in gathered if (message := await self._composed(each, now)) is not None]
        for each in gathered:
            if each.chat_kind is not ChatKind.PRIVATE:
                self._resting.made(each.place.chat, at)
        if composed:
            await self._alerts.compose(composed)
            log.info("alerts.queued", alerts=sum(len(message.alerts) for message in composed), messages=len(composed))
        return len(due) == ALERTS_PER_STEP

    async def _composed(self, gathered: Gathered, now: datetime) -> NewMessage | None:
        content = self._rendered(self._render, gathered, now) or self._rendered(self._render_plainly, gathered, now)
        if content is None:
            await self._alerts.set_aside(gathered.alerts)
            return None
        if self._illustrate is not None:
            content = await self._illustrate(content, gathered)
        return NewMessage(
            place=gathered.place,
            lane=Lane.ALERT,
            content=content,
            due_at=now,
            petition=gathered.petition,
            alerts=gathered.alerts,
            question=self._ask(content, gathered) if gathered.style.ask_first else None,
        )

    def _rendered(self, render: Render, gathered: Gathered, now: datetime) -> Content | None:
        try:
            return render(gathered, now)
        except Exception:
            log.exception(
                "alerts.failed_to_render",
                petition_id=gathered.petition,
                chat_id=gathered.place.chat,
                change_ids=[change.id for change in gathered.changes],
            )
            self._report()
            return None
