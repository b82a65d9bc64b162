from collections.abc import AsyncIterator

import pytest

from delivery.chats import PostStyle
from delivery.outbox import MessageState
from petitions.follows import ChatId, Place
from sandbox.telegram.errors import Json
from tests.handlers.conftest import FORUM, GROUP, PRIVATE, Desk, chat_json, message, user_json
from tests.handlers.fakes import ref
from tests.handlers.offline import BOT_NAME, Call

_BOT: Json = {"id": 99, "is_bot": True, "first_name": "B"}
_RIGHTS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_change_info "
    "can_invite_users can_pin_messages can_manage_topics can_edit_tag can_react_to_messages"
)


def member(status: str, *, is_member: bool = True) -> Json:
    member: Json = {"status": status, "user": _BOT}
    if status == "kicked":
        member["until_date"] = 0
    if status == "restricted":
        member |= {"is_member": is_member, "until_date": 0, **dict.fromkeys(_RIGHTS.split(), False)}
    return member


async def changed(desk: Desk, chat: Json, before: Json, after: Json) -> list[Call]:
    change = {"chat": chat, "from": user_json(7), "date": 1, "old_chat_member": before, "new_chat_member": after}
    return await desk.feed(my_chat_member=change)


async def test_a_person_who_blocks_the_bot_is_suspended_and_comes_back(desk: Desk) -> None:
    private = chat_json(PRIVATE)
    assert await changed(desk, private, member("member"), member("kicked")) == []
    assert await changed(desk, private, member("kicked"), member("member")) == []
    assert desk.chats.events == [("left", PRIVATE, "kicked"), ("returned", PRIVATE)]


@pytest.mark.parametrize("after", [member("left"), member("kicked"), member("restricted", is_member=False)])
async def test_a_group_that_removes_the_bot_is_suspended(desk: Desk, after: Json) -> None:
    await changed(desk, chat_json(GROUP), member("member"), after)
    assert desk.chats.events == [("left", GROUP, after["status"])]


async def test_a_group_that_adds_the_bot_is_greeted(desk: Desk) -> None:
    (call,) = await changed(desk, chat_json(GROUP), member("left"), member("member"))
    assert "Thanks for adding me" in call.parameters["text"]
    ((button,),) = call.parameters["reply_markup"]["inline_keyboard"]
    assert button["url"] == f"https://t.me/{BOT_NAME}?start=g_{GROUP}"
    assert desk.chats.events == [("returned", GROUP)]


@pytest.mark.parametrize("payload", ["added", "true", "g_-1001"])
async def test_the_link_by_which_a_group_added_the_bot_is_not_answered_beside_the_greeting(
    desk: Desk, payload: str
) -> None:
    assert await desk.says(f"/start@{BOT_NAME} {payload}", chat=GROUP) == []


async def test_an_admin_sets_up_a_group_from_the_private_chat(desk: Desk) -> None:
    desk.site.add(1)
    desk.telegram.kinds[GROUP] = "supergroup"
    desk.telegram.members = {7: "administrator"}
    page = (await desk.says(f"/start g_{GROUP}"))[-1]
    assert "👥 <b>C</b>" in page.parameters["text"]
    assert desk.channel_links.links == {(GROUP, 7)}
    buttons = page.parameters["reply_markup"]
    calls = await desk.says("1", extra={"reply_to_message": message("👥", extra={"reply_markup": buttons})})
    told, answered = (call for call in calls if call.method == "sendMessage")
    assert (told.parameters["chat_id"], answered.parameters["chat_id"]) == (GROUP, PRIVATE)
    assert "Now following" in told.parameters["text"]
    assert answered.parameters["text"].startswith("👥 <b>C</b>\n\n🔔 <b>Now following</b>")
    assert list(desk.following.follows) == [(Place(chat=ChatId(GROUP)), ref(1))]
    again = [button for row in answered.parameters["reply_markup"]["inline_keyboard"] for button in row]
    assert [button.get("callback_data") for button in again] == [None, f"1:h:{GROUP}"]


