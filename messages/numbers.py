"""Counts, rates and lengths of time, rounded no finer than they are known."""

import math
from collections.abc import Sequence

from babel.numbers import format_decimal

from messages.content import Html
from messages.words import Words

_HOURS_UP_TO_DAYS = 2
_DAYS_UP_TO_DAYS = 14
_WEEKS_UP_TO_DAYS = 70
_MONTHS_UP_TO_DAYS = 730
_DAYS_A_MONTH = 365.25 / 12


def count(number: int, words: Words) -> str:
    """Write a whole number with its thousands apart: "12,345"."""
    return format_decimal(number, locale=words.locale)


def listed(numbers: tuple[int, ...], words: Words) -> str:
    """Write several numbers as a sentence does: "1,000, 2,500 and 5,000"."""
    return in_a_row([count(number, words) for number in numbers], words)


def in_a_row(written: Sequence[str], words: Words) -> str:
    """Put several things in a row as a sentence does: "the title and the details"."""
    if len(written) == 1:
        return written[0]
    return words.plain("list-and", first=", ".join(written[:-1]), last=written[-1])


def two_digits(number: float) -> int:
    """Round to two significant digits: 1,234 becomes 1,200."""
    if number < 100:
        return round(number)
    factor: int = 10 ** (math.floor(math.log10(number)) - 1)
    return round(number / factor) * factor


def span(soonest: float, latest: float, words: Words) -> Html:
    """Write a range of days in the unit that suits it: "3 to 5 weeks"; outwards, so that the range stays true."""
    if math.isinf(latest) or latest > _MONTHS_UP_TO_DAYS:
        return _open_span(soonest, words)
    unit, days = _unit(latest)
    low, high = max(0, math.floor(soonest / days)), max(1, math.ceil(latest / days))
    if low == high:
        return words.say(f"span-{unit}", count=high)
    if low == 0:
        return words.say(f"span-{unit}-within", count=high)
    return words.say(f"span-{unit}-range", low=low, count=high)


def _open_span(soonest: float, words: Words) -> Html:
    if math.isinf(soonest) or soonest > _MONTHS_UP_TO_DAYS:
        return words.say("span-years")
    unit, days = _unit(soonest)
    return words.say(f"span-{unit}-over", count=max(1, math.floor(soonest / days)))


def _unit(days: float) -> tuple[str, float]:
    if days <= _HOURS_UP_TO_DAYS:
        return "hours", 1 / 24
    if days <= _DAYS_UP_TO_DAYS:
        return "days", 1.0
    if days <= _WEEKS_UP_TO_DAYS:
        return "weeks", 7.0
    return "months", _DAYS_A_MONTH
