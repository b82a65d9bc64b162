"""Sweeps: the list of what is open, page by page, in place of single counts, and for the record of what nobody follows."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

import pytest
from sqlalchemy import func, insert, literal, select
from structlog.testing import capture_logs

from petitions.answers import Busy, ListPage, Ok
from petitions.cadence import SWEPT
from petitions.history import Marks
from petitions.news import Kind
from petitions.petition import PetitionRef, PetitionState, Site
from petitions.streams import SiteStream, Stream
from petitions.watched import UNPLANNED, Look, Schedule
from services.subscribing import Subscribing
from sites.budget import Budget
from sites.throttle import PriorityThrottle, Timer
from storage.columns import UtcDateTime
from storage.schema import changes, follows
from storage.schema import petitions as petitions_table
from storage.storage import Storage
from tests.services.fake_site import FakeSite
from tests.services.world import HOUR, MINUTE, NOW, SWIFTS, World, new_world, number

ROUND = 10 * MINUTE
PETITIONS = [replace(number(SWIFTS, str(900_001 + place)), signatures=900 - 10 * place) for place in range(5)]
FIRST, SECOND, THIRD, FOURTH, LAST = PETITIONS
"""Most signatures first, as they stand in the list: two a page."""


@pytest.fixture
async def swept(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Five petitions are open, two a page; all but the last are followed, which is more than are counted singly."""
    monkeypatch.setattr("petitions.planning.FEW", 3)
    world.site.open_a_page = 2
    for petition in PETITIONS:
        world.site.show(petition)
    for petition in PETITIONS[:-1]:
        await world.follow(petition)
    await world.wait(2 * HOUR)
    world.asked()
    return world


def pages(asked: list[str]) -> list[str]:
    return [question for question in asked if question.startswith("open")]


async def test_what_nobody_follows_is_kept_for_the_record_and_told_to_nobody(world: World) -> None:
    world.site.open_a_page = 2
    for petition in PETITIONS:
        world.site.show(petition)
    await world.wait(2 * HOUR)
    world.sign(26_000, LAST)
    await world.wait(2 * HOUR)
    await world.follow(LAST)
    await world.wait(HOUR)
    assert await world.owed() == []
    async with world.storage.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(changes))).scalar_one() == 0
    stored = await world.stored(LAST)
    assert (stored.snapshot.signatures, stored.marks.milestone) == (26_000, 25_000)
    history = await world.storage.petitions.readings(stored.id, NOW)
    assert [reading.signatures for reading in history[:4]] == [860, 860, 26_000, 26_000]


async def test_nobody_is_asked_for_singly_who_is_not_followed(world: World) -> None:
    world.site.open_a_page = 2
    for petition in PETITIONS:
        world.site.show(petition)
    await world.wait(3 * HOUR)
    assert pages(world.asked()) == [f"open {page}" for page in (1, 2, 3)] * 3
    assert (await world.stored(FIRST)).schedule == UNPLANNED


async def test_a_few_petitions_are_counted_singly_and_swept_for_the_record(world: World) -> None:
    world.site.open_a_page = 2
    for petition in PETITIONS:
        world.site.show(petition)
    await world.follow(FIRST)
    await world.wait(2 * HOUR)
    world.asked()
    await world.wait(5 * HOUR)
    asked = world.asked()
    assert len(pages(asked)) == 15
    assert len([question for question in asked if "count" in question]) >= 20


async def test_many_petitions_are_swept_and_hardly_asked_for_singly(swept: World) -> None:
    await swept.wait(5 * HOUR)
    asked = swept.asked()
    assert len(pages(asked)) == pytest.approx(3 * 5 * HOUR / ROUND, abs=2)
    singly = [question.rstrip("?") for question in asked if not question.startswith("open")]
    assert sorted(singly) == [petition.ref.number for petition in PETITIONS[:-1]], "the document of each, once"


async def test_the_pages_of_a_round_are_spread_over_its_time(swept: World) -> None:
    asked = []
    for _ in range(20):
        await swept.watch_until(swept.now + MINUTE, each=MINUTE / 2)
        asked.append(len(pages(swept.asked())))
    assert max(asked) == 1
    assert sum(asked) == 6


async def test_what_a_sweep_shows_is_told(swept: World) -> None:
    swept.change(lambda shown: replace(shown, signatures=1_003), THIRD)
    await swept.wait(ROUND + MINUTE)
    assert await swept.owed_kinds() == [Kind.MILESTONE]


async def test_a_petition_that_nears_a_milestone_is_counted_every_minute(swept: World) -> None:
    for signatures in (940, 970, 990):
        swept.sign(signatures, THIRD)
        await swept.wait(ROUND)
    swept.asked()
    await swept.wait(ROUND)
    assert swept.asked().count("900003 count?") == 10
    swept.sign(1_000, THIRD)
    await swept.wait(MINUTE)
    assert await swept.owed_kinds() == [Kind.MILESTONE]


