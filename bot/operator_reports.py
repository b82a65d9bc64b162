"""Reports to the operator's chat: grouped by cause, each cause at most once an hour."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import structlog
from cachetools import LRUCache

from bot.clock import Monotonic
from bot.metrics import ERRORS, Cause
from delivery.audit import Fault
from delivery.chats import ChatKind
from delivery.outbox import ClaimedMessage, Lane, MessageState, NewMessage, Settlement
from messages import operator_reports
from messages.content import Content
from messages.words import Words
from petitions.follows import Place
from petitions.petition import PetitionRef, Site
from storage.storage import Storage

log = structlog.get_logger(__name__)

SECONDS_BETWEEN = 3600.0
MOST_CAUSES = 100

_TOLD = {
    MessageState.UNCERTAIN: (Cause.MESSAGE_UNCERTAIN, operator_reports.uncertain),
    MessageState.SET_ASIDE: (Cause.MESSAGE_SET_ASIDE, operator_reports.set_aside),
}
_REJECTED = (Cause.MESSAGE_REJECTED, operator_reports.rejected)


_NUMBER = re.compile(r"[0-9]+")  # such as offsets: reasons that differ in nothing else are one cause


@dataclass(slots=True, kw_only=True)
class _Cause:
    """`untold`: how often it has happened since `told_at` (monotonic seconds); `latest`: its last report."""

    latest: Content
    untold: int = 0
    told_at: float | None = None


@dataclass(slots=True, kw_only=True)
class OperatorReports:
    """Collects what goes wrong, and queues messages about it for the operator's chat, if there is one."""

    storage: Storage
    monotonic: Monotonic
    telegram_chat: int | None
    _causes: LRUCache[tuple[Cause, str], _Cause] = field(default_factory=lambda: LRUCache(MOST_CAUSES))

    async def given_up(self, message: ClaimedMessage, settlement: Settlement) -> None:
        """Report a message that will not be tried again, unless it was a report itself."""
        if message.telegram_chat == self.telegram_chat:
            return
        reason = settlement.reason or ""
        cause, told = _TOLD.get(settlement.state, _REJECTED)
        self._add(cause, told(Words(), message=message.id, reason=reason), of=_NUMBER.sub("…", reason))

    def crashed(self, loop: str) -> None:
        """Report a loop whose step has raised."""
        self._add(Cause.LOOP_CRASHED, operator_reports.crashed(Words(), loop=loop), of=loop)

    def petition_failed(self, petition: PetitionRef) -> None:
        """Report a petition that was read and could not be compared or stored."""
        self._add(Cause.PETITION_FAILED, operator_reports.petition_failed(Words(), petition=str(petition)))

    def asked_to_wait(self, site: Site, wait: timedelta) -> None:
        """Report a site that wants to be left alone for longer than we do that."""
        hours = ceil(wait / timedelta(hours=1))
        self._add(
            Cause.SITE_ASKED_TO_WAIT, operator_reports.asked_to_wait(Words(), site=str(site), hours=hours), of=site
        )

    def audited(self, fault: Fault, petition: PetitionRef, count: int) -> None:
        """Report what the audit has found amiss with a petition, for so many chats."""
        self._add(Cause.AUDIT, operator_reports.audited(Words(), fault, petition=str(petition), count=count), of=fault)

    def failed_to_render(self) -> None:
        """Report an alert that could not be said in full."""
        self._add(Cause.ALERT_CUT, operator_reports.failed_to_render(Words()))

    def update_failed(self) -> None:
        """Report that somebody could not be answered, by a mistake of ours."""
        self._add(Cause.UPDATE_FAILED, operator_reports.update_failed(Words()))

    async def step(self, now: datetime) -> bool:
        """Queue a message for each cause that has happened and was not told of within the hour."""
        at = self.monotonic()
        for cause in list(self._causes.values()):
            if cause.untold and (cause.told_at is None or at - cause.told_at >= SECONDS_BETWEEN):
                await self._queue(operator_reports.grouped(Words(), cause.latest, count=cause.untold), now)
                cause.untold, cause.told_at = 0, at
        return False

    def _add(self, counted: Cause, content: Content, *, of: str = "") -> None:
        ERRORS.labels(counted).inc()
        cause = self._causes.setdefault((counted, of), _Cause(latest=content))
        cause.latest = content
        cause.untold += 1

    async def _queue(self, content: Content, now: datetime) -> None:
        if self.telegram_chat is None:
            return
        kind = ChatKind.PRIVATE if self.telegram_chat > 0 else ChatKind.SUPERGROUP
        chat = await self.storage.chats.find(self.telegram_chat) or await self.storage.chats.ensure(
            self.telegram_chat, kind, now
        )
        await self.storage.messages.queue(
            NewMessage(place=Place(chat=chat.id), lane=Lane.REPLY, content=content, due_at=now)
        )
