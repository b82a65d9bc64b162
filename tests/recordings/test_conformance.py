"""Everything that the bot sends to Telegram is what Telegram's own description of the Bot API asks for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import invented_petitions
from sandbox.parliament.site import PetitionSite
from sandbox.recording import load_recordings
from sandbox.telegram.files import Upload
from sandbox.telegram.local import ChatRef
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from sandbox.telegram.requests import RecordedRequest
from tests.journeys.town import PATIENCE, Town, town_in
from tests.recordings.bot_api import BotApi

HEDGEHOGS, JAM, SECOND, THIRD = 750101, 750402, 750404, 750405
BUTTONS = set("fgauvmnrclxst") | {"d", "C", "G", "H"}
"""The kinds of callback data that buttons of the bot carry."""


@pytest.fixture(scope="session")
def api(recordings: Path) -> BotApi:
    """Return what Telegram's description of the Bot API asks for."""
    return BotApi((recordings / "telegram-bot-api.json").read_text(encoding="utf-8"))


async def test_all_that_is_said_in_answer_to_people_conforms(api: BotApi, tmp_path: Path) -> None:
    async with town_in(tmp_path, lives=invented_petitions(), speed=120) as town, town.bot():
        await asyncio.gather(
            _asks_what_this_is(town),
            _follows_in_every_way(town),
            _presses_every_button(town),
            _takes_the_data_along(town),
            _speaks_in_groups(town),
            _watches_the_site_and_looks_after_a_channel(town),
        )
        assert _methods(town) >= {
            "getme",
            "getupdates",
            "deletewebhook",
            "setmycommands",
            "setmydescription",
            "setmyshortdescription",
            "sendmessage",
            "senddocument",
            "sendphoto",
            "editmessagemedia",
            "editmessagetext",
            "editmessagereplymarkup",
            "editephemeralmessagemedia",
            "editephemeralmessagetext",
            "editephemeralmessagereplymarkup",
            "answercallbackquery",
            "getchat",
            "getchatmember",
        }
        _assert_conforming(api, town)


async def test_alerts_of_every_kind_conform(api: BotApi, tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        rosa, tom = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom"))
        await town.ask(rosa, "/follow 760001", "Now following")
        await town.ask(tom, "/follow 760002", "Now following")
        for what, headline in (
            (Happening.REACH_NEXT_THRESHOLD, "🎯"),
            (Happening.RESPOND, "💬"),
            (Happening.EDIT_RESPONSE, "✏️"),
            (Happening.WITHDRAW_RESPONSE, "↩️"),
            (Happening.SCHEDULE_DEBATE, "📅"),
            (Happening.HOLD_DEBATE, "🏛"),
            (Happening.CLOSE, "🔒"),
            (Happening.REMOVE, "🗑"),
        ):
            town.happens(760001, what)
            await town.hears(rosa, headline)
        for what, headline in (
            (Happening.JUMP_TWO_MILESTONES, "🎉"),
            (Happening.SCHEDULE_DEBATE, "📅"),
            (Happening.CANCEL_DEBATE, "🚫"),
            (Happening.REFUSE_DEBATE, "🏛"),
            (Happening.REJECT, "⛔"),
        ):
            town.happens(760002, what)
            await town.hears(tom, headline)
        _assert_conforming(api, town)


@pytest.mark.parametrize(
    ("number", "news"),
    [
        ("241584", {1: "🎉 5,000,000", 2: "💬", 4: "📅", 5: "🎉 6,000,000", 6: "🏛"}),
        ("722903", {1: "🎉", 2: "🔒", 4: "📅", 6: "🏛"}),
    ],
)
async def test_alerts_about_recorded_documents_conform(
    api: BotApi, recordings: Path, tmp_path: Path, number: str, news: dict[int, str]
) -> None:
    [recording] = load_recordings(recordings / "petitions" / "uk" / "snapshots" / number)
    clock = [recording.rows[0].at]
    site = PetitionSite([recording], lambda: clock[-1])
    async with town_in(tmp_path, speed=3_600) as town, site.serve() as url, town.bot(site_uk_url=url):
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {number}", "Now following")
        for row, headline in news.items():
            clock.append(recording.rows[row].at)
            await town.hears(rosa, headline)
        _assert_conforming(api, town)


async def test_the_webhook_is_set_as_described(api: BotApi, tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot(webhook_url="http://127.0.0.1:9", webhook_secret="Pear-tree_1"):
        assert "setwebhook" in _methods(town)
        _assert_conforming(api, town)


GOOD = RecordedRequest(
    method="sendMessage",
    params={
        "chat_id": 700,
        "text": "Hello",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Open", "url": "https://example.org/"}]]},
    },
    files={},
    at=datetime(2026, 3, 2, tzinfo=UTC),
    status=200,
    answer=None,
)
FILE = Upload("kept.json", "application/json", b"{}")
GOOD_UPLOAD = replace(
    GOOD,
    method="senddocument",
    params={"chat_id": "700", "reply_markup": '{"inline_keyboard":[]}', "document": "attach://kept"},
    files={"kept": FILE},
)


@pytest.mark.parametrize("request_", [GOOD, GOOD_UPLOAD, replace(GOOD, method="getMe", params={})])
def test_a_right_request_has_no_mistakes(api: BotApi, request_: RecordedRequest) -> None:
    assert api.mistakes(request_) == []


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({"chat_id": None}, "None is not valid"),
        ({"chat_id": 7.5}, "7.5 is not valid"),
        ({"text": 5}, "5 is not of type 'string'"),
        ({"txet": "Hello"}, "'txet' was unexpected"),
        ({"disable_notification": "true"}, "'true' is not of type 'boolean'"),
        ({"disable_notification": 1}, "1 is not of type 'boolean'"),
        ({"message_thread_id": True}, "True is not of type 'integer'"),
        ({"link_preview_options": {"disabled": True}}, "'disabled' was unexpected"),
        ({"link_preview_options": '{"is_disabled":true}'}, "is not of type 'object'"),
        ({"entities": [{"type": "bold", "offset": 0}]}, "'length' is a required property"),
        ({"reply_markup": {"inline_keyboard": [{"text": "Open"}]}}, "is not valid"),
        ({"reply_markup": {"inline_keyboard": [[{"url": "https://example.org/"}]]}}, "is not valid"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "Open"}]]}}, "does not do exactly one thing"),
        (
            {
                "reply_markup": {
                    "inline_keyboard": [[{"text": "Open", "url": "https://example.org/", "callback_data": "1"}]]
                }
            },
            "does not do exactly one thing",
        ),
    ],
)
def test_a_wrong_parameter_is_a_mistake(api: BotApi, changed: dict[str, Any], mistake: str) -> None:
    found = api.mistakes(replace(GOOD, params=GOOD.params | changed))
    assert any(mistake in each for each in found), found


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        (replace(GOOD, method="sendMassage"), "there is no such method"),
        (replace(GOOD, params={"chat_id": 700}), "'text' is a required property"),
        (replace(GOOD, method="getMe"), "'text' were unexpected"),
        (replace(GOOD_UPLOAD, files={"other": FILE}), "attach://kept did not come"),
        (replace(GOOD_UPLOAD, params={"chat_id": "700"}), "'document' is a required property"),
        (replace(GOOD_UPLOAD, params=GOOD_UPLOAD.params | {"reply_markup": "[]"}), "is not valid"),
    ],
)
def test_a_wrong_request_is_a_mistake(api: BotApi, wrong: RecordedRequest, mistake: str) -> None:
    found = api.mistakes(wrong)
    assert any(mistake in each for each in found), found


