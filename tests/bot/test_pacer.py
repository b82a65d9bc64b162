import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from telegram.error import Forbidden, RetryAfter

from bot.pacer import Pacer
from delivery.limits import Limits
from delivery.outbox import Lane, SentRecord
from delivery.pacing import Pacing

FAST = Limits(per_second=2_000)


def pacer(limits: Limits = FAST) -> Pacer:
    return Pacer(Pacing(limits), monotonic)


class Calls:
    """Stands for the library's way to Telegram: notes when it is called, and fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.at: list[float] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self._failures = list(failures)

    async def __call__(self, *_: object) -> bool:
        self.at.append(monotonic())
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        if self._failures:
            raise self._failures.pop(0)
        return True


def process(
    pacer: Pacer,
    call: Callable[..., Coroutine[Any, Any, bool]],
    *,
    chat: int | str = 5,
    endpoint: str = "sendMessage",
    args: int | None = None,
) -> Coroutine[Any, Any, object]:
    return pacer.process_request(call, (), {}, endpoint, {"chat_id": chat}, args)


@pytest.fixture
async def held() -> AsyncIterator[Pacer]:
    """A pacer whose only bulk turn is taken."""
    held = pacer(Limits(per_second=2_000, in_flight=1))
    async with held.slot(1, Lane.ALERT):
        yield held
    await held.shutdown()


async def test_turns_come_at_the_pace_of_the_limits() -> None:
    paced, call = pacer(Limits(per_second=100)), Calls()
    await asyncio.gather(*(process(paced, call, chat=chat) for chat in range(1, 21)))
    assert 0.15 <= call.at[-1] - call.at[0] <= 1.0
    await paced.shutdown()


async def test_one_request_a_chat_is_in_flight() -> None:
    paced, call = pacer(), Calls()
    await asyncio.gather(*(process(paced, call) for _ in range(3)))
    assert call.most_in_flight == 1
    await paced.shutdown()


async def test_a_reply_passes_waiting_alerts(held: Pacer) -> None:
    alert = asyncio.create_task(held.slot(2, Lane.ALERT).__aenter__())
    await asyncio.sleep(0)
    call = Calls()
    await process(held, call)
    assert len(call.at) == 1
    assert not alert.done()
    alert.cancel()


async def test_who_is_cancelled_while_waiting_leaves_no_trace() -> None:
    paced = pacer(Limits(per_second=2_000, in_flight=1))
    order = []

    async def send(chat: int) -> None:
        async with paced.slot(chat, Lane.ALERT):
            order.append(chat)

    async with asyncio.timeout(5):
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

    async with asyncio.timeout(5):
        async with paced.slot(1, Lane.ALERT):
            second, third = asyncio.create_task(send(2)), asyncio.create_task(send(3))
            await asyncio.sleep(0.01)
        second.cancel()  # granted at this very moment, or about to be
        await asyncio.wait([second, third])
    assert order == [3]
    await paced.shutdown()


async def test_a_reply_is_repeated_when_telegram_asks_for_patience() -> None:
    paced, call = pacer(), Calls(RetryAfter(timedelta(seconds=0.05)))
    assert await process(paced, call) is True
    assert call.at[1] - call.at[0] >= 0.05
    await paced.shutdown()


async def test_patience_has_a_bound() -> None:
    paced, call = pacer(), Calls(RetryAfter(3_600))
    with pytest.raises(RetryAfter):
        await process(paced, call, chat=-5)
    assert len(call.at) == 1
    assert paced.busy() == {-5: pytest.approx(3_600, abs=5)}
    await paced.shutdown()


async def test_other_errors_are_not_its_business() -> None:
    paced, call = pacer(), Calls(Forbidden("bot was blocked by the user"))
    with pytest.raises(Forbidden):
        await process(paced, call)
    assert await process(paced, call) is True
    await paced.shutdown()


@pytest.mark.parametrize(
    "endpoint", ["answerCallbackQuery", "getMe", "setMyCommands", "getChatMember", "sendChatAction"]
)
async def test_what_sends_no_message_takes_no_turn(held: Pacer, endpoint: str) -> None:
    async with held.slot(5, Lane.REPLY):
        call = Calls()
        assert await process(held, call, chat=5, endpoint=endpoint) is True


async def test_a_refused_menu_does_not_silence_the_bot() -> None:
    paced = pacer()
    with pytest.raises(RetryAfter):
        await process(paced, Calls(RetryAfter(40_000)), endpoint="setMyCommands")
    assert await process(paced, Calls()) is True
    await paced.shutdown()


async def test_all_calls_are_silent_while_the_whole_bot_has_to_be() -> None:
    paced, call = pacer(), Calls()
    paced.penalise(5, 0.05)
    began = monotonic()
    await asyncio.gather(process(paced, call, endpoint="answerCallbackQuery"), process(paced, call, chat=-7))
    assert min(call.at) - began >= 0.045
    await paced.shutdown()


async def test_handlers_may_name_another_lane(held: Pacer) -> None:
    broadcast = asyncio.create_task(process(held, Calls(), chat=8, args=Lane.BROADCAST))
    await process(held, Calls(), chat=9)
    assert not broadcast.done()
    broadcast.cancel()


async def test_a_group_that_was_full_before_a_restart_is_still_full() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    paced = pacer()
    paced.recall(
        [SentRecord(telegram_chat=-5, at=now - timedelta(seconds=age)) for age in range(10, 30)],
        now,
    )
    assert paced.busy() == {-5: pytest.approx(31.5, abs=1)}
    await paced.shutdown()


async def test_a_channel_may_be_called_by_its_name() -> None:
    paced = pacer()
    assert await process(paced, Calls(), chat="@petitions") is True
    assert await process(paced, Calls(), chat="-100") is True
    await paced.shutdown()
