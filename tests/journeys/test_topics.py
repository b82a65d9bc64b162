"""Forums: each topic follows for itself, is answered in itself, and can be lost without the rest of the group."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.chats import Chat
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, LAMPS, PEARS, TITLES, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOLD_IN_ITS_TOPIC, TOPIC_CLOSED, TOPIC_DELETED, TOPIC_MOVED, CHOSEN = range(760_501, 760_506)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has a forum and petitions of its own."""
    lives = (
        *petitions(),
        petition(TOLD_IN_ITS_TOPIC, "Paint the bandstand", now=900),
        petition(TOPIC_CLOSED, "Gild the clock hands", now=900),
        petition(TOPIC_DELETED, "Polish the brass plaque", now=900),
        petition(TOPIC_MOVED, "Wind the church clock", now=900),
        petition(CHOSEN, "Mend the pavilion roof", now=900),
    )
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town, town.bot():
        yield town


@pytest.fixture
def forum(town: Town, rosa: User) -> Chat:
    return town.telegram.add_group("Tea and cake", [], [rosa], forum=True)


async def test_each_topic_has_its_own_follows_and_is_answered_in_itself(town: Town, forum: Chat, rosa: User) -> None:
    cakes, parks = (town.telegram.open_topic(forum, title).id for title in ("Cakes", "Parks"))
    await town.asks(forum, rosa, f"/follow {BELLS}", "Now following", thread=cakes)
    await town.asks(forum, rosa, f"/follow {PEARS} {BELLS}", "🔔 Following", thread=parks)
    await town.asks(forum, rosa, f"/unfollow {BELLS}", "No longer following", thread=parks)

    in_cakes = await town.asks(forum, rosa, "/list", "Following 1 petition", thread=cakes)
    in_parks = await town.asks(forum, rosa, "/list", "Following 1 petition", thread=parks)
    assert TITLES[BELLS] in in_cakes.text
    assert TITLES[PEARS] in in_parks.text
    await town.asks(forum, rosa, "/list", "Nothing is followed here yet", thread=0)


async def test_a_button_counts_for_the_topic_it_is_pressed_in(town: Town, forum: Chat, rosa: User) -> None:
    topic = town.telegram.open_topic(forum, "Lamps").id
    card = await town.asks(forum, rosa, f"/petition {LAMPS}", "for a response", thread=topic)
    await town.presses(forum, card, "🔔 Follow", rosa)
    await town.asks(forum, rosa, "/list", "Following 1 petition", thread=topic)
    await town.asks(forum, rosa, "/list", "Nothing is followed here yet", thread=0)


async def test_news_is_told_in_the_topics_that_follow(town: Town, forum: Chat, rosa: User) -> None:
    music, other = (town.telegram.open_topic(forum, title).id for title in ("Music", "Other"))
    for thread in (music, 0):
        await town.asks(forum, rosa, f"/follow {TOLD_IN_ITS_TOPIC}", "Now following", thread=thread)
    await town.asks(forum, rosa, f"/follow {PEARS}", "Now following", thread=other)
    town.happens(TOLD_IN_ITS_TOPIC, Happening.SIGN_1000)
    for thread in (music, 0):
        await town.hears(forum, "🎉 1,000 signatures", thread=thread)
    assert town.heard(forum, "🎉 1,000 signatures") == 2
    assert town.heard(forum, "1,000 signatures", thread=other) == 0


async def test_a_closed_topic_does_not_stop_the_rest_and_is_told_when_it_is_used_again(
    town: Town, forum: Chat, rosa: User
) -> None:
    closed, open_one = (town.telegram.open_topic(forum, title) for title in ("Closed", "Open"))
    for topic in (closed, open_one):
        await town.asks(forum, rosa, f"/follow {TOPIC_CLOSED}", "Now following", thread=topic.id)
    town.telegram.close_topic(forum, closed)
    town.happens(TOPIC_CLOSED, Happening.SIGN_1000)
    await town.hears(forum, "🎉 1,000 signatures", thread=open_one.id)
    town.happens(TOPIC_CLOSED, Happening.RESPOND)
    await town.hears(forum, "has responded", thread=open_one.id)
    assert town.heard(forum, "1,000 signatures\n", thread=closed.id) == 0
    await town.hears(forum, "I can’t write in one of this group’s topics any more", thread=0)

    town.telegram.reopen_topic(forum, closed)
    await town.asks(forum, rosa, f"/follow {TOPIC_CLOSED}", "Already following", thread=closed.id)
    await town.hears(forum, "🎉 1,000 signatures", thread=closed.id)
    await town.hears(forum, "has responded", thread=closed.id)
    for topic in (closed, open_one):
        assert town.heard(forum, "🎉 1,000 signatures", thread=topic.id) == 1


