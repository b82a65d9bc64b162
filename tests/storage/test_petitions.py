from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import update

from delivery.chats import ChatKind
from petitions.answers import Validator
from petitions.history import Marks
from petitions.petition import DebateOutcome, PetitionState, Reading, Rejection, Response, Site, Thresholds
from petitions.planning import DueLook
from petitions.watched import Schedule
from storage.schema import petitions
from storage.storage import Storage
from tests.storage.samples import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    TODAY,
    change,
    first_look,
    follower,
    known_chat,
    next_look,
    ref,
    stored_petition,
)


async def test_a_petition_comes_back_as_it_was_stored(storage: Storage) -> None:
    look = first_look(700143)
    snapshot = replace(
        look.snapshot,
        title='Stop <b>"this"</b> & that \u202e \U0001f600\x00',
        state=PetitionState.CLOSED,
        thresholds=Thresholds(response=5, debate=50),
        closing_on=date(2026, 8, 1),
        opened_at=NOW,
        rejection=Rejection(code="duplicate"),
        response=Response(responded_on=date(2026, 3, 1), summary="No.", created_at=NOW, updated_at=NOW),
        debate_outcome=DebateOutcome(debated_on=date(2026, 3, 2), video_url="https://example.org/"),
        debated=True,
        archived=True,
    )
    look = replace(
        look,
        snapshot=snapshot,
        marks=Marks(milestone=10_000),
        schedule=Schedule(count_at=NOW, page_at=None),
        page_validator=Validator(etag='W/"abc"'),
        count_validator=Validator(last_modified="Thu, 01 Jan 2026 00:00:00 GMT"),
    )
    stored = await storage.petitions.record(look)
    assert stored is not None
    assert stored.version == 1
    assert await storage.petitions.find(ref(700143)) == stored
    assert (stored.snapshot, stored.marks, stored.schedule) == (snapshot, look.marks, look.schedule)


async def test_an_unknown_petition_is_not_found(storage: Storage) -> None:
    assert await storage.petitions.find(ref(1)) is None


async def test_each_look_raises_the_version(storage: Storage) -> None:
    petition = await stored_petition(storage)
    after = await storage.petitions.record(next_look(petition))
    assert after is not None
    assert after.version == 2
    assert await storage.petitions.find(ref()) == after


async def test_a_look_compared_with_an_older_version_stores_nothing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    assert await storage.petitions.record(next_look(petition)) is not None
    late = next_look(petition, change("late"), reading=Reading(at=NOW, signatures=9))
    assert await storage.petitions.record(late) is None
    assert await storage.alerts.announce_next(NOW, 10, TODAY) is None
    assert await storage.petitions.readings(petition.id, NOW) == ()


async def test_a_petition_that_somebody_stored_meanwhile_is_not_stored_again(storage: Storage) -> None:
    await stored_petition(storage)
    assert await storage.petitions.record(first_look(changes=(change("x"),))) is None
    assert await storage.alerts.announce_next(NOW, 10, TODAY) is None


async def test_a_page_of_looks_is_stored_at_once_without_those_that_come_too_late(storage: Storage) -> None:
    known, overtaken = await stored_petition(storage, 1), await stored_petition(storage, 2)
    assert await storage.petitions.record(next_look(overtaken)) is not None
    reading = Reading(at=NOW, signatures=6)
    looks = [
        next_look(known, change("a"), reading=reading),
        next_look(overtaken, change("b"), reading=reading),
        replace(first_look(3, changes=(change("c"),)), reading=reading),
        first_look(2),
    ]
    stored = await storage.petitions.record_all(looks)
    assert [petition and (petition.ref, petition.version) for petition in stored] == [
        (ref(1), 2),
        None,
        (ref(3), 1),
        None,
    ]
    assert [await storage.petitions.find(ref(number)) for number in (1, 3)] == [stored[0], stored[2]]
    for petition, readings in ((stored[0], (reading,)), (overtaken, ()), (stored[2], (reading,))):
        assert petition is not None
        assert await storage.petitions.readings(petition.id, NOW) == readings
    announced = [await storage.alerts.announce_next(NOW, 10, TODAY) for _ in range(3)]
    assert [one is not None for one in announced] == [True, True, False]


