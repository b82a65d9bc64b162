from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from delivery.outbox import (
    ChatLost,
    ChatMoved,
    ChatPaused,
    Lane,
    MessageState,
    OutboxFigures,
    SentRecord,
    Settlement,
    TopicLost,
)
from petitions.follows import ChatId, Place
from storage.schema import messages
from storage.storage import Storage, open_storage
from tests.storage.samples import (
    HOUR,
    NOW,
    SECOND,
    change,
    claimed,
    content,
    follower,
    happen,
    known_chat,
    later,
    message,
    sent,
    stored_petition,
    text_of,
    texts,
)


async def a_place(storage: Storage, telegram_id: int = 7, thread: int = 0) -> Place:
    return Place(chat=(await known_chat(storage, telegram_id)).id, thread=thread)


async def state(storage: Storage, number: int) -> str:
    async with storage.database.read() as connection:
        return str((await connection.execute(select(messages.c.state).where(messages.c.id == number))).scalar_one())


async def test_a_claimed_message_says_where_it_goes_and_what_it_says(storage: Storage) -> None:
    place = await a_place(storage, -9, thread=4)
    silent = replace(content("a <b>"), silent=True)
    await storage.messages.queue(replace(message(place, lane=Lane.REPLY), content=silent))
    (one,) = await claimed(storage)
    assert (one.place, one.telegram_chat, one.lane) == (place, -9, Lane.REPLY)
    assert one.content == silent
    assert (one.attempts, one.uncertain) == (0, 0)


