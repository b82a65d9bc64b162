"""Channels: whoever may post there follows petitions by posting commands, and its readers can change nothing."""

from datetime import timedelta
from pathlib import Path

from sandbox.parliament.happenings import Happening
from sandbox.telegram.chats import Chat
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, FERRIES, PATIENCE, PEARS, TITLES, Town, reads, town_in


async def test_a_command_that_is_posted_in_a_channel_follows_for_the_channel(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, reader = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa], [reader])
        assert "Reply to this message" in (await town.hears(rosa, "📣 Petitions of our town")).text
        await town.asks(channel, rosa, f"/follow {FERRIES} {BELLS}", "Following")
        await town.asks(channel, rosa, f"/unfollow {BELLS}", "No longer following")
        assert TITLES[FERRIES] in (await town.asks(channel, rosa, "/list", "Following 1 petition")).text
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        alert = await town.hears(channel, "🎯 100,000 signatures")
        assert [button.keys() for button in alert.buttons] == [{"text", "url"}]


async def test_commands_and_their_answers_leave_the_channel_after_a_minute_where_the_bot_may_delete(
    tmp_path: Path,
) -> None:
    async with town_in(tmp_path) as town, town.bot(answers_last=timedelta(minutes=10)):
        rosa, _ = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa])
        town.telegram.say(channel, rosa, "Good morning, everybody")
        await town.asks(channel, rosa, f"/follow {FERRIES}", "Now following")
        await town.telegram.wait_for(lambda: len(town.telegram.messages(channel)) == 1, PATIENCE)
        town.telegram.promote(channel, rights=frozenset({"can_post_messages"}))
        await town.asks(channel, rosa, "/list", "Following 1 petition")
        await town.telegram.wait_for(lambda: not town.telegram.bot_messages(channel), PATIENCE)
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(channel, "🎯 100,000 signatures")
        texts = [message.text.partition("\n")[0] for message in town.telegram.messages(channel)]
        assert texts[:2] == ["Good morning, everybody", "/list"]


async def test_a_command_that_has_no_place_in_a_channel_is_refused_when_it_is_meant_for_the_bot(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, _ = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa])
        town.telegram.say(channel, rosa, "/mydata")
        await town.asks(channel, rosa, "/mydata@PetitionAlertsSandboxBot", "In a channel I understand")
        assert len(town.telegram.bot_messages(channel)) == 1


async def test_who_may_not_post_in_a_channel_changes_nothing_by_a_button(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, reader = people_in(town)
        quiet = town.telegram.add_user("Quentin", started=True)
        channel = town.telegram.add_channel("Petitions of our town", [rosa, quiet], [reader])
        town.telegram.promote(channel, quiet, rights=frozenset({"can_edit_messages"}))
        await town.asks(channel, rosa, f"/follow {PEARS}", "Now following")
        choice = await town.asks(channel, rosa, "/unfollow", "Following 1 petition")
        for person in (reader, quiet):
            assert "Only the admins" in await town.presses(channel, choice, "1", person)
        await town.asks(channel, rosa, "/list", "Following 1 petition")
        assert await town.presses(channel, choice, "1", rosa) == "No longer following"


async def test_a_channel_that_removes_the_bot_keeps_its_follows(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        town.telegram.kick(channel)
        await town.until_stored("SELECT count(*) FROM chats WHERE state = 'suspended'")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "🎯 100,000 signatures")
        town.telegram.readd(channel)
        await town.hears(channel, "🎯 100,000 signatures")


async def test_a_channel_that_takes_the_right_to_post_hears_what_it_missed_when_it_is_back(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        town.telegram.promote(channel, rights=frozenset({"can_edit_messages"}))
        await town.hears(rosa, "I may not post in “Petitions of our town”")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "🎯 100,000 signatures")
        assert town.heard(channel, "🎯") == 0
        town.telegram.promote(channel)
        await town.hears(channel, "🎯 100,000 signatures")
        refused = [
            each for each in town.telegram.requests if each.method.lower() == "sendmessage" and each.status != 200
        ]
        assert refused == []


async def test_a_channel_has_a_scoreboard_that_is_edited_in_place(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot(answers_last=timedelta(minutes=10)):
        rosa, _ = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa])
        await town.asks(channel, rosa, "/scoreboard", "there is nothing to show")
        await town.asks(channel, rosa, f"/follow {FERRIES} {PEARS}", "Following")
        await town.asks(channel, rosa, "/scoreboard", "The scoreboard is up")
        up = await town.hears(channel, "📊 Scoreboard")
        assert reads(town, channel, up).index(TITLES[FERRIES]) < reads(town, channel, up).index(TITLES[PEARS])
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(channel, "🎯 100,000 signatures")
        await town.telegram.wait_for(lambda: "100,0" in reads(town, channel, up), PATIENCE)
        assert town.heard(channel, "📊 Scoreboard") == 1
        await town.telegram.wait_for(lambda: not town.heard(channel, "The scoreboard is up"), PATIENCE)
        await town.asks(channel, rosa, "/scoreboard off", "kept up to date any more")
        await town.asks(channel, rosa, "/scoreboard off", "There is no scoreboard here")


