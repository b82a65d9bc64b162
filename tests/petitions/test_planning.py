"""What is looked at first when there is not time for everything: hot petitions keep their time, slow ones stretch."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from petitions.petition import PetitionId
from petitions.planning import DueLook, Lateness, in_order, lateness, urgency

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
