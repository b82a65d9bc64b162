import pytest
from structlog.testing import capture_logs

from tests.handlers.conftest import GROUP, Desk, chat_json, message, query, user_json

FAILED = "Something went wrong on our side. Please try again in a minute."


@pytest.fixture
def broken(desk: Desk) -> Desk:
    desk.site.broken = True
    desk.telegram.members = {7: "creator"}
    return desk


async def test_a_person_hears_that_it_failed_and_the_operator_why(broken: Desk) -> None:
    with capture_logs() as logs:
        assert await broken.answer_to("/follow 1 secret") is not None
        assert await broken.answer_to("/petition 1") == FAILED
    (entry,) = logs
    assert (entry["event"], entry["log_level"], entry["update_id"]) == ("update.failed", "error", 2)
    assert str(entry["exc_info"]) == "the database is on fire"
    assert "secret" not in str(logs)
    assert len(broken.mistakes) == 1


async def test_a_failed_press_is_answered(broken: Desk) -> None:
    with capture_logs():
        (toast,) = await broken.presses("1:f:uk:1")
    assert toast.parameters["text"] == FAILED


async def test_a_failed_command_in_a_group_is_answered(broken: Desk) -> None:
    with capture_logs():
        assert await broken.answer_to("/petition 1", chat=GROUP) == FAILED


async def test_a_failure_nobody_waits_for_is_only_logged(desk: Desk) -> None:
    desk.chats.broken = True
    service = {"message_id": 1, "date": 1, "chat": chat_json(GROUP), "from": user_json(7), "migrate_from_chat_id": -5}
    with capture_logs() as logs:
        assert await desk.feed(message=service) == []
    assert [entry["event"] for entry in logs] == ["update.failed"]


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: TOPIC_CLOSED"),
        (400, "Bad Request: message thread not found"),
    ],
)
async def test_a_chat_that_cannot_be_answered_is_no_error(desk: Desk, code: int, description: str) -> None:
    desk.telegram.refuse("sendMessage", code, description)
    with capture_logs() as logs:
        (call,) = await desk.says("/start")
    assert call.method == "sendMessage"
    assert [entry["event"] for entry in logs] == ["reply.undeliverable"]
    assert desk.mistakes == []


async def test_an_answer_follows_a_group_to_its_new_id(desk: Desk) -> None:
    desk.telegram.refuse("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)
    calls = await desk.says("/list", chat=GROUP)
    assert [call.parameters["chat_id"] for call in calls] == [GROUP, -1005]


async def test_an_answer_that_telegram_refuses_is_told_without_its_text(desk: Desk) -> None:
    desk.telegram.refuse("sendMessage", 400, "Bad Request: can't parse entities")
    with capture_logs() as logs:
        calls = await desk.says("/start")
    assert calls[-1].parameters["text"] == FAILED
    assert [(entry["event"], entry["kind"]) for entry in logs] == [("update.unanswered", "ReplyRefusedError")]


async def test_what_is_over_a_limit_is_answered_by_a_notice_only(desk: Desk) -> None:
    (call,) = await desk.feed(message=message("/list"), over_limit=True)
    assert "Please wait a minute" in call.parameters["text"]
    (toast,) = await desk.feed(callback_query=query("1:l:1", message("a list")), over_limit=True)
    assert "Please wait a minute" in toast.parameters["text"]
