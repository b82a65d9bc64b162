"""What is looked at first when there is not time for everything: hot petitions keep their time, slow ones stretch."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.cadence import SWEPT, Cadence
from petitions.history import Marks
from petitions.petition import PetitionId, PetitionRef, PetitionState, Site, Snapshot
from petitions.planning import (
    DueLook,
    Lateness,
    Request,
    Sweep,
    after_page,
    in_order,
    lateness,
    needed,
    next_page_at,
    request_for,
    sweep_every,
    urgency,
)
from petitions.watched import Schedule, WatchedPetition

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HOT, NORMAL, QUIET, CLOSED = 1, 5, 15, 720


def due(petition: int, every: int = NORMAL, *, late: timedelta = timedelta(0), followers: int = 1) -> DueLook:
    return DueLook(
        petition=PetitionId(petition), due_at=NOW - late, every=every, followers=followers, seen_at=NOW - HOUR
    )


looks = st.builds(
    due,
    st.integers(1, 10**6),
    st.sampled_from([HOT, NORMAL, QUIET, 30, CLOSED]),
    late=st.timedeltas(timedelta(0), timedelta(days=3)),
    followers=st.integers(1, 1_000),
)


@given(st.lists(looks))
def test_everything_that_is_due_is_in_the_order_once(given_looks: list[DueLook]) -> None:
    assert sorted(in_order(given_looks, NOW, BASE)) == sorted(look.petition for look in given_looks)


@given(st.lists(looks, unique_by=lambda look: look.petition))
def test_the_order_does_not_depend_on_how_the_looks_come(given_looks: list[DueLook]) -> None:
    assert in_order(reversed(given_looks), NOW, BASE) == in_order(given_looks, NOW, BASE)


@given(looks, st.timedeltas(timedelta(seconds=1), timedelta(days=30)))
def test_a_look_becomes_more_urgent_while_it_waits_until_it_comes_before_any(look: DueLook, wait: timedelta) -> None:
    assert urgency(look, NOW + wait, BASE) > urgency(look, NOW, BASE)
    hottest = replace(due(0, HOT, followers=1_000), due_at=NOW + timedelta(days=30))
    assert urgency(look, NOW + timedelta(days=30), BASE) > urgency(hottest, NOW + timedelta(days=30), BASE)


@given(looks)
def test_hotter_and_more_followed_petitions_come_first(look: DueLook) -> None:
    assert urgency(replace(look, every=HOT), NOW, BASE) >= urgency(look, NOW, BASE)
    assert urgency(replace(look, followers=look.followers + 100), NOW, BASE) > urgency(look, NOW, BASE)


def test_hot_petitions_keep_their_time_and_slow_ones_stretch_when_the_plan_wants_twice_the_budget() -> None:
    """A look every ten seconds for 1 hot, 30 normal and 100 quiet petitions, which want 2.3 times as many."""
    every = {number: HOT if number < 1 else NORMAL if number < 31 else QUIET for number in range(131)}
    due_at = {number: NOW + BASE * every[number] * (number % 97) / 97 for number in every}
    waits = defaultdict[int, list[timedelta]](list)
    for turn in range(1_000):
        now = NOW + timedelta(seconds=10 * turn)
        ready = [
            replace(due(number, every[number]), due_at=moment) for number, moment in due_at.items() if moment <= now
        ]
        if not ready:
            continue
        first = max(ready, key=lambda look: urgency(look, now, BASE))
        if turn > 360:
            waits[first.every].append(now - first.due_at)
        due_at[first.petition] = now + BASE * first.every
    assert max(waits[HOT]) <= timedelta(seconds=30)
    assert max(waits[QUIET]) < timedelta(minutes=90)
    assert sum(waits[QUIET], timedelta(0)) / len(waits[QUIET]) > sum(waits[NORMAL], timedelta(0)) / len(waits[NORMAL])


def test_lateness_tells_of_the_hot_and_of_all() -> None:
    late = lateness([due(1, HOT, late=BASE), due(2, QUIET, late=3 * BASE), due(3, HOT, late=-BASE)], NOW)
    assert late == Lateness(hot=BASE, any=3 * BASE)
    assert lateness([], NOW) == Lateness()


CADENCE = Cadence(base=BASE)
PETITION = WatchedPetition(
    id=PetitionId(1),
    version=1,
    snapshot=Snapshot(
        ref=PetitionRef(site=Site.UK, number="1"), title="Bricks", state=PetitionState.OPEN, signatures=900
    ),
    marks=Marks(),
    schedule=Schedule(count_at=NOW, page_at=NOW + HOUR, every=SWEPT, planned_at=NOW - HOUR),
    seen_at=NOW - HOUR,
    full_at=None,
)
QUICK = Sweep(every=CADENCE.sweep, read_at=NOW - BASE)


@pytest.mark.parametrize(
    ("pages", "counted", "replaces_counts"),
    [
        (50, 20, False),
        (50, 50, False),
        (50, 51, True),
        (1, 20, False),
        (1, 51, True),
        (100, 51, False),
        (50, 2_500, True),
    ],
)
def test_sweeps_take_the_place_of_counts_when_they_cost_less(
    pages: int, counted: int, *, replaces_counts: bool
) -> None:
    every = sweep_every(pages, counted, CADENCE)
    assert every == (CADENCE.sweep if replaces_counts else CADENCE.recording_sweep)
    assert replace(QUICK, every=every).replaces_counts(NOW, CADENCE) is replaces_counts


def test_sweeps_that_do_not_go_on_replace_nothing() -> None:
    assert not QUICK.replaces_counts(NOW + CADENCE.sweep, CADENCE)
    assert not QUICK.replaces_counts(NOW - 2 * BASE, CADENCE), "nor those of a clock that was ahead"


def test_only_a_round_that_was_begun_and_ended_is_whole() -> None:
    def moment(page: int) -> datetime:
        return NOW + page * BASE

    sweep = after_page(None, 3, CADENCE.sweep, moment(3), is_last=True)
    assert (sweep.began_at, sweep.whole_since) == (None, None), "another process began it"
    sweep = after_page(sweep, 1, CADENCE.sweep, moment(4), is_last=False)
    sweep = after_page(sweep, 2, CADENCE.sweep, moment(5), is_last=False)
    assert sweep.whole_since is None
    sweep = after_page(sweep, 3, CADENCE.sweep, moment(6), is_last=True)
    assert (sweep.whole_since, sweep.read_at) == (moment(4), moment(6))
    assert after_page(sweep, 1, CADENCE.sweep, moment(7), is_last=False).whole_since == moment(4)


@given(st.integers(1, 400), st.timedeltas(-HOUR, HOUR))
def test_pages_keep_their_rhythm_and_none_makes_up_for_lost_time(pages: int, late: timedelta) -> None:
    at = next_page_at(NOW - late, pages, CADENCE.sweep, NOW)
    assert at == max(NOW - late + CADENCE.sweep / pages, NOW)


def test_what_a_sweep_may_yet_show_is_not_asked_for() -> None:
    swept = replace(due(1, SWEPT), count_alone=True)
    others = [due(2, SWEPT), replace(due(3, NORMAL), count_alone=True), replace(due(4, HOT), count_alone=True)]
    assert needed([swept, *others], QUICK, NOW, CADENCE) == others
    for sweep in (None, replace(QUICK, every=CADENCE.recording_sweep), replace(QUICK, whole_since=NOW - HOUR / 2)):
        assert list(needed([swept, *others], sweep, NOW, CADENCE)) == [swept, *others]
    assert needed([swept], replace(QUICK, whole_since=NOW - 2 * HOUR), NOW, CADENCE) == []


def test_what_is_asked_for() -> None:
    def asked(sweep: Sweep | None = QUICK, **changed: object) -> Request | None:
        schedule = replace(PETITION.schedule, **changed)  # type: ignore[arg-type]
        return request_for(replace(PETITION, schedule=schedule), sweep, NOW, CADENCE)

    assert asked() is None, "a sweep may yet show it"
    assert asked(replace(QUICK, whole_since=NOW - HOUR / 2)) is Request.DOCUMENT_FOR_COUNT, "a whole round has not"
    assert asked(None) is asked(every=HOT) is Request.COUNT
    assert asked(page_at=NOW) is Request.DOCUMENT
    assert asked(planned_at=NOW + HOUR, count_at=None) is Request.DOCUMENT, "the clock was ahead"
    assert asked(None, count_at=NOW + BASE) is asked(None, count_at=None) is None
