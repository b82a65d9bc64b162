import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from telegram.error import RetryAfter

from bot.pacer import Pacer
from delivery.budgets import Limits
from delivery.outbox import Lane, SentRecord
from delivery.pacing import Pacing

FAST = Limits(per_second=2_000)


def pacer(limits: Limits = FAST) -> Pacer:
    return Pacer(Pacing(limits), monotonic)


async def send(pacer: Pacer, chat: int | str = 5, lane: Lane = Lane.REPLY) -> float:
    """Take a turn, and return when it came."""
    async with pacer.slot(chat, lane):
        at = monotonic()
        await asyncio.sleep(0)
    return at


async def call(pacer: Pacer) -> float:
    """Let the library make a request, and return when it left."""

    async def leave() -> bool:
        left.append(monotonic())
        return True

    left: list[float] = []
    assert await pacer.process_request(leave, (), {}, "answerCallbackQuery", {}, None) is True
    return left[0]


@pytest.fixture
async def held() -> AsyncIterator[Pacer]:
    """A pacer whose only bulk turn is taken."""
    held = pacer(Limits(per_second=2_000, in_flight=1))
    async with held.slot(1, Lane.ALERT):
        yield held
    await held.shutdown()


async def test_turns_come_at_the_pace_of_the_limits() -> None:
    paced = pacer(Limits(per_second=100))
    at = await asyncio.gather(*(send(paced, chat) for chat in range(1, 21)))
    assert 0.15 <= max(at) - min(at) <= 1.0
    await paced.shutdown()


async def test_one_request_a_chat_is_in_flight() -> None:
    paced, in_flight, most = pacer(), 0, 0

    async def one() -> None:
        nonlocal in_flight, most
        async with paced.slot(5, Lane.REPLY):
            in_flight += 1
            most = max(most, in_flight)
            await asyncio.sleep(0)
            in_flight -= 1

    await asyncio.gather(*(one() for _ in range(3)))
    assert most == 1
    await paced.shutdown()


async def test_a_reply_passes_waiting_alerts(held: Pacer) -> None:
    alert = asyncio.create_task(send(held, 2, Lane.ALERT))
    await asyncio.sleep(0)
    await send(held)
    assert not alert.done()
    alert.cancel()


async def test_who_is_cancelled_while_waiting_leaves_no_trace() -> None:
    paced = pacer(Limits(per_second=2_000, in_flight=1))
    order = []

    async def send(chat: int) -> None:
        async with paced.slot(chat, Lane.ALERT):
            order.append(chat)

    async with asyncio.timeout(30):
        async with paced.slot(1, Lane.ALERT):
            waiting = [asyncio.create_task(send(chat)) for chat in (2, 3, 4)]
            await asyncio.sleep(0)
            waiting[1].cancel()
            await asyncio.wait(waiting[1:2])
            assert order == []
        await asyncio.gather(waiting[0], waiting[2])
    assert order == [2, 4]
    await paced.shutdown()


async def test_who_is_cancelled_as_its_turn_comes_hands_it_on() -> None:
    paced = pacer(Limits(per_second=2_000, in_flight=1))
    order = []

    async def send(chat: int) -> None:
        async with paced.slot(chat, Lane.ALERT):
            order.append(chat)
            await asyncio.sleep(0)

    async with asyncio.timeout(30):
        async with paced.slot(1, Lane.ALERT):
            second, third = asyncio.create_task(send(2)), asyncio.create_task(send(3))
            await asyncio.sleep(0.01)
        second.cancel()  # granted at this very moment, or about to be
        await asyncio.wait([second, third])
    assert order == [3]
    await paced.shutdown()


async def test_the_library_waits_while_the_whole_bot_has_to_be_silent() -> None:
    paced = pacer()
    paced.penalise(-5, 0.05)
    began = monotonic()
    paced.penalise(5, 0.05)
    assert await call(paced) - began >= 0.045
    await paced.shutdown()


async def test_the_library_does_not_wait_for_hours_and_asks_nothing_meanwhile() -> None:
    paced = pacer()
    paced.penalise(-5, 3_600)
    paced.penalise(5, 3_600)
    with pytest.raises(RetryAfter):
        await call(paced)
    await paced.shutdown()


async def test_the_library_takes_no_turn(held: Pacer) -> None:
    async with held.slot(5, Lane.REPLY):
        await call(held)


async def test_a_group_that_was_full_before_a_restart_is_still_full() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    paced = pacer()
    paced.recall(
        [SentRecord(telegram_chat=-5, at=now - timedelta(seconds=age)) for age in range(10, 30)],
        now,
    )
    assert paced.busy() == {-5: pytest.approx(31.5, abs=1)}
    await paced.shutdown()