async def test_the_count_at_a_moment_is_that_of_the_last_reading_before_it_or_of_the_first_of_all(
    storage: Storage,
) -> None:
    petition, unread = await stored_petition(storage, 1), await stored_petition(storage, 2)
    taken = [Reading(at=NOW + hours * HOUR, signatures=hours) for hours in (1, 2, 5)]
    current = petition
    for reading in taken:
        after = await storage.petitions.record(next_look(current, reading=reading))
        assert after is not None
        current = after
    found = await storage.petitions.readings_at([petition.id, unread.id], [NOW, NOW + 4 * HOUR])
    assert found == {petition.id: taken[:2]}
    assert await storage.petitions.readings_at([petition.id], [NOW + 9 * HOUR, NOW + 5 * HOUR]) == {
        petition.id: taken[2:]
    }
    assert await storage.petitions.readings_at([], [NOW]) == {}


async def test_petitions_are_counted_whose_counts_are_to_be_read_for_somebody(storage: Storage) -> None:
    first, second, _ = [await stored_petition(storage, number) for number in (1, 2, 3)]
    for petition in (first, second):
        await follower(storage, petition)
    assert await storage.petitions.counted(Site.UK) == 2
    await storage.petitions.reschedule(second.id, Schedule(count_at=None, page_at=NOW))
    assert await storage.petitions.counted(Site.UK) == 1
    assert await storage.petitions.counted(Site.SENEDD) == 0


async def test_a_change_found_twice_is_stored_once(storage: Storage) -> None:
    petition = await stored_petition(storage, 1, change("m:1000"))
    assert await storage.petitions.record(next_look(petition, change("m:1000"), change("m:2500"))) is not None
    announced = [await storage.alerts.announce_next(NOW, 10, TODAY) for _ in range(3)]
    assert [one is not None for one in announced] == [True, True, False]


