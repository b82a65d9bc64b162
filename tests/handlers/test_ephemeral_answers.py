"""In a group whoever asks is answered alone; what has changed for everybody is said to everybody."""

import pytest

from petitions.follows import ChatId, Place
from sandbox.telegram.errors import Json
from tests.handlers.conftest import ANONYMOUS, FORUM, GROUP, PRIVATE, Desk, chat_json
from tests.handlers.fakes import NOW, ref
from tests.handlers.offline import Call
from tests.handlers.test_membership import changed, member

ADMIN, MEMBER = 8, 9
EPHEMERAL: Json = {"message_id": 0, "ephemeral_message_id": 70}
HERE = Place(chat=ChatId(GROUP))
ELSEWHERE = Place(chat=ChatId(GROUP), thread=3)
NOT_ADMIN = "Bad Request: BOT_NOT_ADMIN"


@pytest.fixture
def group(desk: Desk) -> Desk:
    desk.site.add(1, 2)
    desk.telegram.members = {ADMIN: "administrator"}
    return desk


def seen_by(call: Call) -> object:
    """Return who alone sees a message, `None` for everybody."""
    return call.parameters.get("ephemeral_message_parameters", {}).get("receiver_user_id")


def sent(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method in {"sendMessage", "sendDocument"}]


@pytest.mark.parametrize("chat", [GROUP, FORUM])
@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "/help",
        "/list",
        "/watch",
        "/petition 1",
        "/chart 1",
        "/search lidos",
        "/settings",
        "/privacy",
        "/follow 1",
    ],
)
async def test_menus_lists_cards_help_and_refusals_are_for_whoever_asked(group: Desk, chat: int, text: str) -> None:
    (answer,) = sent(await group.says(text, chat=chat, user=MEMBER))
    assert seen_by(answer) == MEMBER
    assert answer.parameters["reply_parameters"]["message_id"] == 42


@pytest.mark.parametrize(
    "text",
    [
        "/follow",
        "/follow lidos",
        "/follow 77",
        "/unfollow",
        "/unfollow 1",
        "/unfollow 1 2",
        "/here 1",
        "/here",
        "/deleteme",
        "/mydata",
        "/scoreboard off",
        "/announcements",
        "/alerts",
    ],
)
async def test_what_changes_nothing_is_for_the_admin_who_asked(group: Desk, text: str) -> None:
    (answer,) = sent(await group.says(text, chat=GROUP, user=ADMIN))
    assert seen_by(answer) == ADMIN


@pytest.mark.parametrize(
    "text",
    [
        "/follow 1",
        "/follow 1 2",
        "/follow 2 77",
        "/unfollow 2",
        "/unfollow 2 1",
        "/watch 10000",
        "/here 2",
        "/scoreboard off",
        "/announcements off",
        "/alerts edits on",
    ],
)
async def test_what_changes_something_for_all_is_for_everybody(group: Desk, text: str) -> None:
    group.scoreboards.up.add(HERE)
    if not text.startswith("/follow"):
        await group.following.follow([ref(2)], ELSEWHERE if "here" in text else HERE, NOW)
    (answer,) = sent(await group.says(text, chat=GROUP, user=ADMIN))
    assert seen_by(answer) is None


@pytest.mark.parametrize("text", ["/follow 1", "/watch 10000"])
async def test_that_nothing_is_new_is_for_whoever_asked(group: Desk, text: str) -> None:
    await group.says(text, chat=GROUP, user=ADMIN)
    (answer,) = sent(await group.says(text, chat=GROUP, user=ADMIN))
    assert seen_by(answer) == ADMIN


async def test_who_writes_as_the_group_is_answered_before_everybody(group: Desk) -> None:
    calls = await group.says("/list", chat=GROUP, user=ANONYMOUS, extra={"sender_chat": chat_json(GROUP)} | _a_bot())
    assert [seen_by(call) for call in sent(calls)] == [None]


@pytest.mark.parametrize("chat", [PRIVATE, -1009])
async def test_outside_of_groups_nothing_is_ephemeral(group: Desk, chat: int) -> None:
    channel = {"chat": {"id": chat, "type": "channel", "title": "C"}} if chat != PRIVATE else {}
    (answer,) = sent(await group.says("/list", chat=chat, user=ADMIN, extra=channel))
    assert seen_by(answer) is None


async def test_an_ephemeral_command_is_answered_as_such(group: Desk) -> None:
    (answer,) = sent(await group.says("/list", chat=GROUP, user=MEMBER, extra=EPHEMERAL))
    assert seen_by(answer) == MEMBER
    assert answer.parameters["reply_parameters"]["ephemeral_message_id"] == 70


