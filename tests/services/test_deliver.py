"""Messages leave the outbox, and each attempt ends as its verdict says."""

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from delivery.chats import ChatKind
from delivery.circuit import FAILURES_UNTIL_OPEN, LONGEST_WAIT, CircuitState
from delivery.outbox import ClaimedMessage, Lane, NewMessage, Settlement
from delivery.pacing import Ticket
from delivery.verdicts import Gone, Later, Moved, Refused, Uncertain, Verdict
from messages.content import Content, Html, Outgoing
from messages.replies import topic_lost
from messages.words import Words
from petitions.follows import Place
from services.deliver import CLAIM_SECONDS, WINDOW_PER_CHAT
from storage.messages import MessageStore
from storage.storage import Storage
from tests.services.outbox import NOW, SENT, FakeMessenger, Outbox, Sender, always, failing


async def test_everything_that_is_due_is_sent_once(storage: Storage, outbox: Outbox, messenger: FakeMessenger) -> None:
    for chat in range(1, 451):
        await outbox.queue(chat, "Hello")
    sender = Sender(storage.messages, messenger)
    await sender.run(NOW)
    assert sorted(messenger.sent) == [(chat, "Hello") for chat in range(1, 451)]
    assert await outbox.states() == {"sent": 450}
    await sender.run(NOW)
    assert len(messenger.sent) == 450