async def both_following(town: Town) -> tuple[User, Chat]:
    """Somebody and her channel, who follow the ferries."""
    rosa, _ = people_in(town)
    channel = town.telegram.add_channel("Petitions of our town", [rosa])
    await town.asks(channel, rosa, f"/follow {FERRIES}", "Now following")
    await town.ask(rosa, f"/follow {FERRIES}", "Now following")
    return rosa, channel


def people_in(town: Town) -> tuple[User, User]:
    rosa, reader = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Reader"))
    return rosa, reader


async def test_a_channel_is_looked_after_from_the_private_chat(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, _ = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa])
        page = await town.hears(rosa, "📣 Petitions of our town")
        answer_to(town, page, rosa, f"{FERRIES} https://petition.parliament.uk/petitions/{BELLS}")
        await town.hears(rosa, "Following")
        answer_to(town, page, rosa, "/list")
        assert TITLES[BELLS] in (await town.hears(rosa, "Following 2 petitions")).text
        answer_to(town, page, rosa, f"/unfollow {BELLS}")
        await town.hears(rosa, "No longer following")
        answer_to(town, page, rosa, "/watch 10000")
        await town.hears(rosa, "This chat hears of it")
        await town.ask(rosa, "/list", "Nothing is followed here yet")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(channel, "🎯 100,000 signatures")
        assert town.heard(rosa, "🎯") == 0
        overview = await town.ask(rosa, "/channels", "Your channels")
        await town.presses(rosa, overview, "Petitions of our town", rosa)
        assert await town.presses(rosa, overview, "✅ Test post", rosa) == "Posted"
        await town.hears(channel, "This is a test")
        assert "follows one petition" in reads(town, rosa, overview)


async def test_a_paused_channel_hears_later_what_it_has_missed(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        page = await town.hears(rosa, "📣 Petitions of our town")
        assert await town.presses(rosa, page, "⏸ Pause", rosa) == "Paused"
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "🎯 100,000 signatures")
        assert town.heard(channel, "🎯") == 0
        assert await town.presses(rosa, page, "▶️ Go on posting", rosa) == "Posting again"
        await town.hears(channel, "🎯 100,000 signatures")


async def test_a_channel_is_linked_by_its_name_or_by_a_forwarded_post(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, reader = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa], [reader])
        channel.username = "ourtown"
        await town.hears(rosa, "📣 Petitions of our town")
        await town.ask(rosa, "/channel", "Which channel?")
        await town.ask(rosa, "/channel @nobodys", "I can’t see that channel")
        await town.ask(reader, "/channel @ourtown", "You may not post in that channel")
        await town.ask(reader, "/channels", "You look after no channel or group yet")
        quentin = town.telegram.add_user("Quentin", started=True)
        town.telegram.promote(channel, quentin)
        await town.ask(quentin, "/channel https://t.me/ourtown", "📣 Petitions of our town")
        post = town.telegram.say(channel, rosa, "Good morning, everybody")
        origin = {"type": "channel", "chat": channel.json, "message_id": post.message_id, "date": post.json["date"]}
        town.telegram.post(town.telegram.chat(rosa), rosa, {"text": post.text, "forward_origin": origin})
        await town.hears(rosa, "📣 Petitions of our town", times=2)
        page = await town.ask(rosa, "/channels", "Your channels")
        await town.presses(rosa, page, "Petitions of our town", rosa)
        await town.presses(rosa, page, "✖️ Remove from my list", rosa)
        await town.ask(rosa, "/channels", "You look after no channel or group yet")