async def test_a_claimed_message_is_nobody_elses(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    assert len(await claimed(storage)) == 1
    assert await claimed(storage) == []


async def test_replies_go_before_alerts_and_alerts_before_broadcasts(storage: Storage) -> None:
    for number, lane in enumerate((Lane.BROADCAST, Lane.ALERT, Lane.REPLY)):
        await storage.messages.queue(message(await a_place(storage, 1 + number), lane.name, lane=lane))
    assert await texts(storage) == ["REPLY", "ALERT", "BROADCAST"]


async def test_within_a_lane_the_oldest_goes_first(storage: Storage) -> None:
    place = await a_place(storage)
    await storage.messages.queue(message(place, "second", due_at=NOW))
    await storage.messages.queue(message(place, "first", due_at=NOW - SECOND))
    await storage.messages.queue(message(place, "third", due_at=NOW))
    assert await texts(storage) == ["first", "second", "third"]


async def test_no_more_are_claimed_than_asked_for_and_none_before_they_are_due(storage: Storage) -> None:
    place = await a_place(storage)
    for number in range(3):
        await storage.messages.queue(message(place, str(number)))
    await storage.messages.queue(message(place, "tomorrow", due_at=NOW + HOUR))
    assert len(await storage.messages.claim(NOW, 2, ())) == 2
    assert await texts(storage) == ["2"]
    assert await texts(storage, NOW + HOUR) == ["tomorrow"]


async def test_busy_chats_are_left_alone(storage: Storage) -> None:
    for number in (7, 8, 9, 1_000):
        await storage.messages.queue(message(await a_place(storage, number), str(number)))
    free = await storage.messages.claim(NOW, 1_000, frozenset(range(9, 900)))
    assert [one.telegram_chat for one in free] == [7, 8, 1_000]


async def test_nothing_is_claimed_for_suspended_chats(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.messages.queue(message(await a_place_of_suspended(storage)))
    assert await claimed(storage) == []
    await storage.chats.restore(7, NOW)
    assert len(await claimed(storage)) == 2


async def test_a_suspended_chat_holds_up_nobody_else(storage: Storage) -> None:
    other = await a_place(storage, 8)
    await a_place(storage, 7)
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.messages.queue(message(other))
    assert [one.place for one in await claimed(storage)] == [other]


async def a_place_of_suspended(storage: Storage) -> Place:
    chat = await storage.chats.find(7)
    assert chat is not None
    return Place(chat=chat.id)


async def test_a_message_waits_for_its_next_try_and_so_does_all_else_in_its_paused_chat(storage: Storage) -> None:
    place, other = await a_place(storage, 7), await a_place(storage, 8)
    await storage.messages.queue(message(place, "first"))
    (first,) = await claimed(storage)
    await storage.messages.queue(message(place, "second"))
    await storage.messages.queue(message(other, "elsewhere"))
    await storage.messages.queue(message(place, "reply", lane=Lane.REPLY))
    await storage.messages.settle([later(first, NOW + HOUR)])
    assert await texts(storage) == ["elsewhere"]
    assert await claimed(storage, NOW + HOUR - SECOND) == []
    again = await claimed(storage, NOW + HOUR)
    assert [(text_of(one), one.attempts) for one in again] == [("reply", 0), ("first", 1), ("second", 0)]


async def test_a_message_that_waits_longer_than_its_chat_is_overtaken(storage: Storage) -> None:
    place = await a_place(storage)
    await storage.messages.queue(message(place, "poison"))
    (poison,) = await claimed(storage)
    await storage.messages.queue(message(place, "next"))
    pause = ChatPaused(chat=place.chat, until=NOW + SECOND)
    await storage.messages.settle([replace(later(poison, NOW + HOUR), effect=pause)])
    assert await texts(storage, NOW + SECOND) == ["next"]


async def test_a_pause_survives_a_restart_and_is_never_shortened(url: str) -> None:
    async with open_storage(url) as storage:
        place = await a_place(storage)
        for text in "abc":
            await storage.messages.queue(message(place, text))
        first, second, _ = await claimed(storage)
        await storage.messages.settle([later(first, NOW + HOUR)])
        await storage.messages.settle([later(second, NOW + SECOND)])
    async with open_storage(url) as storage:
        assert await storage.messages.take_back_orphans() == 1
        assert await texts(storage, NOW + HOUR - SECOND) == []
        await known_chat(storage)  # it writes to us: it still has to be left alone
        assert await texts(storage, NOW + HOUR - SECOND) == []
        assert await texts(storage, NOW + HOUR) == ["a", "b", "c"]


async def test_a_sent_message_is_remembered_for_pacing_and_its_words_are_forgotten(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.messages.settle([sent(one, NOW + SECOND)])
    record = SentRecord(telegram_chat=7, at=NOW + SECOND)
    assert await storage.messages.sent_since(NOW + SECOND) == (record,)
    assert await storage.messages.sent_since(NOW + 2 * SECOND) == ()
    async with storage.database.read() as connection:
        assert (await connection.execute(select(messages.c.content))).scalar_one() is None


@pytest.mark.parametrize(
    "final", [MessageState.REJECTED, MessageState.UNCERTAIN, MessageState.EXPIRED, MessageState.CANCELLED]
)
async def test_a_message_that_ended_is_never_claimed_again(storage: Storage, final: MessageState) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.messages.settle([Settlement(message=one.id, state=final, at=NOW, reason="why")])
    assert await storage.messages.take_back_orphans() == 0
    assert await claimed(storage, NOW + HOUR) == []
    assert await state(storage, one.id) == final


async def test_attempts_and_doubts_are_counted(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.messages.settle(
        [Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, not_before=NOW, attempts=3, uncertain=1)]
    )
    (again,) = await claimed(storage)
    assert (again.attempts, again.uncertain) == (3, 1)


async def test_many_settlements_of_all_kinds_are_stored_at_once(storage: Storage) -> None:
    for number in range(1, 5):
        await storage.messages.queue(message(await a_place(storage, number)))
    one, two, three, four = await claimed(storage)
    gone = ChatLost(chat=four.place.chat, reason="blocked")
    await storage.messages.settle(
        [
            sent(one),
            later(two, NOW),
            Settlement(message=three.id, state=MessageState.REJECTED, at=NOW, reason="bad"),
            Settlement(message=four.id, state=MessageState.QUEUED, at=NOW, effect=gone),
        ]
    )
    states = [await state(storage, each.id) for each in (one, two, three, four)]
    assert states == ["sent", "queued", "rejected", "queued"]
    assert [each.id for each in await claimed(storage)] == [two.id]


async def test_a_sent_message_remembers_its_telegram_id(storage: Storage) -> None:
    place = await a_place(storage)
    for text in "ab":
        await storage.messages.queue(message(place, text))
    hand = await claimed(storage)
    await storage.messages.settle([replace(sent(one), telegram_message_id=70 + one.id) for one in hand])
    async with storage.database.read() as connection:
        rows = await connection.execute(select(messages.c.id, messages.c.telegram_message_id))
        assert {row.id: row.telegram_message_id for row in rows} == {one.id: 70 + one.id for one in hand}


async def test_a_lost_chat_is_suspended_and_its_message_held(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage), "held"))
    (one,) = await claimed(storage)
    lost = ChatLost(chat=one.place.chat, reason="bot was blocked by the user")
    await storage.messages.settle([Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, effect=lost)])
    assert await claimed(storage) == []
    exported = await storage.chats.export(7)
    assert exported is not None
    assert (exported["state"], exported["suspended_because"]) == ("suspended", "bot was blocked by the user")
    await known_chat(storage, 7)
    assert await texts(storage) == ["held"]


