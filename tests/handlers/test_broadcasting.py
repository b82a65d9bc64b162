"""/broadcast, as an operator and everybody else meets it; upon a real database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from delivery.broadcasts import GROUPS, Action, Audience, BroadcastId, BroadcastState, Draft
from delivery.chats import Announcement, ChatKind
from handlers.broadcast_choices import ChoiceError, moment_of
from messages.broadcasts import read_buttons
from messages.buttons import encode
from messages.content import Button, Content, Copy, Html
from messages.presses import BroadcastOrder, OnBroadcast, ShowBroadcasts
from petitions.petition import PetitionRef, Site
from petitions.streams import SiteStream, Stream
from sandbox.telegram.errors import Json
from sites.uk_document import UK
from storage.storage import Storage
from tests.handlers.conftest import GROUP, PRIVATE, Desk, message
from tests.handlers.fakes import NOW
from tests.handlers.offline import Call

LONDON = UK.zone


@pytest.fixture
async def desk(storage: Storage) -> AsyncIterator[Desk]:
    one = Desk(storage=storage, operators=frozenset({PRIVATE}))
    async with one.application:
        yield one
    await one.pacer.shutdown()


@pytest.fixture
async def chats(storage: Storage) -> None:
    for number in (7, 8, 9):
        await storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
    await storage.chats.ensure(-5, ChatKind.SUPERGROUP, NOW)
    await storage.chats.ensure(-6, ChatKind.CHANNEL, NOW)


def said(calls: list[Call]) -> list[str]:
    return [call.parameters["text"] for call in calls if call.method in {"sendMessage", "editMessageText"}]


def labels(call: Call) -> list[str]:
    return [button["text"] for row in call.parameters["reply_markup"]["inline_keyboard"] for button in row]


async def press(desk: Desk, order: BroadcastOrder, number: int = 1, user: int = PRIVATE) -> list[Call]:
    return await desk.presses(encode(OnBroadcast(broadcast=number, order=order)), user=user)


async def stored(storage: Storage, number: int = 1) -> Draft:
    broadcast = await storage.broadcasts.get(BroadcastId(number))
    assert broadcast is not None
    return broadcast.draft


async def state(storage: Storage, number: int = 1) -> BroadcastState | None:
    broadcast = await storage.broadcasts.get(BroadcastId(number))
    return None if broadcast is None else broadcast.state


def answer_to_page(number: int = 1) -> Json:
    """What makes a message the answer to the page of a broadcast."""
    data = encode(OnBroadcast(broadcast=number, order=BroadcastOrder.PIN))
    page = message("the page") | {"reply_markup": {"inline_keyboard": [[{"text": "Pin", "callback_data": data}]]}}
    return {"reply_to_message": page}


@pytest.mark.usefixtures("chats")
async def test_an_operator_sees_what_everybody_will_see_and_sends_it_with_one_button(
    desk: Desk, storage: Storage
) -> None:
    bold = [
        {"type": "bot_command", "offset": 0, "length": 10},
        {"type": "bold", "offset": 11, "length": 5},
    ]
    calls = await desk.says(
        "/broadcast Hello <all>\n[Read more] https://example.org/a?b=1&c=2 | [Give] https://example.org/give",
        extra={"entities": bold},
    )
    preview, page = calls
    assert preview.parameters["text"] == "<b>Hello</b> &lt;all&gt;"
    assert labels(preview) == ["Read more", "Give", "🔕 Announcements"]
    assert "To everybody: <b>5 chats</b>" in page.parameters["text"]
    assert {"Everybody (5)", "Private (3)", "Groups (1)", "Channels (1)", "✅ Send to 5 chats"} <= set(labels(page))
    assert await state(storage) is BroadcastState.DRAFT
    calls = await press(desk, BroadcastOrder.CONFIRM)
    assert await state(storage) is BroadcastState.SENDING
    assert any("under way" in text for text in said(calls))
    assert any("In all: 5" in text for text in said(calls))
    content = (await stored(storage)).content
    assert content == Content(
        text=Html("<b>Hello</b> &lt;all&gt;"),
        buttons=(
            (
                Button(label="Read more", url="https://example.org/a?b=1&c=2"),
                Button(label="Give", url="https://example.org/give"),
            ),
        ),
    )
    await press(desk, BroadcastOrder.CONFIRM)
    assert sum((await storage.broadcasts.tally(BroadcastId(1))).values()) == 5


async def test_any_message_is_broadcast_by_answering_it(desk: Desk, storage: Storage) -> None:
    photo = message("") | {"message_id": 31}
    calls = await desk.says("/broadcast [Open] https://example.org/", extra={"reply_to_message": photo})
    assert [call.method for call in calls] == ["copyMessage", "sendMessage"]
    assert calls[0].parameters["message_id"] == 31
    button = Button(label="Open", url="https://example.org/")
    assert (await stored(storage)).content == Copy(chat=PRIVATE, message=31, buttons=((button,),))
    calls = await desk.says("/broadcast and more", extra={"reply_to_message": photo})
    assert "Beside buttons" in said(calls)[0]


async def test_without_words_it_is_said_how_to_begin(desk: Desk, storage: Storage) -> None:
    assert "What shall I tell everybody?" in await desk.answer_to("/broadcast")
    assert await state(storage) is None


async def test_what_telegram_refuses_is_not_broadcast(desk: Desk, storage: Storage) -> None:
    desk.telegram.refuse("sendMessage", 400, "Bad Request: BUTTON_URL_INVALID")
    calls = await desk.says("/broadcast Hello [x] https://bad")
    assert "Telegram refuses this message" in said(calls)[-1]
    assert await state(storage) is None


@pytest.mark.usefixtures("chats")
async def test_the_audience_is_chosen_with_buttons(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    calls = await press(desk, BroadcastOrder.TO_GROUPS)
    assert "To groups: <b>one chat</b>" in said(calls)[0]
    await press(desk, BroadcastOrder.AS_SERVICE_NOTICE)
    await press(desk, BroadcastOrder.PIN)
    draft = await stored(storage)
    assert (draft.audience.kinds, draft.announcement, draft.pinned) == (GROUPS, Announcement.SERVICE, True)
    await press(desk, BroadcastOrder.AS_NEWS)
    await press(desk, BroadcastOrder.DO_NOT_PIN)
    await press(desk, BroadcastOrder.TO_EVERYBODY)
    assert await stored(storage) == Draft(operator=PRIVATE, content=Content(text=Html("Hello")))


async def test_an_operator_may_pay_for_a_broadcast_and_sees_what_it_costs(storage: Storage) -> None:
    for number in range(100, 115):
        await storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
    desk = Desk(storage=storage, operators=frozenset({PRIVATE}), stars=3)
    async with desk.application:
        calls = await desk.says("/broadcast Hello")
        assert "⭐ Send it faster for 2 Stars" in labels(calls[-1])
        assert "stars 500" in said(calls)[-1]
        calls = await press(desk, BroadcastOrder.PAY)
        assert "for 2 Stars at most; you allow 2.\nThe bot has 3 Stars." in said(calls)[0]
        assert (await stored(storage)).stars == 2
        calls = await desk.says("stars 1", extra=answer_to_page())
        assert "⚠️ Sent at the usual pace: it costs more Stars than you allow." in said(calls)[0]
        calls = await desk.says("stars some", extra=answer_to_page())
        assert "I don’t understand" in said(calls)[0]
        assert (await stored(storage)).stars == 1
        await press(desk, BroadcastOrder.DO_NOT_PAY)
        assert (await stored(storage)).stars is None
    await desk.pacer.shutdown()


@pytest.mark.usefixtures("chats")
async def test_where_nothing_may_be_paid_nothing_is(desk: Desk, storage: Storage) -> None:
    calls = await desk.says("/broadcast Hello")
    assert not any("Stars" in label for label in labels(calls[-1]))
    await press(desk, BroadcastOrder.PAY)
    calls = await desk.says("stars 5", extra=answer_to_page())
    assert "ALLOW_PAID_BROADCAST" in said(calls)[0]
    assert (await stored(storage)).stars is None


@pytest.mark.usefixtures("chats")
async def test_other_words_for_a_language_are_added_shown_and_taken_back(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    calls = await desk.says("Version CY\nHelo <bawb>\n[Mwy] https://example.org/", extra=answer_to_page())
    assert said(calls)[0] == "Helo &lt;bawb&gt;"
    assert "In other words for the languages cy;" in said(calls)[1]
    button = Button(label="Mwy", url="https://example.org/")
    assert (await stored(storage)).versions == {"cy": Content(text=Html("Helo &lt;bawb&gt;"), buttons=((button,),))}
    calls = await press(desk, BroadcastOrder.SHOW_ME)
    assert said(calls)[:2] == ["Hello", "Helo &lt;bawb&gt;"]
    desk.telegram.refuse("sendMessage", 400, "Bad Request: BUTTON_URL_INVALID")
    calls = await desk.says("version gd\nHalò", extra=answer_to_page())
    assert "Telegram refuses this message" in said(calls)[-1]
    assert set((await stored(storage)).versions) == {"cy"}
    await desk.says("version cy", extra=answer_to_page())
    assert await stored(storage) == Draft(operator=PRIVATE, content=Content(text=Html("Hello")))


async def test_a_deletion_has_no_words_in_any_language(desk: Desk, storage: Storage) -> None:
    await ended(desk, storage)
    await press(desk, BroadcastOrder.DELETE)
    calls = await desk.says("version cy\nHelo", extra=answer_to_page(2))
    assert "I don’t understand “version cy”" in said(calls)[0]


async def test_the_audience_is_narrowed_and_a_time_chosen_by_answering_the_page(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    lines = "petition 700143\nwatch 10000\ntopic Health\nsite uk\nlanguage en\nactive 30\nids 7 -5\nat 24 December 2099 09:30"
    calls = await desk.says(lines, extra=answer_to_page())
    draft = await stored(storage)
    assert draft.due_at == datetime(2099, 12, 24, 9, 30, tzinfo=UTC)
    audience = draft.audience
    assert audience.petition == PetitionRef(site=Site.UK, number="700143")
    assert audience.stream == SiteStream(site=Site.UK, stream=Stream.RESPONSE_THRESHOLD)
    assert (audience.topic, audience.site, audience.language, audience.listed) == ("Health", Site.UK, "en", (7, -5))
    assert "following petition uk:700143" in said(calls)[0]
    assert "It begins at" in said(calls)[0]
    await desk.says("all", extra=answer_to_page())
    assert (await stored(storage)).audience == Audience()
    assert (await stored(storage)).due_at is None


@pytest.mark.parametrize(
    "line",
    ["everyone", "petition school meals", "petition", "active soon", "ids seven", "watch what", "site fr", "at noon"],
)
async def test_a_line_that_is_not_understood_changes_nothing(desk: Desk, storage: Storage, line: str) -> None:
    await desk.says("/broadcast Hello")
    before = await stored(storage)
    calls = await desk.says(f"language en\n{line}", extra=answer_to_page())
    assert "Nothing has been changed" in said(calls)[0]
    assert await stored(storage) == before


@pytest.mark.usefixtures("chats")
async def test_it_is_paused_goes_on_and_is_cancelled(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    await press(desk, BroadcastOrder.CONFIRM)
    await press(desk, BroadcastOrder.PAUSE)
    assert await state(storage) is BroadcastState.PAUSED
    await press(desk, BroadcastOrder.RESUME)
    assert await state(storage) is BroadcastState.SENDING
    await press(desk, BroadcastOrder.CANCEL)
    assert await state(storage) is BroadcastState.CANCELLED
    calls = await press(desk, BroadcastOrder.RESUME)
    assert await state(storage) is BroadcastState.CANCELLED
    assert any("too late" in call.parameters.get("text", "") for call in calls)


async def test_a_draft_is_discarded(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    await press(desk, BroadcastOrder.DISCARD)
    assert await state(storage) is None
    calls = await press(desk, BroadcastOrder.CONFIRM)
    assert "no such broadcast" in said(calls)[0]


async def ended(desk: Desk, storage: Storage) -> None:
    """Broadcast something that one of two chats gets (the operator's) and the other refuses."""
    await desk.says("/broadcast Hello")
    await storage.chats.ensure(8, ChatKind.PRIVATE, NOW)
    await press(desk, BroadcastOrder.CONFIRM)
    async with storage.database.write() as connection:
        for number, outcome in ((1, "sent"), (2, "failed")):
            await connection.exec_driver_sql(
                "UPDATE broadcast_recipients SET state = ?, telegram_message_id = 77 WHERE id = ?", (outcome, number)
            )
        await connection.exec_driver_sql("UPDATE broadcasts SET state = 'finished', ended_at = created_at")


async def test_what_was_sent_is_repeated_deleted_changed_and_given_as_a_file(desk: Desk, storage: Storage) -> None:
    await ended(desk, storage)
    calls = await press(desk, BroadcastOrder.SHOW)
    assert {"🔁 Again to those refused (1)", "🗑 Delete it everywhere"} <= set(labels(calls[0]))
    await press(desk, BroadcastOrder.REPEAT_FAILED)
    assert (await stored(storage, 2)).action is Action.SEND
    calls = await press(desk, BroadcastOrder.DELETE)
    assert "✅ Delete it in one chat" in labels(calls[0])
    assert (await stored(storage, 3)).original == 1
    calls = await desk.says("Hello again", extra=answer_to_page())
    assert said(calls)[0] == "Hello again"
    edit = await stored(storage, 4)
    assert (edit.action, edit.content) == (Action.EDIT, Content(text=Html("Hello again")))
    calls = await press(desk, BroadcastOrder.GET_FILE)
    assert [call.method for call in calls] == ["sendDocument", "answerCallbackQuery"]
    calls = await desk.says("/broadcasts")
    assert "sent to 1 of 2" in said(calls)[0]
    calls = await desk.presses(encode(ShowBroadcasts(page=1)))
    assert "Broadcast 4 (a change)" in said(calls)[0]


ALL_ORDERS = [encode(OnBroadcast(broadcast=1, order=order)) for order in BroadcastOrder]


@pytest.mark.parametrize("command", ["/broadcast Hello", "/broadcasts"])
async def test_for_everybody_else_there_is_no_such_command(desk: Desk, storage: Storage, command: str) -> None:
    ordinary = await desk.answer_to("/nonsense", chat=8, extra=private(8))
    assert await desk.answer_to(command, chat=8, extra=private(8)) == ordinary
    assert await desk.says(command, chat=GROUP) == []  # not even for an operator
    assert await state(storage) is None


@pytest.mark.parametrize("data", [*ALL_ORDERS, encode(ShowBroadcasts(page=1))])
async def test_a_forged_button_does_nothing(desk: Desk, storage: Storage, data: str) -> None:
    await desk.says("/broadcast Hello")
    before = await storage.broadcasts.get(BroadcastId(1))
    for chat, extra in ((8, private(8)), (GROUP, None)):
        (call,) = await desk.presses(data, chat=chat, user=PRIVATE, extra=extra)
        assert call.method == "answerCallbackQuery"
    assert await storage.broadcasts.get(BroadcastId(1)) == before


async def test_answering_a_forged_page_is_an_ordinary_message(desk: Desk, storage: Storage) -> None:
    await desk.says("/broadcast Hello")
    before = await stored(storage)
    calls = await desk.says("language cy", chat=8, extra=private(8) | answer_to_page())
    assert "language" not in said(calls)[0]
    assert await stored(storage) == before


def private(person: int) -> dict[str, Any]:
    return {
        "chat": {"id": person, "type": "private", "first_name": "Bea"},
        "from": {"id": person, "is_bot": False, "first_name": "Bea"},
    }


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-12-24 09:30", datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
        ("1 July 2027 09:30", datetime(2027, 7, 1, 8, 30, tzinfo=UTC)),
        ("24 Dec 09:30", datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
        ("1 March 10:00", datetime(2027, 3, 1, 10, tzinfo=UTC)),
        ("13:00", datetime(2026, 11, 22, 13, tzinfo=UTC)),
        ("11:00", datetime(2026, 11, 23, 11, tzinfo=UTC)),
        ("2027-10-31 01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the clock shows it twice
    ],
)
def test_times_are_read_by_the_clock_of_the_site(text: str, at: datetime) -> None:
    assert moment_of(text, LONDON, datetime(2026, 11, 22, 12, tzinfo=UTC)) == at


@pytest.mark.parametrize("text", ["2027-03-28 01:30", "2026-11-22 11:59", "24 Dezember 09:30", "25:00", ""])
def test_a_time_that_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ChoiceError):
        moment_of(text, LONDON, datetime(2026, 11, 22, 12, tzinfo=UTC))


