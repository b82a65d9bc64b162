"""Long polling: confirmation, waiting, conflicts, kinds of updates, restarted numbers."""

import asyncio

import pytest
from aiohttp import ClientSession
from telegram import Bot
from telegram.error import Conflict

from sandbox.telegram.local import LocalTelegram
from tests.sandbox.telegram.conftest import TOKEN


async def test_updates_are_kept_until_they_are_confirmed(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    for text in ("a", "b", "c"):
        telegram.say(ann, ann, text)
    first = await bot.get_updates(limit=2)
    assert [update.update_id for update in first] == [500_000_001, 500_000_002]
    assert await bot.get_updates(limit=2) == first
    assert len(await bot.get_updates(offset=500_000_003)) == 1
    assert len(telegram.updates.pending) == 1
    assert await bot.get_updates(offset=500_000_004) == ()


async def test_a_negative_offset_keeps_only_the_newest(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    for text in ("a", "b", "c"):
        telegram.say(ann, ann, text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.update_id == 500_000_003
    assert len(telegram.updates.pending) == 1


async def test_a_poll_waits_for_the_next_update(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    async with asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(bot.get_updates(timeout=30))
        await telegram.wait_for(lambda: telegram.updates.is_polled, timeout=30)
        telegram.say(ann, ann, "hello")
    (update,) = poll.result()
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_second_poller_ends_the_first_with_409(telegram: LocalTelegram, url: str) -> None:
    ann = telegram.add_user("Ann")
    path = f"{url}/bot{TOKEN}/getUpdates?timeout=30"
    async with ClientSession() as session, asyncio.TaskGroup() as tasks:
        older = tasks.create_task(session.get(path))
        await telegram.wait_for(lambda: telegram.updates.is_polled, timeout=30)
        newer = tasks.create_task(session.get(path))
        async with await older as answer:
            assert answer.status == 409
            assert (await answer.json())["description"] == (
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        await telegram.wait_for(lambda: telegram.updates.is_polled, timeout=30)
        telegram.say(ann, ann, "hello")
        async with await newer as answer:
            assert len((await answer.json())["result"]) == 1


async def test_only_allowed_kinds_are_queued(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = telegram.add_user("Ann"), telegram.add_user("Ben")
    group = telegram.add_group("Friends", [], [ann])
    telegram.promote(group)
    telegram.readd(group, ben)
    assert not any(update.chat_member for update in await bot.get_updates())
    await bot.get_updates(allowed_updates=["chat_member"], offset=-1)
    telegram.start(ann)
    telegram.kick(group, ben)
    kinds = [set(update.to_dict()) - {"update_id"} for update in await bot.get_updates(limit=100)]
    assert kinds[1:] == [{"chat_member"}]


async def test_an_offset_from_before_numbers_restarted_confirms_nothing(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    telegram.say(ann, ann, "hello")
    (update,) = await bot.get_updates(offset=600_000_000)
    assert update.update_id == 500_000_001


async def test_polling_conflicts_with_a_webhook(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
