"""Broadcasts: what an operator writes reaches everybody who wants it, and can be taken back."""

import re
from datetime import timedelta
from pathlib import Path

from sandbox.telegram.chats import Chat
from sandbox.telegram.faults import Refuse
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from tests.journeys.town import PATIENCE, PEARS, Town, reads, town_in

LATER = Refuse(status=429, description="Too Many Requests: retry after 1200", parameters={"retry_after": 1200})


async def people_in(town: Town) -> tuple[User, User, User, Chat, Chat]:
    """An operator, two people, a group and a channel, all of which the bot has met."""
    olga, ada, ben = (town.telegram.add_user(name, started=True) for name in ("Olga", "Ada", "Ben"))
    group = town.telegram.add_group("Neighbours", [ben], [ada])
    channel = town.telegram.add_channel("Petitions of our town", [ada])
    return olga, ada, ben, group, channel


async def met(town: Town, *people: User, places: tuple[Chat, ...], admin: User) -> None:
    for person in people:
        await town.ask(person, f"/follow {PEARS}", "Now following")
    for place in places:
        await town.asks(place, admin, f"/follow {PEARS}", "Now following")


async def confirm(town: Town, olga: User, text: str) -> Message:
    """Broadcast that, and return the page of the broadcast."""
    page = await town.ask(olga, f"/broadcast {text}", "not sent yet")
    label = next(label for label in page.labels if label.startswith("✅"))
    assert await town.presses(olga, page, label, olga) == "Confirmed"
    return page


def page_of(town: Town, olga: User, page: Message) -> Message:
    """The page as it stands now."""
    return next(message for message in town.telegram.messages(olga) if message.message_id == page.message_id)


