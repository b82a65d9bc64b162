"""Groups: who may change what is followed there, and that a group keeps it when it becomes a supergroup."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.chats import Chat
from sandbox.telegram.faults import Refuse
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, PATIENCE, PEARS, TITLES, Town, petition, petitions, reads, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANONYMOUS_ADMIN = 1087968824
MOVED_BY_NOTICE, MOVED_BY_REFUSAL, QUEUED_AT_THE_MOVE, TOLD_IN_A_GROUP = range(760_401, 760_405)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has a group and petitions of its own."""
    lives = (
        *petitions(),
        petition(MOVED_BY_NOTICE, "Oil the weathercock", now=900),
        petition(MOVED_BY_REFUSAL, "Sweep the chapel steps", now=900),
        petition(QUEUED_AT_THE_MOVE, "Mend the lychgate", now=900),
        petition(TOLD_IN_A_GROUP, "Trim the village hedge", now=900),
    )
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town, town.bot():
        yield town


@pytest.fixture
def ada(town: Town) -> User:
    """She is an administrator of it."""
    return town.telegram.add_user("Ada", started=True)


@pytest.fixture
def sam(town: Town) -> User:
    """He is a member of it."""
    return town.telegram.add_user("Sam", started=True)


@pytest.fixture
def group(town: Town, rosa: User, ada: User, sam: User) -> Chat:
    return town.telegram.add_group("Village Hall", [sam], [rosa, ada])


async def test_a_group_that_adds_the_bot_is_greeted(town: Town, group: Chat) -> None:
    assert "/follow" in (await town.hears(group, "Thanks for adding me")).text


async def test_an_admin_sets_up_a_group_from_the_private_chat_and_the_group_is_told(
    town: Town, group: Chat, rosa: User, sam: User
) -> None:
    (set_up,) = (await town.hears(group, "Thanks for adding me")).buttons
    payload = set_up["url"].partition("?start=")[2]
    town.telegram.start(sam, payload)
    await town.hears(sam, "no admin of that group")
    town.telegram.start(rosa, payload)
    page = await town.hears(rosa, "👥 Village Hall")
    town.telegram.say(rosa, rosa, str(PEARS), reply_to=page)
    answer = await town.hears(rosa, "Now following")
    assert answer.text.startswith("👥 Village Hall")
    assert (await town.hears(group, "Now following")).seen_by is None
    town.telegram.say(rosa, rosa, "/list", reply_to=answer)
    assert TITLES[PEARS] in (await town.hears(rosa, "Following 1 petition")).text
    await town.presses(rosa, answer, "◀️ Its page", rosa)
    assert "follows one petition" in reads(town, rosa, answer)
    assert town.heard(group, "Following 1 petition") == 0
    overview = await town.ask(rosa, "/channels", "Your channels and groups")
    assert overview.labels == ["Village Hall"]


async def test_its_creator_and_its_administrators_follow_for_a_group(
    town: Town, group: Chat, rosa: User, ada: User
) -> None:
    await town.asks(group, rosa, f"/follow {PEARS}", "Now following")
    await town.asks(group, ada, f"/follow {PEARS}", "Already following")
    await town.asks(group, ada, f"/unfollow {PEARS}", "No longer following")


@pytest.mark.parametrize("text", [f"/follow {BELLS}", f"/unfollow {PEARS}", f"/start f_uk_{BELLS}", "/deleteme"])
async def test_a_member_changes_nothing(town: Town, group: Chat, rosa: User, sam: User, text: str) -> None:
    await town.asks(group, rosa, f"/follow {PEARS}", "Now following")
    await town.asks(group, sam, text, "Only the admins here can do that.")
    listed = await town.asks(group, sam, "/list", "Following 1 petition")
    assert TITLES[PEARS] in listed.text


async def test_a_former_administrator_changes_nothing(town: Town, group: Chat, ada: User) -> None:
    await town.asks(group, ada, f"/follow {PEARS}", "Now following")
    town.telegram.demote(group, ada)
    await town.asks(group, ada, f"/unfollow {PEARS}", "Only the admins")


async def test_members_may_look(town: Town, group: Chat, sam: User) -> None:
    card = await town.asks(group, sam, f"/petition {PEARS}", "for a response")
    assert await town.presses(group, card, "🔄 Refresh", sam) == "Up to date"
    await town.asks(group, sam, "/search pear tree", "Petitions about")
    await town.asks(group, sam, "/help@PetitionAlertsSandboxBot", "What I can do")


async def test_an_anonymous_administrator_follows_as_the_group(town: Town, group: Chat, ada: User) -> None:
    town.telegram.say(group, ada, f"/follow {PEARS}", as_anonymous_admin=True)
    await town.hears(group, "Now following")