async def test_what_an_ephemeral_command_changes_is_said_to_everybody_and_quotes_nothing(group: Desk) -> None:
    (answer,) = sent(await group.says("/follow 1", chat=GROUP, user=ADMIN, extra=EPHEMERAL))
    assert seen_by(answer) is None
    assert "reply_parameters" not in answer.parameters


async def test_where_telegram_refuses_everybody_is_answered_once_and_it_is_asked_no_more(group: Desk) -> None:
    group.telegram.refuse("sendMessage", 400, NOT_ADMIN)
    refused, answered = sent(await group.says("/list", chat=GROUP, user=MEMBER))
    assert (seen_by(refused), seen_by(answered)) == (MEMBER, None)
    assert answered.parameters["reply_parameters"]["message_id"] == 42
    assert [seen_by(call) for call in sent(await group.says("/list", chat=GROUP, user=ADMIN))] == [None]
    assert [seen_by(call) for call in sent(await group.says("/list", chat=FORUM, user=ADMIN))] == [ADMIN]


async def test_once_the_bot_is_an_admin_it_answers_alone_again(group: Desk) -> None:
    group.telegram.refuse("sendMessage", 400, NOT_ADMIN)
    await group.says("/list", chat=GROUP, user=MEMBER)
    await changed(group, chat_json(GROUP), member("member"), member("restricted"))
    (answer,) = sent(await group.says("/list", chat=GROUP, user=MEMBER))
    assert seen_by(answer) == MEMBER


async def test_an_ephemeral_message_is_edited_as_such(group: Desk) -> None:
    edit, toast = await group.presses("1:l:1", chat=GROUP, user=MEMBER, extra=EPHEMERAL)
    assert (edit.method, toast.method) == ("editEphemeralMessageText", "answerCallbackQuery")
    assert edit.parameters["chat_id"] == GROUP
    assert (edit.parameters["receiver_user_id"], edit.parameters["ephemeral_message_id"]) == (MEMBER, 70)


async def test_an_ephemeral_message_that_can_not_be_edited_is_sent_anew_to_the_same_person(group: Desk) -> None:
    group.telegram.refuse("editEphemeralMessageText", 400, "Bad Request: MEDIA_CAPTION_TOO_LONG")
    _, anew, _ = await group.presses("1:l:1", chat=GROUP, user=MEMBER, extra=EPHEMERAL)
    assert anew.parameters["ephemeral_message_parameters"] == {"receiver_user_id": MEMBER, "callback_query_id": "q"}


async def test_a_card_that_a_button_brings_is_for_whoever_pressed(group: Desk) -> None:
    (card,) = sent(await group.presses("1:c:uk:1", chat=GROUP, user=MEMBER))
    assert card.parameters["ephemeral_message_parameters"] == {"receiver_user_id": MEMBER, "callback_query_id": "q"}


async def test_the_buttons_of_an_ephemeral_message_are_changed_as_such(group: Desk) -> None:
    await group.following.follow([ref(2)], HERE, NOW)
    calls = await group.presses("1:m:uk:2", chat=GROUP, user=ADMIN, extra=EPHEMERAL)
    assert "editEphemeralMessageReplyMarkup" in [call.method for call in calls]


@pytest.mark.parametrize(
    ("data", "news"),
    [
        ("1:f:uk:1", "Now following"),
        ("1:a:uk:1", "Now following"),
        ("1:g:uk:1", "Now following"),
        ("1:u:uk:2", "No longer following"),
        ("1:v:uk:2", "No longer following"),
        ("1:m:uk:2", "Muted here: petition 2"),
        ("1:n:uk:2", "Heard again here: petition 2"),
        ("1:A:members", "Everybody in this group can change"),
        ("1:d:yes", "is deleted"),
        ("1:N:news:off", "News about the bot doesn’t come"),
    ],
)
async def test_what_a_button_only_one_sees_changes_is_said_to_everybody(group: Desk, data: str, news: str) -> None:
    await group.following.follow([ref(2)], HERE, NOW)
    calls = await group.presses(data, chat=GROUP, user=ADMIN, extra=EPHEMERAL)
    (told,) = sent(calls)
    assert seen_by(told) is None
    assert news in told.parameters["text"]


async def test_a_button_that_everybody_sees_needs_no_news(group: Desk) -> None:
    calls = await group.presses("1:f:uk:1", chat=GROUP, user=ADMIN)
    assert [call.method for call in calls] == ["getChatMember", "editMessageText", "answerCallbackQuery"]


async def test_what_a_button_did_not_change_is_no_news(group: Desk) -> None:
    calls = await group.presses("1:u:uk:1", chat=GROUP, user=ADMIN, extra=EPHEMERAL)
    assert sent(calls) == []


def _a_bot() -> Json:
    return {"from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}}
