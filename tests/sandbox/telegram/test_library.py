"""The real python-telegram-bot accepts every answer of the little Telegram."""

import struct
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberOwner,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import MessageLimit
from telegram.error import BadRequest, InvalidToken, RetryAfter

from sandbox.telegram.flood_control import FloodControl
from sandbox.telegram.local import LocalTelegram

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 320, 200)
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Follow", callback_data="1:follow:7"), InlineKeyboardButton("Open", url="https://a.uk/7")]]
)


async def test_it_sends_edits_and_deletes(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = await bot.send_message(
        ann.id,
        "<b>Hello</b> &amp; <a href='https://a.uk/7'>welcome</a>",
        parse_mode="HTML",
        reply_markup=BUTTONS,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
    )
    assert (sent.text, sent.text_html) == ("Hello & welcome", '<b>Hello</b> &amp; <a href="https://a.uk/7">welcome</a>')
    assert sent.reply_markup == BUTTONS
    seen = telegram.messages(ann)[0]
    assert (seen.silent, seen.labels, seen.edited) == (True, ["Follow", "Open"], False)

    edited = await bot.edit_message_text("Bye", ann.id, sent.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("Bye", None)
    assert [message.text for message in telegram.messages(ann)] == ["Bye"]
    assert telegram.messages(ann)[0].edited

    await bot.edit_message_reply_markup(ann.id, sent.message_id, reply_markup=BUTTONS)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Bye", ann.id, sent.message_id, reply_markup=BUTTONS)

    assert await bot.delete_message(ann.id, sent.message_id)
    assert telegram.messages(ann) == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Again", ann.id, sent.message_id)


async def test_it_sends_photos_and_documents(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    photo = await bot.send_photo(ann.id, PNG, caption="<i>chart</i>", parse_mode="HTML", reply_markup=BUTTONS)
    assert (photo.photo[0].width, photo.photo[0].height, photo.caption_html) == (320, 200, "<i>chart</i>")
    again = await bot.send_photo(ann.id, photo.photo[0].file_id)
    assert again.photo[0].file_unique_id == photo.photo[0].file_unique_id

    document = await bot.send_document(ann.id, b'{"follows": []}', filename="mydata.json", caption="yours")
    assert document.document is not None
    assert document.document.file_name == "mydata.json"
    assert telegram.files.by_id(document.document.file_id).upload.content == b'{"follows": []}'

    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ann.id, b"no picture")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("text", ann.id, photo.message_id)


async def test_it_copies_a_message_without_its_buttons(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = telegram.add_user("Ann", started=True), telegram.add_user("Ben", started=True)
    original = await bot.send_message(ann.id, "<b>News</b>", parse_mode="HTML", reply_markup=BUTTONS)
    await bot.copy_message(ben.id, ann.id, original.message_id)
    copy = telegram.messages(ben)[0]
    assert (copy.text, copy.entities[0]["type"], copy.labels) == ("News", "bold", [])


async def test_it_answers_a_press(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = await bot.send_message(ann.id, "Petition 7", reply_markup=BUTTONS)
    press = telegram.press(ann, sent.message_id, "Follow", ann)
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("1:follow:7", ann.id)
    await query.answer("Followed", show_alert=True)
    answer = await press.answer(timeout=30)
    assert (answer.text, answer.is_alert) == ("Followed", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await query.answer()


async def test_it_reads_what_people_write(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", "cy")
    telegram.start(ann, "f_uk_7")
    first = telegram.say(ann, ann, "/follow 700143")
    telegram.say(ann, ann, "and this", reply_to=first)
    start, follow, reply = (update.message for update in await bot.get_updates())
    assert start is not None
    assert follow is not None
    assert reply is not None
    assert start.text == "/start f_uk_7"
    assert start.from_user is not None
    assert (start.from_user.language_code, start.chat.type) == ("cy", "private")
    assert follow.parse_entities() == {follow.entities[0]: "/follow"}
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.message_id == follow.message_id


async def test_it_asks_about_chats_and_people(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben, eve = (telegram.add_user(name) for name in ("Ann", "Ben", "Eve"))
    group = telegram.add_group("Friends", [ben], [ann], supergroup=True, username="friends")
    telegram.promote(group)
    assert isinstance(await bot.get_chat_member(group.id, ann.id), ChatMemberOwner)
    assert isinstance(await bot.get_chat_member(group.id, bot.id), ChatMemberAdministrator)
    assert isinstance(await bot.get_chat_member(group.id, eve.id), ChatMemberLeft)
    full = await bot.get_chat("@friends")
    assert (full.id, full.title, full.type) == (group.id, "Friends", "supergroup")
    me = await bot.get_me()
    assert (me.username, me.can_read_all_group_messages) == ("PetitionAlertsSandboxBot", False)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(1)


async def test_it_sets_commands_and_descriptions(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("follow", "Follow")], BotCommandScopeAllPrivateChats())
    assert telegram.commands(ann) == [{"command": "follow", "description": "Follow"}]
    await bot.set_my_commands([BotCommand("stop", "Stop")], BotCommandScopeChat(ann.id))
    assert telegram.commands(ann)[0]["command"] == "stop"
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Follow", "Follow")])

    await bot.set_my_description("Unofficial alerts")
    await bot.set_my_short_description("Alerts")
    assert telegram.profile()["description"] == "Unofficial alerts"
    assert telegram.profile()["short_description"] == "Alerts"


async def test_it_asks_for_a_reply_and_replies(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    asked = telegram.say(ann, ann, "/search")
    parameters = ReplyParameters(asked.message_id)
    sent = await bot.send_message(ann.id, "For what?", reply_markup=ForceReply(), reply_parameters=parameters)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/search"
    assert telegram.messages(ann)[1].screen == {"force_reply": True}
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ann.id, "a", reply_parameters=ReplyParameters(99))


async def test_it_reads_the_balance_and_may_pay_for_being_faster(telegram: LocalTelegram, bot: Bot) -> None:
    people = [telegram.add_user("Ann", started=True) for _ in range(31)]
    telegram.flood_control, telegram.stars = FloodControl("S"), 12
    assert (await bot.get_my_star_balance()).amount == 12
    for person in people:
        await bot.send_message(person.id, "Hello", allow_paid_broadcast=True)
    for person in people[:30]:
        await bot.send_message(person.id, "Hello again")
    with pytest.raises(RetryAfter):
        await bot.send_message(people[30].id, "Hello again")


async def test_it_understands_a_flood_limit(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    telegram.flood_control = FloodControl("S")
    for number in range(30):
        await bot.send_message(ann.id, str(number))
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(ann.id, "too much")
    assert refusal.value.retry_after == timedelta(seconds=1)
    assert telegram.flood_control.refused == 1
    assert len(telegram.messages(ann)) == 30


async def test_a_text_that_is_too_long_or_empty_is_refused(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann", started=True)
    await bot.send_message(ann.id, "a" * MessageLimit.MAX_TEXT_LENGTH)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ann.id, "a" * (MessageLimit.MAX_TEXT_LENGTH + 1))
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(ann.id, " ")
    with pytest.raises(BadRequest, match='Can\'t parse entities: unsupported start tag "x" at byte offset 0'):
        await bot.send_message(ann.id, "<x>", parse_mode="HTML")


async def test_another_token_is_unauthorised(url: str) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{url}/bot"):
            pass


async def test_every_service_update_can_be_read(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = telegram.add_user("Ann"), telegram.add_user("Ben")
    telegram.start(ann)
    telegram.block(ann)
    telegram.unblock(ann)
    group = telegram.add_group("Friends", [ben], [ann])
    telegram.promote(group)
    telegram.mute(group)
    telegram.readd(group)
    supergroup = telegram.migrate(group)
    telegram.kick(supergroup)
    forum = telegram.add_group("Forum", [], [ann], forum=True)
    topic = telegram.open_topic(forum, "Petitions")
    telegram.close_topic(forum, topic)
    telegram.reopen_topic(forum, topic)
    telegram.readd(forum, ben)
    telegram.kick(forum, ben)
    channel = telegram.add_channel("News", [ann])
    telegram.say(channel, ann, "post")
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    assert len(updates) == 21
    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "restricted"),
        ("restricted", "member"),
        ("member", "kicked"),
        ("left", "member"),
        ("left", "administrator"),
    ]
