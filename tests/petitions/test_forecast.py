"""Pace and forecasts: honest ranges, and nothing on thin data."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.forecast import Pace, days_to, pace, up_to_date
from petitions.petition import Reading

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def _readings(*points: tuple[float, int]) -> list[Reading]:
    """Make readings of (hours ago, signatures)."""
    return [Reading(at=NOW - hours * HOUR, signatures=signatures) for hours, signatures in points]


@pytest.mark.parametrize(
    "readings",
    [
        [],
        _readings((0, 100)),
        _readings((24, 100), (0, 400)),
        _readings((5, 100), (3, 200), (0, 300)),
        _readings((96, 100), (72, 200), (60, 300)),
        _readings((24 * 30, 100), (24 * 20, 200), (24 * 10, 300)),
    ],
    ids=["none", "one", "two", "five hours", "old", "long ago"],
)
def test_thin_data_has_no_pace(readings: list[Reading]) -> None:
    assert pace(readings, NOW) is None


def test_a_steady_petition_has_its_pace_and_a_narrow_range() -> None:
    steady = pace(_readings(*((hours, 50_000 - 100 * hours) for hours in range(24, -1, -1))), NOW)
    assert steady is not None
    assert steady.per_day == pytest.approx(2_400)
    assert 2_200 < steady.low < 2_400 < steady.high < 2_600


def test_the_last_day_counts_where_it_is_known() -> None:
    slower = _readings((72, 1_000), (48, 9_000), (24, 17_000), (18, 17_025), (12, 17_050), (6, 17_075), (0, 17_100))
    measured = pace(slower, NOW)
    assert measured is not None
    assert measured.per_day == pytest.approx(100)


def test_two_days_of_silence_are_the_longest() -> None:
    old = ((120, 1_000), (96, 1_100), (72, 1_200), (48, 1_300))
    assert pace(_readings(*old), NOW) is not None
    assert pace(_readings(*old), NOW + timedelta(seconds=1)) is None


def test_few_readings_are_measured_over_the_week() -> None:
    measured = pace(_readings((144, 1_000), (96, 1_200), (48, 1_400), (1, 1_600)), NOW)
    assert measured is not None
    assert measured.per_day == pytest.approx(600 / (143 / 24))


def test_an_uneven_pace_has_a_wide_range() -> None:
    uneven = pace(_readings((24, 1_000), (18, 1_010), (12, 3_000), (6, 3_010), (0, 3_020)), NOW)
    assert uneven is not None
    assert uneven.low < 50
    assert uneven.high > 7_000


def test_less_than_a_day_is_trusted_less() -> None:
    half = pace(_readings(*((hours, 50_000 - 100 * hours) for hours in range(10, -1, -1))), NOW)
    assert half is not None
    assert half.low < 1_250
    assert half.high > 4_700


def test_a_falling_count_has_no_negative_pace() -> None:
    assert pace(_readings((24, 500), (12, 490), (0, 480)), NOW) == Pace(per_day=0.0, low=0.0, high=0.0)


def test_a_forecast_is_a_range() -> None:
    assert days_to(10_000, 9_000, Pace(per_day=100, low=50, high=200)) == (5.0, 20.0)
    assert days_to(10_000, 10_000, Pace(per_day=0, low=0, high=0)) == (0.0, 0.0)
    assert days_to(10_000, 12_000, Pace(per_day=100, low=50, high=200)) == (0.0, 0.0)
    assert days_to(10_000, 9_000, Pace(per_day=10, low=0, high=30)) is None


def test_an_unchanged_count_that_was_confirmed_is_a_reading() -> None:
    readings = _readings((10, 100), (5, 100))
    assert list(up_to_date(readings, NOW, 100)) == [*readings, Reading(at=NOW, signatures=100)]
    assert up_to_date(readings, NOW - 5 * HOUR, 100) == readings


@given(
    st.lists(st.tuples(st.floats(0, 200), st.integers(0, 10**7)), max_size=40),
    st.integers(1, 10**7),
    st.integers(0, 10**7),
)
def test_the_pace_lies_in_its_range_and_forecasts_end_later_than_they_begin(
    points: list[tuple[float, int]], threshold: int, signatures: int
) -> None:
    measured = pace(_readings(*sorted(points, reverse=True)), NOW)
    if measured is None:
        return
    assert 0 <= measured.low <= measured.per_day <= measured.high
    expected = days_to(threshold, signatures, measured)
    assert expected is None or 0 <= expected[0] <= expected[1]
