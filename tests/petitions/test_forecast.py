"""Growth and forecasts: honest ranges that stand still, and nothing on thin data."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.forecast import (
    DAY,
    HOUR,
    LOOKING_BACK,
    Growth,
    Pace,
    Reach,
    days_of_signing,
    growth_of,
    up_to_date,
)
from petitions.petition import PetitionRef, PetitionState, Reading, Site, Snapshot, Thresholds

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PETITION = Snapshot(
    ref=PetitionRef(site=Site.UK, number="700001"),
    title="Keep lidos open all winter",
    state=PetitionState.OPEN,
    signatures=50_000,
    thresholds=Thresholds(response=10_000, debate=100_000),
    closing_on=date(2026, 8, 20),
)

Counts = Callable[[float], float]
"""The signatures so many hours before `NOW`."""


def _readings(count: Counts, *, hours: float = 200, every: float = 0.5, until: float = 0) -> list[Reading]:
    steps = range(round((hours - until) / every) + 1)
    return [
        Reading(at=NOW - ago * HOUR, signatures=round(count(ago))) for ago in (hours - step * every for step in steps)
    ]


def _steady(ago: float) -> float:
    return 50_000 - 100 * ago


def _growth(readings: Sequence[Reading], now: datetime = NOW, petition: Snapshot = PETITION) -> Growth | None:
    shown = replace(petition, signatures=readings[-1].signatures) if readings else petition
    return growth_of(shown, readings, now, LONDON)


def _known(readings: Sequence[Reading], now: datetime = NOW, petition: Snapshot = PETITION) -> Growth:
    growth = _growth(readings, now, petition)
    assert growth is not None
    return growth


def _reach(readings: Sequence[Reading], now: datetime = NOW, petition: Snapshot = PETITION) -> Reach:
    reach = _known(readings, now, petition).reach
    assert reach is not None
    return reach


def _days(readings: Sequence[Reading]) -> tuple[float, float]:
    """Return in how many days the next threshold may be reached."""
    reach = _reach(readings)
    assert reach.soonest is not None
    assert reach.latest is not None
    return (reach.soonest - NOW) / DAY, (reach.latest - NOW) / DAY


@pytest.mark.parametrize(
    "readings",
    [
        [],
        _readings(_steady, hours=0),
        _readings(_steady, hours=5),
        _readings(_steady, until=25),
        _readings(lambda ago: 50_000 - ago / 10, hours=20),
    ],
    ids=["none", "one", "five hours", "long ago", "two signatures"],
)
def test_thin_data_tells_nothing(readings: list[Reading]) -> None:
    assert _growth(readings) is None


def test_a_petition_that_cannot_be_signed_does_not_grow() -> None:
    assert _growth(_readings(_steady), petition=replace(PETITION, state=PetitionState.CLOSED)) is None


def test_a_steady_petition_has_its_pace_and_a_range_around_it() -> None:
    growth = _known(_readings(_steady))
    assert growth.per_day == pytest.approx(2_400)
    assert growth.per_hour == pytest.approx(100)
    assert growth.surge is None
    soonest, latest = _days(_readings(_steady))
    assert 8 < soonest < 50_000 / 2_400 < latest < 80


def test_six_hours_are_enough_for_a_wider_range() -> None:
    soonest, latest = _days(_readings(_steady))
    first_soonest, first_latest = _days(_readings(lambda ago: 50_000 - 400 * ago, hours=6.5))
    assert first_latest / first_soonest > latest / soonest


def test_a_petition_that_slows_down_is_expected_later_than_one_that_does_not() -> None:
    slowing = _readings(lambda ago: 92_400 - 2_400 * 0.7 ** (-ago / 24))
    steady = _readings(lambda ago: 90_000 - 1_029 * ago / 24)
    assert _known(slowing).per_day == pytest.approx(_known(steady).per_day, rel=0.1)
    assert _reach(slowing).latest is None
    soonest, latest = _days(steady)
    assert soonest < 10_000 / 1_029 < latest


def test_a_rise_is_not_taken_to_go_on_but_makes_the_range_wider() -> None:
    soonest, latest = _days(_readings(lambda ago: 85_000 + 5_000 * 1.5 ** (-ago / 24)))
    assert soonest < 10_000 / 1_667 < latest
    steady_soonest, steady_latest = _days(_readings(lambda ago: 90_000 - 1_667 * ago / 24))
    assert soonest < steady_soonest
    assert steady_latest < latest


def test_a_slow_petition_is_measured_over_as_many_days_as_it_needs() -> None:
    growth = _known(_readings(lambda ago: 500 - ago / 8 - (10 if ago > 30 else 0)))
    assert growth.per_day == pytest.approx(3, rel=0.5)


def test_a_hole_in_the_readings_is_bridged_where_its_ends_are_known() -> None:
    readings = _readings(_steady)
    hole = [reading for reading in readings if not NOW - 20 * HOUR < reading.at < NOW - 6 * HOUR]
    assert _known(hole).per_day == pytest.approx(2_400)


def test_a_day_whose_beginning_is_not_known_is_not_measured() -> None:
    readings = _readings(_steady, hours=40)
    hole = [reading for reading in readings if not NOW - 35 * HOUR < reading.at < NOW - 10 * HOUR]
    assert _growth(hole) is None


def test_a_falling_count_has_no_negative_pace() -> None:
    growth = _known(_readings(lambda ago: 50_000 + ago))
    assert growth.per_day == 0
    assert growth.reach == Reach(threshold=100_000, soonest=None, latest=None)


def test_what_would_come_after_the_deadline_is_out_of_reach() -> None:
    assert _reach(_readings(_steady), petition=replace(PETITION, closing_on=date(2026, 3, 5))) == Reach(
        threshold=100_000, soonest=None, latest=None
    )


def test_what_may_come_after_the_deadline_has_no_end() -> None:
    reach = _reach(_readings(_steady), petition=replace(PETITION, closing_on=date(2026, 3, 20)))
    assert reach.soonest is not None
    assert reach.latest is None


def test_without_a_deadline_nothing_is_out_of_reach() -> None:
    still = _readings(lambda ago: 50_000 + ago)
    assert _known(still, petition=replace(PETITION, closing_on=None)).reach is None


def test_beyond_the_last_threshold_only_the_pace_is_told() -> None:
    assert _known(_readings(lambda ago: 200_000 - 100 * ago)).reach is None


def test_a_night_is_not_taken_for_the_end() -> None:
    evening = NOW.replace(hour=23)
    readings = [Reading(at=reading.at + (evening - NOW), signatures=reading.signatures) for reading in _by_day(NOW)]
    missing = 700  # what comes in by day takes some seven hours, and a night lies between
    petition = replace(PETITION, thresholds=Thresholds(response=readings[-1].signatures + missing))
    reach = _reach(readings, evening, petition)
    assert reach.soonest is not None
    assert reach.latest is not None
    assert reach.soonest > evening + 7 * HOUR
    assert reach.latest < evening + 17 * HOUR


def _by_day(now: datetime) -> list[Reading]:
    """Return readings of a petition with 2,400 signatures a day that people sign when they are awake."""
    begin = days_of_signing(now, LONDON)
    evening = 14 * HOUR
    return [
        Reading(
            at=now - half * HOUR / 2,
            signatures=round(50_000 + 2_400 * (days_of_signing(now + evening - half * HOUR / 2, LONDON) - begin)),
        )
        for half in range(400, -1, -1)
    ]


def test_a_surge_is_known_by_the_hours_before_and_ends_later_than_it_begins() -> None:
    def surging(factor: float) -> list[Reading]:
        return _readings(lambda ago: 50_000 - 100 * ago + 100 * (factor - 1) * max(4 - ago, 0))

    assert _known(surging(2.5)).surge is None
    assert _known(surging(4)).surge == pytest.approx(4)
    faded = _readings(lambda ago: 50_000 - 100 * ago + (300 * max(8 - ago, 0) if ago > 4 else 1_200 + 150 * (4 - ago)))
    assert _known(faded).surge == pytest.approx(2.5)


def test_few_signatures_or_days_are_no_surge() -> None:
    few = _readings(lambda ago: 50_000 - ago + 14 * max(3 - ago, 0))
    assert _known(few).surge is None
    enough = _readings(lambda ago: 50_000 - (50 if ago >= 3 else 50 * ago // 3))
    assert _known(enough).surge == 50
    young = _readings(lambda ago: 50_000 - 100 * ago + 500 * max(3 - ago, 0), hours=60)
    assert _known(young).surge is None


def test_what_is_told_changes_at_full_hours_only() -> None:
    readings = _readings(_steady)
    told = {
        _known(up_to_date(readings, NOW + minutes * timedelta(minutes=1), 50_000 + minutes), NOW + HOUR)
        for minutes in range(60)
    }
    assert len(told) == 1


def test_a_forecast_stands_while_nothing_noticeable_happens() -> None:
    def uneven(ago: float) -> float:
        return _steady(ago) + 60 * ((ago * 7) % 5) / 5

    readings = _readings(uneven, hours=300)
    told = []
    for hours in range(48, -1, -1):
        now = NOW - hours * HOUR
        seen = [reading for reading in readings if now - LOOKING_BACK <= reading.at <= now]
        told.append(_reach(seen, now))
    stood = [reach for reach, _ in groupby(told)]
    assert len(stood) == len(set(stood)) <= 4


def test_an_unchanged_count_that_was_confirmed_is_a_reading() -> None:
    readings = _readings(_steady, until=5)
    count = readings[-1].signatures
    assert list(up_to_date(readings, NOW, count)) == [*readings, Reading(at=NOW, signatures=count)]
    assert up_to_date(readings, NOW - 5 * HOUR, count) == readings


def test_very_many_readings_take_no_longer() -> None:
    many = [
        Reading(at=NOW - LOOKING_BACK + second * LOOKING_BACK / 100_000, signatures=second) for second in range(100_000)
    ]
    begin = process_time()
    assert _known(many).per_day == pytest.approx(100_000 / 9, rel=0.01)
    assert process_time() - begin < 0.5


paces = st.builds(
    Pace,
    days=st.sampled_from([0.25, 1.0, 3.0, 7.0]),
    gained=st.integers(0, 10**6),
    slowing=st.floats(0, 5).map(lambda power: round(power, 6)),
    change=st.floats(0.35, 5),
)
missing = st.integers(0, 10**8)
doubts = st.floats(-2, 2).map(lambda doubt: round(doubt, 6))


@given(pace=paces, missing=missing, more=missing, doubt=doubts)
def test_more_signatures_never_take_less_time(pace: Pace, missing: int, more: int, doubt: float) -> None:
    first, second = pace.days_to(missing, doubt), pace.days_to(missing + more, doubt)
    assert 0 <= first <= second * (1 + 1e-9)


@given(pace=paces, missing=missing, doubt=doubts.map(abs))
def test_a_range_ends_later_than_it_begins(pace: Pace, missing: int, doubt: float) -> None:
    assert pace.days_to(missing, -doubt) <= pace.days_to(missing, 0) * (1 + 1e-9)
    assert pace.days_to(missing, 0) <= pace.days_to(missing, doubt) * (1 + 1e-9)


histories = st.lists(st.tuples(st.floats(0, 220), st.integers(0, 10**7)), max_size=60).map(
    lambda points: [Reading(at=NOW - ago * HOUR, signatures=count) for ago, count in sorted(points, reverse=True)]
)


@given(readings=histories, threshold=st.integers(1, 10**7), further=st.integers(0, 10**7))
def test_whatever_was_read_the_same_is_told_of_it_and_nothing_is_negative(
    readings: list[Reading], threshold: int, further: int
) -> None:
    near, far = (
        growth_of(replace(PETITION, signatures=0, thresholds=Thresholds(debate=number)), readings, NOW, LONDON)
        for number in (threshold, threshold + further)
    )
    again = replace(PETITION, signatures=0, thresholds=Thresholds(debate=threshold))
    assert near == growth_of(again, readings, NOW, LONDON)
    if near is None or far is None:
        assert near is far
        return
    assert near.per_day >= 0
    assert near.per_hour is None or near.per_hour >= 0
    assert near.surge is None or near.surge >= 2
    assert near.reach is not None
    assert far.reach is not None
    assert near.reach.soonest is None or near.reach.latest is None or near.reach.soonest <= near.reach.latest


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.floats(0, 48))  # noqa: DTZ001
def test_signing_goes_on_all_the_time_and_makes_a_day_of_every_day(begin: datetime, hours: float) -> None:
    at = begin.replace(tzinfo=UTC)
    assert days_of_signing(at, LONDON) <= days_of_signing(at + hours * HOUR, LONDON)
    midnight = at.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
    assert days_of_signing(midnight + DAY, LONDON) - days_of_signing(midnight, LONDON) == pytest.approx(1)
