"""Sending that is stopped, killed or fails half-way loses nothing and says nothing twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from delivery.outbox import ClaimedMessage, Settlement
from delivery.verdicts import SendingStoppedError, Verdict
from storage.messages import MessageStore
from storage.storage import Storage
from tests.services.outbox import NOW, SENT, FakeMessenger, Outbox, deliver, failing


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

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
        if self.broken:
            self.broken = False
            raise OSError("disk full")
        return await super().settle(settlements)


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
