from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from petitions.petition import Reading
from storage.chats import close_topic
from storage.storage import Storage
from tests.storage.samples import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    change,
    claimed,
    compose_due,
    follower,
    happen,
    message,
    next_look,
    ref,
    sent,
    stored_petition,
)

MINUTES = timedelta(minutes=30)


async def read_every(storage: Storage, start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """Store a reading every step and return their moments."""
    petition = await stored_petition(storage)
    moments: list[datetime] = []
    moment = start
    while moment < end:
        reading = Reading(at=moment, signatures=len(moments))
        after = await storage.petitions.record(next_look(petition, reading=reading))
        assert after is not None
        petition = after
        moments.append(moment)
        moment += step
    return moments


async def kept(storage: Storage) -> list[datetime]:
    petition = await storage.petitions.find(ref())
    assert petition is not None
    return [reading.at for reading in await storage.petitions.readings(petition.id, NOW - 1_000 * DAY)]


async def test_every_reading_of_two_days_is_kept(storage: Storage) -> None:
    moments = await read_every(storage, NOW - 2 * DAY, NOW - 2 * DAY + 6 * HOUR, MINUTES)
    assert await storage.tidy.thin_readings(NOW, None) == 0
    assert await kept(storage) == moments


async def test_older_readings_are_thinned_to_the_last_of_each_hour(storage: Storage) -> None:
    start = NOW.replace(minute=0, second=0, microsecond=0) - 10 * DAY
    moments = await read_every(storage, start, start + 6 * HOUR, MINUTES)
    assert await storage.tidy.thin_readings(NOW, None) == 6
    assert await kept(storage) == moments[1::2]
    assert await storage.tidy.thin_readings(NOW, None) == 0


async def test_only_whole_hours_are_thinned_each_when_it_has_grown_old(storage: Storage) -> None:
    start = NOW.replace(minute=0, second=0, microsecond=0) - 2 * DAY
    moments = await read_every(storage, start, start + 3 * HOUR, MINUTES)
    assert await storage.tidy.thin_readings(NOW, None) == 0, "the hour is not over"
    assert await storage.tidy.thin_readings(NOW + HOUR, NOW) == 1
    assert await kept(storage) == moments[1:]
    assert await storage.tidy.thin_readings(NOW + 2 * HOUR, NOW + 2 * HOUR) == 0
    assert await storage.tidy.thin_readings(NOW + 3 * HOUR, NOW + HOUR) == 2
    assert await kept(storage) == moments[1::2]


async def test_the_readings_of_many_petitions_are_thinned_a_few_petitions_at_a_time(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.tidy.PETITIONS_AT_ONCE", 2)
    hour = NOW.replace(minute=0, second=0, microsecond=0) - 10 * DAY
    for number in range(1, 6):
        petition = await stored_petition(storage, number)
        for signatures in (6, 7):
            reading = Reading(at=hour + signatures * SECOND, signatures=signatures)
            after = await storage.petitions.record(next_look(petition, reading=reading))
            assert after is not None
            petition = after
    assert await storage.tidy.thin_readings(NOW, None) == 5


async def test_the_oldest_readings_are_thinned_to_the_last_of_each_day(storage: Storage) -> None:
    start = NOW.replace(hour=0, minute=0, second=0, microsecond=0) - 400 * DAY
    moments = await read_every(storage, start, start + 3 * DAY, 6 * HOUR)
    assert await storage.tidy.thin_readings(NOW, None) == 9
    assert await kept(storage) == moments[3::4]


async def test_what_suspended_chats_were_owed_long_ago_is_dropped(storage: Storage) -> None:
    petition = await stored_petition(storage)
    suspended, other = await follower(storage, petition, 7), await follower(storage, petition, 8)
    petition = await happen(storage, petition, change("queued"))
    await compose_due(storage)
    await happen(storage, petition, change("owed"))
    await storage.chats.suspend(7, "blocked", NOW)
    assert await storage.tidy.expire_held(NOW) == 0
    assert await storage.tidy.expire_held(NOW + SECOND) == 2
    await storage.chats.restore(7, NOW)
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [other]
    assert [one.place for one in await claimed(storage)] == [other]
    assert await storage.follows.count(suspended) == 1


async def test_chats_that_left_long_ago_are_forgotten(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for telegram_id, left in ((7, NOW), (8, NOW + DAY), (9, None)):
        await follower(storage, petition, telegram_id)
        if left is not None:
            await storage.chats.suspend(telegram_id, "blocked", left)
    assert await storage.tidy.forget_unreachable(NOW + SECOND) == 1
    assert [await storage.chats.find(number) is None for number in (7, 8, 9)] == [True, False, False]


async def test_topics_that_closed_long_ago_are_forgotten(storage: Storage) -> None:
    petition = await stored_petition(storage)
    topic = await follower(storage, petition, -5, thread=4)
    general = await follower(storage, petition, -5)
    await happen(storage, petition, change("a"))
    await storage.messages.queue(message(topic))
    async with storage.database.write() as connection:
        await close_topic(connection, topic, "closed", NOW)
    assert await storage.tidy.forget_unreachable(NOW) == 0
    assert await storage.tidy.forget_unreachable(NOW + SECOND) == 1
    assert await storage.follows.count(topic) == 0
    assert await storage.follows.count(general) == 1


async def test_settled_messages_and_their_alerts_are_dropped_when_they_are_old(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for number in (7, 8, 9):
        await follower(storage, petition, number)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    first, second, third = await claimed(storage)
    await storage.messages.settle([sent(first, NOW), sent(second, NOW + HOUR)])
    await storage.follows.unfollow(petition.id, third.place)
    assert await storage.tidy.forget_sent(NOW) == 0
    assert await storage.tidy.forget_sent(NOW + SECOND) == 2
    assert len(await storage.messages.sent_since(NOW - DAY)) == 1
    assert await storage.messages.take_back_orphans() == 0
    assert await storage.tidy.forget_sent(NOW + SECOND) == 2
    assert await storage.tidy.forget_sent(NOW + DAY) == 2


async def test_what_goes_in_portions_goes_altogether(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.tidy.PORTION", 1)
    petition = await stored_petition(storage)
    for number in (7, 8, 9):
        await follower(storage, petition, number)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    await storage.messages.settle([sent(each, NOW) for each in await claimed(storage)])
    assert await storage.tidy.forget_sent(NOW + SECOND) == 3 + 3
    assert await storage.tidy.forget_sent(NOW + SECOND) == 0


async def test_petitions_that_nobody_follows_are_dropped_when_nobody_has_looked_for_long(storage: Storage) -> None:
    followed, old, new = [await stored_petition(storage, number) for number in (1, 2, 3)]
    await follower(storage, followed)
    await happen(storage, old, change("a"))
    assert await storage.petitions.record(replace(next_look(new), seen_at=NOW + DAY))
    assert await storage.tidy.forget_petitions(NOW + HOUR, histories_before=NOW) == 1
    assert await storage.petitions.find(ref(2)) is None
    assert await storage.petitions.readings(old.id, NOW - DAY) == ()
    assert await storage.petitions.find(ref(1)) is not None
    assert await storage.petitions.find(ref(3)) is not None


async def test_a_petition_that_was_seen_more_than_once_is_kept_longer(storage: Storage) -> None:
    once, often = await stored_petition(storage, 1), await stored_petition(storage, 2)
    assert await storage.petitions.record(next_look(once, reading=Reading(at=NOW, signatures=6)))
    for signatures in (6, 7):
        reading = Reading(at=NOW + signatures * SECOND, signatures=signatures)
        after = await storage.petitions.record(next_look(often, reading=reading))
        assert after is not None
        often = after
    assert await storage.tidy.forget_petitions(NOW + HOUR, histories_before=NOW) == 1
    assert await storage.petitions.find(ref(1)) is None
    assert await storage.tidy.forget_petitions(NOW + HOUR, histories_before=NOW + HOUR) == 1
    assert await storage.petitions.find(ref(2)) is None


async def test_what_is_waiting_is_never_dropped_for_its_age(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    petition = await happen(storage, petition, change("queued"))
    await compose_due(storage)
    await happen(storage, petition, change("owed"))
    assert await storage.tidy.forget_sent(NOW + 1_000 * DAY) == 0
    assert await storage.tidy.expire_held(NOW + 1_000 * DAY) == 0
    assert await storage.tidy.forget_unreachable(NOW + 1_000 * DAY) == 0
    assert len(await claimed(storage)) == 1
