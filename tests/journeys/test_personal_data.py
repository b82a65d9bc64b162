"""What is kept about a chat can be read, taken along and deleted, and names are never kept."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.messages import Message
from tests.journeys.town import BELLS, PEARS, TITLES, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOLD, TOLD_BEFORE_DELETING = 760_701, 760_702
FIRST_NAME, USERNAME = "Rosamunde-Philippa", "rosamunde_p_1815"
HER_ID = 5_551_234_567


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has people and petitions of its own."""
    lives = (
        *petitions(),
        petition(TOLD, "Label every apple tree", now=900),
        petition(TOLD_BEFORE_DELETING, "Label every plum tree", now=900),
    )
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town, town.bot():
        yield town


def everything_stored(town: Town) -> dict[str, str]:
    """All that the bot's database holds, a text a table."""
    tables = [str(name) for (name,) in town.stored("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: repr(town.stored(f'SELECT * FROM "{table}"')) for table in tables}  # noqa: S608 - its own names


def document(town: Town, message: Message) -> dict[str, object]:
    """The JSON file of a message."""
    stored = town.telegram.files.by_id(message.json["document"]["file_id"])
    assert message.json["document"]["file_name"].endswith(".json")
    return dict(json.loads(stored.upload.content))


async def test_mydata_is_a_json_file_with_everything_and_without_names(town: Town) -> None:
    rosa = town.telegram.add_user(FIRST_NAME, username=USERNAME, started=True)
    await town.ask(rosa, f"/follow {PEARS} {TOLD}", "🔔 Following")
    town.happens(TOLD, Happening.SIGN_1000)
    await town.hears(rosa, "🎉 1,000 signatures")
    await town.until_stored(
        "SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id WHERE telegram_id = ? AND messages.state = 'sent'",
        rosa.id,
    )

    kept = document(town, await town.ask(rosa, "/mydata", "Everything we keep for this chat."))

    assert kept["telegram_id"] == rosa.id
    follows = kept["follows"]
    assert isinstance(follows, list)
    assert {follow["title"] for follow in follows} == {TITLES[PEARS], "Label every apple tree"}
    assert isinstance(kept["messages"], list)
    assert len(kept["messages"]) == 1
    for name in (FIRST_NAME, USERNAME):
        assert name not in json.dumps(kept, ensure_ascii=False)


async def test_no_name_and_no_word_of_a_message_stays_in_the_database(town: Town) -> None:
    rosa = town.telegram.add_user(FIRST_NAME, username=USERNAME, started=True)
    await town.ask(rosa, "/follow my-secret-words-4711", "No petitions found")
    await town.ask(rosa, f"/follow {PEARS}", "Now following")
    await town.until_stored("SELECT count(*) = 0 FROM updates WHERE body IS NOT NULL")
    stored = everything_stored(town)
    assert TITLES[PEARS] in "".join(stored.values())
    for table, content in stored.items():
        for said in (FIRST_NAME, USERNAME, "my-secret-words-4711"):
            assert said not in content, table


async def test_deleteme_asks_first_and_a_no_keeps_everything(town: Town) -> None:
    rosa = town.telegram.add_user("Rosa", started=True)
    await town.ask(rosa, f"/follow {PEARS}", "Now following")
    asked = await town.ask(rosa, "/deleteme", "Delete everything we keep for this chat?")
    assert asked.labels == ["🗑 Yes, delete everything", "Keep it"]
    assert await town.presses(rosa, asked, "Keep it", rosa) == "Nothing was deleted"
    assert asked.labels == []
    await town.ask(rosa, "/list", "Following 1 petition")


async def test_deleteme_leaves_no_trace_of_the_chat_in_any_table(town: Town) -> None:
    rosa = town.telegram.add_user("Rosa", started=True, user_id=HER_ID)
    tom = town.telegram.add_user("Tom", started=True)
    for person in (rosa, tom):
        await town.ask(person, f"/follow {BELLS} {TOLD_BEFORE_DELETING}", "🔔 Following")
    town.happens(TOLD_BEFORE_DELETING, Happening.SIGN_1000)
    for person in (rosa, tom):
        await town.hears(person, "🎉 1,000 signatures")
    ((chat,),) = town.stored("SELECT id FROM chats WHERE telegram_id = ?", rosa.id)
    assert str(HER_ID) in "".join(everything_stored(town).values())

    asked = await town.ask(rosa, "/deleteme", "Delete everything")
    assert await town.presses(rosa, asked, "🗑 Yes, delete everything", rosa) == "Deleted"
    assert "everything we kept for this chat is deleted" in asked.text

    await town.until_stored("SELECT count(*) = 0 FROM updates WHERE body IS NOT NULL")
    for table, content in everything_stored(town).items():
        assert str(HER_ID) not in content, table
    for table in ("follows", "alerts", "messages", "closed_topics"):
        assert town.stored(f"SELECT count(*) FROM {table} WHERE chat_id = ?", chat) == [(0,)], table  # noqa: S608

    town.happens(TOLD_BEFORE_DELETING, Happening.RESPOND)
    await town.hears(tom, "has responded")
    assert town.heard(rosa, "has responded") == 0
    await town.ask(tom, "/list", "Following 2 petitions")


async def test_privacy_says_what_is_kept_and_for_how_long(town: Town) -> None:
    rosa = town.telegram.add_user("Rosa", started=True)
    notice = (await town.ask(rosa, "/privacy", "What we keep")).text
    for promise in ("names, usernames", "7 days", "30 days", "90 days", "/mydata", "/deleteme", "Unofficial"):
        assert promise in notice


async def test_the_command_menu_is_set_for_private_chats_and_for_groups(town: Town) -> None:
    rosa = town.telegram.add_user("Rosa", started=True)
    group = town.telegram.add_group("Village Hall", [], [rosa])
    await town.telegram.wait_for(lambda: town.telegram.profile()["short_description"], 10)
    in_private, in_group = (
        {entry["command"]: entry["description"] for entry in town.telegram.commands(chat)} for chat in (rosa, group)
    )
    wanted = {"follow", "unfollow", "list", "watch", "scoreboard", "settings", "here", "search", "petition", "chart"}
    wanted |= {"alerts", "announcements", "privacy", "mydata", "deleteme", "start", "help"}
    assert set(in_private) == wanted | {"channels", "channel", "signature"}
    assert set(in_group) == wanted
    help_text = (await town.ask(rosa, "/help", "What I can do")).text
    for command, description in in_private.items():
        assert f"/{command}" in help_text
        assert description in help_text
    for text in town.telegram.profile().values():
        assert text == "Petition Alerts" or "Unofficial" in text
