from dataclasses import replace
from datetime import UTC, date, datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import dates, numbers, progress
from tests.messages.samples import RENDER, WORDS
from tests.messages.telegram_html import seen


@given(signatures=st.integers(0, 10**9), threshold=st.integers(1, 10**9))
def test_a_bar_is_full_only_when_the_threshold_is_reached(signatures: int, threshold: int) -> None:
    bar = progress.bar(signatures, threshold)
    assert len(bar) == progress.WIDTH
    assert (progress.EMPTY not in bar) == (signatures >= threshold)
    assert (progress.FULL not in bar) == (signatures == 0)
    assert (progress.percent(signatures, threshold) == 100) == (signatures >= threshold)


@pytest.mark.parametrize(
    ("soonest", "latest", "expected"),
    [
        (0.2, 0.9, "4 to 22 hours"),
        (0.01, 0.1, "less than 3 hours"),
        (3.0, 3.0, "about 3 days"),
        (2.4, 3.1, "2 to 4 days"),
        (0.5, 7, "less than 7 days"),
        (15, 40, "2 to 6 weeks"),
        (60, 300, "1 to 10 months"),
        (60, 800, "more than 8 weeks"),
        (5.5, inf, "more than 5 days"),
        (900, 2000, "more than two years"),
    ],
)
def test_a_range_is_rounded_outwards(soonest: float, latest: float, expected: str) -> None:
    assert numbers.span(soonest, latest, WORDS) == expected


@given(st.floats(0, 10**5), st.floats(0, 10**5) | st.just(inf))
def test_every_range_can_be_said(one: float, other: float) -> None:
    assert numbers.span(min(one, other), max(one, other), WORDS)


@pytest.mark.parametrize(
    ("number", "expected"), [(0.4, 0), (7.6, 8), (99.4, 99), (423.4, 420), (1_249.0, 1_200), (18_600.0, 19_000)]
)
def test_a_pace_has_two_digits(number: float, expected: int) -> None:
    assert numbers.two_digits(number) == expected


def test_numbers_are_listed_as_in_a_sentence() -> None:
    assert numbers.listed((1_000,), WORDS) == "1,000"
    assert numbers.listed((1_000, 2_500, 5_000), WORDS) == "1,000, 2,500 and 5,000"


def test_days() -> None:
    assert dates.day(date(2026, 3, 3), WORDS) == "3 March 2026"
    assert dates.weekday(date(2026, 3, 3), WORDS) == "Tuesday 3 March 2026"


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (datetime(2026, 3, 3, 9, 5, tzinfo=UTC), RENDER.zone, "09:05 today"),
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), RENDER.zone, "23:59 on 2 March"),
        (datetime(2025, 7, 31, 23, 30, tzinfo=UTC), RENDER.zone, "00:30 on 1 August 2025"),
        (datetime(2026, 3, 3, 1, 0, tzinfo=UTC), ZoneInfo("America/New_York"), "20:00 on 2 March"),
    ],
)
def test_moments_are_told_in_the_zone(at: datetime, zone: ZoneInfo, expected: str) -> None:
    moment = dates.moment(at, replace(RENDER, zone=zone))
    assert seen(moment) == expected
    assert f'<tg-time unix="{int(at.timestamp())}"' in moment, "Telegram shows it in the zone of the reader"