async def test_nothing_of_a_sent_message_is_left_to_the_garbage_collector(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(7, "Hello")
    sender = Sender(storage.messages, messenger)
    gc.collect()
    gc.disable()
    try:
        await sender.run(NOW)
        left = [each for each in gc.get_objects() if isinstance(each, Ticket)]
    finally:
        gc.enable()
    assert messenger.sent == [(7, "Hello")]
    assert not left


async def test_a_step_that_has_claimed_a_full_batch_wants_another_at_once(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.deliver.CLAIMED_AT_ONCE", 5)
    await outbox.queue_many(range(1, 8), "Hello")
    sender = Sender(storage.messages, messenger)
    assert await sender.deliver.step(NOW)
    await sender.run(NOW)
    assert len(messenger.sent) == 7
    assert not await sender.deliver.step(NOW)


async def test_alerts_that_have_to_wait_are_given_back_and_sent_afterwards(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(7, "a", "b", "c")
    release = asyncio.Event()

    async def slow() -> Verdict:
        await release.wait()
        return SENT

    messenger.answers[7] = [slow]
    sender = Sender(storage.messages, messenger)
    await sender.deliver.step(NOW)
    sender.waiting.add(Lane.ALERT)
    await sender.deliver.step(NOW)
    assert await outbox.states() == {"claimed": 1, "queued": 2}  # what is on its way is not called back
    release.set()
    await sender.run(NOW)
    assert messenger.sent == [(7, "a")]
    sender.waiting.clear()
    await sender.run(NOW)
    assert messenger.sent == [(7, "a"), (7, "b"), (7, "c")]


@pytest.mark.parametrize(("may_pay", "paid"), [(True, [7]), (False, [])])
async def test_only_what_is_in_the_lane_for_that_is_paid_for_and_only_where_that_is_allowed(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger, may_pay: bool, paid: list[int]
) -> None:
    await outbox.queue(7, "a broadcast", lane=Lane.PAID)
    await outbox.queue(8, "a broadcast", lane=Lane.BROADCAST)
    await outbox.queue(9, "an alert")
    await Sender(storage.messages, messenger, may_pay=may_pay).run(NOW)
    assert [chat for chat, _ in messenger.sent] == [9, 8, 7]
    assert messenger.paid == paid


async def test_one_bad_chat_does_not_stop_the_rest(storage: Storage, outbox: Outbox, messenger: FakeMessenger) -> None:
    for chat in range(1, 6):
        await outbox.queue(chat, "Hello")
    messenger.answers[2] = [always(Later(reason="500"))]
    messenger.answers[3] = [always(Gone(reason="blocked"))]
    messenger.answers[4] = [failing(ValueError("a bug"))]
    await Sender(storage.messages, messenger).run(NOW)
    assert sorted(messenger.sent) == [(1, "Hello"), (5, "Hello")]
    assert await outbox.states() == {"queued": 3, "sent": 2}


async def test_a_refused_message_is_reported_with_its_reason_and_never_tried_again(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    reported = []

    async def report(message: ClaimedMessage, settlement: Settlement) -> None:
        reported.append((message.telegram_chat, settlement.reason))
        raise RuntimeError("the operator cannot be reached either")

    await outbox.queue(1, "<b>Broken", "Fine")
    messenger.answers[1] = [always(Refused(reason="can't parse entities"))]
    sender = Sender(storage.messages, messenger, report=report)
    await sender.run(NOW)
    await sender.run(NOW + timedelta(days=1))
    assert reported == [(1, "can't parse entities")]
    assert messenger.sent == [(1, "Fine")]
    assert await outbox.states() == {"rejected": 1, "sent": 1}


async def test_a_message_that_has_to_wait_is_not_overtaken_in_its_chat(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(-1, "first", "second", "third")
    messenger.answers[-1] = [always(Later(reason="429", after=timedelta(seconds=20)))]
    sender = Sender(storage.messages, messenger)
    await sender.run(NOW)
    assert messenger.sent == []
    await sender.run(NOW + timedelta(seconds=25))
    assert messenger.sent == [(-1, "first"), (-1, "second"), (-1, "third")]


async def test_a_migrated_group_gets_all_its_messages_at_its_new_address(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(-1, "first", "second")
    messenger.answers[-1] = [always(Moved(telegram_id=-1009))]
    await Sender(storage.messages, messenger).run(NOW)
    assert messenger.sent == [(-1009, "first"), (-1009, "second")]


async def test_what_a_lost_chat_is_owed_goes_out_when_it_is_back(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(7, "first", "second")
    messenger.answers[7] = [always(Gone(reason="bot was blocked by the user"))]
    sender = Sender(storage.messages, messenger)
    await sender.run(NOW)
    await sender.run(NOW + timedelta(hours=1))
    assert messenger.sent == []
    await storage.chats.restore(7, NOW + timedelta(hours=2))
    await sender.run(NOW + timedelta(hours=2))
    assert messenger.sent == [(7, "first"), (7, "second")]


async def test_a_chat_that_is_forgotten_hears_nothing_more_though_its_message_was_already_claimed(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    await outbox.queue(9, "Too late")
    sender = Sender(storage.messages, one_by_one)

    async def meanwhile_9_is_forgotten() -> Verdict:
        await storage.chats.forget(9)
        sender.deliver.recall_chat(9)
        return SENT

    one_by_one.answers[1] = [meanwhile_9_is_forgotten]
    await sender.run(NOW)
    assert one_by_one.sent == [(1, "Hello")]
    assert await outbox.states() == {"sent": 1}


async def test_unfollowing_withdraws_what_is_already_claimed_there_and_nowhere_else(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    petition = await outbox.petition("1")
    await outbox.queue(1, "Hello")
    await outbox.queue(2, "unfollowed", petition=petition)
    await outbox.queue(3, "still followed", petition=petition)
    sender = Sender(storage.messages, one_by_one)

    async def meanwhile_2_unfollows() -> Verdict:
        await storage.follows.unfollow(petition, outbox.places[2])
        sender.deliver.recall(petition, outbox.places[2])
        return SENT

    one_by_one.answers[1] = [meanwhile_2_unfollows]
    await sender.run(NOW)
    assert sorted(one_by_one.sent) == [(1, "Hello"), (3, "still followed")]


async def test_a_request_that_is_never_answered_holds_up_nobody_else_and_is_uncertain_in_the_end(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    seconds = 0.0

    async def never() -> Verdict:
        await asyncio.Event().wait()
        return SENT

    await outbox.queue(1, "unanswered", "behind it")
    await outbox.queue(2, "Hello")
    messenger.answers[1] = [never]
    sender = Sender(storage.messages, messenger, clock=lambda: seconds)
    await sender.deliver.step(NOW)
    while not messenger.sent:
        await sender.wake.wait()
    await outbox.queue(3, "queued later")
    seconds = 1.0
    while len(messenger.sent) < 2:
        await sender.deliver.step(NOW)
        await asyncio.sleep(0)
    assert messenger.sent == [(2, "Hello"), (3, "queued later")]
    seconds = 16.0
    await sender.run(NOW)
    assert await outbox.states() == {"queued": 2, "sent": 2}
    await sender.run(NOW + timedelta(minutes=10))
    assert messenger.sent[2:] == [(1, "unanswered"), (1, "behind it")]


async def test_verdicts_that_come_together_are_committed_together(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    class Counting(MessageStore):
        commits = 0

        async def settle(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
            self.commits += 1
            return await super().settle(settlements)

    for chat in range(1, 201):
        await outbox.queue(chat, "Hello")
    store = Counting(storage.database)
    await Sender(store, messenger).run(NOW)
    assert len(messenger.sent) == 200
    assert store.commits < 50


async def test_claims_never_exceed_the_window_and_one_chat_never_fills_it(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.deliver.WINDOW", 50)
    monkeypatch.setattr("services.deliver.CLAIMED_AT_ONCE", 20)
    seconds, may_answer = 0.0, asyncio.Event()

    async def when_allowed() -> Verdict:
        await may_answer.wait()
        return SENT

    await outbox.queue(1, *["a long backlog"] * (WINDOW_PER_CHAT + 15))
    await outbox.queue_many(range(2, 102), "Hello")
    one_by_one.answers[1] = [when_allowed]
    sender = Sender(storage.messages, one_by_one, clock=lambda: seconds)
    for _ in range(20):
        seconds += 0.5
        await sender.deliver.step(NOW)
    assert (await outbox.states())["claimed"] == 50
    may_answer.set()
    await sender.run(NOW)
    assert await outbox.states() == {"sent": WINDOW_PER_CHAT + 15 + 100}


async def test_an_outage_opens_the_circuit_and_costs_nothing_but_time(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    seconds = 0.0
    asked = 0
    await outbox.queue_many(range(1, 61), "Hello")

    async def bad_gateway() -> Verdict:
        nonlocal asked
        asked += 1
        return Later(reason="502")

    for chat in range(1, 61):
        one_by_one.answers[chat] = [bad_gateway] * 100
    one_by_one.answers_probes = False
    sender = Sender(storage.messages, one_by_one, clock=lambda: seconds)
    now = NOW
    await sender.run(now)
    assert asked == FAILURES_UNTIL_OPEN
    for _ in range(20):
        seconds, now = seconds + LONGEST_WAIT, now + timedelta(seconds=LONGEST_WAIT)
        await sender.run(now)
    assert asked == FAILURES_UNTIL_OPEN, "only probes are sent while Telegram does not answer"
    one_by_one.answers_probes = True
    seconds, now = seconds + LONGEST_WAIT, now + timedelta(hours=1)
    await sender.run(now)
    assert asked == FAILURES_UNTIL_OPEN + 1, "a probe that is answered is followed by one message"
    one_by_one.answers.clear()
    seconds, now = seconds + LONGEST_WAIT, now + timedelta(hours=1)
    await sender.run(now)
    assert sender.deliver.circuit is CircuitState.CLOSED
    assert sorted(one_by_one.sent) == [(chat, "Hello") for chat in range(1, 61)]


async def test_a_small_alert_leaves_between_the_parts_of_a_big_one(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    crowd, small = await outbox.petition("1"), await outbox.petition("2")
    await outbox.queue_many(range(1, 901), "many", petition=crowd)
    sender = Sender(storage.messages, one_by_one)

    async def a_small_one_is_found() -> Verdict:
        await outbox.queue(5_000, "few", petition=small)
        await asyncio.sleep(CLAIM_SECONDS)
        await sender.deliver.step(NOW)
        return SENT

    one_by_one.answers[10] = [a_small_one_is_found]
    await sender.run(NOW)
    place = [text for _, text in one_by_one.sent].index("few")
    assert place < 30
    assert len(one_by_one.sent) == 901


async def test_a_group_is_told_of_a_topic_that_is_closed(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    forum = await storage.chats.ensure(-7, ChatKind.SUPERGROUP, NOW)
    outbox.places[-7] = Place(chat=forum.id, thread=9)
    await outbox.queue(-7, "Hello")
    messenger.answers[-7] = [always(Gone(reason="TOPIC_CLOSED", topic_only=True))]
    await Sender(storage.messages, messenger).run(NOW)
    assert messenger.sent == [(-7, topic_lost(Words()).text)]


async def test_after_silence_a_message_goes_without_its_picture(storage: Storage) -> None:
    @dataclass
    class Illustrated(FakeMessenger):
        pictures: list[str] = field(default_factory=list)

        async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
            assert isinstance(outgoing, Content)
            self.pictures.append(outgoing.picture)
            return await super().deliver(telegram_chat, thread, outgoing, paid=paid)

    messenger = Illustrated()
    chat = await storage.chats.ensure(1, ChatKind.PRIVATE, NOW)
    content = Content(text=Html("Hello"), picture="chart")
    await storage.messages.queue(NewMessage(place=Place(chat=chat.id), lane=Lane.ALERT, content=content, due_at=NOW))
    messenger.answers[1] = [always(Uncertain(reason="timed out"))]
    sender = Sender(storage.messages, messenger)
    for later in range(2):
        await sender.run(NOW + timedelta(hours=later))
    assert messenger.pictures == ["chart", ""]
    await messenger.pacer.shutdown()


async def test_silence_is_tried_again_a_few_times_and_then_counted_apart(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    reported = []

    async def report(message: ClaimedMessage, settlement: Settlement) -> None:
        reported.append(settlement.state)

    await outbox.queue(1, "Hello")
    messenger.answers[1] = [always(Uncertain(reason="timed out"))] * 9
    sender = Sender(storage.messages, messenger, report=report)
    now = NOW
    for _ in range(9):
        await sender.run(now)
        now += timedelta(hours=1)
    assert await outbox.states() == {"uncertain": 1}
    assert reported == ["uncertain"]
