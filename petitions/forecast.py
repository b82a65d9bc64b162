"""How fast a petition grows and when it may reach a threshold: honest ranges, and nothing on thin data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

from petitions.petition import Reading

DAY = timedelta(days=1)
LOOKING_BACK = timedelta(days=7)
"""How far back the readings given to `pace` should reach."""

FEWEST_READINGS = 3
SHORTEST_SPAN = timedelta(hours=6)
LONGEST_SILENCE = timedelta(days=2)
"""A pace that ended so long ago says nothing of today."""

PIECES = 4
"""The span is cut into so many pieces; the slowest and the fastest of them bound the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Signatures a day: `per_day` as measured, and the range from `low` to `high` in which it can be expected."""

    per_day: float
    low: float
    high: float


def pace(readings: Sequence[Reading], now: datetime) -> Pace | None:
    """Measure the pace over the last day, or over up to a week where readings are few; `None` when they are too few.

    `readings` are oldest first. A count that does not grow has a pace of 0.
    """
    known = [reading for reading in readings if now - LOOKING_BACK <= reading.at <= now]
    recent = _latest(known, DAY)
    if not _is_enough(recent):
        recent = _latest(known, LOOKING_BACK)
    if not _is_enough(recent) or now - recent[-1].at > LONGEST_SILENCE:
        return None
    span = recent[-1].at - recent[0].at
    gained = max(recent[-1].signatures - recent[0].signatures, 0)
    days = span / DAY
    per_day = gained / days
    chance = 2 * sqrt(gained) / days
    rates = [per_day, *_rates_of_pieces(recent)]
    # Less than a day does not show the difference between day and night.
    doubt = 1.0 if span >= 0.9 * DAY else 2.0
    low = max(min(*rates, per_day - chance), 0.0) / doubt
    high = max(*rates, per_day + chance) * doubt
    return Pace(per_day=per_day, low=low, high=high)


def days_to(threshold: int, signatures: int, pace: Pace) -> tuple[float, float] | None:
    """Return in how many days the threshold may be reached, at the earliest and at the latest.

    `None` when the pace does not tell; (0, 0) when it has been reached.
    """
    missing = threshold - signatures
    if missing <= 0:
        return (0.0, 0.0)
    if pace.low <= 0:
        return None
    return (missing / pace.high, missing / pace.low)


def up_to_date(readings: Sequence[Reading], seen_at: datetime, signatures: int) -> Sequence[Reading]:
    """Add to the readings that the site confirmed the count at `seen_at`, which an unchanged answer leaves unread."""
    if readings and readings[-1].at >= seen_at:
        return readings
    return (*readings, Reading(at=seen_at, signatures=signatures))


def _latest(readings: Sequence[Reading], span: timedelta) -> Sequence[Reading]:
    """Return the readings of the span that ends with the last one."""
    if not readings:
        return ()
    return [reading for reading in readings if readings[-1].at - reading.at <= span]


def _is_enough(readings: Sequence[Reading]) -> bool:
    return len(readings) >= FEWEST_READINGS and readings[-1].at - readings[0].at >= SHORTEST_SPAN


def _rates_of_pieces(readings: Sequence[Reading]) -> list[float]:
    """Return the daily rates between readings that stand at least a piece of the span apart."""
    piece = (readings[-1].at - readings[0].at) / PIECES
    marks = [readings[0]]
    for reading in readings[1:]:
        if reading.at - marks[-1].at >= piece:
            marks.append(reading)
    return [
        max(after.signatures - before.signatures, 0) / ((after.at - before.at) / DAY)
        for before, after in pairwise(marks)
    ]