async def test_the_readings_of_an_hour_can_be_had_as_one(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for minutes in range(0, 150, 25):
        reading = Reading(at=NOW + minutes * 60 * SECOND, signatures=minutes)
        after = await storage.petitions.record(next_look(petition, reading=reading))
        assert after is not None
        petition = after
    hourly = await storage.petitions.hourly_readings(petition.id, NOW)
    assert [(reading.at - NOW, reading.signatures) for reading in hourly] == [
        (minutes * 60 * SECOND, minutes) for minutes in (0, 75, 125)
    ]


async def test_readings_come_back_oldest_first(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for minutes, signatures in enumerate((5, 7, 6)):
        reading = Reading(at=NOW + minutes * 60 * SECOND, signatures=signatures)
        after = await storage.petitions.record(next_look(petition, reading=reading))
        assert after is not None
        petition = after
    readings = await storage.petitions.readings(petition.id, NOW + SECOND)
    assert [reading.signatures for reading in readings] == [7, 6]
    assert readings[0].at == NOW + 60 * SECOND


async def test_an_unchanged_count_is_read_into_the_history_once_an_hour(storage: Storage) -> None:
    petition = await stored_petition(storage)
    moments = [NOW, NOW + SECOND, NOW + HOUR - SECOND, NOW + HOUR, NOW + HOUR + SECOND]
    for moment in moments:
        after = await storage.petitions.record(next_look(petition, reading=Reading(at=moment, signatures=5)))
        assert after is not None
        petition = after
    readings = await storage.petitions.readings(petition.id, NOW)
    assert [reading.at for reading in readings] == [NOW, NOW + HOUR]


async def test_rescheduling_sets_when_to_look(storage: Storage) -> None:
    petition = await stored_petition(storage)
    plan = Schedule(count_at=None, page_at=NOW + DAY)
    await storage.petitions.reschedule(petition.id, plan)
    assert await storage.petitions.find(ref()) == replace(petition, schedule=plan)


async def test_what_is_due_is_told_with_what_its_urgency_takes(storage: Storage) -> None:
    first, second = await stored_petition(storage, 1), await stored_petition(storage, 2)
    for petition, chats in ((first, (7, 8)), (second, (7,))):
        for chat in chats:
            await follower(storage, petition, chat)
    await storage.petitions.reschedule(first.id, Schedule(count_at=NOW + HOUR, page_at=NOW, every=15))
    await storage.petitions.reschedule(second.id, Schedule(count_at=NOW - SECOND, page_at=None, every=1))
    assert await storage.petitions.due(Site.UK, NOW) == (
        DueLook(petition=second.id, due_at=NOW - SECOND, every=1, followers=1, seen_at=NOW, count_alone=True),
        DueLook(petition=first.id, due_at=NOW, every=15, followers=2, seen_at=NOW),
    )
    assert await storage.petitions.due(Site.UK, NOW - HOUR) == ()
    assert await storage.petitions.get(first.id) == await storage.petitions.find(ref(1))


async def test_what_was_planned_by_a_clock_that_was_ahead_is_due(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, 7)
    tomorrow = Schedule(count_at=NOW + DAY, page_at=NOW + DAY, planned_at=NOW + DAY - HOUR)
    await storage.petitions.reschedule(petition.id, tomorrow)
    assert [look.petition for look in await storage.petitions.due(Site.UK, NOW)] == [petition.id]
    await storage.petitions.reschedule(petition.id, replace(tomorrow, planned_at=NOW))
    assert await storage.petitions.due(Site.UK, NOW) == ()


async def test_missing_petitions_are_counted_among_those_followed(storage: Storage) -> None:
    for name in (1, 2, 3):
        petition = await stored_petition(storage, name)
        if name < 3:
            await follower(storage, petition, 7)
        marks = Marks(misses=1, missing_since=NOW) if name > 1 else Marks(missing_since=NOW)
        assert await storage.petitions.record(replace(next_look(petition), marks=marks))
    assert await storage.petitions.missing(Site.UK) == (1, 2)


async def test_only_petitions_that_somebody_hears_of_are_watched(storage: Storage) -> None:
    petition = await stored_petition(storage)

    async def watched() -> bool:
        among = await storage.petitions.followed_among([ref(1), ref(2)])
        due = await storage.petitions.due(Site.UK, NOW)
        assert [one.id for one in among] == [look.petition for look in due]
        return bool(due)

    assert not await watched()
    place = await follower(storage, petition)
    assert await watched()
    await storage.follows.set_muted(petition.id, place, muted=True)
    assert not await watched()
    await storage.follows.set_muted(petition.id, place, muted=False)
    await storage.chats.suspend(7, "blocked", NOW)
    assert not await watched()
    await follower(storage, petition, -8)
    assert await watched()
    await storage.follows.unfollow(petition.id, replace(place, chat=(await known_chat(storage, -8, ChatKind.GROUP)).id))
    assert not await watched()


async def test_asking_about_no_petitions_finds_none(storage: Storage) -> None:
    assert await storage.petitions.followed_among([]) == ()


async def test_moments_keep_their_microseconds_and_come_back_in_utc(storage: Storage) -> None:
    petition = await stored_petition(storage)
    moment = datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)
    await storage.petitions.reschedule(petition.id, Schedule(count_at=moment, page_at=None))
    found = await storage.petitions.find(ref())
    assert found is not None
    assert found.schedule.count_at == moment
    assert found.schedule.count_at is not None
    assert found.schedule.count_at.tzinfo is UTC


async def test_a_petition_of_which_the_row_cannot_be_read_hides_no_other(storage: Storage) -> None:
    bad, good = await stored_petition(storage, 1), await stored_petition(storage, 2)
    for petition in (bad, good):
        await follower(storage, petition)
    async with storage.database.write() as connection:
        await connection.execute(update(petitions).where(petitions.c.id == bad.id).values(snapshot="{"))
    assert await storage.petitions.get(bad.id) is None
    assert [each.id for each in await storage.petitions.followed_among([bad.ref, good.ref])] == [good.id]


async def test_dates_that_have_come_are_found_whoever_follows(storage: Storage) -> None:
    first, second, third = [await stored_petition(storage, number) for number in (1, 2, 3)]
    await storage.petitions.reschedule(first.id, replace(first.schedule, news_at=NOW))
    await storage.petitions.reschedule(second.id, replace(second.schedule, news_at=NOW - HOUR))
    await storage.petitions.reschedule(third.id, replace(third.schedule, news_at=NOW + SECOND))
    assert await storage.petitions.dated([Site.UK], NOW) == (second.id, first.id)
    assert await storage.petitions.dated([], NOW) == ()
    found = await storage.petitions.get(third.id)
    assert found is not None
    assert found.schedule.news_at == NOW + SECOND
