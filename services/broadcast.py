"""Broadcast: queues messages of broadcasts a few at a time, sees how they end, and shows the operator how it goes."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from math import inf

import structlog

from delivery.broadcasts import (
    REFUSED_IN_A_ROW,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Outcome,
    Tally,
    Unpaid,
    refusals_in_a_row,
    why_unpaid,
)
from delivery.chats import ChatKind
from delivery.outbox import Lane, NewMessage
from delivery.verdicts import Refused, Sent, Uncertain
from messages.content import Content
from petitions.follows import Place
from services.broadcasting import View, what_is_told
from services.ports import BroadcastStore, ChatStore, Messenger, Pacer
from services.replying import ANSWER_SECONDS, PATIENCE_SECONDS

log = structlog.get_logger(__name__)

WINDOW = 120
PAID_WINDOW = 1_000
"""Messages of broadcasts in the outbox at a time: some seconds' worth, so that a pause takes hold at once."""

SECONDS_BETWEEN_EDITS = 3.0
PRESS_SECONDS = PATIENCE_SECONDS + ANSWER_SECONDS
"""How long what a press shows may be on its way: until then it may arrive after an edit that is newer."""

RATE_SECONDS = 60.0
"""The rate that is shown is that of the last minute."""

WritePage = Callable[[View, float | None, datetime], Content]
"""Makes the page of a broadcast that is sent at so many a minute, if that is known."""

WriteReport = Callable[[View], Content]
"""Makes what the operator is told when a broadcast has ended."""


