"""Values to store, with everything that a test does not care about filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from delivery.chats import Chat, ChatKind
from delivery.outbox import ChatPaused, ClaimedMessage, Lane, MessageState, NewMessage, Settlement
from messages.content import Button, Content, escaped
from petitions.follows import FOLLOWS_PER_CHAT, Followed, Place
from petitions.history import Marks
from petitions.news import Change, MilestoneReached, News
from petitions.petition import PetitionRef, PetitionState, Reading, Site, Snapshot
from petitions.watched import Look, Schedule, WatchedPetition
from storage.storage import Storage

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = NOW - 12 * HOUR, NOW + 12 * HOUR
"""The day of the caps of subscriptions."""


def ref(number: int | str = 1) -> PetitionRef:
    return PetitionRef(site=Site.UK, number=str(number))


def milestone(highest: int) -> News:
    return MilestoneReached(highest=highest, passed=(highest,), signatures=highest)


def change(key: str, news: News | None = None, seen_at: datetime = NOW) -> Change:
    return Change(key=key, news=news or milestone(1_000), happened_at=None, seen_at=seen_at)


def first_look(number: int | str = 1, *, signatures: int = 5, changes: tuple[Change, ...] = ()) -> Look:
    return Look(
        ref=ref(number),
        version=0,
        snapshot=Snapshot(ref=ref(number), title=f"Petition {number}", state=PetitionState.OPEN, signatures=signatures),
        marks=Marks(),
        schedule=Schedule(count_at=NOW, page_at=NOW + HOUR),
        seen_at=NOW,
        full_at=NOW,
        changes=changes,
    )


def next_look(petition: WatchedPetition, *changes: Change, reading: Reading | None = None) -> Look:
    return Look(
        ref=petition.ref,
        version=petition.version,
        snapshot=petition.snapshot if reading is None else replace(petition.snapshot, signatures=reading.signatures),
        marks=petition.marks,
        schedule=petition.schedule,
        seen_at=petition.seen_at,
        full_at=petition.full_at,
        reading=reading,
        changes=changes,
    )


async def stored_petition(storage: Storage, number: int | str = 1, *changes: Change) -> WatchedPetition:
    petition = await storage.petitions.record(first_look(number, changes=changes))
    assert petition is not None
    return petition


async def happen(storage: Storage, petition: WatchedPetition, *changes: Change) -> WatchedPetition:
    """Store changes of a petition and owe them to all who want them."""
    current = await storage.petitions.find(petition.ref)
    assert current is not None
    after = await storage.petitions.record(next_look(current, *changes))
    assert after is not None
    await announce_all(storage)
    return after


async def announce_all(storage: Storage, now: datetime = NOW) -> None:
    while await storage.alerts.announce_next(now, 100, TODAY) is not None:
        pass


async def known_chat(storage: Storage, telegram_id: int = 7, kind: ChatKind = ChatKind.PRIVATE) -> Chat:
    return await storage.chats.ensure(telegram_id, kind, NOW)


async def follower(storage: Storage, petition: WatchedPetition, telegram_id: int = 7, thread: int = 0) -> Place:
    kind = ChatKind.PRIVATE if telegram_id > 0 else ChatKind.GROUP
    place = Place(chat=(await known_chat(storage, telegram_id, kind)).id, thread=thread)
    assert await storage.follows.follow(petition.id, place, NOW, FOLLOWS_PER_CHAT) is Followed.NEW
    return place


def content(text: str = "Hello") -> Content:
    return Content(text=escaped(text), buttons=((Button(label="Open", url="https://example.org/"),),))


def message(place: Place, text: str = "Hello", *, lane: Lane = Lane.ALERT, due_at: datetime = NOW) -> NewMessage:
    return NewMessage(place=place, lane=lane, content=content(text), due_at=due_at)


async def compose_due(storage: Storage, now: datetime = NOW) -> int:
    """Make one message of each alert that is due."""
    due = await storage.alerts.due(now, 1_000)
    await storage.alerts.compose(
        [
            NewMessage(
                place=alert.place,
                lane=Lane.ALERT,
                content=content(alert.change.change.key),
                due_at=now,
                petition=alert.change.petition,
                alerts=(alert.id,),
            )
            for alert in due
        ]
    )
    return len(due)


async def claimed(storage: Storage, now: datetime = NOW) -> list[ClaimedMessage]:
    return list(await storage.messages.claim(now, 1_000, ()))


async def texts(storage: Storage, now: datetime = NOW) -> list[str]:
    """Claim everything that is due and say what it says."""
    return [text_of(one) for one in await claimed(storage, now)]


def sent(one: ClaimedMessage, at: datetime = NOW) -> Settlement:
    return Settlement(message=one.id, state=MessageState.SENT, at=at, telegram_message_id=99)


def later(one: ClaimedMessage, not_before: datetime, at: datetime = NOW) -> Settlement:
    return Settlement(
        message=one.id,
        state=MessageState.QUEUED,
        at=at,
        not_before=not_before,
        attempts=one.attempts + 1,
        reason="429",
        effect=ChatPaused(chat=one.place.chat, until=not_before),
    )


def text_of(message: ClaimedMessage | NewMessage) -> str:
    assert isinstance(message.content, Content)
    return message.content.text
