"""Figures about everybody, for operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from messages import numbers
from messages.content import Content, Html, escaped, lines, paragraphs
from messages.render_context import RenderContext
from messages.titles import linked_title
from messages.words import Words
from petitions.petition import PetitionRef

_TITLE_ROOM = 60
_BARS = "·▁▂▃▄▅▆▇█"
"""Bars of growing height; the first stands for nothing."""


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
                _growth(shown.days, words),
            ]
        )
    )


def _growth(days: Sequence[DayFigures], words: Words) -> Html:
    """Draw a line of bars for each sort of figure, one bar a day, with the sum."""
    drawn = "\n".join(
        [
            _bars([day.chats for day in days], "stats-new-chats", words),
            _bars([day.follows for day in days], "stats-new-follows", words),
            _bars([day.alerts for day in days], "stats-alerts", words),
        ]
    )
    first, last = (format_date(day.day, "d MMMM", locale=words.locale) for day in (days[0], days[-1]))
    return lines([words.say("stats-growth", first=first, last=last), Html(f"<pre>{escaped(drawn)}</pre>")])


def _bars(figures: Sequence[int], message: str, words: Words) -> str:
    most = max(figures)
    bars = "".join(_BARS[-(-figure * (len(_BARS) - 1) // most) if most else 0] for figure in figures)
    return f"{bars} {words.plain(message, count=sum(figures), today=numbers.count(figures[-1], words))}"
