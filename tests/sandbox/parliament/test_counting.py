from datetime import UTC, datetime, timedelta

from sandbox.parliament.counting import Correction, count_at
from sandbox.parliament.growth import Growth, Leg

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
GROWTH = Growth(begins=START, first=9_000, legs=(Leg(until=START + 10 * HOUR, count=12_000),))


def test_the_shown_count_is_that_of_a_minute_before_the_last_run() -> None:
    shown = count_at(GROWTH, (), None, START + HOUR + timedelta(seconds=59))
    assert shown.signatures == GROWTH.signatures(START + HOUR - timedelta(minutes=1))
    assert shown == count_at(GROWTH, (), None, START + HOUR)


def test_a_threshold_is_dated_by_the_counting_run_that_saw_it() -> None:
    late = count_at(GROWTH, (), None, START + 9 * HOUR)
    reached = late.response_threshold_reached_at
    assert reached is not None
    assert reached.second == 0
    assert GROWTH.signatures(reached) >= 10_000 > GROWTH.signatures(reached - timedelta(minutes=1))
    assert count_at(GROWTH, (), None, reached).response_threshold_reached_at is None
    assert count_at(GROWTH, (), None, reached + timedelta(minutes=1)).response_threshold_reached_at == reached


def test_a_fall_takes_the_threshold_away_and_a_new_climb_gives_it_a_new_time() -> None:
    fall = Correction(at=START + 5 * HOUR, by=-1_000)
    first = count_at(GROWTH, (fall,), None, fall.at - timedelta(seconds=1)).response_threshold_reached_at
    fallen = count_at(GROWTH, (fall,), None, fall.at)
    again = count_at(GROWTH, (fall,), None, START + 10 * HOUR).response_threshold_reached_at
    assert first is not None
    assert fallen.signatures < 10_000
    assert fallen.response_threshold_reached_at is None
    assert again is not None
    assert again > fall.at > first


def test_a_fall_that_stays_above_keeps_the_threshold() -> None:
    fall = Correction(at=START + 9 * HOUR, by=-200)
    before = count_at(GROWTH, (), None, START + 9 * HOUR).response_threshold_reached_at
    assert count_at(GROWTH, (fall,), None, START + 9 * HOUR).response_threshold_reached_at == before


def test_a_jump_passes_both_thresholds_at_its_own_moment() -> None:
    jump = Correction(at=START + HOUR, by=100_000)
    count = count_at(GROWTH, (jump,), None, START + 2 * HOUR)
    assert count.response_threshold_reached_at == jump.at
    assert count.debate_threshold_reached_at == jump.at


def test_nothing_is_counted_after_the_end_but_what_was_signed_before_it() -> None:
    ended = START + 5 * HOUR
    assert count_at(GROWTH, (), ended, START + 8 * HOUR).signatures == GROWTH.signatures(ended)


def test_a_count_never_falls_below_one() -> None:
    assert count_at(GROWTH, (Correction(at=START, by=-50_000),), None, START + HOUR).signatures == 1


def test_the_time_of_the_last_change_stands_still_when_nobody_signs() -> None:
    week, month = (count_at(GROWTH, (), None, START + days * timedelta(days=1)) for days in (7, 30))
    assert week.changed_at == month.changed_at == START + 10 * HOUR