async def test_nobody_is_an_administrator_by_the_id_of_anonymous_ones(town: Town, rosa: User) -> None:
    """Whoever writes with that id and not in the name of the group is asked about like anybody."""
    impostor = town.telegram.add_user("Group", user_id=ANONYMOUS_ADMIN)
    group = town.telegram.add_group("Chess Club", [impostor], [rosa])
    await town.asks(group, impostor, f"/follow {PEARS}", "Only the admins")


async def test_a_member_presses_no_button_that_changes_something(
    town: Town, group: Chat, rosa: User, sam: User
) -> None:
    refusal = "Only the admins here can do that."
    card = await town.asks(group, sam, f"/petition {PEARS}", "for a response")
    assert await town.presses(group, card, "🔔 Follow", sam) == refusal
    await town.asks(group, rosa, f"/follow {PEARS}", "Now following")
    card = await town.asks(group, sam, f"/petition {PEARS}", "for a response")
    for button in ("✖️ Unfollow", "🔕 Mute"):
        assert await town.presses(group, card, button, sam) == refusal
    assert {"✖️ Unfollow", "🔕 Mute"} <= set(card.labels)


async def test_whoever_asks_is_answered_alone_and_what_changes_is_said_to_all(
    town: Town, group: Chat, rosa: User, sam: User
) -> None:
    card = await town.asks(group, rosa, f"/petition {PEARS}", "for a response")
    listed = await town.asks(group, sam, "/list", "Nothing is followed here yet")
    assert (card.seen_by, listed.seen_by) == (rosa.id, sam.id)
    assert await town.presses(group, card, "🔔 Follow", rosa) == "Now following"
    assert "✖️ Unfollow" in card.labels
    assert (await town.hears(group, "Now following")).seen_by is None
    assert (await town.asks(group, sam, f"/follow {BELLS}", "Only the admins")).seen_by is None, "it is no admin itself"
    town.telegram.promote(group)
    assert (await town.asks(group, sam, f"/follow {BELLS}", "Only the admins")).seen_by == sam.id


async def test_a_member_does_not_delete_what_is_kept_for_the_group(
    town: Town, group: Chat, rosa: User, sam: User
) -> None:
    await town.asks(group, rosa, f"/follow {PEARS}", "Now following")
    asked = await town.asks(group, rosa, "/deleteme", "Delete everything we keep for this group?")
    town.telegram.demote(group, rosa)
    assert "Only the admins" in await town.presses(group, asked, "🗑 Yes, delete everything", rosa)
    await town.asks(group, sam, "/list", "Following 1 petition")


async def test_when_rights_cannot_be_checked_nothing_is_changed(town: Town, group: Chat, rosa: User) -> None:
    card = await town.asks(group, rosa, f"/petition {PEARS}", "for a response")
    trouble = Refuse(status=500, description="Internal Server Error")
    town.telegram.faults.plan(trouble, times=2, method="getChatMember", chat_id=group.id)
    await town.asks(group, rosa, f"/follow {PEARS}", "couldn’t check whether you are an admin")
    assert "couldn’t check" in await town.presses(group, card, "🔔 Follow", rosa)
    await town.asks(group, rosa, "/list", "Nothing is followed here yet")
    assert await town.presses(group, card, "🔔 Follow", rosa) == "Now following"


async def test_a_group_hears_what_it_follows(town: Town, group: Chat, rosa: User, sam: User) -> None:
    await town.asks(group, rosa, f"/follow {TOLD_IN_A_GROUP}", "Now following")
    town.happens(TOLD_IN_A_GROUP, Happening.SIGN_1000)
    alert = await town.hears(group, "🎉 1,000 signatures")
    assert "Only the admins" in await town.presses(group, alert, "🔕 Mute", sam)
    assert "until you unmute" in await town.presses(group, alert, "🔕 Mute", rosa)


async def test_a_group_that_becomes_a_supergroup_keeps_its_follows(town: Town, group: Chat, rosa: User) -> None:
    await town.asks(group, rosa, f"/follow {MOVED_BY_NOTICE} {PEARS}", "🔔 Following")
    moved = town.telegram.migrate(group)
    listed = await town.asks(moved, rosa, "/list", "Following 2 petitions")
    assert TITLES[PEARS] in listed.text
    town.happens(MOVED_BY_NOTICE, Happening.SIGN_1000)
    await town.hears(moved, "🎉 1,000 signatures")
    assert town.stored("SELECT count(*) FROM chats WHERE telegram_id = ?", group.id) == [(0,)]


