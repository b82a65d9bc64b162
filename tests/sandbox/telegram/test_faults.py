import asyncio

import pytest
from aiohttp import ClientError, ClientSession
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from sandbox.telegram.faults import Cut, Delay, Moment, Page, Refuse, TruncatedJson
from sandbox.telegram.local import LocalTelegram
from tests.sandbox.telegram.conftest import TOKEN, Clock

TOO_MANY = Refuse(status=429, description="Too Many Requests: retry after 7", parameters={"retry_after": 7})


async def test_a_planned_refusal_is_met_once(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(TOO_MANY)
    with pytest.raises(RetryAfter):
        await bot.send_message(ann.id, "lost")
    await bot.send_message(ann.id, "sent")
    assert [message.text for message in telegram.messages(ann)] == ["sent"]
    assert [request.status for request in telegram.requests[-2:]] == [429, 200]


async def test_a_fault_may_hold_for_some_time(telegram: LocalTelegram, bot: Bot, clock: Clock) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(TOO_MANY, seconds=180, method="sendMessage")
    for wait in (0, 100, 79):
        clock.advance(wait)
        with pytest.raises(RetryAfter):
            await bot.send_message(ann.id, "lost")
    clock.advance(1)
    await bot.send_message(ann.id, "sent")
    assert not telegram.faults


async def test_a_fault_meets_only_its_method_and_chat(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = telegram.add_user("Ann", started=True), telegram.add_user("Ben", started=True)
    telegram.faults.plan(Refuse(status=500, description="x"), times=2, method="sendMessage", chat_id=ben.id)
    await bot.get_me()
    await bot.send_message(ann.id, "fine")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ben.id, "lost")
    await bot.send_message(ben.id, "fine")
    assert not telegram.faults


async def post(url: str, **params: object) -> tuple[int, bytes]:
    async with ClientSession() as session, session.post(f"{url}/bot{TOKEN}/sendMessage", json=params) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(
    ("moment", "delivered"),
    [(Moment.BEFORE_READING, False), (Moment.BEFORE_ACTING, False), (Moment.AFTER_ACTING, True)],
)
async def test_a_cut_connection_leaves_no_answer(
    telegram: LocalTelegram, url: str, moment: Moment, delivered: bool
) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(Cut(moment=moment), method="sendMessage")
    with pytest.raises(ClientError):
        await post(url, chat_id=ann.id, text="hello")
    assert len(telegram.messages(ann)) == delivered
    assert telegram.requests[-1].answer is None
    assert (await post(url, chat_id=ann.id, text="hello"))[0] == 200


async def test_a_page_or_half_an_answer_is_no_json(telegram: LocalTelegram, url: str) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(Page())
    status, body = await post(url, chat_id=ann.id, text="lost")
    assert (status, body[:6]) == (502, b"<html>")
    telegram.faults.plan(TruncatedJson())
    status, body = await post(url, chat_id=ann.id, text="sent")
    assert (status, body[:10]) == (200, b'{"ok":true')
    assert not body.endswith(b"}")
    assert [message.text for message in telegram.messages(ann)] == ["sent"]


async def test_a_lost_gateway_answer_may_hide_a_sent_message(telegram: LocalTelegram, url: str) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(Refuse(status=504, description="Gateway Timeout", acts=True))
    assert (await post(url, chat_id=ann.id, text="sent"))[0] == 504
    assert len(telegram.messages(ann)) == 1


async def test_a_delay_holds_the_message_or_only_its_answer(telegram: LocalTelegram, url: str) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.faults.plan(Delay(seconds=60, after_acting=True))
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(post(url, chat_id=ann.id, text="hello"))
        await telegram.wait_for(lambda: telegram.messages(ann), timeout=30)
        assert not call.done()
        call.cancel()
    telegram.faults.plan(Delay(seconds=0.01))
    assert (await post(url, chat_id=ann.id, text="late"))[0] == 200


def test_what_is_cut_unread_has_no_known_chat(telegram: LocalTelegram) -> None:
    with pytest.raises(ValueError, match="its chat is not known"):
        telegram.faults.plan(Cut(moment=Moment.BEFORE_READING), chat_id=1)
