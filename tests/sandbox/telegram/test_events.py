"""What the page is told, and how tests wait."""

import asyncio
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.telegram.local import LocalTelegram
from tests.sandbox.telegram.conftest import Clock

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Follow", callback_data="f")]])


async def test_listeners_are_told_everything_in_order(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    told: list[dict[str, Any]] = []
    telegram.listeners.append(told.append)
    telegram.start(ann)
    sent = await bot.send_message(ann.id, "Petition 7", reply_markup=BUTTONS)
    telegram.press(ann, sent.message_id, "f", ann)
    (update,) = (await bot.get_updates())[1:]
    assert update.callback_query is not None
    await update.callback_query.answer("Followed")
    await bot.edit_message_text("Petition 7, followed", ann.id, sent.message_id)
    await bot.delete_message(ann.id, sent.message_id)
    await bot.set_my_commands([("help", "Help")])
    telegram.block(ann)
    assert [event["event"] for event in told] == [
        "MessageSent",
        "MessageSent",
        "CallbackAnswered",
        "MessageEdited",
        "MessageDeleted",
        "CommandsChanged",
        "ChatChanged",
    ]
    assert (told[0]["by_bot"], told[0]["message"]["text"]) == (False, "/start")
    assert told[2]["text"] == "Followed"
    assert (told[3]["edited"], told[3]["message"]["text"]) == (True, "Petition 7, followed")


async def test_waiting_ends_with_the_change_or_with_the_time(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    with pytest.raises(TimeoutError):
        await telegram.wait_for(lambda: telegram.bot_messages(ann), timeout=0.01)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(telegram.wait_for(lambda: telegram.bot_messages(ann), timeout=30))
        await bot.send_message(ann.id, "Good news")
    assert waiting.result()[0].text == "Good news"


async def test_new_buttons_alone_are_no_visible_edit(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = await bot.send_message(ann.id, "Petition 7", reply_markup=BUTTONS)
    await bot.edit_message_reply_markup(ann.id, sent.message_id)
    (message,) = telegram.messages(ann)
    assert (message.keyboard, message.edited) == ([], False)


async def test_a_press_that_waited_too_long_cannot_be_answered(telegram: LocalTelegram, bot: Bot, clock: Clock) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = await bot.send_message(ann.id, "Petition 7", reply_markup=BUTTONS)
    press = telegram.press(ann, sent.message_id, "Follow", ann)
    clock.advance(61)
    with pytest.raises(Exception, match="Query is too old"):
        await bot.answer_callback_query(press.query_id)
    assert not press.answered
    with pytest.raises(LookupError, match="no button 'Unfollow'"):
        telegram.press(ann, sent.message_id, "Unfollow", ann)


async def test_an_answer_has_up_to_200_characters(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = await bot.send_message(ann.id, "Petition 7", reply_markup=BUTTONS)
    press = telegram.press(ann, sent.message_id, "Follow", ann)
    with pytest.raises(Exception, match="Message_too_long"):
        await bot.answer_callback_query(press.query_id, "a" * 201)
    await bot.answer_callback_query(press.query_id, "a" * 200)
    assert press.answered