async def test_a_deleted_topic_does_not_stop_the_rest(town: Town, forum: Chat, rosa: User) -> None:
    deleted, kept = (town.telegram.open_topic(forum, title) for title in ("Deleted", "Kept"))
    for thread in (deleted.id, kept.id, 0):
        await town.asks(forum, rosa, f"/follow {TOPIC_DELETED}", "Now following", thread=thread)
    town.telegram.delete_topic(forum, deleted)
    town.happens(TOPIC_DELETED, Happening.SIGN_1000)
    for thread in (kept.id, 0):
        await town.hears(forum, "🎉 1,000 signatures", thread=thread)
    town.happens(TOPIC_DELETED, Happening.RESPOND)
    for thread in (kept.id, 0):
        await town.hears(forum, "has responded", thread=thread)
    assert town.stored("SELECT thread FROM closed_topics WHERE thread = ?", deleted.id) == [(deleted.id,)]
    assert town.stored("SELECT state FROM chats WHERE telegram_id = ?", forum.id) == [("active",)]
    await town.hears(forum, "I can’t write in one of this group’s topics any more", thread=0)
    assert town.heard(forum, "any more") == 1
    await town.asks(forum, rosa, f"/here {TOPIC_DELETED}", "From now on in this topic", thread=kept.id)
    await town.until_stored("SELECT count(*) = 1 FROM follows WHERE chat_id = (SELECT max(chat_id) FROM closed_topics)")


async def test_here_moves_a_follow_and_what_waits_for_it_to_this_topic(town: Town, forum: Chat, rosa: User) -> None:
    old, new = (town.telegram.open_topic(forum, title) for title in ("Old", "New"))
    await town.asks(forum, rosa, f"/follow {TOPIC_MOVED}", "Now following", thread=old.id)
    town.telegram.close_topic(forum, old)
    town.happens(TOPIC_MOVED, Happening.SIGN_1000)
    await town.hears(forum, "I can’t write in one of this group’s topics any more", thread=0)
    moved = await town.asks(forum, rosa, f"/here {TOPIC_MOVED} {PEARS}", "From now on in this topic", thread=new.id)
    assert f"No other topic of this group follows {PEARS}" in moved.text
    await town.hears(forum, "🎉 1,000 signatures", thread=new.id)
    town.happens(TOPIC_MOVED, Happening.RESPOND)
    await town.hears(forum, "has responded", thread=new.id)
    assert town.heard(forum, "🎉 1,000 signatures") == 1
    await town.asks(forum, rosa, "/here", "Which petition?", thread=new.id)


async def test_each_topic_hears_of_what_it_has_chosen(town: Town, forum: Chat, rosa: User) -> None:
    few, usual = (town.telegram.open_topic(forum, title).id for title in ("Few", "Usual"))
    for thread in (few, usual):
        await town.asks(forum, rosa, f"/follow {CHOSEN}", "Now following", thread=thread)
    page = await town.asks(forum, rosa, "/alerts", "Alerts here", thread=few)
    assert await town.presses(forum, page, "✅ 💬 Responses", rosa) == "💬 Responses: off"
    await town.hears(forum, "Alerts here – 💬 Responses: off", thread=few)
    await town.asks(forum, rosa, "/alerts edits on", "🖊 Edits: on", thread=few)
    town.happens(CHOSEN, Happening.RESPOND)
    await town.hears(forum, "has responded", thread=usual)
    town.happens(CHOSEN, Happening.EDIT_WORDS)
    await town.hears(forum, "new wording", thread=few)
    assert town.heard(forum, "has responded", thread=few) == 0
    assert town.heard(forum, "new wording", thread=usual) == 0


async def test_here_is_for_groups(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/here {PEARS}", "/here works in groups with topics")
