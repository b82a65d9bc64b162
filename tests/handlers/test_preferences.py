"""/alerts: one page with a switch for each group of news."""

import pytest

from petitions.follows import ChatId, Place
from petitions.kinds import Group
from petitions.preferences import PREFERENCES, Preference, is_on_by_default
from tests.handlers.conftest import FORUM, GROUP, PRIVATE, Desk
from tests.handlers.offline import Call

HERE = Place(chat=ChatId(PRIVATE))


def labels(call: Call) -> list[str]:
    return [button["text"] for row in call.parameters["reply_markup"]["inline_keyboard"] for button in row]


async def test_the_page_shows_what_comes_by_default(desk: Desk) -> None:
    (call,) = await desk.says("/alerts")
    assert len(labels(call)) == len(PREFERENCES)
    assert [label for label in labels(call) if "✅" not in label] == ["◻️ 🖊 Edits"]
    for label in labels(call):
        assert label.split(" ", 1)[0] + " <b>" + label.split(" ", 1)[1] in call.parameters["text"]


async def test_a_switch_turns_round_in_place(desk: Desk) -> None:
    edited, toast = await desk.presses("1:E:edits:on")
    assert (edited.method, toast.parameters["text"]) == ("editMessageText", "🖊 Edits: on")
    assert "✅ 🖊 Edits" in labels(edited)
    edited, toast = await desk.presses("1:E:edits:off")
    assert "◻️ 🖊 Edits" in labels(edited)
    assert desk.preferences.choices == {HERE: {Group.EDITS: False}}


async def test_pictures_are_on_in_private_chats_only(desk: Desk) -> None:
    for chat, picture in ((PRIVATE, "✅ 🖼 Pictures"), (GROUP, "◻️ 🖼 Pictures"), (FORUM, "◻️ 🖼 Pictures")):
        (call,) = await desk.says("/alerts", chat=chat)
        assert labels(call)[-1] == picture


@pytest.mark.parametrize("preference", PREFERENCES)
async def test_each_can_be_named_in_words(desk: Desk, preference: Preference) -> None:
    on = is_on_by_default(preference, in_private=True)
    answer = await desk.answer_to(f"/alerts {preference.upper()}  {'off' if on else 'on'}")
    assert answer.startswith("🔔 Alerts here – ")
    assert desk.preferences.choices == {HERE: {preference: not on}}


@pytest.mark.parametrize("text", ["nonsense", "edits", "edits maybe", "on", "edits on please"])
async def test_what_cannot_be_understood_changes_nothing_and_shows_the_page(desk: Desk, text: str) -> None:
    assert "/alerts edits on" in await desk.answer_to(f"/alerts {text}")
    assert desk.preferences.choices == {}


async def test_a_topic_chooses_for_itself(desk: Desk) -> None:
    desk.telegram.members = {8: "administrator"}
    topic = {"message_thread_id": 5, "is_topic_message": True}
    await desk.presses("1:E:life:off", chat=FORUM, user=8, extra=topic)
    assert desk.preferences.choices == {Place(chat=ChatId(FORUM), thread=5): {Group.LIFE: False}}


async def test_members_do_not_choose_for_a_group_that_lets_them_follow(desk: Desk) -> None:
    desk.chats.letting = {GROUP}
    assert "Only the admins" in await desk.answer_to("/alerts edits on", chat=GROUP)
    assert desk.preferences.choices == {}
