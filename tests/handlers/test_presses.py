import pytest

from petitions.follows import ChatId, Place
from tests.handlers.conftest import PRIVATE, Desk, chat_json, query
from tests.handlers.fakes import ref
from tests.handlers.offline import Call

HERE = Place(chat=ChatId(PRIVATE))


def _keyboard(call: Call) -> list[str | None]:
    return [one.get("callback_data") for row in call.parameters["reply_markup"]["inline_keyboard"] for one in row]


@pytest.fixture
def one(desk: Desk) -> Desk:
    desk.site.add(1)
    return desk


async def test_follow_on_a_card_turns_the_card_round(one: Desk) -> None:
    edit, toast = await one.presses("1:f:uk:1")
    assert edit.method == "editMessageText"
    assert "1:u:uk:1" in _keyboard(edit)
    assert toast.parameters["text"] == "Now following"
    edit, toast = await one.presses("1:u:uk:1")
    assert "1:f:uk:1" in _keyboard(edit)
    assert toast.parameters["text"] == "No longer following"
    assert not one.following.follows


async def test_a_found_petition_is_followed_and_said_in_a_new_message(one: Desk) -> None:
    sent, _ = await one.presses("1:g:uk:1")
    assert sent.method == "sendMessage"
    assert "Now following" in sent.parameters["text"]


async def test_an_unfollow_is_undone(one: Desk) -> None:
    one.following.follows[HERE, ref(1)] = False
    edit, _ = await one.presses("1:v:uk:1")
    assert "No longer following" in edit.parameters["text"]
    edit, _ = await one.presses("1:a:uk:1")
    assert "Now following" in edit.parameters["text"]
    assert (HERE, ref(1)) in one.following.follows


async def test_unfollowing_what_has_gone_from_the_list_shows_the_list(one: Desk) -> None:
    edit, toast = await one.presses("1:v:uk:1")
    assert "Nothing is followed" in edit.parameters["text"]
    assert "isn’t followed" in toast.parameters["text"]


async def test_mute_turns_only_the_button_round(one: Desk) -> None:
    one.following.follows[HERE, ref(1)] = False
    edit, toast = await one.presses("1:m:uk:1")
    assert edit.method == "editMessageReplyMarkup"
    assert _keyboard(edit) == ["1:n:uk:1", None]
    assert "Muted" in toast.parameters["text"]
    assert one.following.follows[HERE, ref(1)]
    edit, toast = await one.presses("1:n:uk:1")
    assert _keyboard(edit) == ["1:m:uk:1", None]
    assert not one.following.follows[HERE, ref(1)]


async def test_muting_what_is_not_followed_says_so(one: Desk) -> None:
    (toast,) = await one.presses("1:m:uk:1")
    assert "isn’t followed" in toast.parameters["text"]


async def test_refresh_reads_again(one: Desk) -> None:
    edit, toast = await one.presses("1:r:uk:1")
    assert one.cards.refreshed == [ref(1)]
    assert edit.method == "editMessageText"
    assert toast.parameters["text"] == "Up to date"


async def test_refresh_has_a_limit_of_its_own(one: Desk) -> None:
    for _ in range(2):
        await one.presses("1:r:uk:1")
    (toast,) = await one.presses("1:r:uk:1")
    assert "wait a minute" in toast.parameters["text"]
    assert len(one.cards.refreshed) == 2


async def test_pages_are_turned(desk: Desk) -> None:
    desk.site.add(*range(1, 20))
    desk.following.follows = {(HERE, ref(number)): False for number in range(1, 20)}
    edit, _ = await desk.presses("1:l:2")
    assert "Page 2 of 3" in edit.parameters["text"]
    edit, _ = await desk.presses("1:l:99")
    assert "Page 3 of 3" in edit.parameters["text"]
    edit, _ = await desk.presses("1:s:2:winter lidos")
    assert desk.searching.asked == [("winter lidos", 2)]
    assert "6. " in edit.parameters["text"]


async def test_a_card_is_shown_from_a_list(one: Desk) -> None:
    sent, _ = await one.presses("1:c:uk:1")
    assert "<b>46,120</b> signatures" in sent.parameters["text"]


async def test_everything_is_deleted_only_after_a_yes(one: Desk) -> None:
    await one.says("/start")
    edit, _ = await one.presses("1:d:no")
    assert "Nothing was deleted" in edit.parameters["text"]
    assert PRIVATE in one.chats.known
    edit, _ = await one.presses("1:d:yes")
    assert "Done" in edit.parameters["text"]
    assert PRIVATE not in one.chats.known


@pytest.mark.parametrize("data", ["", "nonsense", "0:f:uk:1", "1:f:uk:1:2:3", None])
async def test_old_and_foreign_buttons_get_one_sentence(one: Desk, data: str | None) -> None:
    (toast,) = await one.presses(data)
    assert toast.method == "answerCallbackQuery"
    assert toast.parameters["text"] == "This button is too old to work. Please send the command again."


@pytest.mark.parametrize("data", ["1:f:uk:9", "1:r:uk:9", "1:g:uk:9"])
async def test_a_petition_that_is_gone_is_told_in_a_dialog(one: Desk, data: str) -> None:
    (toast,) = await one.presses(data)
    assert "no such petition" in toast.parameters["text"]
    assert toast.parameters["show_alert"]


async def test_a_silent_site_is_told_in_a_dialog(one: Desk) -> None:
    one.site.silent = True
    for data in ("1:f:uk:1", "1:r:uk:1"):
        (toast,) = await one.presses(data)
        assert "isn’t answering" in toast.parameters["text"]


async def test_an_edit_that_changes_nothing_is_no_error(one: Desk) -> None:
    one.telegram.refuse("editMessageText", 400, "Bad Request: message is not modified: specified new message content")
    calls = await one.presses("1:r:uk:1")
    assert [call.method for call in calls] == ["editMessageText", "answerCallbackQuery"]
    assert calls[1].parameters["text"] == "Up to date"


async def test_a_message_that_cannot_be_edited_is_sent_anew(one: Desk) -> None:
    one.telegram.refuse("editMessageText", 400, "Bad Request: message can't be edited")
    calls = await one.presses("1:r:uk:1")
    assert [call.method for call in calls] == ["editMessageText", "sendMessage", "answerCallbackQuery"]


async def test_a_toast_that_comes_too_late_is_no_error(one: Desk) -> None:
    one.telegram.refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    calls = await one.presses("1:c:uk:1")
    assert [call.method for call in calls] == ["sendMessage", "answerCallbackQuery"]


async def test_buttons_of_old_private_messages_still_work(one: Desk) -> None:
    gone = {"message_id": 1, "date": 0, "chat": chat_json(PRIVATE)}
    await one.feed(callback_query=query("1:f:uk:1", gone))
    assert (HERE, ref(1)) in one.following.follows
