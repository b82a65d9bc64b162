"""Messages leave the outbox, and each attempt ends as its verdict says."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from delivery.outbox import ClaimedMessage, Settlement
from delivery.verdicts import Gone, Later, Moved, Refused, Uncertain, Verdict
from storage.messages import MessageStore
from storage.storage import Storage
from tests.services.outbox import NOW, SENT, FakeMessenger, Outbox, always, deliver, failing


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


async def test_silence_is_tried_twice_more_and_then_counted_apart(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    messenger.answers[1] = [always(Uncertain(reason="timed out"))] * 5
    step = deliver(storage.messages, messenger).step
    for minutes in (0, 1):
        await step(NOW + timedelta(minutes=minutes))
        assert await outbox.states() == {"queued": 1}
    await step(NOW + timedelta(minutes=10))
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
    while await deliver(store, messenger).step(NOW):
        pass
    assert len(messenger.sent) == 200
    assert store.commits < 50