async def test_messages_in_flight_when_their_chat_is_lost_are_held_when_they_come_back(storage: Storage) -> None:
    place = await a_place(storage)
    await storage.messages.queue(message(place, "a"))
    await storage.messages.queue(message(place, "b"))
    first, second = await claimed(storage)
    lost = ChatLost(chat=place.chat, reason="blocked")
    await storage.messages.settle([Settlement(message=first.id, state=MessageState.QUEUED, at=NOW, effect=lost)])
    await storage.messages.settle([later(second, NOW)])
    assert await claimed(storage) == []


async def test_a_closed_topic_holds_only_what_belongs_to_it(storage: Storage) -> None:
    petition = await stored_petition(storage)
    topic = await follower(storage, petition, -5, thread=4)
    general = await follower(storage, petition, -5)
    await storage.messages.queue(message(topic, "topic"))
    await storage.messages.queue(message(general, "general"))
    first, second = await claimed(storage)
    lost = TopicLost(place=topic, reason="topic closed")
    await storage.messages.settle(
        [Settlement(message=first.id, state=MessageState.QUEUED, at=NOW, effect=lost), later(second, NOW)]
    )
    await happen(storage, petition, change("a"))
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [general]
    assert await texts(storage) == ["general"]
    exported = await storage.chats.export(-5)
    assert exported is not None
    assert exported["closed_topics"] == [{"topic": 4, "since": NOW.isoformat(), "because": "topic closed"}]


async def test_settling_what_is_no_longer_claimed_changes_nothing(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.messages.settle([sent(one)])
    lost = ChatLost(chat=one.place.chat, reason="late")
    await storage.messages.settle([Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, effect=lost)])
    assert await state(storage, one.id) == "sent"
    exported = await storage.chats.export(7)
    assert exported is not None
    assert exported["state"] == "active"


async def test_settling_for_a_forgotten_chat_does_not_touch_the_next_one(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.chats.forget(7)
    fresh = await a_place(storage, 8)
    await storage.messages.queue(message(fresh))
    (other,) = await claimed(storage)
    lost = ChatLost(chat=one.place.chat, reason="blocked")
    await storage.messages.settle([Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, effect=lost)])
    assert other.id != one.id
    assert fresh.chat != one.place.chat
    assert await state(storage, other.id) == "claimed"


async def test_settling_or_releasing_nothing_is_fine(storage: Storage) -> None:
    await storage.messages.settle([])
    await storage.messages.release([])


