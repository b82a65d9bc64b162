import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from traceback import format_exception
from typing import Any

import pytest
from aiohttp import web
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.request import AiohttpRequest
from bot.telegram_errors import NoAnswerError, NotConnectedError, told_to_wait
from tests.bot.bot_api import (
    TOKEN,
    BotApi,
    Reaction,
    bot_api,
    bot_of,
    cut,
    cut_in_the_middle,
    hang,
    nobody,
    refusing,
    saying,
)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[ExtBot[Any]]:
    async with bot_of(api.url) as ready:
        yield ready


async def failure(bot: ExtBot[Any]) -> TelegramError:
    with pytest.raises(TelegramError) as raised:
        await bot.send_chat_action(5, "typing")
    return raised.value


async def test_parameters_are_sent_as_json_with_their_structure(api: BotApi, bot: ExtBot[Any]) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Open", "url": "https://example.org"}]]}
    answer = await bot.do_api_request(
        "sendmessage", api_kwargs={"chat_id": 5, "text": "Dŵr & <b>", "silent": True, "reply_markup": keyboard}
    )
    assert api.calls == [("sendmessage", {"chat_id": 5, "text": "Dŵr & <b>", "silent": True, "reply_markup": keyboard})]
    assert answer["message_id"] == 101


async def test_files_are_uploaded_as_forms(api: BotApi, bot: ExtBot[Any]) -> None:
    await bot.send_photo(5, BytesIO(b"\x89PNG picture"), caption="Chart", filename="chart.png")
    [(method, form)] = api.calls
    assert method == "sendPhoto"
    assert (form["chat_id"], form["caption"]) == ("5", "Chart")
    assert form["photo"] == ("chart.png", "image/png", b"\x89PNG picture")


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (refusing(400, "Bad Request: can't parse entities"), BadRequest),
        (refusing(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009), ChatMigrated),
        (refusing(401, "Unauthorized"), InvalidToken),
        (refusing(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refusing(404, "Not Found"), InvalidToken),
        (refusing(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refusing(429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter),
        (refusing(500, "Internal Server Error"), NetworkError),
        (saying(503, "<html>busy</html>"), NetworkError),
        (refusing(502, "Bad Gateway"), NetworkError),
        (saying(504, "<html>Gateway Time-out</html>"), NetworkError),
        (saying(200, "<html>hello</html>"), TelegramError),
        (saying(200, "[1, 2]", "application/json"), TelegramError),
        (cut, NoAnswerError),
        (cut_in_the_middle, NoAnswerError),
    ],
)
async def test_every_failure_has_the_type_the_library_documents(
    api: BotApi, bot: ExtBot[Any], reaction: Reaction, expected: type[TelegramError]
) -> None:
    api.reactions = [reaction]
    assert type(await failure(bot)) is expected
    assert len(api.calls) == 1, "nothing is repeated behind our back"


async def test_a_refusal_tells_how_long_to_wait(api: BotApi, bot: ExtBot[Any]) -> None:
    api.reactions = [refusing(429, "Too Many Requests: retry after 7", retry_after=7)]
    error = await failure(bot)
    assert isinstance(error, RetryAfter)
    assert told_to_wait(error) == timedelta(seconds=7)


async def test_where_nobody_listens_nothing_was_written() -> None:
    async with bot_of(nobody()) as bot:
        assert type(await failure(bot)) is NotConnectedError


async def test_a_full_pool_is_not_connected_either(api: BotApi) -> None:
    asked = asyncio.Event()

    async def ask(request: web.Request) -> web.StreamResponse:
        asked.set()
        return await hang(request)

    api.reactions = [ask]
    request = AiohttpRequest(connections=1)
    async with request:
        url = f"{api.url}/bot{TOKEN}/getMe"
        first = asyncio.create_task(request.post(url, read_timeout=30))
        await asked.wait()
        with pytest.raises(NotConnectedError):
            await request.post(url, connect_timeout=0.01)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for an answer is bounded together with those for a connection and for writing."""
    monkeypatch.setattr("bot.request.CONNECT_SECONDS", 0.5)
    monkeypatch.setattr("bot.request.WRITE_SECONDS", 0.5)


@pytest.mark.usefixtures("impatient")
async def test_an_answer_that_takes_too_long_is_a_time_out(api: BotApi) -> None:
    api.reactions = [hang]
    async with bot_of(api.url, read_timeout=0.02) as bot:
        assert type(await failure(bot)) is TimedOut


@pytest.mark.usefixtures("impatient")
async def test_long_polling_may_wait_longer_than_other_requests(api: BotApi) -> None:
    async def late(_: web.Request) -> web.Response:
        await asyncio.sleep(1.2)
        return web.json_response({"ok": True, "result": []})

    api.reactions = [late, late]
    async with bot_of(api.url, read_timeout=0.02) as bot:
        assert type(await failure(bot)) is TimedOut
        assert await bot.do_api_request("getupdates", api_kwargs={"timeout": 1}, read_timeout=5) == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("reaction", [cut, cut_in_the_middle, hang, saying(502, "x"), refusing(401, "Unauthorized")])
async def test_the_token_is_in_no_error(api: BotApi, reaction: Reaction, caplog: pytest.LogCaptureFixture) -> None:
    api.reactions = [reaction]
    async with bot_of(api.url, read_timeout=0.02) as bot:
        error = await failure(bot)
    assert "Secret" not in "".join(format_exception(error))
    assert error.__context__ is None or "Secret" not in repr(error.__context__)
    assert "Secret" not in caplog.text


async def test_the_token_is_not_in_the_error_of_a_refused_connection() -> None:
    async with bot_of(nobody()) as bot:
        error = await failure(bot)
    assert "Secret" not in "".join(format_exception(error))
    assert error.__context__ is None


async def test_a_pool_can_be_opened_twice_and_closed_twice() -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError):
        await request.post("http://127.0.0.1:1/bot/getMe")