@pytest.mark.parametrize(
    ("status", "words"), [("member", "no admin of that group"), ("left", "no admin of that group")]
)
async def test_nobody_else_sets_up_a_group(desk: Desk, status: str, words: str) -> None:
    desk.telegram.kinds[GROUP] = "supergroup"
    desk.telegram.members = {7: status}
    assert words in await desk.answer_to(f"/start g_{GROUP}")
    assert desk.channel_links.links == set()


async def test_who_is_no_admin_any_more_changes_nothing_from_the_private_chat(desk: Desk) -> None:
    desk.site.add(1)
    desk.telegram.kinds[GROUP] = "supergroup"
    desk.telegram.members = {7: "administrator"}
    buttons = (await desk.says(f"/start g_{GROUP}"))[-1].parameters["reply_markup"]
    desk.telegram.members = {7: "member"}
    calls = await desk.says("1", extra={"reply_to_message": message("👥", extra={"reply_markup": buttons})})
    assert "no admin of that group" in calls[-1].parameters["text"]
    assert desk.following.follows == {}


@pytest.fixture
async def asking(desk: Desk) -> Desk:
    """A channel whose posts wait, one of them with the first alert 5."""
    desk.telegram.members = {7: "administrator", desk.application.bot.id: "administrator"}
    desk.telegram.posting = {7, desk.application.bot.id}
    await changed(desk, CHANNEL, member("left"), _admin(may_post=True))
    desk.approvals.posts[ChatId(-1009), 5] = MessageState.AWAITING
    return desk


@pytest.mark.parametrize(
    ("letter", "toast", "state"),
    [("P", "Posted", MessageState.QUEUED), ("X", "It won’t be posted", MessageState.CANCELLED)],
)
async def test_a_post_that_waits_is_decided_by_a_button_which_then_says_so(
    asking: Desk, letter: str, toast: str, state: MessageState
) -> None:
    for _ in range(2):
        *_, edit, answer = await asking.presses(f"1:{letter}:-1009:5")
        assert (edit.method, answer.parameters["text"]) == ("editMessageReplyMarkup", toast)
        (button,) = edit.parameters["reply_markup"]["inline_keyboard"][0]
        assert "osted" in button["text"]
        assert button["callback_data"] == f"1:{letter}:-1009:5"
    assert asking.approvals.posts == {(ChatId(-1009), 5): state}


@pytest.mark.parametrize(
    ("state", "toast"),
    [
        (MessageState.SENT, "Posted"),
        (MessageState.CANCELLED, "It won’t be posted"),
        (MessageState.EXPIRED, "waited for more than 48 hours"),
        (MessageState.REJECTED, "not there any more"),
    ],
)
async def test_who_presses_late_is_told_what_has_become_of_the_post(
    asking: Desk, state: MessageState, toast: str
) -> None:
    asking.approvals.posts[ChatId(-1009), 5] = state
    assert toast in (await asking.presses("1:P:-1009:5"))[-1].parameters["text"]
    assert asking.approvals.posts[ChatId(-1009), 5] is state


@pytest.mark.parametrize("data", ["1:P:-1009:5", "1:X:-1009:5", "1:V:-1009"])
async def test_who_may_not_post_any_more_decides_nothing(asking: Desk, data: str) -> None:
    asking.telegram.posting = {asking.application.bot.id}
    edit = (await asking.presses(data))[-2]
    assert "You may not post in that channel" in edit.parameters["text"]
    assert asking.approvals.posts[ChatId(-1009), 5] is MessageState.AWAITING
    assert not any(event[0] == "styled" for event in asking.chats.events)


async def test_a_channel_asks_first_when_its_page_says_so(asking: Desk) -> None:
    await asking.presses("1:V:-1009")
    assert ("styled", -1009, PostStyle(ask_first=True)) in asking.chats.events


@pytest.mark.parametrize("text", ["/start", "/help"])
async def test_a_person_can_add_the_bot_to_a_group_and_is_asked_for_no_rights(desk: Desk, text: str) -> None:
    (call,) = await desk.says(text)
    ((button,),) = call.parameters["reply_markup"]["inline_keyboard"]
    assert button["url"] == f"https://t.me/{BOT_NAME}?startgroup=added"


