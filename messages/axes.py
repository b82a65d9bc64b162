"""The words along the axes of a picture."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from messages import numbers
from messages.charts import Label
from messages.words import Words

DAY = timedelta(days=1)
MOST_MOMENTS = 6
MOST_COUNTS = 4

_PARTS_OF_A_DAY = tuple(timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 180, 360))
_DAYS = (1, 2, 4, 7, 14, 28, 56, 91, 182, 365, 730)
_WITHOUT_YEAR = 300 * DAY


def moments(begins: int, ends: int, zone: ZoneInfo, words: Words) -> tuple[Label, ...]:
    """Name some moments of a span as people of the zone do: by the time of day, the day or the month."""
    length = timedelta(seconds=ends - begins)
    midnight = datetime.combine(datetime.fromtimestamp(begins, zone).date(), time(), zone)
    part = next((each for each in _PARTS_OF_A_DAY if length <= MOST_MOMENTS * each), None)
    if part is not None:
        marks: Iterable[int] = range(int(midnight.timestamp()), ends + 1, int(part.total_seconds()))
        return _labels(marks, begins, zone, lambda at: format_time(at, "HH:mm", tzinfo=zone, locale=words.locale))
    days = next((each for each in _DAYS if length <= MOST_MOMENTS * each * DAY), math.ceil(length / DAY / MOST_MOMENTS))
    midnights = (int((midnight + place * days * DAY).timestamp()) for place in range(1, MOST_MOMENTS + 1))
    pattern = "d MMM" if length <= _WITHOUT_YEAR else "MMM y"
    marks = (at for at in midnights if at <= ends)
    return _labels(marks, begins, zone, lambda at: format_date(at, pattern, locale=words.locale))


def counts(low: int, high: int, words: Words) -> tuple[Label, ...]:
    """Name some round counts from `low` to `high`."""
    step = _round_step((high - low) / MOST_COUNTS)
    marks = range(-(-low // step) * step, high + 1, step)
    return tuple(Label(at=count, text=numbers.count(count, words)) for count in marks)


def _round_step(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not less."""
    power: int = 10 ** math.floor(math.log10(max(least, 1)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _labels(marks: Iterable[int], begins: int, zone: ZoneInfo, name: Callable[[datetime], str]) -> tuple[Label, ...]:
    return tuple(Label(at=at, text=name(datetime.fromtimestamp(at, zone))) for at in marks if at >= begins)
