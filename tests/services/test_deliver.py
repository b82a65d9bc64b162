"""Deliver on a real outbox, with a messenger that answers as it is told."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from structlog.testing import capture_logs

from delivery.chats import ChatKind
from delivery.gathering import Gathered
from delivery.outbox import AlertId, ClaimedMessage, Lane, MessageId, NewMessage, OwedAlert, Settlement
from delivery.verdicts import Gone, Later, Moved, Refused, SendingStoppedError, Sent, Uncertain, Verdict
from messages.content import Content, Html
from petitions.follows import ChatId, Place
from petitions.news import Change, ChangeId, Closed, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from services.deliver import Deliver
from storage.messages import MessageStore
from storage.storage import Storage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT = Sent(telegram_message_id=1)


Answer = Callable[[ClaimedMessage], Awaitable[Verdict]]


def always(verdict: Verdict) -> Answer:
    async def answer(_: ClaimedMessage) -> Verdict:
        return verdict

    return answer


def failing(error: Exception) -> Answer:
    async def answer(_: ClaimedMessage) -> Verdict:
        raise error

    return answer


@dataclass
class FakeMessenger:
    """Sends in no time what no answer was set for, with at most `slots` in flight; `closed` chats have no turn."""

    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, float] = field(default_factory=dict)
    slots: int = 32
    sent: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting: dict[MessageId, tuple[ClaimedMessage, Callable[[ClaimedMessage], None]]] = {}
        self._in_flight: set[int] = set()

    def wait_for_turn(self, message: ClaimedMessage, come: Callable[[ClaimedMessage], None]) -> None:
        self._waiting[message.id] = message, come
        self._grant()

    def withdraw(self, message: ClaimedMessage) -> None:
        if self._waiting.pop(message.id, None) is None:
            self.end_turn(message)

    def end_turn(self, message: ClaimedMessage) -> None:
        self._in_flight.remove(message.telegram_chat)
        self._grant()

    def _grant(self) -> None:
        for message, come in list(self._waiting.values()):
            chat = message.telegram_chat
            if len(self._in_flight) < self.slots and chat not in self._in_flight and chat not in self.closed:
                del self._waiting[message.id]
                self._in_flight.add(chat)
                come(message)

    async def send(self, message: ClaimedMessage) -> Verdict:
        waiting = self.answers[message.telegram_chat]
        verdict = await (waiting.pop(0)(message) if waiting else always(SENT)(message))
        if isinstance(verdict, Sent):
            self.sent.append((message.telegram_chat, message.content.text))
        return verdict

    def busy_chats(self) -> dict[int, float]:
        return {chat: wait for chat, wait in self.closed.items() if wait}


class NothingOwed:
    async def announce_next(self, now: datetime, limit: int) -> None:
        return None

    async def due(self, now: datetime, limit: int) -> Sequence[OwedAlert]:
        return ()

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        raise AssertionError("nothing is owed")


class Owed(NothingOwed):
    """Alerts that are owed until they are composed."""

    def __init__(self, *alerts: OwedAlert) -> None:
        self.alerts = list(alerts)
        self.queued: list[NewMessage] = []

    async def due(self, now: datetime, limit: int) -> Sequence[OwedAlert]:
        return self.alerts[:limit]

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        self.queued.extend(queued)
        settled = {alert for message in queued for alert in message.alerts}
        self.alerts = [alert for alert in self.alerts if alert.id not in settled]


@dataclass
class Outbox:
    """The real store of messages, and the chats to fill it for."""

    storage: Storage
    places: dict[int, Place] = field(default_factory=dict)

    async def queue(self, telegram_chat: int, *texts: str) -> None:
        if telegram_chat not in self.places:
            kind = ChatKind.PRIVATE if telegram_chat > 0 else ChatKind.SUPERGROUP
            chat = await self.storage.chats.ensure(telegram_chat, kind, NOW)
            self.places[telegram_chat] = Place(chat=chat.id)
        for text in texts:
            content = Content(text=Html(text))
            await self.storage.messages.queue(
                NewMessage(place=self.places[telegram_chat], lane=Lane.ALERT, content=content, due_at=NOW)
            )

    async def states(self) -> dict[str, int]:
        async with self.storage.database.read() as connection:
            rows = await connection.exec_driver_sql("SELECT state, count(*) AS number FROM messages GROUP BY state")
            return {row.state: row.number for row in rows}

    async def due_again_at(self) -> datetime | None:
        return await self.storage.messages.next_due_at()


@pytest.fixture
def outbox(storage: Storage) -> Outbox:
    return Outbox(storage)


@pytest.fixture
def messenger() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def one_by_one() -> FakeMessenger:
    return FakeMessenger(slots=1)


async def nobody_told(message: ClaimedMessage, reason: str) -> None:
    raise AssertionError(f"{message.id} was rejected: {reason}")


def says_title(gathered: Gathered, now: datetime) -> Content:
    return Content(text=Html(gathered.changes[0].title))


def deliver(
    messages: MessageStore,
    messenger: FakeMessenger,
    *,
    alerts: NothingOwed | None = None,
    compose: Callable[[Gathered, datetime], Content] = says_title,
    report_rejection: Callable[[ClaimedMessage, str], Awaitable[None]] = nobody_told,
    clock: Callable[[], float] = monotonic,
) -> Deliver:
    return Deliver(
        alerts=alerts or NothingOwed(),
        messages=messages,
        messenger=messenger,
        compose=compose,
        jitter=lambda: 0.0,
        monotonic=clock,
        report_rejection=report_rejection,
    )


async def test_everything_that_is_due_is_sent_once(storage: Storage, outbox: Outbox, messenger: FakeMessenger) -> None:
    for chat in range(1, 451):
        await outbox.queue(chat, "Hello")
    step = deliver(storage.messages, messenger).step
    while await step(NOW):
        pass
    assert sorted(messenger.sent) == [(chat, "Hello") for chat in range(1, 451)]
    assert await outbox.states() == {"sent": 450}
    assert not await step(NOW)
    assert len(messenger.sent) == 450


async def test_one_bad_chat_does_not_stop_the_rest(storage: Storage, outbox: Outbox, messenger: FakeMessenger) -> None:
    for chat in range(1, 6):
        await outbox.queue(chat, "Hello")
    messenger.answers[2] = [always(Later(reason="500"))]
    messenger.answers[3] = [always(Gone(reason="blocked"))]
    messenger.answers[4] = [failing(ValueError("a bug"))]
    await deliver(storage.messages, messenger).step(NOW)
    assert sorted(messenger.sent) == [(1, "Hello"), (5, "Hello")]
    assert await outbox.states() == {"queued": 3, "sent": 2}


async def test_a_refused_message_is_reported_with_its_reason_and_never_tried_again(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    reported = []

    async def report(message: ClaimedMessage, reason: str) -> None:
        reported.append((message.telegram_chat, reason))
        raise RuntimeError("the operator cannot be reached either")

    await outbox.queue(1, "<b>Broken", "Fine")
    messenger.answers[1] = [always(Refused(reason="can't parse entities"))]
    step = deliver(storage.messages, messenger, report_rejection=report).step
    await step(NOW)
    await step(NOW + timedelta(days=1))
    assert reported == [(1, "can't parse entities")]
    assert messenger.sent == [(1, "Fine")]
    assert await outbox.states() == {"rejected": 1, "sent": 1}


async def test_a_message_that_has_to_wait_is_not_overtaken_in_its_chat(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue(-1, "first", "second", "third")
    one_by_one.answers[-1] = [always(Later(reason="429", after=timedelta(seconds=20)))]
    step = deliver(storage.messages, one_by_one).step
    await step(NOW)
    assert one_by_one.sent == []
    later = NOW + timedelta(seconds=25)
    while await step(later):
        pass
    assert one_by_one.sent == [(-1, "first"), (-1, "second"), (-1, "third")]


async def test_a_migrated_group_gets_all_its_messages_at_its_new_address(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue(-1, "first", "second")
    one_by_one.answers[-1] = [always(Moved(telegram_id=-1009))]
    step = deliver(storage.messages, one_by_one).step
    assert await step(NOW), "the new address is tried at once"
    await step(NOW + timedelta(seconds=5))
    assert one_by_one.sent == [(-1009, "first"), (-1009, "second")]


async def test_what_a_lost_chat_is_owed_goes_out_when_it_is_back(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(7, "first", "second")
    messenger.answers[7] = [always(Gone(reason="bot was blocked by the user"))]
    step = deliver(storage.messages, messenger).step
    await step(NOW)
    assert not await step(NOW + timedelta(hours=1))
    assert messenger.sent == []
    await storage.chats.restore(7, NOW + timedelta(hours=2))
    while await step(NOW + timedelta(hours=2)):
        pass
    assert messenger.sent == [(7, "first"), (7, "second")]


async def test_a_chat_that_is_forgotten_hears_nothing_more_though_its_message_was_already_claimed(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    await outbox.queue(9, "Too late")
    sender = deliver(storage.messages, one_by_one)

    async def meanwhile_9_is_forgotten(_: ClaimedMessage) -> Verdict:
        await storage.chats.forget(9)
        sender.recall_chat(9)
        return SENT

    one_by_one.answers[1] = [meanwhile_9_is_forgotten]
    while await sender.step(NOW):
        pass
    assert one_by_one.sent == [(1, "Hello")]
    assert await outbox.states() == {"sent": 1}


async def test_silence_is_tried_once_more_and_then_counted_apart(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    messenger.answers[1] = [always(Uncertain(reason="timed out"))] * 5
    step = deliver(storage.messages, messenger).step
    await step(NOW)
    assert await outbox.states() == {"queued": 1}
    await step(NOW + timedelta(minutes=1))
    assert await outbox.states() == {"uncertain": 1}


async def test_messages_without_a_turn_soon_are_put_back_until_then(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue(-1, "crowded", "crowded too")
    await outbox.queue(2, "Hello")
    step = deliver(storage.messages, one_by_one).step

    async def fills_the_group(_: ClaimedMessage) -> Verdict:
        one_by_one.closed[-1] = 40.0
        return SENT

    one_by_one.answers[-1] = [fills_the_group]
    assert not await step(NOW)
    due = await outbox.due_again_at()
    assert sorted(one_by_one.sent) == [(-1, "crowded"), (2, "Hello")]
    if due is not None:  # the group's second message had its turn before the group was full, or waits for the next
        assert due >= NOW + timedelta(seconds=39)


async def test_a_full_group_does_not_hold_up_the_step(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    class Forgetful(FakeMessenger):
        def busy_chats(self) -> dict[int, float]:
            """The claim does not know of the full group yet; the round then does."""
            known, self.asked = self.asked, True
            return self.closed if known else {}

        asked = False

    late = Forgetful(closed={-1: 40.0})
    await outbox.queue(-1, "crowded")
    await outbox.queue(2, "Hello")
    began = monotonic()
    assert not await deliver(storage.messages, late).step(NOW)
    assert monotonic() - began < 4
    assert late.sent == [(2, "Hello")]
    assert await outbox.states() == {"queued": 1, "sent": 1}
    due = await outbox.due_again_at()
    assert due is not None
    assert timedelta(seconds=40) <= due - NOW <= timedelta(seconds=45)


async def test_a_step_ends_after_some_seconds_and_says_that_more_is_due(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    seconds = 0.0
    await outbox.queue(1, "Hello")
    await outbox.queue(2, "Hello")
    messenger.closed[2] = 0.0

    async def slowly(_: ClaimedMessage) -> Verdict:
        nonlocal seconds
        seconds += 60.0
        return SENT

    messenger.answers[1] = [slowly]
    assert await deliver(storage.messages, messenger, clock=lambda: seconds).step(NOW)
    assert await outbox.states() == {"queued": 1, "sent": 1}


async def test_a_refused_bot_stops_and_loses_nothing(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    for chat in range(1, 51):
        await outbox.queue(chat, "Hello")
    one_by_one.answers[3] = [failing(SendingStoppedError("no such token"))]
    step = deliver(storage.messages, one_by_one).step
    with pytest.raises(SendingStoppedError):
        await step(NOW)
    states = await outbox.states()
    assert states["sent"] == len(one_by_one.sent)
    assert states["queued"] == 50 - len(one_by_one.sent)
    while await step(NOW + timedelta(seconds=10)):
        pass
    assert sorted(one_by_one.sent) == [(chat, "Hello") for chat in range(1, 51)]


async def test_stopping_waits_for_the_answers_in_flight_and_puts_the_rest_back(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def when_allowed(_: ClaimedMessage) -> Verdict:
        asked.set()
        await may_answer.wait()
        return SENT

    await outbox.queue(1, "in flight")
    await outbox.queue(2, "waiting")
    one_by_one.answers[1] = [when_allowed]
    step = asyncio.create_task(deliver(storage.messages, one_by_one).step(NOW))
    await asked.wait()
    step.cancel()
    await asyncio.sleep(0)
    may_answer.set()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert one_by_one.sent == [(1, "in flight")]
    assert await outbox.states() == {"queued": 1, "sent": 1}


async def test_stopped_at_any_moment_what_was_sent_is_settled_as_sent(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    tries, a_round = 100, 0.03
    for number in range(tries):
        for chat in (1, 2, 3):
            await outbox.queue(chat, f"Hello {number}")
        step = asyncio.create_task(deliver(storage.messages, messenger).step(NOW))
        await asyncio.sleep(a_round * number / tries)
        step.cancel()
        await asyncio.wait([step])
        assert (await outbox.states()).get("sent", 0) == len(messenger.sent)


async def never(_: ClaimedMessage) -> Verdict:
    await asyncio.Event().wait()
    return SENT


async def test_an_answer_that_never_comes_is_uncertain_and_holds_up_one_round_at_most(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sending.SECONDS_PER_ROUND", 0.05)
    monkeypatch.setattr("services.sending.ANSWER_SECONDS", 0.05)
    await outbox.queue(1, "Hello")
    await outbox.queue(2, "Hello")
    messenger.answers[1] = [never]
    step = deliver(storage.messages, messenger).step
    await step(NOW)
    assert messenger.sent == [(2, "Hello")]
    await step(NOW + timedelta(minutes=1))
    assert messenger.sent == [(2, "Hello"), (1, "Hello")]
    assert await outbox.states() == {"sent": 2}


async def test_an_answer_that_does_not_come_before_the_end_is_uncertain(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.sending.GRACE_SECONDS", 0.05)
    asked = asyncio.Event()

    async def noted(message: ClaimedMessage) -> Verdict:
        asked.set()
        return await never(message)

    await outbox.queue(1, "Hello")
    messenger.answers[1] = [noted]
    step = asyncio.create_task(deliver(storage.messages, messenger).step(NOW))
    await asked.wait()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert await outbox.states() == {"queued": 1}
    [claimed] = await storage.messages.claim(NOW + timedelta(minutes=1), 10, ())
    assert claimed.uncertain == 1


class BrokenOnce(MessageStore):
    """A store whose next commit of verdicts fails."""

    broken = True

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        if self.broken:
            self.broken = False
            raise OSError("disk full")
        await super().settle(settlements)


async def test_a_verdict_that_could_not_be_stored_is_stored_by_the_next_step(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    for chat in range(1, 101):
        await outbox.queue(chat, "Hello")
    step = deliver(BrokenOnce(storage.database), messenger).step
    with pytest.raises(OSError, match="disk full"):
        await step(NOW)
    while await step(NOW + timedelta(seconds=1)):
        pass
    assert sorted(messenger.sent) == [(chat, "Hello") for chat in range(1, 101)], "nothing lost, nothing said twice"
    assert await outbox.states() == {"sent": 100}


async def test_what_a_killed_process_had_claimed_is_sent(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    assert len(await storage.messages.claim(NOW, 10, ())) == 1
    await deliver(storage.messages, messenger).step(NOW)
    assert messenger.sent == [(1, "Hello")]


async def test_verdicts_that_come_together_are_committed_together(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    class Counting(MessageStore):
        commits = 0

        async def settle(self, settlements: Sequence[Settlement]) -> None:
            self.commits += 1
            await super().settle(settlements)

        async def claim(self, now: datetime, limit: int, busy: Collection[int]) -> Sequence[ClaimedMessage]:
            return await super().claim(now, limit, busy)

    for chat in range(1, 201):
        await outbox.queue(chat, "Hello")
    store = Counting(storage.database)
    while await deliver(store, messenger).step(NOW):
        pass
    assert len(messenger.sent) == 200
    assert store.commits < 50


def owed(alert: int, title: str = "A petition", *, chat: int = 1, change: int = 1) -> OwedAlert:
    return OwedAlert(
        id=AlertId(alert),
        place=Place(chat=ChatId(chat)),
        change=StoredChange(
            id=ChangeId(change),
            petition=PetitionId(change),
            ref=PetitionRef(site=Site.UK, number=str(change)),
            title=title,
            change=Change(key="closed", news=Closed(signatures=1), happened_at=None, seen_at=NOW),
        ),
        due_at=NOW,
    )


async def test_due_alerts_become_messages_that_settle_them(storage: Storage, messenger: FakeMessenger) -> None:
    alerts = Owed(owed(1), owed(2, chat=2), owed(3, chat=2))
    assert not await deliver(storage.messages, messenger, alerts=alerts).step(NOW)
    assert alerts.alerts == []
    assert [(message.place.chat, message.alerts, message.lane) for message in alerts.queued] == [
        (1, (1,), Lane.ALERT),
        (2, (2, 3), Lane.ALERT),
    ]
    assert alerts.queued[0].petition == 1


async def test_an_alert_that_cannot_be_worded_stays_owed_and_stops_no_other(
    storage: Storage, messenger: FakeMessenger
) -> None:
    def compose(gathered: Gathered, now: datetime) -> Content:
        if gathered.changes[0].title == "odd":
            raise KeyError("no words for this")
        return says_title(gathered, now)

    bad = [owed(number, "odd", chat=number) for number in range(1, 301)]
    good = [owed(number, chat=number, change=2) for number in range(301, 401)]
    alerts = Owed(*bad, *good)
    step = deliver(storage.messages, messenger, alerts=alerts, compose=compose).step
    with capture_logs() as logs:
        while await step(NOW):
            pass
    assert alerts.alerts == bad
    assert sorted(alert for message in alerts.queued for alert in message.alerts) == list(range(301, 401))
    assert sum(line["event"] == "alerts.not_composed" for line in logs) == 300
    assert all("odd" not in str(line.get("title")) for line in logs)
