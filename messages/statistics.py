"""Figures about everybody, for operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date

from messages import axes
from messages.charts import Bars, Chart
from messages.content import Content, Html, lines, paragraphs
from messages.render_context import RenderContext
from messages.titles import linked_title
from petitions.petition import PetitionRef

_TITLE_ROOM = 60
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFigures:
    """How many chats of one kind there are that can be reached, and that can't."""

    active: int
    suspended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedMost:
    """A petition and in how many places it is followed."""

    ref: PetitionRef
    title: str
    followers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """How many chats and follows came on a day (of UTC) and are still there, and how many alerts were sent."""

    day: date
    chats: int
    follows: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """`chats`: by the name their kind is stored by. `most_followed`: the most first. `days`: oldest first."""

    chats: Mapping[str, ChatFigures]
    follows: int
    subscriptions: int
    most_followed: Sequence[FollowedMost]
    days: Sequence[DayFigures]


def page(shown: Statistics, render: RenderContext) -> Content:
    """Show all figures in one message."""
    words = render.words
    of_chats = [
        words.say(f"stats-chats-{kind}", count=figures.active + figures.suspended, suspended=figures.suspended)
        for kind, figures in shown.chats.items()
    ]
    totals = [
        words.say("stats-follows", count=shown.follows),
        words.say("stats-subscriptions", count=shown.subscriptions),
    ]
    most_followed = [
        words.say("stats-petition", count=each.followers, title=linked_title(each.title, each.ref, render, _TITLE_ROOM))
        for each in shown.most_followed
        if each.ref.site in render.sites
    ]
    return Content(
        text=paragraphs(
            [
                words.say("stats-heading"),
                lines([*of_chats, *totals]),
                lines([words.say("stats-most-followed"), *most_followed]) if most_followed else None,
            ]
        )
    )


def growth_caption(shown: Statistics, render: RenderContext) -> Html:
    """Say what came in in all the days, and today."""
    words = render.words
    first, last = (format_date(day.day, "d MMMM", locale=words.locale) for day in (shown.days[0], shown.days[-1]))
    sums = [words.say(f"stats-{what}", count=sum(came), today=came[-1]) for what, came in _by_day(shown)]
    return lines([words.say("stats-growth", first=first, last=last), *sums])


def growth_chart(shown: Statistics, render: RenderContext) -> Chart:
    """Draw what came in on each day, in UTC."""
    words = render.words
    begins = int(datetime.combine(shown.days[0].day, time(), UTC).timestamp())
    ends = begins + len(shown.days) * _DAY
    chats = sum(figures.active for figures in shown.chats.values())
    return Chart(
        title=words.plain("stats-chart"),
        heading=words.plain("stats-chart-chats", count=chats),
        about=words.plain("stats-chart-follows", count=shown.follows),
        begins=begins,
        ends=ends,
        ticks=axes.moments(begins, ends, ZoneInfo("UTC"), words),
        bars=tuple(
            Bars(
                heading=words.plain(f"stats-chart-{what}"),
                begins=begins,
                seconds=_DAY,
                heights=came,
                ticks=axes.counts(0, max(*came, 2), words),
            )
            for what, came in _by_day(shown)
        ),
    )


def _by_day(shown: Statistics) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return (
        ("new-chats", tuple(day.chats for day in shown.days)),
        ("new-follows", tuple(day.follows for day in shown.days)),
        ("alerts", tuple(day.alerts for day in shown.days)),
    )
