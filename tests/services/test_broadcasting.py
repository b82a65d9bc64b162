"""What operators do about broadcasts, on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from delivery.broadcasts import (
    GROUPS,
    Action,
    Audience,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Draft,
    EndedSo,
    Outcome,
    Recipient,
)
from delivery.chats import Announcement, ChatKind
from delivery.outbox import MessageState, Settlement
from delivery.verdicts import Refused
from messages.broadcasts import Choices, Payment
from messages.content import Button, Content, Copy, Edit, Html, Removal
from messages.words import Words
from petitions.petition import PetitionRef, Site
from services.broadcasting import Broadcasting, View, shown, what_is_told
from storage.schema import chats
from storage.storage import Storage
from tests.services.outbox import FakeMessenger, always
from tests.services.test_replying import replying_with

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = 5
HELLO = Content(text=Html("Hello"), buttons=((Button(label="Open", url="https://example.org/"),),))
PERSON = Recipient(kind=ChatKind.PRIVATE, language="en", original=77)


@pytest.fixture
def messenger() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def recalls() -> list[str]:
    return []


@pytest.fixture
def broadcasting(storage: Storage, messenger: FakeMessenger, recalls: list[str]) -> Broadcasting:
    return Broadcasting(
        broadcasts=storage.broadcasts,
        replying=replying_with(storage, messenger),
        recall=lambda: recalls.append("recalled"),
    )


async def sent(storage: Storage, broadcasting: Broadcasting, draft: Draft) -> BroadcastId:
    """Broadcast to two chats, of which the second refuses it."""
    for number in (100, 101):
        await storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
    number = await broadcasting.write(draft, NOW)
    assert await broadcasting.confirm(number, NOW)
    broadcast = await storage.broadcasts.get(number)
    assert broadcast is not None
    await storage.broadcasts.queue_next(broadcast, 9, lambda recipient: what_is_told(broadcast.draft, recipient), NOW)
    got, refused = await storage.messages.claim(NOW, 9, ())
    await storage.messages.settle(
        [
            Settlement(message=got.id, state=MessageState.SENT, at=NOW, telegram_message_id=900),
            Settlement(message=refused.id, state=MessageState.REJECTED, at=NOW, reason="no"),
        ]
    )
    await storage.broadcasts.collect(NOW)
    return number


async def drafted(storage: Storage, number: BroadcastId | None) -> Draft:
    assert number is not None
    found = await storage.broadcasts.get(number)
    assert found is not None
    return found.draft


async def test_a_draft_shows_how_many_chats_of_each_sort_it_would_reach(
    storage: Storage, broadcasting: Broadcasting
) -> None:
    for number, kind in (
        (1, ChatKind.PRIVATE),
        (-2, ChatKind.GROUP),
        (-3, ChatKind.SUPERGROUP),
        (-4, ChatKind.CHANNEL),
    ):
        await storage.chats.ensure(number, kind, NOW)
    await storage.chats.decline(1, Announcement.NEWS, declined=True)
    draft = Draft(operator=OPERATOR, content=HELLO, audience=Audience(kinds=GROUPS))
    view = await broadcasting.view(await broadcasting.write(draft, NOW))
    assert view is not None
    assert view.choices == Choices(private=0, groups=2, channels=1, chosen=2)
    assert view.choices.everybody == 3
    removal = await broadcasting.view(await broadcasting.write(replace(draft, action=Action.REMOVE, content=None), NOW))
    assert removal is not None
    assert removal.choices == Choices(private=1, groups=2, channels=1, chosen=2)


@pytest.mark.parametrize(
    ("action", "stars", "payment"),
    [
        (Action.SEND, None, Payment(price=2)),
        (Action.SEND, 5, Payment(price=2, most=5, balance=2)),
        (Action.SEND, 1, Payment(price=2, most=1, balance=2, unpaid="cap")),
        (Action.REMOVE, 5, None),
    ],
)
async def test_a_draft_shows_what_it_costs_to_send_it_faster(
    storage: Storage, broadcasting: Broadcasting, action: Action, stars: int | None, payment: Payment | None
) -> None:
    for number in range(1, 12):
        await storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
    number = await broadcasting.write(Draft(operator=OPERATOR, content=HELLO, action=action, stars=stars), NOW)

    async def balance() -> int:
        return 2

    for payable, expected in ((replace(broadcasting, stars=balance), payment), (broadcasting, None)):
        view = await payable.view(number)
        assert view is not None
        assert view.choices is not None
        assert view.choices.payment == expected


async def test_it_begins_once_is_paused_goes_on_and_is_cancelled(
    storage: Storage, broadcasting: Broadcasting, recalls: list[str]
) -> None:
    number = await broadcasting.write(Draft(operator=OPERATOR, content=HELLO), NOW)
    assert not await broadcasting.pause(number)
    assert await broadcasting.confirm(number, NOW)
    assert not await broadcasting.confirm(number, NOW)
    assert not await broadcasting.resume(number)
    recalls.clear()
    assert await broadcasting.pause(number)
    assert recalls == ["recalled"]
    assert await broadcasting.resume(number)
    view = await broadcasting.view(number)
    assert view is not None
    assert (view.broadcast.state, view.choices) == (BroadcastState.SENDING, None)
    assert await broadcasting.cancel(number, NOW)
    assert not await broadcasting.cancel(number, NOW)
    assert len(recalls) == 3
    assert [each.broadcast.id for each in await broadcasting.history(offset=0, limit=5)] == [number]
    draft = await broadcasting.write(Draft(operator=OPERATOR, content=HELLO), NOW)
    assert await broadcasting.discard(draft)
    assert not await broadcasting.discard(draft)
    assert await broadcasting.view(draft) is None


async def test_what_was_sent_is_followed_up_where_it_has_ended_so(storage: Storage, broadcasting: Broadcasting) -> None:
    first = Draft(
        operator=4,
        content=HELLO,
        versions={"cy": HELLO},
        announcement=Announcement.SERVICE,
        pinned=True,
        due_at=NOW,
        stars=9,
    )
    number = await sent(storage, broadcasting, first)
    broadcast = await storage.broadcasts.get(number)
    assert broadcast is not None
    to_sent = Audience(ended=EndedSo(broadcast=number, outcome=Outcome.SENT))
    later = replace(first, operator=OPERATOR, audience=to_sent, pinned=False, due_at=None, stars=None)
    other = Content(text=Html("Other"))
    edit = await drafted(storage, await broadcasting.reword(broadcast, OPERATOR, other, NOW))
    assert edit == replace(later, action=Action.EDIT, content=other, versions={}, original=number)
    removal = await drafted(storage, await broadcasting.delete(broadcast, OPERATOR, NOW))
    assert removal == replace(later, action=Action.REMOVE, content=None, versions={}, original=number)
    again = await drafted(storage, await broadcasting.repeat(broadcast, OPERATOR, Outcome.FAILED, NOW))
    assert again == replace(later, audience=Audience(ended=EndedSo(broadcast=number, outcome=Outcome.FAILED)))
    copied = replace(broadcast, draft=replace(broadcast.draft, content=Copy(chat=4, message=9)))
    assert await broadcasting.reword(copied, OPERATOR, other, NOW) is None


async def test_the_file_has_a_line_for_each_recipient(storage: Storage, broadcasting: Broadcasting) -> None:
    number = await sent(storage, broadcasting, Draft(operator=OPERATOR, content=HELLO))
    file = await broadcasting.file(number, Words())
    assert file.name == f"broadcast-{number}.csv"
    assert file.data.decode().splitlines() == [
        "chat,kind,outcome,message,at,reason",
        "100,private,sent,900,2026-11-22T12:00:00+00:00,",
        "101,private,failed,,2026-11-22T12:00:00+00:00,no",
    ]


async def test_an_operator_sees_it_as_everybody_will_or_hears_why_not(
    messenger: FakeMessenger, broadcasting: Broadcasting
) -> None:
    draft = Draft(operator=OPERATOR, content=HELLO)
    assert await broadcasting.show(draft, OPERATOR) is None
    assert messenger.sent == [(OPERATOR, "Hello")]
    assert await broadcasting.show(replace(draft, content=None), OPERATOR) is None
    messenger.answers[OPERATOR] = [always(Refused(reason="BUTTON_URL_INVALID"))]
    assert await broadcasting.show(draft, OPERATOR) == "BUTTON_URL_INVALID"


async def test_the_page_shows_what_was_stored(storage: Storage, broadcasting: Broadcasting) -> None:
    number = await sent(storage, broadcasting, Draft(operator=OPERATOR, content=HELLO, pinned=True, stars=9))
    await broadcasting.shown(number, 77)
    view = await broadcasting.view(number)
    assert view is not None
    assert (view.broadcast.page, view.broadcast.page_text) == (77, "")
    seen = shown(view, Words(), 12.0)
    assert (seen.number, seen.state, seen.action, seen.rate) == (number, "sending", "send", 12.0)
    assert (seen.pinned, seen.text_only, seen.service_notice, seen.begins, seen.note) == (True, True, False, None, "")
    assert (seen.total, seen.ended, seen.to, seen.cost) == (2, 2, "everybody", 1)


def test_an_audience_is_said_with_all_that_narrows_it() -> None:
    narrow = Audience(
        kinds=GROUPS,
        petition=PetitionRef(site=Site.UK, number="7"),
        active_since=NOW - timedelta(days=3),
        listed=(1, 2),
    )
    draft = Draft(operator=OPERATOR, content=HELLO, audience=narrow)
    broadcast = Broadcast(id=BroadcastId(1), draft=draft, state=BroadcastState.DRAFT, created_at=NOW)
    view = View(broadcast=broadcast, tally=dict.fromkeys(Outcome, 0), choices=None)
    assert shown(view, Words()).to == "groups, following petition uk:7, heard from since 2026-11-19, of 2 ids"


def test_a_channel_gets_only_links_and_everybody_else_a_way_out() -> None:
    draft = Draft(operator=OPERATOR, content=HELLO)
    to_person, to_channel = (
        what_is_told(draft, replace(PERSON, kind=kind)) for kind in (ChatKind.PRIVATE, ChatKind.CHANNEL)
    )
    assert isinstance(to_person, Content)
    assert [button.label for row in to_person.buttons for button in row] == ["Open", "🔕 Announcements"]
    assert to_channel == HELLO


async def test_the_language_of_a_broadcast_is_that_which_the_chat_has_chosen(storage: Storage) -> None:
    for number in (100, 101):
        await storage.chats.ensure(number, ChatKind.PRIVATE, NOW)
    async with storage.database.write() as connection:
        await connection.execute(update(chats).where(chats.c.telegram_id == 100).values(language="cy"))
    draft = Draft(operator=OPERATOR, content=HELLO, versions={"cy": Content(text=Html("Helo"))})
    number = await storage.broadcasts.draft(draft, NOW)
    assert await storage.broadcasts.confirm(number, NOW) == 2
    broadcast = await storage.broadcasts.get(number)
    assert broadcast is not None
    await storage.broadcasts.queue_next(broadcast, 9, partial(what_is_told, broadcast.draft), NOW)
    told = {each.telegram_chat: each.content for each in await storage.messages.claim(NOW, 9, ())}
    assert {chat: each.text for chat, each in told.items() if isinstance(each, Content)} == {100: "Helo", 101: "Hello"}


def test_a_chat_gets_the_words_for_its_language_and_any_other_chat_the_first() -> None:
    draft = Draft(operator=OPERATOR, content=HELLO, versions={"cy": Content(text=Html("Helo"))})
    told = {language: what_is_told(draft, replace(PERSON, language=language)) for language in ("cy", "en", "gd")}
    assert {language: each.text for language, each in told.items() if isinstance(each, Content)} == {
        "cy": "Helo",
        "en": "Hello",
        "gd": "Hello",
    }


def test_a_change_and_a_deletion_are_of_the_message_that_was_sent() -> None:
    draft = Draft(operator=OPERATOR, content=HELLO, action=Action.EDIT)
    edit = what_is_told(draft, PERSON)
    assert isinstance(edit, Edit)
    assert (edit.message, edit.content.text) == (77, "Hello")
    assert what_is_told(replace(draft, action=Action.REMOVE, content=None), PERSON) == Removal(message=77)
    copied = what_is_told(replace(draft, action=Action.SEND, content=Copy(chat=4, message=9)), PERSON)
    assert isinstance(copied, Copy)
    assert (copied.chat, copied.message, len(copied.buttons)) == (4, 9, 1)
