"""How a petition's growth is worded: rounded, in lines that are left out where nothing is known."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from messages.growth import in_short, told
from petitions.forecast import HOUR, Growth, Reach
from tests.messages.samples import NOW, RENDER

DAY = timedelta(days=1)


def _reach(soonest: datetime | None, latest: datetime | None) -> Growth:
    return Growth(per_day=423.4, reach=Reach(threshold=10_000, soonest=soonest, latest=latest))


@pytest.mark.parametrize(
    ("growth", "line"),
    [
        (Growth(per_day=0.4), "📈 Less than one signature a day"),
        (Growth(per_day=1.2), "📈 About 1 signature a day"),
        (Growth(per_day=423.4, per_hour=9.9), "📈 About 420 signatures a day"),
        (Growth(per_day=423.4, per_hour=31.4), "📈 About 420 signatures a day, 31 an hour just now"),
    ],
)
def test_the_pace_is_rounded(growth: Growth, line: str) -> None:
    assert told(growth, RENDER) == line


def test_a_surge_is_told_against_what_is_usual() -> None:
    surging = Growth(per_day=423.4, per_hour=131.4, surge=5.79)
    assert told(surging, RENDER).splitlines()[1:] == ["🚀 6 times as many as usual in the last 3 hours"]
    assert in_short(surging, RENDER) == "🚀 420 a day"


@pytest.mark.parametrize(
    ("growth", "line", "short"),
    [
        (
            _reach(NOW + 20 * DAY, NOW + 40 * DAY),
            "⏳ 10,000 in 2 to 6 weeks at this pace",
            "10,000 in 2 to 6 weeks",
        ),
        (
            _reach(NOW + 20 * DAY, None),
            "⏳ 10,000 in more than 2 weeks, if it gets there before it closes",
            "10,000 in more than 2 weeks",
        ),
        (_reach(None, None), "⏳ At this pace it won’t reach 10,000 before it closes", "10,000 out of reach"),
        (
            _reach(NOW - HOUR, NOW + 3 * HOUR),
            "⏳ 10,000 in less than 3 hours at this pace",
            "10,000 in less than 3 hours",
        ),
    ],
    ids=["a range", "no end", "too late", "any moment"],
)
def test_a_forecast_names_what_is_known_of_its_range(growth: Growth, line: str, short: str) -> None:
    assert told(growth, RENDER).splitlines()[1:] == [line]
    assert in_short(growth, RENDER) == f"📈 420 a day · {short}"


def test_a_range_that_has_passed_is_not_told() -> None:
    assert told(_reach(NOW - 2 * HOUR, NOW - HOUR), RENDER) == "📈 About 420 signatures a day"


def test_time_makes_a_forecast_shorter_and_nothing_else() -> None:
    growth = _reach(NOW + 20 * DAY, NOW + 40 * DAY)
    later = replace(RENDER, now=NOW + 36 * DAY)
    assert told(growth, later).splitlines()[1:] == ["⏳ 10,000 in less than 4 days at this pace"]
