from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from tests.handlers.conftest import GROUP, Desk, chat_json, user_json

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


async def test_an_answer_follows_a_group_to_its_new_id(desk: Desk) -> None:
    desk.telegram.refuse("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)
    calls = await desk.says("/list", chat=GROUP)
    assert [call.parameters["chat_id"] for call in calls] == [GROUP, -1005]


async def test_an_answer_that_telegram_refuses_is_told_without_its_text(desk: Desk) -> None:
    desk.telegram.refuse("sendMessage", 400, "Bad Request: can't parse entities")
    with capture_logs() as logs:
        calls = await desk.says("/start")
    assert calls[-1].parameters["text"] == FAILED
    assert [(entry["event"], entry["kind"]) for entry in logs] == [("update.unanswered", "BadRequest")]


class TestTooOften:
    @pytest.fixture
    async def hasty(self) -> AsyncIterator[Desk]:
        desk = Desk(per_minute=3)
        async with desk.application:
            yield desk

    async def test_too_many_commands_are_told_once_a_minute(self, hasty: Desk) -> None:
        for _ in range(3):
            assert "Nothing is followed" in await hasty.answer_to("/list")
        assert "Please wait a minute" in await hasty.answer_to("/list")
        assert await hasty.says("/list") == []
        assert await hasty.says("hello") == []
        hasty.seconds = 61.0
        assert "Nothing is followed" in await hasty.answer_to("/list")

    async def test_presses_count_too_and_are_always_answered(self, hasty: Desk) -> None:
        for _ in range(3):
            await hasty.presses("1:l:1")
        for _ in range(2):
            (toast,) = await hasty.presses("1:l:1")
            assert "Please wait a minute" in toast.parameters["text"]

    async def test_one_chat_does_not_use_up_the_limit_of_another(self, hasty: Desk) -> None:
        for _ in range(5):
            await hasty.says("/list")
        assert "Nothing is followed" in await hasty.answer_to("/list", chat=GROUP)