async def test_a_petition_that_moves_between_two_pages_is_told_of_once_and_never_missed_for_good(swept: World) -> None:
    while not (asked := swept.asked()) or not asked[-1].startswith("open 1"):
        await swept.wait(MINUTE)
    swept.sign(899, FOURTH)  # from the second page, which is next, to the first, which has just been read
    swept.sign(1_001, LAST)
    await swept.follow(LAST)
    await swept.wait(2 * ROUND)
    assert (await swept.stored(FOURTH)).snapshot.signatures == 899
    swept.sign(899, FIRST)
    swept.sign(1_200, SECOND)  # shown on the first page again
    swept.sign(1_100, FOURTH)
    await swept.wait(2 * ROUND)
    assert await swept.owed_kinds() == [Kind.MILESTONE, Kind.MILESTONE]


async def test_a_page_that_fails_is_read_again_and_the_round_goes_on(swept: World) -> None:
    while not (asked := swept.asked()) or not asked[-1].startswith("open 1"):
        await swept.wait(MINUTE)
    swept.site.lists["open 2"] = Busy(reason="502")
    await swept.wait(6 * MINUTE)
    failed = pages(swept.asked())
    assert {question.rstrip("?") for question in failed} == {"open 2"}
    assert len(failed) >= 2
    del swept.site.lists["open 2"]
    swept.sign(1_001, FOURTH)
    await swept.wait(2 * ROUND)
    assert {"open 2", "open 3", "open 1"} <= {question.rstrip("?") for question in pages(swept.asked())}
    assert await swept.owed_kinds() == [Kind.MILESTONE]


async def test_an_item_that_cannot_be_read_keeps_no_other_from_being_seen(swept: World) -> None:
    broken = ((THIRD.ref, "signature_count is a word"),)
    shown = replace(FOURTH, signatures=1_001)
    swept.site.lists["open 2"] = Ok(body=ListPage(items=(shown,), next_page=3, last_page=3, broken=broken))
    with capture_logs() as logs:
        await swept.wait(3 * ROUND)
    assert await swept.owed_kinds() == [Kind.MILESTONE]
    assert [entry["petition"] for entry in logs if entry["event"] == "petition.unreadable"] == [str(THIRD.ref)]