async def test_released_messages_are_as_they_were(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    await storage.messages.release([one.id])
    assert await claimed(storage) == [one]


async def test_orphans_are_taken_back_at_once(storage: Storage) -> None:
    place = await a_place(storage)
    for text in "abc":
        await storage.messages.queue(message(place, text))
    first, *_ = await claimed(storage)
    await storage.messages.settle([sent(first)])
    assert await storage.messages.take_back_orphans() == 2
    assert await texts(storage) == ["b", "c"]


async def test_a_message_for_a_chat_that_was_forgotten_is_dropped(storage: Storage) -> None:
    await storage.messages.queue(message(Place(chat=ChatId(404))))
    assert await claimed(storage) == []


@pytest.mark.parametrize("broken", [{"content": '{"text":7}'}, {"content": None}, {"lane": -4}])
async def test_what_cannot_be_read_says_so_and_stops_nobody_else(storage: Storage, broken: dict[str, object]) -> None:
    place = await a_place(storage)
    await storage.messages.queue(message(place, "broken"))
    await storage.messages.queue(message(place, "whole"))
    async with storage.database.write() as connection:
        await connection.execute(update(messages).where(messages.c.id == 1).values(**broken))
    found = {one.id: (text_of(one), one.unreadable) for one in await claimed(storage)}
    assert found == {1: ("", "unreadable content"), 2: ("whole", None)}


async def test_a_settlement_that_cannot_be_stored_is_set_aside_and_stops_no_other(storage: Storage) -> None:
    for number in range(1, 5):
        await storage.messages.queue(message(await a_place(storage, number)))
    one, two, three, four = await claimed(storage)
    nameless = TopicLost(place=two.place, reason=None)  # type: ignore[arg-type]
    endless = ChatMoved(chat=three.place.chat, telegram_id=2**80)
    bad = [
        Settlement(message=each.id, state=MessageState.QUEUED, at=NOW, effect=effect)
        for each, effect in ((two, nameless), (three, endless))
    ]
    stored = await storage.messages.settle([sent(one), *bad, later(four, NOW + HOUR)])
    assert [(each.message, each.state) for each in stored] == [
        (one.id, MessageState.SENT),
        (two.id, MessageState.SET_ASIDE),
        (three.id, MessageState.SET_ASIDE),
        (four.id, MessageState.QUEUED),
    ]
    assert "cannot be stored as queued" in (stored[1].reason or "")
    states = [await state(storage, each.id) for each in (one, two, three, four)]
    assert states == ["sent", "set_aside", "set_aside", "queued"]
    assert [each.id for each in await claimed(storage, NOW + HOUR)] == [four.id]


async def test_a_database_that_fails_sets_nothing_aside(storage: Storage) -> None:
    await storage.messages.queue(message(await a_place(storage)))
    (one,) = await claimed(storage)
    async with storage.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE messages RENAME TO away")
    with pytest.raises(OperationalError):
        await storage.messages.settle([sent(one)])
    async with storage.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO messages")
    assert await storage.messages.settle([sent(one)]) == [sent(one)]
    assert await state(storage, one.id) == "sent"


async def test_the_figures_tell_what_waits_since_when_and_what_was_given_up(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for number in (7, 8, 9):
        await follower(storage, petition, number)
    await happen(storage, petition, change("a"))
    place, paused, suspended, given_up = [await a_place(storage, number) for number in (7, 8, 9, 10)]
    for lane in (Lane.REPLY, Lane.ALERT, Lane.ALERT):
        await storage.messages.queue(message(given_up, lane=lane))
    one, two, three = await claimed(storage)
    await storage.messages.settle(
        [
            Settlement(message=one.id, state=MessageState.UNCERTAIN, at=NOW),
            Settlement(message=two.id, state=MessageState.REJECTED, at=NOW),
            sent(three),
        ]
    )
    await storage.messages.queue(message(paused, due_at=NOW - SECOND))
    (waiting,) = await claimed(storage)
    await storage.messages.settle([later(waiting, NOW + HOUR)])
    await storage.messages.queue(message(place, lane=Lane.BROADCAST))
    await storage.chats.suspend(9, "blocked", NOW)
    await storage.messages.queue(message(suspended, due_at=NOW - HOUR))

    figures = await storage.messages.figures(NOW)

    assert figures == OutboxFigures(
        alerts_owed=2,
        queued={Lane.REPLY: 0, Lane.ALERT: 1, Lane.BROADCAST: 1, Lane.PAID: 0},
        oldest_due_at=NOW - SECOND,
        ended={MessageState.REJECTED: 1, MessageState.UNCERTAIN: 1, MessageState.SET_ASIDE: 0},
        paused_chats=1,
        suspended_chats=1,
    )
    assert (await storage.messages.figures(NOW + HOUR)).paused_chats == 0