async def test_a_broadcast_reaches_everybody_is_changed_and_is_taken_back(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben, group, channel = await people_in(town)
        async with town.bot(operator_ids=frozenset({olga.id})):
            await met(town, ada, ben, places=(group, channel), admin=ada)
            page = await confirm(town, olga, "We know channels now\n[Read more] https://example.org/news")
            everybody = (olga, ada, ben, group, channel)
            for place in everybody:
                await town.hears(place, "We know channels now")
            report = await town.hears(olga, "Sent: 5")
            assert "done" in report.text
            await town.telegram.wait_for(lambda: "done" in reads(town, olga, page), PATIENCE)
            (post,) = [each for each in town.telegram.bot_messages(channel) if each.text.startswith("We know")]
            assert post.labels == ["Read more"]
            town.telegram.say(olga, olga, "We know channels and topics now", reply_to=page_of(town, olga, page))
            change = await town.hears(olga, "(a change)")
            await town.presses(olga, change, "✅ Change it in 5 chats", olga)
            await town.hears(channel, "We know channels and topics now")
            await town.hears(olga, "Sent: 5", times=2)
            await town.presses(olga, page_of(town, olga, page), "🗑 Delete it everywhere", olga)
            removal = await town.hears(olga, "(a deletion)")
            await town.presses(olga, removal, "✅ Delete it in 5 chats", olga)
            await town.telegram.wait_for(
                lambda: not any(town.heard(place, "channels and topics") for place in (ada, ben, group, channel)),
                PATIENCE,
            )


async def test_a_broadcast_is_paid_for_where_that_is_allowed_and_nothing_else_is(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben, group, channel = await people_in(town)
        town.telegram.stars = 1
        async with town.bot(operator_ids=frozenset({olga.id}), allow_paid_broadcast=True, messages_per_second=500.0):
            await met(town, ada, ben, places=(group, channel), admin=ada)
            page = await town.ask(olga, "/broadcast Quickly", "not sent yet")
            await town.presses(olga, page, "⭐ Send it faster for one Star", olga)
            await town.telegram.wait_for(lambda: "The bot has one Star" in reads(town, olga, page), PATIENCE)
            await town.presses(olga, page_of(town, olga, page), "✅ Send to 5 chats", olga)
            report = await town.hears(olga, "Sent: 5")
            assert "⭐ Stars: 1 at most" in report.text
            paid = [each for each in town.telegram.requests if each.params.get("allow_paid_broadcast")]
            assert {each.params["text"] for each in paid} == {"Quickly"}
            assert len(paid) == 5


async def test_who_declines_announcements_hears_the_next_one_no_more(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben, group, channel = await people_in(town)
        async with town.bot(operator_ids=frozenset({olga.id})):
            await met(town, ada, ben, places=(group, channel), admin=ada)
            await confirm(town, olga, "The first news")
            first = await town.hears(ada, "The first news")
            await town.presses(ada, first, "🔕 Announcements", ada)
            settings = await town.hears(ada, "Now and then whoever runs this bot")
            await town.presses(ada, settings, "🔕 No news", ada)
            in_group = await town.hears(group, "The first news")
            assert "Only the admins" in await settle(town, group, in_group, ben)
            await town.asks(channel, ada, "/announcements off", "No more announcements here")
            await confirm(town, olga, "The second news")
            await town.hears(olga, "Sent: 3")
            assert town.heard(ben, "The second news") == town.heard(group, "The second news") == 1
            assert not town.heard(ada, "The second news")
            assert not town.heard(channel, "The second news")


async def settle(town: Town, group: Chat, post: Message, member: User) -> str:
    """Let a member of a group try to decline for all, and return what the bot says."""
    await town.presses(group, post, "🔕 Announcements", member)
    settings = await town.hears(group, "Now and then whoever runs this bot")
    return await town.presses(group, settings, "🔕 No news", member)


async def test_a_paused_broadcast_stays_paused_over_a_restart_until_the_operator_lets_it_go_on(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben, group, channel = await people_in(town)
        operators = frozenset({olga.id})
        async with town.bot(operator_ids=operators):
            await met(town, ada, ben, places=(group, channel), admin=ada)
            town.telegram.faults.plan(LATER, method="sendMessage", chat_id=ben.id)
            page = await confirm(town, olga, "Patience, please")
            for place in (ada, group, channel):
                await town.hears(place, "Patience, please")
            await town.hears(olga, "Patience, please", times=2)  # the first shows how it would look
            await town.presses(olga, page_of(town, olga, page), "⏸ Pause", olga)
            paused = re.compile(r"· paused\n.*Still waiting: 1\n", re.DOTALL)
            await town.telegram.wait_for(lambda: paused.search(reads(town, olga, page)), PATIENCE)
        async with town.bot(operator_ids=operators):
            await town.ask(olga, "/broadcasts", "paused: sent to 4 of 5")
            # An edit that was on its way when the pause came may have been the last to arrive; the next mends that.
            await town.telegram.wait_for(lambda: "▶️ Go on" in page_of(town, olga, page).labels, PATIENCE)
            await town.presses(olga, page_of(town, olga, page), "▶️ Go on", olga)
            await town.hears(ben, "Patience, please")
            await town.hears(olga, "Sent: 5")
            assert [town.heard(place, "Patience") for place in (ada, ben, group, channel)] == [1, 1, 1, 1]


async def test_a_schedule_survives_a_restart(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben, group, channel = await people_in(town)
        operators = frozenset({olga.id})
        async with town.bot(operator_ids=operators):
            await met(town, ada, ben, places=(group, channel), admin=ada)
            page = await town.ask(olga, "/broadcast Good evening", "not sent yet")
            town.telegram.say(olga, olga, "at 5 March 20:00", reply_to=page)
            page = await town.hears(olga, "It begins at")
            await town.presses(olga, page, "✅ Send to 5 chats", olga)
        async with town.bot(operator_ids=operators):
            assert not town.heard(ada, "Good evening")
            town.clock.jump(timedelta(days=4))
            await town.hears(ada, "Good evening")
            await town.hears(olga, "Sent: 5")


async def test_only_operators_see_the_commands_of_operators(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, _, group, _ = await people_in(town)
        async with town.bot(operator_ids=frozenset({olga.id})):
            await town.ask(ada, "/broadcast Hello", "I don’t know that command")
            menus = {
                person: {command["command"] for command in town.telegram.commands(person)} for person in (olga, ada)
            }
            assert {"broadcast", "broadcasts", "status"} <= menus[olga] - menus[ada]
            assert not {"broadcast"} & {command["command"] for command in town.telegram.commands(group)}