async def test_a_group_that_silences_the_bot_is_suspended_until_it_may_write_again(desk: Desk) -> None:
    assert await changed(desk, chat_json(GROUP), member("member"), member("restricted")) == []
    assert await changed(desk, chat_json(GROUP), member("restricted"), member("member")) == []
    assert desk.chats.events == [("left", GROUP, "may not write"), ("returned", GROUP)]


async def test_a_group_where_the_bot_may_not_write_is_not_greeted(desk: Desk) -> None:
    assert await changed(desk, chat_json(GROUP), member("left"), member("restricted")) == []


CHANNEL: Json = {"id": -1009, "type": "channel", "title": "Town & <b>country</b>"}


def _admin(*, may_post: bool) -> Json:
    rights = (
        "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
        "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
    )
    admin = {"status": "administrator", "user": _BOT, **dict.fromkeys(rights.split(), False)}
    return {**admin, "can_post_messages": may_post}


async def test_who_makes_the_bot_an_admin_of_a_channel_is_told_in_private_what_to_post(desk: Desk) -> None:
    desk.telegram.members = {7: "administrator", desk.application.bot.id: "administrator"}
    desk.telegram.posting = {7, desk.application.bot.id}
    calls = await changed(desk, CHANNEL, member("left"), _admin(may_post=True))
    assert (calls[-1].method, calls[-1].parameters["chat_id"]) == ("sendMessage", 7)
    assert "Reply to this message" in calls[-1].parameters["text"]
    assert desk.channel_links.links == {(-1009, 7)}


async def test_who_makes_the_bot_an_admin_without_being_allowed_to_post_is_told_so(desk: Desk) -> None:
    calls = await changed(desk, CHANNEL, member("left"), _admin(may_post=True))
    assert "You may not post in that channel" in calls[-1].parameters["text"]
    assert desk.channel_links.links == set()


async def test_a_channel_in_which_the_bot_may_not_post_is_suspended_and_who_can_mend_it_told_once(desk: Desk) -> None:
    (call,) = await changed(desk, CHANNEL, _admin(may_post=True), _admin(may_post=False))
    assert call.parameters["chat_id"] == 7
    assert "may not post" in call.parameters["text"]
    assert await changed(desk, CHANNEL, _admin(may_post=False), _admin(may_post=False)) == []
    assert ("left", -1009, "may not write") in desk.chats.events


async def test_a_channel_that_removes_the_bot_is_told_nothing(desk: Desk) -> None:
    assert await changed(desk, CHANNEL, _admin(may_post=True), member("kicked")) == []


@pytest.mark.parametrize(
    ("chat", "told"), [(-55, {"migrate_to_chat_id": GROUP}), (GROUP, {"migrate_from_chat_id": -55})]
)
async def test_a_group_that_becomes_a_supergroup_is_moved(desk: Desk, chat: int, told: Json) -> None:
    service = {"message_id": 1, "date": 1, "chat": chat_json(chat), "from": user_json(7), **told}
    assert await desk.feed(message=service) == []
    assert desk.chats.events == [("migrated", -55, GROUP)]


class TestPrivateCopy:
    @pytest.fixture
    async def own(self) -> AsyncIterator[Desk]:
        desk = Desk(allowed_chats=frozenset({PRIVATE}))
        async with desk.application:
            yield desk

    async def test_other_chats_get_one_sentence_once(self, own: Desk) -> None:
        assert "private copy" in await own.answer_to("/list", chat=GROUP)
        for text in ("/list", "/nonsense@petition_test_bot"):
            assert await own.says(text, chat=GROUP) == []
        assert "private copy" in await own.answer_to("/list", chat=FORUM)
        (toast,) = await own.presses("1:l:1", chat=GROUP)
        assert "private copy" in toast.parameters["text"]
        (call,) = await changed(own, chat_json(GROUP), member("left"), member("member"))
        assert "private copy" in call.parameters["text"]
        assert own.chats.known == {}

    async def test_its_own_chats_are_served(self, own: Desk) -> None:
        assert "Nothing is followed" in await own.answer_to("/list")