async def test_a_petition_that_cannot_be_stored_keeps_no_other_of_its_page_from_that(
    swept: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = swept.storage.petitions.record_all

    async def refuse(looks: list[Look]) -> object:
        if any(look.ref == FIRST.ref for look in looks):
            raise ValueError("cannot be stored")
        return await record(looks)

    monkeypatch.setattr(swept.storage.petitions, "record_all", refuse)
    swept.sign(1_001, FIRST)
    swept.sign(1_002, SECOND)
    await swept.wait(ROUND)
    assert await swept.owed_kinds() == [Kind.MILESTONE]
    assert set(swept.failed) == {FIRST.ref}


async def test_a_page_is_stored_in_one_transaction(swept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    record = swept.storage.petitions.record_all

    async def note(looks: list[Look]) -> object:
        sizes.append(len(looks))
        return await record(looks)

    monkeypatch.setattr(swept.storage.petitions, "record_all", note)
    for petition in PETITIONS:
        swept.change(lambda shown: replace(shown, signatures=shown.signatures + 1), petition)
    await swept.wait(ROUND)
    assert sorted(sizes) == [1, 2, 2]


async def test_what_pages_show_unchanged_is_stored_once_an_hour(swept: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[PetitionRef] = []
    record = swept.storage.petitions.record_all

    async def note(looks: list[Look]) -> object:
        stored.extend(look.ref for look in looks)
        return await record(looks)

    monkeypatch.setattr(swept.storage.petitions, "record_all", note)
    await swept.wait(HOUR)
    assert sorted(stored) == [petition.ref for petition in PETITIONS]


async def test_a_page_that_has_not_changed_is_not_sent_again_but_now_and_then(swept: World) -> None:
    await swept.wait(2 * HOUR)
    asked = pages(swept.asked())
    assert asked.count("open 1?") == asked.count("open 1") == 6


async def test_a_petition_that_has_left_the_list_has_its_document_read_which_says_why(swept: World) -> None:
    swept.change(lambda shown: replace(shown, state=PetitionState.REJECTED, rejected_at=swept.now), SECOND)
    await swept.wait(2 * HOUR)
    assert await swept.owed_kinds() == [Kind.REJECTED]
    singly = [question for question in swept.asked() if not question.startswith("open")]
    assert singly == ["900002?"]


async def test_when_the_list_cannot_be_read_petitions_are_counted_singly(swept: World) -> None:
    for page in ("open", "open 2", "open 3"):
        swept.site.lists[page] = Busy(reason="404")
    swept.sign(1_001, SECOND)
    await swept.wait(2 * HOUR)
    assert await swept.owed_kinds() == [Kind.MILESTONE]


async def test_a_restart_goes_on_where_the_sweep_was(swept: World, storage: Storage) -> None:
    while not (asked := swept.asked()) or not asked[-1].startswith("open 2"):
        await swept.wait(MINUTE)
    again = await new_world(storage, swept.site)
    again.now = swept.now
    await again.wait(ROUND)
    assert pages(again.asked()) == ["open 3", "open 1", "open 2"]


async def test_after_a_restart_a_sweep_comes_before_what_it_will_show(swept: World, storage: Storage) -> None:
    for signatures in (940, 970, 990):
        swept.sign(signatures, THIRD)
        await swept.wait(ROUND)
    again = await new_world(storage, swept.site)
    again.now = swept.now + 2 * HOUR
    again.asked()
    await again.wait(3 * MINUTE)
    asked = again.asked()
    assert asked[0] == "900003 count?", "the hot one comes first"
    assert {question for question in asked if not question.startswith("open")} == {"900003 count?"}
    assert again.watch.lateness(Site.UK).any < HOUR, "what waits for a sweep is not late"


P = ParamSpec("P")
T = TypeVar("T")


class PacedSite(FakeSite):
    """Gives turns at a request a second, on a clock that goes on whenever one is waited for."""

    def __init__(self, open_a_page: int) -> None:
        super().__init__(open_a_page=open_a_page)
        self.seconds = 0.0
        self._throttle = PriorityThrottle(Budget(1), monotonic=lambda: self.seconds, call_later=self._call_later)
        self.tally = self._in_turn(self.tally)  # type: ignore[method-assign]
        self.document = self._in_turn(self.document)  # type: ignore[method-assign]
        self.page = self._in_turn(self.page)  # type: ignore[method-assign]

    def _call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.seconds += seconds
        return asyncio.get_running_loop().call_soon(call)

    def _in_turn(self, ask: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        async def paced(*args: P.args, **kwargs: P.kwargs) -> T:
            async with self._throttle.turn(urgent=False):
                return await ask(*args, **kwargs)

        return paced


@pytest.mark.slow
async def test_five_thousand_petitions_that_are_due_when_the_bot_starts_are_no_burst_and_hot_ones_come_first(
    storage: Storage,
) -> None:
    site = PacedSite(open_a_page=50)
    site.lists = {"with_response": ()}
    petitions = [replace(number(SWIFTS, str(number_)), signatures=100) for number_ in range(800_000, 805_000)]
    hot = {petition.ref.number for petition in petitions[::250]}
    due = Schedule(count_at=NOW - HOUR, page_at=NOW + HOUR, every=SWEPT)
    looks = []
    for petition in petitions:
        site.show(petition)
        schedule = replace(due, every=1) if petition.ref.number in hot else due
        looks.append(
            Look(
                ref=petition.ref,
                version=0,
                snapshot=petition,
                marks=Marks(),
                schedule=schedule,
                seen_at=NOW - 3 * HOUR,
                full_at=NOW - 3 * HOUR,
            )
        )
    await storage.petitions.record_all(looks)
    world = await new_world(storage, site)
    async with storage.database.write() as connection:
        of_all = select(petitions_table.c.id, literal(world.place.chat), literal(0), literal(NOW, UtcDateTime))
        await connection.execute(
            insert(follows).from_select(["petition_id", "chat_id", "after_change", "followed_at"], of_all)
        )
    while site.seconds < 45:
        if not await world.watch.step(NOW + timedelta(seconds=site.seconds)):
            site.seconds += 1
    asked = [question.split() for question in site.asked]
    assert len(asked) <= 45 + 1
    assert {words[0] for words in asked if words[-1].startswith("count")} >= hot
    assert len([words for words in asked if words[-1].startswith("count")]) <= len(hot) + 2, "a sweep shows the others"


async def test_who_subscribes_is_told_of_what_a_sweep_shows_first(swept: World) -> None:
    await Subscribing(subscriptions=swept.storage.subscriptions).subscribe(
        SiteStream(site=Site.UK, stream=Stream.RESPONSE_THRESHOLD), swept.place, swept.now
    )
    old = replace(number(SWIFTS, "800001"), signatures=20_000, response_threshold_at=swept.now - HOUR)
    swept.site.show(old)
    await swept.wait(2 * ROUND)
    assert await swept.owed() == []
    swept.change(lambda shown: replace(shown, signatures=10_002, response_threshold_at=swept.now), LAST)
    await swept.wait(2 * ROUND)
    assert await swept.owed_kinds() == [Kind.MILESTONE]
