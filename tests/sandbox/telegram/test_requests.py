"""How requests may be written, and how they are recorded."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from sandbox.telegram.local import LocalTelegram, serve
from tests.sandbox.telegram.conftest import TOKEN, Clock

KEYBOARD = {"inline_keyboard": [[{"text": "Follow", "callback_data": "f"}]]}


async def call(url: str, name: str, **request: object) -> tuple[int, Any]:
    options: dict[str, Any] = {"method": "POST", **request}
    async with ClientSession() as session, session.request(url=f"{url}/bot{TOKEN}/{name}", **options) as answer:
        return answer.status, await answer.json()


async def test_parameters_come_in_every_way_that_telegram_takes(telegram: LocalTelegram, url: str) -> None:
    ann = telegram.add_user("Ann", started=True)
    plain = {
        "chat_id": str(ann.id),
        "text": "hello",
        "reply_markup": json.dumps(KEYBOARD),
        "disable_notification": "true",
    }
    form = FormData(plain)
    form.add_field("unused", b"file", filename="a.txt")
    ways: list[dict[str, Any]] = [
        {"method": "GET", "params": plain},
        {"data": plain},
        {"data": form},
        {"json": plain},
        {"json": {"chat_id": ann.id, "text": "hello", "reply_markup": KEYBOARD, "disable_notification": True}},
        {
            "params": {"chat_id": str(ann.id)},
            "json": {"text": "hello", "reply_markup": KEYBOARD, "disable_notification": 1},
        },
    ]
    for way in ways:
        status, answer = await call(url, "SENDmessage", **way)
        assert (status, answer["result"]["text"]) == (200, "hello")
    assert all(message.silent and message.labels == ["Follow"] for message in telegram.messages(ann))
    assert len(telegram.messages(ann)) == len(ways)


async def test_an_unknown_method_is_not_found(url: str) -> None:
    assert await call(url, "sendTelepathy") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{", "can't parse JSON object"),
        (b"[]", "can't parse JSON object: an Object expected"),
        (b'{"text": "\xff"}', "strings must be encoded in UTF-8"),
        (b'{"text": "a\\ud800"}', "strings must be encoded in UTF-8"),
        (b'{"text": "a"}', "chat_id is empty"),
        (b'{"text": "a", "chat_id": "@nobody"}', "chat not found"),
        (b'{"text": "a", "chat_id": 1, "reply_markup": "{"}', 'can\'t parse "reply_markup": JSON expected'),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused(url: str, body: bytes, problem: str) -> None:
    status, answer = await call(url, "sendMessage", data=body, headers={"Content-Type": "application/json"})
    assert (status, answer["description"]) == (400, f"Bad Request: {problem}")


async def test_requests_are_recorded_as_they_were_sent(telegram: LocalTelegram, url: str, clock: Clock) -> None:
    ann = telegram.add_user("Ann", started=True)
    sent = {"chat_id": ann.id, "text": "<b>a</b>", "parse_mode": "HTML", "reply_markup": KEYBOARD}
    await call(url, "sendMessage", json=sent)
    (request,) = telegram.requests
    assert (request.method, request.params, request.status, request.at) == ("sendMessage", sent, 200, clock.moment)
    assert request.answer is not None
    assert request.answer["result"]["text"] == "a"
    form = FormData({"chat_id": str(ann.id)})
    form.add_field("document", b"{}", filename="mydata.json", content_type="application/json")
    await call(url, "sendDocument", data=form)
    upload = telegram.requests[-1].files["document"]
    assert (upload.filename, upload.content_type, upload.content) == ("mydata.json", "application/json", b"{}")
    telegram.forget_requests()
    assert telegram.requests == []


async def test_only_the_last_requests_are_kept(clock: Clock) -> None:
    telegram = LocalTelegram(token=TOKEN, now=clock.now, monotonic=clock.monotonic, record=2)
    async with serve(telegram) as url:
        for method in ("getMe", "getChat", "getWebhookInfo"):
            await call(url, method)
    assert [request.method for request in telegram.requests] == ["getChat", "getWebhookInfo"]
