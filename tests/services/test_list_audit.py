"""The audit of the lists: what the watch has not seen in time is looked for, and nothing else is touched."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from delivery.audit import Fault
from delivery.chats import ChatKind
from petitions.answers import Busy, ListPage, Ok
from petitions.cadence import Cadence
from petitions.follows import Place
from petitions.news import Kind
from petitions.petition import Site, Snapshot
from petitions.streams import SUBSCRIPTIONS_PER_CHAT, SiteStream, Stream
from petitions.watched import Schedule
from services.audit import Audit
from services.list_audit import EVERY, ListAudit
from storage.storage import Storage
from tests.services.fake_site import FakeSite
from tests.services.world import HOUR, MINUTE, NOW, RESPONSE, SWIFTS, World, new_world, number, responded
from tests.storage.samples import compose_due

UNREAD = "awaiting_response"
"""A list that the watch reads only for streams."""

AWAY = Busy(reason="status 503")


@dataclass
class Audited:
    """A world in which the watch does only what it is told, and an audit that is looked after every minute."""

    world: World
    audit: ListAudit
    books: Audit
    faults: list[Fault]

    async def pass_time(self, span: timedelta, *, watched: bool) -> list[Fault]:
        """Let so much time pass, with or without the watch; return what was found amiss."""
        self.faults.clear()
        until = self.world.now + span
        while self.world.now < until:
            self.world.now += MINUTE
            if watched:
                await self.world.watch_now()
            while await self.audit.step(self.world.now) or await self.books.step(self.world.now):
                pass
        return list(self.faults)


@pytest.fixture
async def audited(storage: Storage) -> Audited:
    site, faults = FakeSite(), list[Fault]()
    site.show_lists(())
    site.lists[UNREAD] = ()
    world = await new_world(storage, site)
    books = Audit(
        store=storage.audit, zone=site.legislature.zone, report=lambda fault, _petition, _count: faults.append(fault)
    )
    audit = ListAudit(
        sites={Site.UK: site},
        audit=storage.audit,
        petitions=storage.petitions,
        feeds=storage.feeds,
        subscriptions=storage.subscriptions,
        cadence=Cadence(base=MINUTE),
        back_off=world.watch._back_off,
        lateness=lambda site: world.watch.lateness(site).any,
        report=lambda fault, _petition, _count: faults.append(fault),
        on_restored=books.begin_soon,
    )
    audited = Audited(world, audit, books, faults)
    await world.follow()
    await audited.pass_time(EVERY, watched=True)
    return audited


async def unplanned(audited: Audited) -> None:
    """Let the watch have no plan to look at any petition."""
    async with audited.world.storage.database.write() as connection:
        await connection.exec_driver_sql("UPDATE petitions SET due_at = NULL, count_due_at = NULL, page_due_at = NULL")


def passes_ten_thousand(audited: Audited) -> None:
    world = audited.world
    world.change(lambda shown: replace(shown, signatures=10_007, response_threshold_at=world.now))
    audited.world.site.lists[UNREAD] = (world.site.petitions["900001"],)  # type: ignore[assignment]


async def test_each_list_is_read_once_in_a_quarter_of_an_hour_and_never_for_somebody_who_waits(
    audited: Audited,
) -> None:
    audited.world.asked()
    await audited.pass_time(EVERY, watched=False)
    assert sorted(audited.world.asked()) == sorted(
        f"{facet} 1" for facet in ("with_response", "not_debated", "debated", "recent", "awaiting_debate", UNREAD)
    )


async def test_a_milestone_that_the_watch_does_not_mean_to_see_is_seen_and_told_once(audited: Audited) -> None:
    await unplanned(audited)
    passes_ten_thousand(audited)
    assert await audited.pass_time(2 * EVERY, watched=True) == [Fault.UNSEEN]
    assert await audited.world.owed_kinds() == [Kind.MILESTONE]
    assert await audited.pass_time(4 * EVERY, watched=True) == []
    assert await audited.world.owed_kinds() == [Kind.MILESTONE]


async def test_what_the_watch_is_going_to_see_by_itself_is_left_to_it(audited: Audited) -> None:
    passes_ten_thousand(audited)
    assert await audited.pass_time(10 * MINUTE, watched=True) == []
    assert await audited.pass_time(2 * EVERY, watched=True) == []
    assert await audited.world.owed_kinds() == [Kind.MILESTONE]


async def test_what_the_watch_means_to_look_at_soon_is_no_fault_however_late_that_is(audited: Audited) -> None:
    await unplanned(audited)
    passes_ten_thousand(audited)
    world = audited.world
    soon = Schedule(count_at=None, page_at=world.now + 2 * EVERY, planned_at=world.now)
    await world.storage.petitions.reschedule((await world.stored()).id, soon)
    assert await audited.pass_time(3 * EVERY, watched=True) == []
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_what_is_too_new_to_be_judged_is_looked_at_again_when_it_is_not(audited: Audited) -> None:
    await unplanned(audited)
    await audited.pass_time(10 * MINUTE, watched=False)
    passes_ten_thousand(audited)
    assert await audited.pass_time(14 * MINUTE, watched=False) == []
    assert await audited.pass_time(MINUTE, watched=False) == [Fault.UNSEEN]


async def test_what_is_still_not_seen_is_reported_again_in_every_round(audited: Audited) -> None:
    await unplanned(audited)
    snapshot = audited.world.site.petitions["900001"]
    assert isinstance(snapshot, Snapshot)
    passed = replace(snapshot, signatures=10_007, response_threshold_at=audited.world.now)
    audited.world.site.lists[UNREAD] = (passed,)
    found = await audited.pass_time(3 * EVERY, watched=True)
    assert found == [Fault.UNSEEN, Fault.STILL_UNSEEN, Fault.STILL_UNSEEN]


async def test_a_site_that_was_away_gives_the_watch_its_time_anew(audited: Audited) -> None:
    await unplanned(audited)
    passes_ten_thousand(audited)
    audited.world.site.down = AWAY
    assert await audited.pass_time(HOUR, watched=True) == []
    audited.world.site.down = None
    assert await audited.pass_time(EVERY - MINUTE, watched=True) == []
    assert await audited.pass_time(2 * EVERY, watched=True) == [Fault.UNSEEN]


async def test_nothing_is_wrong_after_the_process_was_stopped_for_an_hour(audited: Audited) -> None:
    await unplanned(audited)
    passes_ten_thousand(audited)
    audited.world.now += HOUR
    assert await audited.pass_time(10 * MINUTE, watched=False) == []


async def test_while_a_site_does_not_answer_one_question_a_round_is_enough(audited: Audited) -> None:
    audited.world.asked()
    audited.world.site.down = AWAY
    finished_at = audited.audit.finished_at
    await audited.pass_time(EVERY, watched=False)
    assert len(audited.world.asked()) == 1
    assert audited.audit.finished_at == finished_at


async def test_a_long_list_is_read_to_its_end(audited: Audited) -> None:
    site = audited.world.site
    site.lists[UNREAD] = Ok(body=ListPage(items=(), next_page=2))
    await unplanned(audited)
    passed = responded(SWIFTS, at=audited.world.now)
    site.lists[f"{UNREAD} 2"] = (replace(passed, signatures=10_007),)
    assert Fault.UNSEEN in await audited.pass_time(2 * EVERY, watched=False)


async def test_what_nobody_follows_is_looked_for_in_its_list_while_somebody_watches_the_stream(
    audited: Audited,
) -> None:
    world, (response,) = audited.world, (SiteStream(site=Site.UK, stream=Stream.RESPONSE),)
    await world.storage.subscriptions.subscribe(world.place, response, world.now, SUBSCRIPTIONS_PER_CHAT)
    await audited.pass_time(10 * MINUTE, watched=True)
    unknown = number(responded(SWIFTS, at=world.now + MINUTE), "900002")
    world.site.lists["with_response"] = (unknown,)
    async with world.storage.database.write() as connection:
        await connection.exec_driver_sql("UPDATE feeds SET due_at = datetime(due_at, '+10 minutes')")
    found = await audited.pass_time(2 * EVERY, watched=False)
    assert found[:1] == [Fault.UNSEEN]
    assert await audited.pass_time(MINUTE, watched=True) == []
    assert await world.owed_kinds() == [Kind.RESPONSE]


async def passed_and_forgotten(audited: Audited, *, told: bool) -> None:
    """Let a response and ten thousand be seen, perhaps be told, and then their rows be deleted."""
    world = audited.world
    world.change(
        lambda shown: replace(
            shown,
            signatures=10_007,
            response_threshold_at=world.now,
            response=replace(RESPONSE, created_at=world.now),
            response_at=world.now,
        )
    )
    world.site.lists["with_response"] = (world.site.petitions["900001"],)  # type: ignore[assignment]
    await world.watch_until(world.now + 6 * MINUTE)
    if told:
        await world.owed()
        await compose_due(world.storage, world.now)
    async with world.storage.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM changes")


async def test_changes_whose_rows_are_gone_are_told_to_those_who_followed_then(audited: Audited) -> None:
    await passed_and_forgotten(audited, told=False)
    late = Place(chat=(await audited.world.storage.chats.ensure(43, ChatKind.PRIVATE, NOW)).id)
    await audited.world.following.follow([SWIFTS.ref], late, audited.world.now)
    assert await audited.pass_time(EVERY, watched=True) == [Fault.UNTOLD, Fault.UNTOLD]
    assert await audited.world.owed_kinds() == [Kind.MILESTONE, Kind.RESPONSE]
    assert await audited.pass_time(2 * EVERY, watched=True) == []
    assert len(await audited.world.owed()) == 2


async def test_changes_whose_rows_are_gone_are_not_told_again(audited: Audited) -> None:
    await passed_and_forgotten(audited, told=True)
    assert await audited.pass_time(2 * EVERY, watched=True) == []
    assert await audited.world.owed() == []


async def test_what_was_old_news_at_first_contact_is_not_taken_for_forgotten(audited: Audited) -> None:
    world = audited.world
    old = number(responded(replace(SWIFTS, signatures=20_000), at=world.now - HOUR), "900003")
    created = replace(RESPONSE, created_at=world.now - HOUR)
    old = replace(old, response_threshold_at=world.now - HOUR, response=created)
    world.site.lists["with_response"] = (old,)
    await world.follow(old)
    await audited.pass_time(2 * EVERY, watched=True)
    world.change(lambda shown: replace(shown, response_threshold_at=world.now, response_at=world.now), old)
    world.site.lists["with_response"] = (world.site.petitions["900003"],)  # type: ignore[assignment]
    assert await audited.pass_time(2 * EVERY, watched=True) == []
    assert await world.owed() == []
