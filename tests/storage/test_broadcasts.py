"""Broadcasts on a real database: the snapshot, the way through the outbox, and the sums."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from delivery.broadcasts import (
    GROUPS,
    RUNNING,
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
from delivery.chats import Announcement, Chat, ChatKind
from delivery.outbox import ChatLost, ClaimedMessage, Lane, MessageState, NewMessage, Settlement
from messages.content import Button, Content, Copy, Edit, Html, Outgoing, Pin, Removal
from petitions.follows import ChatId, Place
from petitions.petition import Site
from petitions.streams import SiteStream, Stream
from storage.schema import chats, messages
from storage.storage import Storage
from tests.storage.samples import ref, stored_petition

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OPERATOR = 5
REPORT = NewMessage(place=Place(chat=ChatId(1)), lane=Lane.REPLY, content=Content(text=Html("It is over")), due_at=NOW)
WHOLE = Audience()
HELLO = Content(text=Html("Hello everybody"))
BUTTONS = ((Button(label="Site", url="https://example.org/"),),)


def say_hello(_recipient: Recipient) -> Outgoing:
    return HELLO


async def chats_of(storage: Storage, number: int, kind: ChatKind = ChatKind.PRIVATE) -> list[Chat]:
    sign = 1 if kind is ChatKind.PRIVATE else -1
    first = {ChatKind.PRIVATE: 100, ChatKind.GROUP: 2000, ChatKind.SUPERGROUP: 3000, ChatKind.CHANNEL: 4000}[kind]
    return [await storage.chats.ensure(sign * (first + each), kind, NOW) for each in range(number)]


async def begun(
    storage: Storage, audience: Audience = WHOLE, *, confirmed_at: datetime = NOW, **more: object
) -> Broadcast:
    draft = Draft(operator=OPERATOR, content=HELLO, audience=audience, **more)  # type: ignore[arg-type]
    number = await storage.broadcasts.draft(draft, NOW)
    assert await storage.broadcasts.confirm(number, confirmed_at) is not None
    broadcast = await storage.broadcasts.get(number)
    assert broadcast is not None
    return broadcast


async def claim(storage: Storage, limit: int = 100) -> Sequence[ClaimedMessage]:
    return await storage.messages.claim(LATER, limit, ())


async def end(storage: Storage, message: ClaimedMessage, state: MessageState, **more: object) -> None:
    await storage.messages.settle(
        [Settlement(message=message.id, state=state, at=LATER, telegram_message_id=int(message.id) + 900, **more)]  # type: ignore[arg-type]
    )


async def counted(storage: Storage, broadcast: BroadcastId) -> dict[str, int]:
    return {outcome: number for outcome, number in (await storage.broadcasts.tally(broadcast)).items() if number}


async def test_the_snapshot_is_taken_when_it_is_confirmed_and_only_once(storage: Storage) -> None:
    await chats_of(storage, 3)
    number = await storage.broadcasts.draft(Draft(operator=OPERATOR, content=HELLO), NOW)
    await storage.chats.ensure(999, ChatKind.PRIVATE, NOW)
    assert await storage.broadcasts.confirm(number, NOW) == 4
    await storage.chats.ensure(1000, ChatKind.PRIVATE, NOW)
    assert await storage.broadcasts.confirm(number, NOW) is None
    assert await counted(storage, number) == {Outcome.WAITING: 4}


async def test_who_has_declined_before_is_not_in_the_snapshot(storage: Storage) -> None:
    people = await chats_of(storage, 2)
    await storage.chats.decline(people[0].telegram_id, Announcement.NEWS, declined=True)
    broadcast = await begun(storage, announcement=Announcement.NEWS)
    assert await counted(storage, broadcast.id) == {Outcome.WAITING: 1}


async def test_audiences_are_what_they_say(storage: Storage) -> None:
    people, groups = await chats_of(storage, 3), await chats_of(storage, 2, ChatKind.SUPERGROUP)
    (channel,) = await chats_of(storage, 1, ChatKind.CHANNEL)
    petition = await stored_petition(storage)
    await storage.follows.follow(petition.id, Place(chat=people[0].id), NOW, 10)
    await storage.follows.follow(petition.id, Place(chat=groups[0].id, thread=7), NOW, 10)
    responses = SiteStream(site=Site.UK, stream=Stream.RESPONSE)
    await storage.subscriptions.subscribe(Place(chat=channel.id), responses, NOW, 10)
    await storage.chats.decline(people[1].telegram_id, Announcement.NEWS, declined=True)
    await storage.chats.suspend(people[2].telegram_id, "blocked", NOW)
    await storage.chats.ensure(people[0].telegram_id, ChatKind.PRIVATE, NOW + timedelta(days=40))

    async def count(audience: Audience, announcement: Announcement | None = Announcement.NEWS) -> int:
        return sum((await storage.broadcasts.counts(audience, announcement)).values())

    assert await count(Audience()) == 4
    assert await count(Audience(), Announcement.SERVICE) == 5
    assert await count(Audience(), None) == 6
    assert await count(Audience(kinds=frozenset({ChatKind.PRIVATE}))) == 1
    assert await count(Audience(kinds=GROUPS)) == 2
    assert await count(Audience(kinds=frozenset({ChatKind.CHANNEL}))) == 1
    assert await count(Audience(petition=ref())) == 2
    assert await count(Audience(petition=ref(), kinds=GROUPS)) == 1
    assert await count(Audience(stream=responses)) == 1
    assert await count(Audience(stream=SiteStream(site=Site.UK, stream=Stream.DEBATED))) == 0
    assert await count(Audience(site=Site.UK)) == 3
    assert await count(Audience(topic="Health")) == 0
    assert await count(Audience(language="en")) == 4
    assert await count(Audience(language="cy")) == 0
    assert await count(Audience(active_since=NOW + timedelta(days=1))) == 1
    async with storage.database.write() as connection:
        await connection.execute(update(chats).values(heard_at=None))  # as it was before that was remembered
    assert await count(Audience(active_since=NOW)) == 4
    assert await count(Audience(listed=(people[0].telegram_id, groups[1].telegram_id, 12345))) == 2


async def test_each_recipient_is_queued_once_and_its_end_is_known(storage: Storage) -> None:
    await chats_of(storage, 6)
    broadcast = await begun(storage)
    assert await storage.broadcasts.queue_next(broadcast, 4, say_hello, NOW) == 4
    assert await storage.broadcasts.queue_next(broadcast, 4, say_hello, NOW) == 2
    assert await storage.broadcasts.queue_next(broadcast, 4, say_hello, NOW) == 0
    assert await storage.broadcasts.collect(NOW) == ()
    claimed = await claim(storage)
    assert [message.content for message in claimed] == [HELLO] * 6
    ends = (MessageState.SENT, MessageState.REJECTED, MessageState.UNCERTAIN, MessageState.EXPIRED, MessageState.SENT)
    for message, state in zip(claimed, ends, strict=False):
        await end(storage, message, state)
    outcomes = [outcome for _, outcome in await storage.broadcasts.collect(NOW)]
    assert outcomes == [Outcome.SENT, Outcome.FAILED, Outcome.UNCERTAIN, Outcome.UNREACHABLE, Outcome.SENT]
    assert await storage.broadcasts.over() == []
    await end(storage, claimed[5], MessageState.SENT)
    await storage.broadcasts.collect(NOW)
    ((over, tally),) = await storage.broadcasts.over()
    assert over.id == broadcast.id
    assert sum(tally.values()) == 6
    await storage.broadcasts.finish(over, REPORT, LATER)
    assert await storage.broadcasts.over() == []
    finished = await storage.broadcasts.get(broadcast.id)
    assert finished is not None
    assert (finished.state, finished.ended_at) == (BroadcastState.FINISHED, LATER)
    report = [each async for each in storage.broadcasts.recipients(broadcast.id)]
    assert [each.chat for each in report] == list(range(100, 106))
    assert report[0].telegram_message_id == int(claimed[0].id) + 900


async def test_a_pause_takes_back_what_is_queued_and_nobody_is_served_twice(storage: Storage) -> None:
    await chats_of(storage, 5)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 4, say_hello, NOW)
    in_flight, withdrawn = await claim(storage, 2)
    assert await storage.broadcasts.move_on(broadcast.id, BroadcastState.PAUSED, since=[BroadcastState.SENDING])
    assert await claim(storage) == []
    assert await storage.broadcasts.current() is None
    assert await storage.broadcasts.queue_next(broadcast, 4, say_hello, NOW) == 0
    await end(storage, in_flight, MessageState.SENT)
    await storage.messages.release([withdrawn.id])
    await storage.broadcasts.collect(NOW)
    assert await counted(storage, broadcast.id) == {Outcome.SENT: 1, Outcome.WAITING: 4}
    assert await storage.broadcasts.move_on(broadcast.id, BroadcastState.SENDING, since=[BroadcastState.PAUSED])
    assert await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW) == 4
    assert len(await claim(storage)) == 4


async def test_a_cancelled_broadcast_leaves_the_rest_out_and_adds_up(storage: Storage) -> None:
    await chats_of(storage, 5)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 3, say_hello, NOW)
    (in_flight,) = await claim(storage, 1)
    assert await storage.broadcasts.cancel(broadcast.id, NOW)
    assert not await storage.broadcasts.cancel(broadcast.id, NOW)
    await storage.broadcasts.collect(NOW)
    assert await counted(storage, broadcast.id) == {Outcome.QUEUED: 1, Outcome.LEFT_OUT: 4}
    assert await storage.broadcasts.over() == []
    await end(storage, in_flight, MessageState.SENT)
    await storage.broadcasts.collect(NOW)
    ((over, tally),) = await storage.broadcasts.over()
    assert (tally[Outcome.SENT], tally[Outcome.LEFT_OUT]) == (1, 4)
    await storage.broadcasts.finish(over, REPORT, LATER)
    cancelled = await storage.broadcasts.get(broadcast.id)
    assert cancelled is not None
    assert cancelled.state is BroadcastState.CANCELLED


async def test_who_declines_is_forgotten_or_blocks_the_bot_meanwhile_is_not_sent_anything(storage: Storage) -> None:
    declining, forgotten, blocking, forgotten_late = await chats_of(storage, 4)
    broadcast = await begun(storage)
    await storage.chats.decline(declining.telegram_id, Announcement.NEWS, declined=True)
    await storage.chats.forget(forgotten.telegram_id)
    await storage.chats.suspend(blocking.telegram_id, "blocked", NOW)
    assert await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW) == 4
    await storage.chats.forget(forgotten_late.telegram_id)
    await storage.broadcasts.collect(NOW)
    assert await claim(storage) == []
    assert await counted(storage, broadcast.id) == {Outcome.LEFT_OUT: 3, Outcome.UNREACHABLE: 1}


async def test_a_chat_that_blocks_the_bot_when_it_is_sent_to_is_unreachable_and_hears_nothing_later(
    storage: Storage,
) -> None:
    (chat,) = await chats_of(storage, 1)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    (message,) = await claim(storage)
    await end(storage, message, MessageState.QUEUED, effect=ChatLost(chat=chat.id, reason="blocked"))
    assert [outcome for _, outcome in await storage.broadcasts.collect(NOW)] == [Outcome.UNREACHABLE]
    await storage.chats.restore(chat.telegram_id, LATER)
    assert await claim(storage) == []


@pytest.mark.parametrize("due_at", [None, NOW])
async def test_a_chat_that_is_closed_for_a_while_is_waited_for_a_day_long(
    storage: Storage, due_at: datetime | None
) -> None:
    (chat,) = await chats_of(storage, 1, ChatKind.SUPERGROUP)
    confirmed_at = NOW if due_at is None else NOW - timedelta(days=9)
    broadcast = await begun(storage, confirmed_at=confirmed_at, due_at=due_at)
    await storage.broadcasts.start_due(NOW)
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    (message,) = await claim(storage)
    closed = ChatLost(chat=chat.id, reason="closed", retry_at=NOW + timedelta(days=3))
    await end(storage, message, MessageState.QUEUED, effect=closed)
    assert await storage.broadcasts.collect(NOW + timedelta(hours=23)) == ()
    assert await storage.broadcasts.under_way(broadcast.id, LATER) == 0
    ((_, outcome),) = await storage.broadcasts.collect(NOW + timedelta(hours=25))
    assert outcome is Outcome.UNREACHABLE


async def test_a_message_deleted_by_hand_is_not_sent_again(storage: Storage) -> None:
    await chats_of(storage, 1)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    async with storage.database.write() as connection:
        await connection.execute(delete(messages))
    ((_, outcome),) = await storage.broadcasts.collect(NOW)
    assert outcome is Outcome.UNCERTAIN


async def test_one_broadcast_is_served_after_another_and_a_paused_one_holds_up_none(storage: Storage) -> None:
    await chats_of(storage, 2)
    first, second = await begun(storage), await begun(storage)
    current = await storage.broadcasts.current()
    assert current is not None
    assert current.id == first.id
    await storage.broadcasts.move_on(first.id, BroadcastState.PAUSED, since=RUNNING)
    current = await storage.broadcasts.current()
    assert current is not None
    assert current.id == second.id


async def test_a_scheduled_broadcast_begins_when_it_is_due(storage: Storage) -> None:
    await chats_of(storage, 2)
    number = await storage.broadcasts.draft(Draft(operator=OPERATOR, content=HELLO, due_at=LATER), NOW)
    assert await storage.broadcasts.confirm(number, NOW) == 2
    assert not await storage.broadcasts.start_due(LATER - timedelta(seconds=1))
    assert await storage.broadcasts.current() is None
    assert await storage.broadcasts.start_due(LATER)
    current = await storage.broadcasts.current()
    assert current is not None
    assert (current.id, current.draft.due_at) == (number, LATER)


async def test_what_was_sent_can_be_changed_and_deleted_where_it_has_arrived(storage: Storage) -> None:
    await chats_of(storage, 2)
    first = await begun(storage)
    await storage.broadcasts.queue_next(first, 9, say_hello, NOW)
    got, refused = await claim(storage)
    await end(storage, got, MessageState.SENT)
    await end(storage, refused, MessageState.REJECTED)
    await storage.broadcasts.collect(NOW)
    await storage.chats.decline(100, Announcement.NEWS, declined=True)
    reached = Audience(ended=EndedSo(broadcast=first.id, outcome=Outcome.SENT))

    def change(recipient: Recipient) -> Outgoing:
        assert recipient.original is not None
        return Edit(message=recipient.original, content=HELLO)

    edit = await begun(storage, reached, action=Action.EDIT, original=first.id)
    assert await storage.broadcasts.queue_next(edit, 9, change, NOW) == 1
    (message,) = await claim(storage)
    assert message.content == Edit(message=int(got.id) + 900, content=HELLO)
    again = await begun(storage, Audience(ended=EndedSo(broadcast=first.id, outcome=Outcome.FAILED)))
    assert await counted(storage, again.id) == {Outcome.WAITING: 1}


async def test_what_is_to_be_pinned_is_pinned_once_it_has_arrived(storage: Storage) -> None:
    await chats_of(storage, 1)
    broadcast = await begun(storage, pinned=True)
    assert broadcast.draft.pinned
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    (message,) = await claim(storage)
    await end(storage, message, MessageState.SENT)
    await storage.broadcasts.collect(NOW)
    (pin,) = await claim(storage)
    assert pin.content == Pin(message=int(message.id) + 900)


async def test_two_chats_that_become_one_get_one_message_and_the_sum_stays(storage: Storage) -> None:
    (group,) = await chats_of(storage, 1, ChatKind.GROUP)
    (grown,) = await chats_of(storage, 1, ChatKind.SUPERGROUP)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    await storage.chats.migrate(group.telegram_id, grown.telegram_id, NOW)
    (message,) = await claim(storage)
    assert message.telegram_chat == grown.telegram_id
    await end(storage, message, MessageState.SENT)
    await storage.broadcasts.collect(NOW)
    assert await counted(storage, broadcast.id) == {Outcome.SENT: 1, Outcome.LEFT_OUT: 1}


async def test_chats_that_are_paused_leave_room_for_others(storage: Storage) -> None:
    first, _ = await chats_of(storage, 2)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 9, say_hello, NOW)
    assert await storage.broadcasts.under_way(broadcast.id, NOW) == 2
    async with storage.database.write() as connection:
        later = update(messages).where(messages.c.chat_id == first.id).values(not_before=LATER)
        await connection.execute(later)
    assert await storage.broadcasts.under_way(broadcast.id, NOW) == 1
    assert await storage.broadcasts.under_way(broadcast.id, LATER) == 2


@pytest.mark.parametrize("state", [BroadcastState.SENDING, BroadcastState.SCHEDULED])
async def test_only_drafts_are_changed_and_discarded(storage: Storage, state: BroadcastState) -> None:
    draft = Draft(operator=OPERATOR, content=HELLO)
    number = await storage.broadcasts.draft(draft, NOW)
    due_at = LATER if state is BroadcastState.SCHEDULED else None
    assert await storage.broadcasts.change(number, replace(draft, due_at=due_at))
    await storage.broadcasts.confirm(number, NOW)
    assert not await storage.broadcasts.change(number, draft)
    assert not await storage.broadcasts.discard(number)


@pytest.mark.parametrize(
    "content",
    [
        Content(text=Html("Hello"), buttons=BUTTONS, silent=True, picture="growth:1"),
        Copy(chat=4, message=9, buttons=BUTTONS),
        Edit(message=8, content=Content(text=Html("Hello"), buttons=BUTTONS)),
        Removal(message=3),
        Pin(message=3),
    ],
    ids=lambda content: type(content).__name__,
)
async def test_whatever_is_to_be_done_is_stored_as_it_is(storage: Storage, content: Outgoing) -> None:
    await chats_of(storage, 1)
    broadcast = await begun(storage)
    await storage.broadcasts.queue_next(broadcast, 9, lambda _: content, NOW)
    (message,) = await claim(storage)
    assert message.content == content
