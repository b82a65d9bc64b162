"""Sending that is stopped, killed or fails half-way loses nothing and says nothing twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from delivery.outbox import Settlement
from delivery.verdicts import SendingStoppedError, Verdict
from storage.messages import MessageStore
from storage.storage import Storage
from tests.services.outbox import NOW, SENT, FakeMessenger, Outbox, Sender, failing


async def test_a_refused_bot_stops_and_loses_nothing(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    await outbox.queue_many(range(1, 51), "Hello")
    one_by_one.answers[3] = [failing(SendingStoppedError("no such token"))]
    sender = Sender(storage.messages, one_by_one)
    with pytest.raises(SendingStoppedError):
        await sender.run(NOW)
    await sender.deliver.close(NOW)
    assert one_by_one.sent
    assert await outbox.states() == {"sent": len(one_by_one.sent), "queued": 50 - len(one_by_one.sent)}
    await Sender(storage.messages, one_by_one).run(NOW + timedelta(seconds=10))
    assert sorted(one_by_one.sent) == [(chat, "Hello") for chat in range(1, 51)]


async def test_stopping_waits_for_the_answers_in_flight_and_puts_the_rest_back(
    storage: Storage, outbox: Outbox, one_by_one: FakeMessenger
) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def when_allowed() -> Verdict:
        asked.set()
        await may_answer.wait()
        return SENT

    await outbox.queue(1, "in flight")
    await outbox.queue(2, "waiting")
    one_by_one.answers[1] = [when_allowed]
    sender = Sender(storage.messages, one_by_one)
    await sender.deliver.step(NOW)
    await asked.wait()
    closing = asyncio.create_task(sender.deliver.close(NOW))
    await asyncio.sleep(0)
    may_answer.set()
    await closing
    assert one_by_one.sent == [(1, "in flight")]
    assert await outbox.states() == {"queued": 1, "sent": 1}


async def test_stopped_after_any_number_of_answers_what_was_sent_is_settled_as_sent(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    for answers in range(1, 20):
        before = len(messenger.sent)
        await outbox.queue_many(range(answers * 100, answers * 100 + 30), "Hello")
        sender = Sender(storage.messages, messenger)
        while len(messenger.sent) < before + answers:
            await sender.deliver.step(NOW)
            await sender.wake.wait()
        await sender.deliver.close(NOW)
        assert (await outbox.states())["sent"] == len(messenger.sent) >= before + answers
        await Sender(storage.messages, messenger).run(NOW)
    assert len(messenger.sent) == len(set(messenger.sent)) == 19 * 30


async def test_an_answer_that_does_not_come_before_the_end_is_uncertain(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.deliver.GRACE_SECONDS", 0.05)
    asked = asyncio.Event()

    async def never() -> Verdict:
        asked.set()
        await asyncio.Event().wait()
        return SENT

    await outbox.queue(1, "Hello")
    messenger.answers[1] = [never]
    sender = Sender(storage.messages, messenger)
    await sender.deliver.step(NOW)
    await asked.wait()
    await sender.deliver.close(NOW)
    assert await outbox.states() == {"queued": 1}
    [claimed] = await storage.messages.claim(NOW + timedelta(minutes=10), 10, ())
    assert claimed.uncertain == 1


class BrokenOnce(MessageStore):
    """A store whose next commit of verdicts fails."""

    broken = True

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
        if self.broken:
            self.broken = False
            raise OSError("disk full")
        return await super().settle(settlements)


async def test_a_verdict_that_could_not_be_stored_is_stored_by_the_next_step(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue_many(range(1, 101), "Hello")
    sender = Sender(BrokenOnce(storage.database), messenger)
    with pytest.raises(OSError, match="disk full"):
        await sender.run(NOW)
    await sender.run(NOW + timedelta(seconds=1))
    assert sorted(messenger.sent) == [(chat, "Hello") for chat in range(1, 101)], "nothing lost, nothing said twice"
    assert await outbox.states() == {"sent": 100}


async def test_what_a_killed_process_had_claimed_is_sent(
    storage: Storage, outbox: Outbox, messenger: FakeMessenger
) -> None:
    await outbox.queue(1, "Hello")
    assert len(await storage.messages.claim(NOW, 10, ())) == 1
    assert await storage.messages.take_back_orphans() == 1
    await Sender(storage.messages, messenger).run(NOW)
    assert messenger.sent == [(1, "Hello")]
