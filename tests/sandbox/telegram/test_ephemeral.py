"""Messages that one member of a group sees beside the bot, as Telegram has them."""

from typing import Any

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import BadRequest

from sandbox.telegram.chats import Chat
from sandbox.telegram.local import LocalTelegram
from sandbox.telegram.people import User

BUTTONS = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}


@pytest.fixture
def people(telegram: LocalTelegram) -> tuple[User, User, Chat]:
    ann, ben = (telegram.add_user(name) for name in ("Ann", "Ben"))
    return ann, ben, telegram.add_group("Group", [ben], [ann])


async def send(bot: Bot, chat: int, user: int, *, press: str | None = None, **more: Any) -> int:  # noqa: ANN401
    """Send an ephemeral message and return its id."""
    parameters: dict[str, object] = {"receiver_user_id": user} | ({"callback_query_id": press} if press else {})
    sent = await bot.send_message(chat, "Psst", api_kwargs={"ephemeral_message_parameters": parameters, **more})
    assert sent.message_id == 0
    number: int = sent.api_kwargs["ephemeral_message_id"]
    return number


async def test_an_admin_bot_may_whisper_to_any_member(
    telegram: LocalTelegram, bot: Bot, people: tuple[User, User, Chat]
) -> None:
    _, ben, group = people
    telegram.promote(group)
    sent = await send(bot, group.id, ben.id)
    [message] = telegram.bot_messages(group)
    assert (message.seen_by, message.message_id) == (ben.id, -sent)
    assert message.json["receiver_user"]["id"] == ben.id


async def test_other_bots_may_not(telegram: LocalTelegram, bot: Bot, people: tuple[User, User, Chat]) -> None:
    ann, ben, group = people
    with pytest.raises(BadRequest, match="Bot_not_admin"):
        await send(bot, group.id, ben.id)
    telegram.promote(group)
    telegram.start(ann)
    for chat, user, reason in (
        (ann.id, ann.id, "Bot_not_admin"),
        (telegram.add_channel("C", [ann]).id, ann.id, "Bot_not_admin"),
        (group.id, telegram.add_user("Stranger").id, "User_not_participant"),
        (group.id, telegram.bot.id, "User_not_participant"),
    ):
        with pytest.raises(BadRequest, match=reason):
            await send(bot, chat, user)


async def test_any_bot_may_answer_an_ephemeral_command(
    telegram: LocalTelegram, bot: Bot, people: tuple[User, User, Chat]
) -> None:
    _, ben, group = people
    commands = [BotCommand("list", "List", api_kwargs={"is_ephemeral": True}), BotCommand("follow", "Follow")]
    await bot.set_my_commands(commands, scope=BotCommandScopeAllGroupChats())
    asked, aloud = telegram.say(group, ben, "/list please"), telegram.say(group, ben, "/follow 7")
    assert (asked.seen_by, aloud.seen_by) == (ben.id, None)
    *_, update, _ = await bot.get_updates()
    assert update.message is not None
    command = update.message.api_kwargs["ephemeral_message_id"]
    await send(bot, group.id, ben.id, reply_parameters={"message_id": 0, "ephemeral_message_id": command})
    with pytest.raises(BadRequest, match="Bot_not_admin"):
        await send(bot, group.id, people[0].id, reply_parameters={"message_id": 0, "ephemeral_message_id": command})


async def test_any_bot_may_answer_a_press_for_a_while(
    telegram: LocalTelegram, bot: Bot, people: tuple[User, User, Chat]
) -> None:
    _, ben, group = people
    menu = await bot.send_message(group.id, "Menu", api_kwargs={"reply_markup": BUTTONS})
    press = telegram.press(group, menu.message_id, "More", ben)
    await send(bot, group.id, ben.id, press=press.query_id)
    telegram.presses[press.query_id].at -= 16
    with pytest.raises(BadRequest, match="Bot_not_admin"):
        await send(bot, group.id, ben.id, press=press.query_id)


async def test_it_is_pressed_and_edited_by_its_own_id(
    telegram: LocalTelegram, bot: Bot, people: tuple[User, User, Chat]
) -> None:
    _, ben, group = people
    telegram.promote(group)
    sent = await send(bot, group.id, ben.id, reply_markup=BUTTONS)
    [message] = telegram.bot_messages(group)
    telegram.press(group, message.message_id, "More", ben)
    with pytest.raises(ValueError, match="does not see"):
        telegram.press(group, message.message_id, "More", people[0])
    named = {"chat_id": group.id, "ephemeral_message_id": sent}
    edit = named | {"receiver_user_id": ben.id, "text": "Louder", "reply_markup": BUTTONS}
    assert await bot.do_api_request("editEphemeralMessageText", edit) is True
    assert message.text == "Louder"
    assert await bot.do_api_request("editEphemeralMessageReplyMarkup", named | {"receiver_user_id": ben.id}) is True
    assert message.labels == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.do_api_request("editEphemeralMessageText", edit | {"receiver_user_id": people[0].id})
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Aloud", group.id, -sent)