async def _asks_what_this_is(town: Town) -> None:
    person = town.telegram.add_user("Rosa", started=True)
    for text in ("/start", "/help", "/privacy", "/nonsense", "/follow", "/petition", "/search", "hello"):
        await _talk(town, person, person, text)


async def _follows_in_every_way(town: Town) -> None:
    person, invited = (town.telegram.add_user(name, started=True) for name in ("Tom", "Ada"))
    for text in (
        f"/follow {HEDGEHOGS}",
        f"/follow https://petition.parliament.uk/petitions/{JAM}/signatures/new?utm_source=friend",
        "/follow hedgehog",
        f"/follow {SECOND} petition.parliament.uk/petitions/{THIRD} 999999",
        f"https://petition.parliament.uk/petitions/{JAM}",
        f"/unfollow {JAM}",
        f"/unfollow {SECOND} {THIRD}",
    ):
        await _talk(town, person, person, text)
    town.telegram.start(invited, f"f_uk_{HEDGEHOGS}")
    await town.hears(invited, "following")


async def _presses_every_button(town: Town) -> None:
    """Make messages with all kinds of buttons, and press one of each kind; the last deletes everything."""
    numbers = [petition.id for petition in invented_petitions() if petition.id < 760_000]
    pressed: set[str] = set()
    for texts in (
        [f"/follow {' '.join(map(str, numbers[:18]))}", "/list", "/unfollow", "/unfollow"],
        ["/follow the", "/search the"],
        [f"/petition {HEDGEHOGS}", f"/follow {JAM}"],
        [f"/follow {HEDGEHOGS}", f"/unfollow {HEDGEHOGS}", "/deleteme"],
    ):
        person = town.telegram.add_user("Ada", started=True)
        for text in texts:
            await _talk(town, person, person, text)
        if texts[-1] == f"/follow {JAM}":
            town.happens(JAM, Happening.REACH_NEXT_THRESHOLD)
            await town.hears(person, "🎯")
        while found := _button_of_a_new_kind(town, person, pressed):
            message, data = found
            pressed.add(_kind(data))
            await town.presses(person, message, data, person)
    assert pressed == BUTTONS


async def _takes_the_data_along(town: Town) -> None:
    person = town.telegram.add_user("Ben", started=True)
    await _talk(town, person, person, f"/follow {HEDGEHOGS}")
    await _talk(town, person, person, "/mydata")
    question = await _talk(town, person, person, "/deleteme")
    await town.presses(person, question, "1:d:yes", person)