@dataclass(slots=True)
class _Pace:
    """How far a broadcast was at some moments (monotonic seconds) of the last minute, and when its page was edited.

    `text`: what the page said then. `again_at`: from when on the page is edited once more, whatever it seems to say.
    """

    reached: deque[tuple[float, int]] = field(default_factory=deque)
    edited_at: float = -inf
    again_at: float = inf
    text: str | None = None

    def rate(self, at: float, done: int) -> float | None:
        """Return how many are sent a minute; `None` until that is known."""
        self.reached.append((at, done))
        while len(self.reached) > 1 and self.reached[0][0] < at - RATE_SECONDS:
            self.reached.popleft()
        since, before = self.reached[0]
        return (done - before) * 60 / (at - since) if at - since >= 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcasts:
    """Lets broadcasts out, behind replies and alerts, one after another. `may_pay`: Telegram may be paid for that."""

    broadcasts: BroadcastStore
    chats: ChatStore
    messenger: Messenger
    pacer: Pacer
    recall: Callable[[], None]
    write_page: WritePage
    write_report: WriteReport
    fault: Callable[[int], str]
    unpaid: Callable[[Unpaid], str]
    monotonic: Callable[[], float]
    may_pay: bool = False
    _paces: dict[BroadcastId, _Pace] = field(default_factory=dict)
    _refused: dict[BroadcastId, int] = field(default_factory=dict)
    _affordable: set[BroadcastId] = field(default_factory=set)

    async def step(self, now: datetime) -> bool:
        """Begin what is due, note what has ended, and queue what is next; true when anything was done."""
        if not await self.broadcasts.has_work(now):
            self._paces.clear()
            return False
        started = await self.broadcasts.start_due(now)
        ended = await self._collect(now)
        queued = await self._queue(now)
        for broadcast, tally in await self.broadcasts.over():
            await self._finish(broadcast, tally, now)
        await self._show(now)
        return started or ended or queued

    async def _collect(self, now: datetime) -> bool:
        """Note how messages have ended; a broadcast that is refused by everybody is paused."""
        ended = await self.broadcasts.collect(now)
        for broadcast in {number for number, _ in ended}:
            outcomes = [outcome for number, outcome in ended if number == broadcast]
            refused = refusals_in_a_row(self._refused.get(broadcast, 0), outcomes)
            self._refused[broadcast] = refused
            if refused >= REFUSED_IN_A_ROW:
                await self._pause(broadcast, refused)
        return bool(ended)

    async def _pause(self, broadcast: BroadcastId, refused: int) -> None:
        self._refused[broadcast] = 0
        since = [BroadcastState.SENDING]
        await self.broadcasts.move_on(broadcast, BroadcastState.PAUSED, since=since, note=self.fault(refused))
        self.recall()
        log.warning("broadcast.paused", broadcast=broadcast, refused=refused)

    async def _queue(self, now: datetime) -> bool:
        current = await self.broadcasts.current()
        if current is None:
            return False
        if current.draft.stars is not None and not await self._affords(current, current.draft.stars):
            return True
        window = WINDOW if current.draft.stars is None else PAID_WINDOW
        room = window - await self.broadcasts.under_way(current.id, now)
        if room <= 0:
            return False
        return await self.broadcasts.queue_next(current, room, partial(what_is_told, current.draft), now) > 0

    async def _affords(self, broadcast: Broadcast, most: int) -> bool:
        """Tell whether what is left of a broadcast can be paid for; otherwise let it go out at the usual pace."""
        if broadcast.id in self._affordable:
            return True
        why = await self._why_unpaid(broadcast.id, most)
        if why is None:
            self._affordable.add(broadcast.id)
            return True
        await self.broadcasts.pay_nothing(broadcast.id, self.unpaid(why))
        self.recall()
        log.warning("broadcast.unpaid", broadcast=broadcast.id, why=why.value)
        return False

    async def _why_unpaid(self, broadcast: BroadcastId, most: int) -> Unpaid | None:
        if not self.may_pay:
            return Unpaid.SWITCHED_OFF
        left = (await self.broadcasts.tally(broadcast))[Outcome.WAITING]
        return why_unpaid(left, most, await self.messenger.stars())

    async def _finish(self, broadcast: Broadcast, tally: Tally, now: datetime) -> None:
        """Say that it is over, and tell the operator once, who may not be known yet when a script has begun it."""
        operator = await self.chats.find(broadcast.draft.operator) or await self.chats.ensure(
            broadcast.draft.operator, ChatKind.PRIVATE, now
        )
        cancelled = broadcast.state is BroadcastState.CANCELLED
        ended = replace(broadcast, state=broadcast.state if cancelled else BroadcastState.FINISHED)
        report = self.write_report(View(broadcast=ended, tally=tally, choices=None))
        place = Place(chat=operator.id)
        message = NewMessage(place=place, lane=Lane.REPLY, content=report, due_at=now)
        await self.broadcasts.finish(broadcast, message, now)
        self._refused.pop(broadcast.id, None)
        self._affordable.discard(broadcast.id)
        log.info("broadcast.ended", broadcast=broadcast.id, **{outcome.value: tally[outcome] for outcome in Outcome})

    async def _show(self, now: datetime) -> None:
        """Bring the pages of broadcasts up to date, each at most every few seconds."""
        to_show = await self.broadcasts.to_show(now)
        for broadcast, tally in to_show:
            await self._edit(broadcast, tally, now)
        for gone in self._paces.keys() - {broadcast.id for broadcast, _ in to_show}:
            del self._paces[gone]

    async def _edit(self, broadcast: Broadcast, tally: Tally, now: datetime) -> None:
        at, pace = self.monotonic(), self._paces.setdefault(broadcast.id, _Pace())
        if pace.text != broadcast.page_text:  # a press is about to show it
            pace.edited_at, pace.text = at, broadcast.page_text
        if broadcast.page is None or at - pace.edited_at < SECONDS_BETWEEN_EDITS:
            return
        rate = pace.rate(at, tally[Outcome.SENT])
        page = self.write_page(View(broadcast=broadcast, tally=tally, choices=None), rate, now)
        again, known = at >= pace.again_at, broadcast.page_text != ""
        if page.text == broadcast.page_text and not again:
            return
        async with self.pacer.slot(broadcast.draft.operator, Lane.ALERT):
            if await self.broadcasts.get(broadcast.id) != broadcast:
                return  # the operator has pressed a button meanwhile, which has shown what is true now
            pace.edited_at = at
            verdict = await self.messenger.edit(broadcast.draft.operator, broadcast.page, page)
        match verdict:
            case Sent():
                if again or not known:
                    pace.again_at = inf if known else self.monotonic() + PRESS_SECONDS
                if await self.broadcasts.edited(broadcast, broadcast.page, page.text):
                    pace.text = page.text
            case Refused():  # the message is gone
                await self.broadcasts.edited(broadcast, None, "")
            case Uncertain():
                await self.broadcasts.edited(broadcast, broadcast.page, "")
            case _:
                pass  # the next edit is tried as usual
