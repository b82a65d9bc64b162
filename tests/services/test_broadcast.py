"""The sending of broadcasts on a real database, with a messenger that answers as it is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.broadcasts import (
    REFUSED_IN_A_ROW,
    RUNNING,
    BroadcastId,
    BroadcastState,
    Draft,
    Outcome,
    Unpaid,
    refusals_in_a_row,
)
from delivery.chats import Announcement, ChatKind, Receiver
from delivery.outbox import ChatLost, ClaimedMessage, Lane, MessageState, Settlement
from delivery.verdicts import Refused, Uncertain, Verdict
from messages.broadcasts import fault
from messages.content import Content, Html
from messages.words import Words
from services.broadcast import PRESS_SECONDS, SECONDS_BETWEEN_EDITS, WINDOW, Broadcasts
from services.broadcasting import View
from storage.storage import Storage, open_storage
from tests.databases import create_database
from tests.services.outbox import SENT, FakeMessenger

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = 5
HELLO = Content(text=Html("Hello everybody"))
PAGE = 77


@dataclass
class Office(FakeMessenger):
    """Notes how pages are edited. `meanwhile`: what happens while one is."""

    pages: list[str] = field(default_factory=list)
    verdict: Verdict = SENT
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        assert (telegram_chat, message) == (OPERATOR, PAGE)
        self.pages.append(content.text)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.verdict


@dataclass
class Campaign:
    """A broadcast to so many private chats. `got`: how often each has got it."""

    storage: Storage
    office: Office = field(default_factory=Office)
    seconds: float = 0.0
    may_pay: bool = True
    recalled: int = 0
    claimed: list[ClaimedMessage] = field(default_factory=list)
    got: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew, as after a kill."""
        self.broadcasts = Broadcasts(
            broadcasts=self.storage.broadcasts,
            chats=self.storage.chats,
            messenger=self.office,
            pacer=self.office.pacer,
            recall=self._recall,
            write_page=_page,
            write_report=lambda view: Content(text=Html(f"ended: {view.broadcast.state}")),
            fault=lambda refused: fault(Words(), refused),
            unpaid=lambda why: why.value,
            monotonic=lambda: self.seconds,
            may_pay=self.may_pay,
        )

    def _recall(self) -> None:
        self.recalled += 1

    async def confirm(self, chats: int, **more: object) -> BroadcastId:
        for number in range(100, 100 + chats):
            await self.storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
        draft = Draft(operator=OPERATOR, content=HELLO, **more)  # type: ignore[arg-type]
        broadcast = await self.storage.broadcasts.draft(draft, NOW)
        await self.storage.broadcasts.confirm(broadcast, NOW)
        await self.storage.broadcasts.shown(broadcast, PAGE)
        return broadcast

    async def later(self, seconds: float = 1.0) -> bool:
        self.seconds += seconds
        return await self.broadcasts.step(NOW)

    async def claim(self, limit: int = 1_000) -> list[ClaimedMessage]:
        self.claimed = [*self.claimed, *await self.storage.messages.claim(NOW, limit, ())]
        return self.claimed

    async def end(self, state: MessageState, *, lost: bool = False) -> None:
        """Let the attempt at the oldest claimed message end so."""
        message = self.claimed.pop(0)
        if state is MessageState.SENT:
            self.got[message.telegram_chat] += 1
        effect = ChatLost(chat=message.place.chat, reason="blocked") if lost else None
        settlement = Settlement(message=message.id, state=state, at=NOW, telegram_message_id=1, effect=effect)
        await self.storage.messages.settle([settlement])

    async def deliver_all(self) -> None:
        """Send whatever there is, until there is nothing."""
        while await self.later() or await self.claim():
            while self.claimed:
                await self.end(MessageState.SENT)

    async def state(self, broadcast: BroadcastId) -> BroadcastState:
        found = await self.storage.broadcasts.get(broadcast)
        assert found is not None
        return found.state


def _page(view: View, rate: float | None, _now: datetime) -> Content:
    counts = ", ".join(f"{outcome} {number}" for outcome, number in view.tally.items() if number)
    return Content(text=Html(f"{view.broadcast.state}: {counts}{' with a rate' if rate else ''}"))