async def _speaks_in_groups(town: Town) -> None:
    admin, member = (town.telegram.add_user(name, started=True) for name in ("Eve", "Sam"))
    group = town.telegram.add_group("Village Hall", [member], [admin])
    forum = town.telegram.add_group("Green Lanes", [member], [admin], forum=True)
    channel = town.telegram.add_channel("Parish News", [admin])
    topic = town.telegram.open_topic(forum, "Petitions").id
    for chat in (group, forum):
        await town.telegram.wait_for(partial(town.telegram.bot_messages, chat), PATIENCE)  # the greeting
        town.telegram.promote(chat)  # so that it may answer one person alone
    await _talk(town, group, admin, f"/follow {HEDGEHOGS}")
    await _talk(town, group, member, f"/follow {JAM}")
    await _talk(town, group, member, "/settings")
    settings = await _talk(town, group, admin, "/settings")
    await town.presses(group, settings, "1:A:members", admin)
    await town.presses(group, settings, "1:A:admins", admin)
    await _talk(town, forum, admin, "/here", thread=topic)
    chart = await _talk(town, group, member, f"/chart {HEDGEHOGS}")
    await town.presses(group, chart, f"1:G:m:uk:{HEDGEHOGS}", member)
    card = await _talk(town, group, member, f"/petition {HEDGEHOGS}")
    await town.presses(group, card, f"1:u:uk:{HEDGEHOGS}", member)
    await _talk(town, group, admin, "/mydata")
    card = await _talk(town, group, admin, f"/petition {HEDGEHOGS}")
    await town.presses(group, card, f"1:m:uk:{HEDGEHOGS}", admin)
    await town.presses(group, card, f"1:u:uk:{HEDGEHOGS}", admin)
    await _talk(town, forum, admin, f"/follow {HEDGEHOGS}", thread=topic)
    await _talk(town, channel, admin, f"/follow {HEDGEHOGS}")


async def _watches_the_site_and_looks_after_a_channel(town: Town) -> None:
    person = town.telegram.add_user("Zoe", started=True)
    page = await _talk(town, person, person, "/watch")
    for data in ("1:w:uk:pu", "1:o:uk:pu", "1:k:uk:pu:25", "1:b:uk:pu:1", "1:w:uk:pu", "1:e:uk:pu"):
        await town.presses(person, page, data, person)
    channel = town.telegram.add_channel("Town News", [person])
    about = await town.hears(person, "📣 Town News")
    for data in ("p", "y", "z", "V", "W"):
        await town.presses(person, about, f"1:{data}:{channel.id}", person)
    town.telegram.say(person, person, f"{HEDGEHOGS} {THIRD}", reply_to=about)
    await town.hears(person, "Following")
    await _talk(town, person, person, "/channels")
    town.telegram.share_channel(channel)
    await town.hears(person, "📣 Town News", times=2)
    board = await town.asks(channel, person, "/scoreboard", "📊 Scoreboard")
    town.happens(THIRD, Happening.RESPOND)
    await town.hears(channel, "has responded")
    await town.telegram.wait_for(lambda: board.edited, PATIENCE)
    await town.presses(person, about, f"1:V:{channel.id}", person)
    for label, what in (("✅ Post", Happening.EDIT_RESPONSE), ("✖️ Don’t post", Happening.WITHDRAW_RESPONSE)):
        town.happens(THIRD, what)
        asked = await town.telegram.wait_for(partial(_asking, town, person), PATIENCE)
        await town.presses(person, asked[0], label, person)
    await town.presses(person, about, f"1:q:{channel.id}", person)


def _asking(town: Town, person: User) -> list[Message]:
    """Return the messages that ask whether to post something."""
    return [message for message in town.telegram.bot_messages(person) if "✅ Post" in message.labels]


async def _talk(town: Town, chat: ChatRef, person: User, text: str, *, thread: int | None = None) -> Message:
    """Write something and return the bot's next message there."""
    known = len(town.telegram.bot_messages(chat))
    town.telegram.say(chat, person, text, thread=thread)
    return (await town.telegram.wait_for(lambda: town.telegram.bot_messages(chat)[known:], PATIENCE))[0]


def _button_of_a_new_kind(town: Town, person: User, pressed: set[str]) -> tuple[Message, str] | None:
    buttons = [
        (message, button["callback_data"])
        for message in town.telegram.bot_messages(person)
        for row in message.keyboard
        for button in row
        if "callback_data" in button
    ]
    return next(((message, data) for message, data in buttons if _kind(data) not in pressed), None)


def _kind(data: str) -> str:
    return data.split(":")[1]


def _methods(town: Town) -> set[str]:
    return {request.method.lower() for request in town.telegram.requests}


def _assert_conforming(api: BotApi, town: Town) -> None:
    """Nothing was asked for wrongly, nothing was refused, and what was answered is of the described types too."""
    for request in town.telegram.requests:
        assert api.mistakes(request) == []
        assert request.status == 200, request
        assert request.answer is not None
        assert api.mistakes_of_result(request.method, request.answer["result"]) == []
