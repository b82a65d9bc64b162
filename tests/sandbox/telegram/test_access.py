"""Where the bot may not write, and Telegram's words for it."""

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, TelegramError

from sandbox.telegram.local import LocalTelegram


async def refusal(bot: Bot, chat_id: int, thread: int | None = None) -> str:
    with pytest.raises(TelegramError) as refused:
        await bot.send_message(chat_id, "news", message_thread_id=thread)
    return f"{type(refused.value).__name__}: {refused.value.message}"


async def test_people_who_cannot_be_reached(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    assert await refusal(bot, 12345) == "BadRequest: Chat not found"
    assert await refusal(bot, ann.id) == "Forbidden: Forbidden: bot can't initiate conversation with a user"
    telegram.start(ann)
    await bot.send_message(ann.id, "hello")
    telegram.block(ann)
    assert await refusal(bot, ann.id) == "Forbidden: Forbidden: bot was blocked by the user"
    telegram.unblock(ann)
    await bot.send_message(ann.id, "hello again")
    telegram.deactivate(ann)
    assert await refusal(bot, ann.id) == "Forbidden: Forbidden: user is deactivated"


async def test_groups_without_the_bot(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group, big = telegram.add_group("Small", [], [ann]), telegram.add_group("Big", [], [ann], supergroup=True)
    channel = telegram.add_channel("News", [ann])
    never = telegram.add_group("Other", [], [ann], supergroup=True, with_bot=False)
    for chat in (group, big, channel):
        telegram.kick(chat)
    assert await refusal(bot, group.id) == "Forbidden: Forbidden: bot was kicked from the group chat"
    assert await refusal(bot, big.id) == "Forbidden: Forbidden: bot was kicked from the supergroup chat"
    assert await refusal(bot, channel.id) == "Forbidden: Forbidden: bot was kicked from the channel chat"
    assert await refusal(bot, never.id) == "Forbidden: Forbidden: bot is not a member of the supergroup chat"
    telegram.readd(big)
    await bot.send_message(big.id, "back")


async def test_rights_in_groups_and_channels(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group, channel = telegram.add_group("Group", [], [ann], supergroup=True), telegram.add_channel("News", [ann])
    telegram.mute(group)
    assert await refusal(bot, group.id) == "BadRequest: Not enough rights to send text messages to the chat"
    assert (await bot.send_message(channel.id, "post")).sender_chat is not None
    telegram.promote(channel, rights=frozenset())
    assert await refusal(bot, channel.id) == "BadRequest: Need administrator rights in the channel chat"


async def test_topics_that_are_gone_or_closed(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    forum = telegram.add_group("Forum", [], [ann], forum=True)
    topic, other = telegram.open_topic(forum, "Petitions"), telegram.open_topic(forum, "Other")
    sent = await bot.send_message(forum.id, "in here", message_thread_id=topic.id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.id, True)
    said = telegram.say(forum, ann, "and me", topic.id)
    assert telegram.messages(forum, topic.id)[1:] == [telegram.bot_messages(forum)[0], said]
    assert await refusal(bot, forum.id, 999) == "BadRequest: Message thread not found"
    assert await refusal(bot, forum.id, 1) == "BadRequest: Message thread not found"
    telegram.close_topic(forum, topic)
    assert await refusal(bot, forum.id, topic.id) == "BadRequest: Topic_closed"
    telegram.promote(forum, rights=frozenset({"can_manage_topics"}))
    await bot.send_message(forum.id, "as admin", message_thread_id=topic.id)
    telegram.delete_topic(forum, other)
    assert await refusal(bot, forum.id, other.id) == "BadRequest: Message thread not found"
    assert telegram.messages(forum, other.id) == []


async def test_a_migrated_group_points_to_its_supergroup(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann])
    sent = await bot.send_message(group.id, "before")
    supergroup = telegram.migrate(group)
    for call in (bot.send_message(group.id, "after"), bot.edit_message_text("x", group.id, sent.message_id)):
        with pytest.raises(ChatMigrated) as moved:
            await call
        assert moved.value.new_chat_id == supergroup.id
    await bot.send_message(supergroup.id, "after")
    notices = [update.message for update in await bot.get_updates() if update.message]
    assert [(notice.chat.id, notice.migrate_to_chat_id, notice.migrate_from_chat_id) for notice in notices[-2:]] == [
        (group.id, supergroup.id, None),
        (supergroup.id, None, group.id),
    ]
    with pytest.raises(ValueError, match="no group that could be upgraded"):
        telegram.migrate(group)


async def test_only_its_own_messages_can_be_edited(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann])
    said = telegram.say(group, ann, "mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("yours", group.id, said.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, said.message_id)
    telegram.promote(group)
    assert await bot.delete_message(group.id, said.message_id)


def test_people_write_only_where_they_may(telegram: LocalTelegram) -> None:
    ann, ben = telegram.add_user("Ann"), telegram.add_user("Ben")
    group, channel = telegram.add_group("Friends", [], [ann]), telegram.add_channel("News", [ann], [ben])
    with pytest.raises(ValueError, match="Ben may not write in Friends"):
        telegram.say(group, ben, "hello")
    with pytest.raises(ValueError, match="Ben is no administrator of News"):
        telegram.say(channel, ben, "hello")
    telegram.start(ben)
    telegram.block(ben)
    with pytest.raises(ValueError, match="has blocked the bot"):
        telegram.say(ben, ben, "hello")
    with pytest.raises(ValueError, match="no link can carry"):
        telegram.start(ann, "f/7")
    with pytest.raises(ValueError, match="no link can carry"):
        telegram.start(ann, "a" * 65)