async def test_a_failed_send_tells_where_a_group_has_gone(town: Town, group: Chat, rosa: User) -> None:
    """The service message never came: only the refusal of the old chat names the new one."""
    await town.asks(group, rosa, f"/follow {MOVED_BY_REFUSAL}", "Now following")
    moved = town.telegram.add_group("Village Hall, upgraded", [], [rosa], supergroup=True)
    town.telegram.faults.plan(
        Refuse(
            status=400,
            description="Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": moved.id},
        ),
        times=10_000,
        method="sendMessage",
        chat_id=group.id,
    )
    town.happens(MOVED_BY_REFUSAL, Happening.SIGN_1000)
    await town.hears(moved, "🎉 1,000 signatures")
    town.happens(MOVED_BY_REFUSAL, Happening.RESPOND)
    await town.hears(moved, "has responded")
    assert "Following 1 petition" in (await town.asks(moved, rosa, "/list", "Following")).text
    assert town.heard(moved, "🎉 1,000 signatures") == 1


async def test_what_is_queued_when_a_group_moves_follows_it(town: Town, group: Chat, rosa: User) -> None:
    await town.asks(group, rosa, f"/follow {QUEUED_AT_THE_MOVE}", "Now following")
    trouble = Refuse(status=500, description="Internal Server Error")
    town.telegram.faults.plan(trouble, times=10_000, method="sendMessage", chat_id=group.id)
    town.happens(QUEUED_AT_THE_MOVE, Happening.SIGN_1000)
    await town.telegram.wait_for(
        lambda: any(
            request.status == 500 and "1,000 signatures" in str(request.params.get("text"))
            for request in town.telegram.requests
        ),
        PATIENCE,
    )
    moved = town.telegram.migrate(group)
    await town.hears(moved, "🎉 1,000 signatures")
    town.telegram.faults.clear()
    town.happens(QUEUED_AT_THE_MOVE, Happening.RESPOND)
    await town.hears(moved, "has responded")
    assert town.heard(moved, "🎉 1,000 signatures") == 1


@pytest.mark.parametrize("text", ["/follow@SomeOtherBot 760001", "/frobnicate", "Good morning everybody!"])
async def test_what_is_not_meant_for_the_bot_is_left_alone(town: Town, group: Chat, ada: User, text: str) -> None:
    town.telegram.promote(group)  # as an administrator the bot sees everything that is said
    town.telegram.say(group, ada, text)
    await town.asks(group, ada, "/list", "Nothing is followed here yet")
    assert len(town.telegram.bot_messages(group)) == 2, "only the greeting and the list"


async def test_an_unknown_command_that_names_the_bot_gets_one_helpful_sentence(
    town: Town, group: Chat, sam: User
) -> None:
    await town.asks(group, sam, "/frobnicate@PetitionAlertsSandboxBot", "I don’t know that command. /help lists")


async def test_in_private_mistakes_get_one_helpful_sentence(town: Town, rosa: User) -> None:
    await town.ask(rosa, "/frobnicate", "I don’t know that command. /help lists")
    await town.ask(rosa, "good morning", "Send me a petition’s link to see it")
    town.telegram.say(rosa, rosa, f"/follow@SomeOtherBot {PEARS}")
    await town.ask(rosa, "/list", "Nothing is followed here yet")
    assert len(town.telegram.bot_messages(rosa)) == 3


async def test_members_change_what_is_followed_where_the_settings_let_them_and_nothing_else(
    town: Town, rosa: User, sam: User
) -> None:
    group = town.telegram.add_group("Allotments", [sam], [rosa])
    await town.asks(group, sam, f"/follow {BELLS}", "Only the admins here can do that.")
    page = await town.asks(group, sam, "/settings", "Only admins change what is followed here")
    assert "Only the admins" in await town.presses(group, page, "👥 Let members change it too", sam)
    page = await town.asks(group, rosa, "/settings", "Only admins change what is followed here")
    assert "may change" in await town.presses(group, page, "👥 Let members change it too", rosa)
    assert (await town.hears(group, "Everybody in this group can change")).seen_by is None
    await town.asks(group, sam, f"/follow {BELLS}", "Now following")
    await town.asks(group, sam, "/deleteme", "Only the admins here can do that.")
    seen = await town.asks(group, sam, "/settings", "Everybody in this group can change")
    assert "Only the admins" in await town.presses(group, seen, "🔐 Only admins", sam)
    await town.presses(group, page, "🔐 Only admins", rosa)
    await town.asks(group, sam, f"/unfollow {BELLS}", "Only the admins here can do that.")