async def test_who_may_not_post_any_more_changes_nothing_from_the_private_chat(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, _ = people_in(town)
        quentin = town.telegram.add_user("Quentin", started=True)
        channel = town.telegram.add_channel("Petitions of our town", [rosa, quentin])
        channel.username = "ourtown"
        page = await town.ask(quentin, "/channel ourtown", "📣 Petitions of our town")
        town.telegram.promote(channel, quentin, rights=frozenset({"can_edit_messages"}))
        answer_to(town, page, quentin, str(FERRIES))
        await town.hears(quentin, "You may not post in that channel")
        await town.presses(quentin, page, "⏸ Pause", quentin)
        assert "You may not post in that channel" in reads(town, quentin, page)
        assert town.stored("SELECT count(*) FROM follows") == [(0,)]
        assert town.stored("SELECT count(*) FROM chats WHERE state = 'suspended'") == [(0,)]


def answer_to(town: Town, page: Message, person: User, text: str) -> None:
    """Answer a message of the bot in private."""
    town.telegram.say(person, person, text, reply_to=page)


async def test_a_channel_is_picked_from_the_keyboard_and_the_bot_gets_the_right_to_post(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, _ = people_in(town)
        channel = town.telegram.add_channel("Petitions of our town", [rosa], with_bot=False)
        offered = await town.ask(rosa, "/channels", "To add one, pick it")
        assert offered.screen is not None
        ((pick,),) = offered.screen["keyboard"]
        assert pick["request_chat"]["bot_administrator_rights"]["can_post_messages"]
        town.telegram.share_channel(channel)
        page = await town.hears(rosa, "📣 Petitions of our town")
        answer_to(town, page, rosa, str(FERRIES))
        await town.hears(rosa, "Now following")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(channel, "🎯 100,000 signatures")


async def test_a_channel_has_short_posts_with_a_signature_if_it_likes(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        page = await town.hears(rosa, "📣 Petitions of our town")
        assert await town.presses(rosa, page, "✂️ Short posts", rosa) == "Posts say what happened, and no more"
        answer_to(town, page, rosa, "/signature Friends of the <Pier>")
        await town.hears(rosa, "From now on this stands below each post: Friends of the <Pier>")
        await town.ask(rosa, "/signature Me", "A signature stands below each post of a channel")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        short = await town.hears(channel, "🎯 100,000 signatures")
        assert short.text == f"🎯 100,000 signatures\n{TITLES[FERRIES]}\n\nFriends of the <Pier>"
        assert "It now has" in (await town.hears(rosa, "🎯 100,000 signatures")).text
        assert await town.presses(rosa, page, "📜 Full posts", rosa) == "Posts say everything"
        answer_to(town, page, rosa, "/signature")
        await town.hears(rosa, "nothing stands below the posts")
        town.happens(FERRIES, Happening.RESPOND)
        full = await town.hears(channel, "The government has responded")
        assert "Read the full response" in full.text
        assert "Friends" not in full.text


async def test_a_post_that_is_shown_first_is_posted_when_somebody_says_so(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        quentin = town.telegram.add_user("Quentin", started=True)
        town.telegram.promote(channel, quentin)
        channel.username = "ourtown"
        await town.ask(quentin, "/channel ourtown", "📣 Petitions of our town")
        page = await town.hears(rosa, "📣 Petitions of our town")
        assert "show you each post first" in await town.presses(rosa, page, "👀 Show me first", rosa)
        assert "waits up to 48 hours for your word" in reads(town, rosa, page)
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        asked, asked_too = [await town.hears(person, "Shall I post this") for person in (rosa, quentin)]
        assert town.heard(channel, "🎯") == 0
        assert await town.presses(rosa, asked, "✅ Post", rosa) == "Posted"
        assert await town.presses(quentin, asked_too, "✖️ Don’t post", quentin) == "Posted"
        assert await town.presses(rosa, page, "🚀 Post without asking", rosa)
        posted = await town.hears(channel, "🎯 100,000 signatures")
        assert asked.text.startswith(posted.text)
        assert asked.labels == asked_too.labels == ["🔗 Open petition", "✅ Posted", "📣 See the channel"]
        town.happens(FERRIES, Happening.RESPOND)
        await town.hears(channel, "has responded")
        assert town.heard(channel, "🎯 100,000 signatures") == 1


async def test_a_post_that_waits_is_kept_over_a_restart(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        async with town.bot():
            rosa, channel = await both_following(town)
            page = await town.hears(rosa, "📣 Petitions of our town")
            await town.presses(rosa, page, "👀 Show me first", rosa)
            town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
            asked = await town.hears(rosa, "Shall I post this")
        town.telegram.forget_requests()
        async with town.bot():
            assert await town.presses(rosa, asked, "✅ Post", rosa) == "Posted"
            await town.hears(channel, "🎯 100,000 signatures")


async def test_a_post_that_nobody_says_a_word_about_is_not_posted_and_that_is_said(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, channel = await both_following(town)
        page = await town.hears(rosa, "📣 Petitions of our town")
        await town.presses(rosa, page, "👀 Show me first", rosa)
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        asked = await town.hears(rosa, "Shall I post this")
        town.clock.jump(timedelta(hours=49))
        await town.hears(rosa, "A post for your channel has waited for 48 hours")
        assert "won’t be posted" in await town.presses(rosa, asked, "✅ Post", rosa)
        assert town.heard(channel, "🎯") == 0
