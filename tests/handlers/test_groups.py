import pytest

from petitions.follows import ChatId, Place
from sandbox.telegram.errors import Json
from tests.handlers.conftest import ANONYMOUS, FORUM, GROUP, Desk, chat_json, message, query
from tests.handlers.fakes import ref
from tests.handlers.offline import BOT_NAME

ADMIN, MEMBER = 8, 9


@pytest.fixture
def group(desk: Desk) -> Desk:
    desk.site.add(1)
    desk.telegram.members = {ADMIN: "administrator", 10: "creator"}
    return desk


@pytest.mark.parametrize("user", [ADMIN, 10])
async def test_admins_follow(group: Desk, user: int) -> None:
    assert "Now following" in await group.answer_to("/follow 1", chat=GROUP, user=user)
    assert list(group.following.follows) == [(Place(chat=ChatId(GROUP)), ref(1))]


async def test_an_anonymous_admin_writes_as_the_group(group: Desk) -> None:
    calls = await group.says("/follow 1", chat=GROUP, user=ANONYMOUS, extra={"sender_chat": chat_json(GROUP)})
    assert [call.method for call in calls] == ["sendMessage"]
    assert group.following.follows


@pytest.mark.parametrize("sender", [{"sender_chat": {"id": -1005, "type": "channel", "title": "C"}}, {}])
async def test_the_id_of_anonymous_admins_alone_proves_nothing(group: Desk, sender: Json) -> None:
    assert "Only the admins" in await group.answer_to("/follow 1", chat=GROUP, user=ANONYMOUS, extra=sender)


async def test_when_telegram_cannot_be_asked_nobody_is_an_admin(group: Desk) -> None:
    group.telegram.refuse("getChatMember", 400, "Bad Request: CHAT_ADMIN_REQUIRED")
    assert "couldn’t check" in await group.answer_to("/follow 1", chat=GROUP, user=ADMIN)
    assert not group.following.follows


@pytest.mark.parametrize("data", ["1:c:uk:1", "1:r:uk:1", "1:l:1", "1:s:1:lidos"])
async def test_members_may_press_what_shows(group: Desk, data: str) -> None:
    calls = await group.presses(data, chat=GROUP, user=MEMBER)
    assert "getChatMember" not in [call.method for call in calls]
    assert len(calls) == 2


async def test_admins_press(group: Desk) -> None:
    await group.presses("1:f:uk:1", chat=GROUP, user=ADMIN)
    assert group.following.follows


async def test_a_press_fails_closed_too(group: Desk) -> None:
    group.telegram.refuse("getChatMember", 500, "Internal Server Error")
    (*_, toast) = await group.presses("1:f:uk:1", chat=GROUP, user=ADMIN)
    assert "couldn’t check" in toast.parameters["text"]
    assert not group.following.follows


async def test_a_topic_has_a_list_of_its_own_and_is_answered_there(group: Desk) -> None:
    topic = {"message_thread_id": 5, "is_topic_message": True}
    (_, call) = await group.says("/follow 1", chat=FORUM, user=ADMIN, extra=topic)
    assert call.parameters["message_thread_id"] == 5
    assert call.parameters["reply_parameters"]["message_id"] == 42
    assert list(group.following.follows) == [(Place(chat=ChatId(FORUM), thread=5), ref(1))]
    assert "Following 1 petition" in await group.answer_to("/list", chat=FORUM, user=MEMBER, extra=topic)
    assert "Nothing is followed" in await group.answer_to("/list", chat=FORUM, user=MEMBER)


async def test_whoever_speaks_in_a_topic_and_whoever_reopens_one_shows_that_it_is_open(group: Desk) -> None:
    topic = {"message_thread_id": 5, "is_topic_message": True}
    await group.says("/list", chat=FORUM, user=MEMBER, extra=topic)
    reopened = message("", chat=FORUM, user=ADMIN, extra={**topic, "message_thread_id": 6, "forum_topic_reopened": {}})
    assert await group.feed(message=reopened) == []
    assert group.chats.spoken == [(FORUM, 5), (FORUM, 6)]


async def test_a_press_in_a_topic_counts_for_the_topic(group: Desk) -> None:
    calls = await group.presses(
        "1:g:uk:1", chat=FORUM, user=ADMIN, extra={"message_thread_id": 5, "is_topic_message": True}
    )
    (sent,) = [call for call in calls if call.method == "sendMessage"]
    assert sent.parameters["message_thread_id"] == 5
    assert list(group.following.follows) == [(Place(chat=ChatId(FORUM), thread=5), ref(1))]


async def test_a_reply_in_a_plain_group_is_no_topic(group: Desk) -> None:
    await group.says("/follow 1", chat=GROUP, user=ADMIN, extra={"message_thread_id": 77})
    assert list(group.following.follows) == [(Place(chat=ChatId(GROUP)), ref(1))]


@pytest.mark.parametrize(
    "text",
    ["hello", "https://petition.parliament.uk/petitions/1", "/nonsense", "/nonsense@other_bot", "/list@other_bot"],
)
async def test_what_is_not_meant_for_the_bot_is_left_alone(group: Desk, text: str) -> None:
    assert await group.says(text, chat=GROUP, user=MEMBER) == []
    assert group.chats.known == {}


@pytest.mark.parametrize("text", ["thanks!", "1", "https://petition.parliament.uk/petitions/1"])
async def test_what_people_reply_to_the_bots_messages_in_a_group_is_left_alone(group: Desk, text: str) -> None:
    alert = message("🎉 10,000 signatures", chat=GROUP) | {"from": {"id": 99, "is_bot": True, "first_name": "B"}}
    assert await group.says(text, chat=GROUP, user=ADMIN, extra={"reply_to_message": alert}) == []
    assert group.following.follows == {}


@pytest.mark.parametrize("text", ["/list", f"/list@{BOT_NAME}", "/frobnicate"])
async def test_other_bots_are_left_alone_even_when_they_reply(group: Desk, text: str) -> None:
    other = {"id": 55, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    said = message(text, chat=GROUP, extra={"from": other, "reply_to_message": message("a card", chat=GROUP)})
    assert await group.feed(message=said) == []


async def test_commands_may_name_the_bot(group: Desk) -> None:
    assert "Nothing is followed" in await group.answer_to(f"/list@{BOT_NAME.upper()}", chat=GROUP)
    assert "don’t know that command" in await group.answer_to(f"/nonsense@{BOT_NAME}", chat=GROUP)


async def test_commands_of_other_bots_are_left_alone_in_private_too(desk: Desk) -> None:
    assert await desk.says("/list@other_bot") == []


@pytest.mark.parametrize(
    ("text", "answered"), [(f"/help@{BOT_NAME}", True), ("/help", False), ("/list@other_bot", False), ("hello", False)]
)
async def test_commands_without_a_place_in_channels_are_refused_when_they_name_the_bot(
    desk: Desk, text: str, answered: bool
) -> None:
    post = message(text, chat=-1009) | {"chat": {"id": -1009, "type": "channel", "title": "C"}}
    del post["from"]
    calls = await desk.feed(channel_post=post)
    assert [call.parameters["text"] for call in calls] == (
        ["In a channel I understand /follow, /unfollow, /list and /watch."] if answered else []
    )


async def test_a_button_of_a_message_that_is_gone_says_so(group: Desk) -> None:
    gone = {"message_id": 1, "date": 0, "chat": chat_json(GROUP)}
    (toast,) = await group.feed(callback_query=query("1:f:uk:1", gone, user=ADMIN))
    assert "too old" in toast.parameters["text"]
