"""What a bot in privacy mode hears of a group."""

from telegram import Bot

from sandbox.telegram.local import LocalTelegram


async def heard(bot: Bot) -> list[str]:
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [update.message.text for update in updates if update.message and update.message.text]


async def test_it_hears_commands_and_replies_to_it(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann], supergroup=True)
    await bot.send_message(group.id, "Which petition?")
    chatter = telegram.say(group, ann, "hello all")
    telegram.say(group, ann, "see /follow")
    telegram.say(group, ann, "/follow 7")
    telegram.say(group, ann, "/follow@petitionalertssandboxbot 8")
    telegram.say(group, ann, "/follow@SomeOtherBot 9")
    telegram.say(group, ann, "this one", reply_to=telegram.bot_messages(group)[0])
    telegram.say(group, ann, "not you", reply_to=chatter)
    assert await heard(bot) == ["/follow 7", "/follow@petitionalertssandboxbot 8", "this one"]


async def test_an_administrator_hears_everything(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann])
    telegram.promote(group)
    telegram.say(group, ann, "hello all")
    assert await heard(bot) == ["hello all"]


async def test_a_message_in_a_topic_is_no_reply_to_the_bot(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    forum = telegram.add_group("Forum", [], [ann], forum=True)
    topic = telegram.open_topic(forum, "Petitions")
    telegram.say(forum, ann, "hello", topic.id)
    telegram.say(forum, ann, "/list", topic.id)
    assert await heard(bot) == ["/list"]


async def test_an_anonymous_administrator_is_the_group(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann], supergroup=True)
    telegram.say(group, ann, "/follow 7", as_anonymous_admin=True)
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.from_user is not None
    assert message.sender_chat is not None
    assert (message.from_user.id, message.sender_chat.id) == (1087968824, group.id)


async def test_a_bot_that_is_not_there_hears_nothing(telegram: LocalTelegram, bot: Bot) -> None:
    ann = telegram.add_user("Ann")
    group = telegram.add_group("Friends", [], [ann], with_bot=False)
    telegram.say(group, ann, "/start@PetitionAlertsSandboxBot")
    assert await heard(bot) == []