def test_the_time_of_a_draft_is_that_of_the_clock_when_it_comes() -> None:
    summer = moment_of("1 July 2027 09:30", ZoneInfo("Europe/London"), datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert f"{summer.astimezone(LONDON):%H:%M}" == "09:30"


@pytest.mark.parametrize(
    "text", ["[No link]", "Look: [a] https://x.example", "[a] https://x.example and more", "[a] ftp://x.example"]
)
def test_what_is_no_row_of_buttons_stays_text(text: str) -> None:
    assert read_buttons(Html(text)) == (text, ())


async def declined(storage: Storage) -> frozenset[Announcement]:
    return (await storage.chats.ensure(PRIVATE, ChatKind.PRIVATE, NOW)).declines


async def test_announcements_are_declined_and_wanted_again(desk: Desk, storage: Storage) -> None:
    calls = await desk.says("/announcements")
    assert labels(calls[0]) == ["🔕 No news", "🔕 No service notices"]
    calls = await desk.presses("1:N:news:off")
    assert await declined(storage) == {Announcement.NEWS}
    assert labels(calls[0]) == ["🔔 News, please", "🔕 No service notices"]
    await desk.says("/announcements off")
    assert await declined(storage) == frozenset(Announcement)
    await desk.says("/announcements on")
    assert await declined(storage) == set()
    calls = await desk.presses("1:N:all")
    assert [call.method for call in calls] == ["sendMessage", "answerCallbackQuery"]
