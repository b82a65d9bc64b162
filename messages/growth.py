"""How a petition grows: its pace, what is unusual about it, and when it may reach its next threshold."""

from datetime import datetime, timedelta
from math import inf

from messages import numbers
from messages.content import Html, lines
from messages.render_context import RenderContext
from petitions.forecast import SURGE_HOURS, Growth, Reach

_DAY = timedelta(days=1)
_WORTH_AN_HOUR = 10
"""Fewer signatures an hour are told only by the day."""


def told(growth: Growth, render: RenderContext) -> Html:
    """Say all of it, a line each."""
    return lines([_pace(growth, render), _surge(growth, render), _reach(growth.reach, render, "growth-reach")])


def in_short(growth: Growth, render: RenderContext) -> Html:
    """Say on one line how many sign a day, and when the threshold may be reached."""
    words = render.words
    pace = words.say("growth-short-surge" if growth.surge else "growth-short", count=numbers.two_digits(growth.per_day))
    reach = _reach(growth.reach, render, "growth-short-reach")
    return Html(" · ".join(part for part in (pace, reach) if part))


def _pace(growth: Growth, render: RenderContext) -> Html:
    words, per_day = render.words, numbers.two_digits(growth.per_day)
    if growth.per_day < 1:
        return words.say("growth-pace-still")
    if growth.per_hour is None or growth.per_hour < _WORTH_AN_HOUR:
        return words.say("growth-pace", count=per_day)
    return words.say("growth-pace-hour", count=per_day, hourly=numbers.two_digits(growth.per_hour))


def _surge(growth: Growth, render: RenderContext) -> Html | None:
    if growth.surge is None:
        return None
    return render.words.say("growth-surge", times=numbers.two_digits(growth.surge), hours=SURGE_HOURS)


def _reach(reach: Reach | None, render: RenderContext, message: str) -> Html | None:
    """Say when a threshold may be reached; nothing once the whole range has passed."""
    if reach is None or (reach.latest is not None and reach.latest <= render.now):
        return None
    words, threshold = render.words, reach.threshold
    if reach.soonest is None:
        return words.say(f"{message}-not", threshold=threshold)
    soonest = _days_until(reach.soonest, render.now)
    if reach.latest is None:
        span = numbers.span(soonest, inf, words)
        return words.say(f"{message}-open", threshold=threshold, span=span)
    span = numbers.span(soonest, _days_until(reach.latest, render.now), words)
    return words.say(message, threshold=threshold, span=span)


def _days_until(moment: datetime, now: datetime) -> float:
    return max((moment - now) / _DAY, 0.0)