@pytest.fixture
async def campaign(storage: Storage) -> Campaign:
    return Campaign(storage)


async def test_everybody_gets_it_and_the_operator_is_told_once(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(WINDOW + 30)
    await campaign.later()
    assert len(await campaign.claim()) == WINDOW
    await campaign.deliver_all()
    assert await campaign.state(broadcast) is BroadcastState.FINISHED
    assert campaign.got.pop(OPERATOR) == 1  # the report
    assert set(campaign.got.values()) == {1}
    assert len(campaign.got) == WINDOW + 30
    campaign.seconds += SECONDS_BETWEEN_EDITS
    await campaign.later()
    assert campaign.office.pages[-1] == f"finished: sent {WINDOW + 30} with a rate"


async def test_the_page_is_edited_only_when_it_changes_and_not_too_often(campaign: Campaign) -> None:
    await campaign.confirm(2)
    await campaign.later()
    await campaign.claim()
    for _ in range(5):
        await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages == ["sending: queued 2"]
    await campaign.end(MessageState.SENT)
    await campaign.later(1.0)
    assert campaign.office.pages[-1] == "sending: queued 1, sent 1 with a rate"
    await campaign.end(MessageState.SENT)
    await campaign.later(0.5)
    assert len(campaign.office.pages) == 2
    await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages[-1] == "finished: sent 2 with a rate"


async def test_what_an_operator_has_just_done_is_not_painted_over(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(2)

    @asynccontextmanager
    async def pressed_while_waiting(_chat: int, _lane: Lane) -> AsyncIterator[None]:
        since = [BroadcastState.SENDING]
        await campaign.storage.broadcasts.move_on(broadcast, BroadcastState.PAUSED, since=since)
        await campaign.storage.broadcasts.shown(broadcast, PAGE)
        yield

    usual = campaign.broadcasts
    campaign.broadcasts = replace(usual, pacer=SimpleNamespace(slot=pressed_while_waiting))
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages == []
    campaign.broadcasts = usual
    await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages == ["paused: waiting 2"]


async def test_what_a_press_shows_late_is_put_right(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(2)
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    await campaign.storage.broadcasts.shown(broadcast, PAGE)
    await campaign.later()
    assert campaign.office.pages == ["sending: queued 2"]  # what the press shows is on its way still
    await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages == ["sending: queued 2"] * 2
    await campaign.later(PRESS_SECONDS - 1)
    assert len(campaign.office.pages) == 2
    await campaign.later()
    assert campaign.office.pages == ["sending: queued 2"] * 3
    await campaign.later(PRESS_SECONDS)
    assert len(campaign.office.pages) == 3


async def test_a_page_that_may_not_have_been_edited_is_edited_again(campaign: Campaign) -> None:
    await campaign.confirm(2)
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    campaign.office.verdict = Uncertain(reason="cut")
    await campaign.claim()
    await campaign.end(MessageState.SENT)
    await campaign.later(SECONDS_BETWEEN_EDITS)
    campaign.office.verdict = SENT
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    assert campaign.office.pages == ["sending: queued 2", *["sending: queued 1, sent 1 with a rate"] * 2]


async def test_a_press_on_another_message_while_the_page_is_edited_moves_the_page_there(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(2)
    campaign.office.meanwhile = partial(campaign.storage.broadcasts.shown, broadcast, PAGE + 1)
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    found = await campaign.storage.broadcasts.get(broadcast)
    assert found is not None
    assert (campaign.office.pages, found.page, found.page_text) == (["sending: queued 2"], PAGE + 1, "")


async def test_a_page_that_was_deleted_is_edited_no_more(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(2)
    campaign.office.verdict = Refused(reason="message to edit not found")
    await campaign.later()
    await campaign.later(SECONDS_BETWEEN_EDITS)
    found = await campaign.storage.broadcasts.get(broadcast)
    assert found is not None
    assert found.page is None
    await campaign.deliver_all()
    assert len(campaign.office.pages) == 1


async def test_what_is_refused_everywhere_is_paused_and_the_rest_spared(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(REFUSED_IN_A_ROW + 50)
    await campaign.later()
    await campaign.claim(REFUSED_IN_A_ROW)
    while campaign.claimed:
        await campaign.end(MessageState.REJECTED)
    await campaign.later()
    found = await campaign.storage.broadcasts.get(broadcast)
    assert found is not None
    assert (found.state, found.note) == (BroadcastState.PAUSED, "Paused by itself: 20 messages in a row were refused.")
    assert campaign.recalled == 1
    assert await campaign.claim() == []
    await campaign.storage.broadcasts.move_on(broadcast, BroadcastState.SENDING, since=RUNNING)
    await campaign.deliver_all()
    assert (await campaign.storage.broadcasts.tally(broadcast))[Outcome.SENT] == 50


async def test_what_is_paid_for_is_queued_a_thousand_at_a_time(campaign: Campaign) -> None:
    campaign.office.balance = 100
    broadcast = await campaign.confirm(WINDOW + 30, stars=20)
    await campaign.later()
    assert {message.lane for message in await campaign.claim()} == {Lane.PAID}
    assert len(campaign.claimed) == WINDOW + 30
    campaign.office.balance = 0  # what is paid meanwhile was counted before
    await campaign.deliver_all()
    assert (await campaign.storage.broadcasts.tally(broadcast))[Outcome.SENT] == WINDOW + 30


@pytest.mark.parametrize(
    ("stars", "balance", "may_pay", "why"),
    [
        (19, 100, True, Unpaid.CAP),
        (20, 19, True, Unpaid.BALANCE),
        (20, None, True, Unpaid.UNKNOWN),
        (20, 100, False, Unpaid.SWITCHED_OFF),
    ],
)
async def test_what_cannot_be_paid_for_goes_out_at_the_usual_pace_and_says_so(
    campaign: Campaign, stars: int, balance: int | None, may_pay: bool, why: Unpaid
) -> None:
    campaign.office.balance, campaign.may_pay = balance, may_pay
    campaign.start()
    broadcast = await campaign.confirm(200, stars=stars)
    await campaign.later()
    await campaign.later()
    assert {message.lane for message in await campaign.claim()} == {Lane.BROADCAST}
    assert len(campaign.claimed) == WINDOW
    found = await campaign.storage.broadcasts.get(broadcast)
    assert found is not None
    assert (found.draft.stars, found.note) == (None, why)
    await campaign.deliver_all()
    assert (await campaign.storage.broadcasts.tally(broadcast))[Outcome.SENT] == 200


async def test_after_a_restart_it_is_looked_at_anew_whether_the_rest_can_be_paid_for(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.broadcast.PAID_WINDOW", 30)
    campaign.office.balance = 8
    broadcast = await campaign.confirm(80, stars=8)
    await campaign.later()
    campaign.office.balance = 4
    campaign.start()
    await campaign.later()
    await campaign.later()
    assert {message.lane for message in await campaign.claim()} == {Lane.BROADCAST}
    await campaign.deliver_all()
    assert (await campaign.storage.broadcasts.tally(broadcast))[Outcome.SENT] == 80


async def test_a_schedule_survives_a_restart(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(2, due_at=NOW + timedelta(hours=1))
    assert not await campaign.later()
    campaign.start()
    assert not await campaign.later()
    assert await campaign.broadcasts.step(NOW + timedelta(hours=1))
    assert await campaign.state(broadcast) is BroadcastState.SENDING


async def test_a_paused_broadcast_stays_paused_over_a_kill(campaign: Campaign) -> None:
    broadcast = await campaign.confirm(5)
    await campaign.later()
    await campaign.claim(2)
    await campaign.storage.broadcasts.move_on(broadcast, BroadcastState.PAUSED, since=RUNNING)
    await campaign.storage.messages.take_back_orphans()
    campaign.start()
    campaign.claimed.clear()
    await campaign.deliver_all()
    assert not campaign.got
    assert await campaign.state(broadcast) is BroadcastState.PAUSED
    await campaign.storage.broadcasts.move_on(broadcast, BroadcastState.SENDING, since=RUNNING)
    await campaign.deliver_all()
    assert Counter(campaign.got.values()) == {1: 6}  # the report is one of them


def test_refusals_are_counted_since_the_last_message_that_was_sent() -> None:
    failed, sent = Outcome.FAILED, Outcome.SENT
    assert refusals_in_a_row(3, [failed, Outcome.UNREACHABLE, failed]) == 5
    assert refusals_in_a_row(3, [failed, sent, failed]) == 1


class Event(Enum):
    """What may happen to a broadcast at any moment."""

    STEP = auto()
    CLAIM = auto()
    SENT = auto()
    REJECTED = auto()
    UNCERTAIN = auto()
    LATER = auto()
    BLOCKED = auto()
    KILLED = auto()
    PAUSED = auto()
    RESUMED = auto()
    CANCELLED = auto()
    FORGOTTEN = auto()
    DECLINED = auto()


_ENDS = {
    Event.SENT: MessageState.SENT,
    Event.REJECTED: MessageState.REJECTED,
    Event.UNCERTAIN: MessageState.UNCERTAIN,
    Event.LATER: MessageState.QUEUED,
    Event.BLOCKED: MessageState.QUEUED,
}


async def happen(campaign: Campaign, broadcast: BroadcastId, event: Event, number: int) -> None:
    storage = campaign.storage
    match event:
        case Event.STEP:
            await campaign.later()
        case Event.CLAIM:
            await campaign.claim(3)
        case Event.KILLED:
            campaign.claimed.clear()
            await storage.messages.take_back_orphans()
            campaign.start()
        case Event.PAUSED:
            await storage.broadcasts.move_on(broadcast, BroadcastState.PAUSED, since=[BroadcastState.SENDING])
        case Event.RESUMED:
            await storage.broadcasts.move_on(broadcast, BroadcastState.SENDING, since=[BroadcastState.PAUSED])
        case Event.CANCELLED:
            await storage.broadcasts.cancel(broadcast, NOW)
        case Event.FORGOTTEN:
            await storage.chats.forget(number)
            campaign.claimed = [message for message in campaign.claimed if message.telegram_chat != number]
        case Event.DECLINED:
            await storage.chats.decline(number, Announcement.NEWS, declined=True)
        case _ if campaign.claimed and campaign.claimed[0].telegram_chat == OPERATOR:
            await campaign.end(MessageState.SENT)  # the report arrives, whatever becomes of the broadcast
        case _ if campaign.claimed:
            await campaign.end(_ENDS[event], lost=event is Event.BLOCKED)
        case _:
            pass


CHATS = 8
events = st.lists(st.tuples(st.sampled_from(Event), st.integers(100, 100 + CHATS - 1)), max_size=40)


@given(happened=events)
@settings(max_examples=25)
def test_whatever_happens_the_report_adds_up_and_nobody_gets_it_twice(
    happened: Sequence[tuple[Event, int]],
) -> None:
    asyncio.run(_the_report_adds_up(happened))


async def _the_report_adds_up(happened: Sequence[tuple[Event, int]]) -> None:
    with TemporaryDirectory() as folder:
        create_database(Path(folder, "bot.db"))
        async with open_storage(f"sqlite:///{folder}/bot.db") as storage:
            campaign = Campaign(storage)
            broadcast = await campaign.confirm(CHATS)
            for event, number in happened:
                await happen(campaign, broadcast, event, number)
                assert sum((await storage.broadcasts.tally(broadcast)).values()) == CHATS
            await storage.broadcasts.move_on(broadcast, BroadcastState.SENDING, since=[BroadcastState.PAUSED])
            await campaign.deliver_all()
            tally = await storage.broadcasts.tally(broadcast)
            assert sum(tally.values()) == CHATS
            assert tally[Outcome.WAITING] == tally[Outcome.QUEUED] == 0
            assert await campaign.state(broadcast) in {BroadcastState.FINISHED, BroadcastState.CANCELLED}
            assert campaign.got.pop(OPERATOR) == 1
            assert set(campaign.got.values()) <= {1}
            assert sum(campaign.got.values()) == tally[Outcome.SENT]
            rows = [each async for each in storage.broadcasts.recipients(broadcast)]
            assert Counter(row.outcome for row in rows) == Counter({o: n for o, n in tally.items() if n})
