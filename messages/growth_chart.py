"""How a petition has grown, as a picture and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

from messages import axes, dates
from messages.buttons import button
from messages.charts import Bars, Chart, Label, Line, Point, between, count_at, gained, thinned
from messages.content import Button, Html, Keyboard, lines, paragraphs
from messages.links import petition_url
from messages.presses import ShowConstituencies, ShowGrowth, Span
from messages.render_context import RenderContext
from messages.titles import linked_title, title
from messages.words import Words
from petitions.milestones import milestones_up_to, next_threshold
from petitions.petition import PetitionState, Reading, Snapshot

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
SHORTEST = timedelta(minutes=5)
"""Less than this is no line."""

TITLE_ROOM = 110
"""UTF-16 units of a title in a picture."""

MOST_MILESTONES = 12
_WORTH_THE_ROOM = 0.6
"""From this share of a threshold on, the axis reaches up to it."""

_BUSY_WEEK = 500
"""So many signatures in a week show their hours; fewer only their days."""


_LENGTHS = {Span.DAY: DAY, Span.WEEK: WEEK, Span.MONTH: 30 * DAY}
_BEFORE = 2 * HOUR
"""The last reading before a span is at most so old: an unchanged count is stored every hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureHistory:
    """What is known of how a petition grew until `now`.

    `readings`: oldest first, those since `readings_since` at least, and at the end what `snapshot` shows.
    """

    snapshot: Snapshot
    readings: Sequence[Reading]
    span: Span
    now: datetime


def readings_since(span: Span, now: datetime) -> datetime:
    """Return from which moment on the readings of a span are needed."""
    return datetime.min.replace(tzinfo=UTC) if span is Span.ALL else now - _LENGTHS[span] - _BEFORE


def growth_chart(history: SignatureHistory, render: RenderContext) -> Chart | None:
    """Make the picture; `None` when too little is known for a line."""
    return _GrowthRenderer(history, render).chart()


def growth_caption(history: SignatureHistory, render: RenderContext) -> Html:
    """Say what the picture shows."""
    return _GrowthRenderer(history, render.about(history.snapshot.ref.site)).caption()


def growth_buttons(history: SignatureHistory, render: RenderContext) -> Keyboard:
    """Offer the other spans."""
    ref, words = history.snapshot.ref, render.words
    spans = tuple(
        button(_span_label(span, words, chosen=history.span), ShowGrowth(ref=ref, span=span)) for span in Span
    )
    places = button(words.plain("button-constituencies"), ShowConstituencies(ref=ref))
    return spans, (places, Button(label=words.plain("button-open"), url=petition_url(ref, render.sites)))


def _span_label(span: Span, words: Words, *, chosen: Span) -> str:
    label = words.plain(f"button-span-{span.name.lower()}")
    return words.plain("button-chosen", label=label) if span is chosen else label


class _GrowthRenderer:
    """Draws and describes one petition. `watched`: what was read, at least one point; `told`: what came before."""

    def __init__(self, history: SignatureHistory, render: RenderContext) -> None:
        self.history, self.render = history, render
        self.snapshot, self.words = history.snapshot, render.words
        self.zone: ZoneInfo = render.sites[self.snapshot.ref.site].zone
        read = {_seconds(reading.at): reading.signatures for reading in history.readings if reading.at <= history.now}
        self.watched = sorted(read.items()) or [(_seconds(history.now), self.snapshot.signatures)]
        self.told = self._told()
        self.events = self._events()
        self.begins = self._begins()
        self.ends = self._ends()

    def _told(self) -> list[Point]:
        """What the site's own dates say of the time before anybody watched."""
        snapshot = self.snapshot
        dated = (
            (snapshot.opened_at, 0),
            (snapshot.response_threshold_at, snapshot.thresholds.response),
            (snapshot.debate_threshold_at, snapshot.thresholds.debate),
            (snapshot.closed_at, snapshot.signatures),
        )
        points = {_seconds(at): count for at, count in dated if at is not None and count is not None}
        return [point for point in sorted(points.items()) if point[0] < self.watched[0][0]]

    def _events(self) -> list[tuple[int, str]]:
        """What else has happened to it, and when."""
        snapshot, outcome = self.snapshot, self.snapshot.debate_outcome
        day = outcome.debated_on if outcome is not None else snapshot.debate_on
        debate = None if day is None else datetime.combine(day, time(12), self.zone)
        dated = ((snapshot.response_at, "response"), (debate, "debate"), (snapshot.closed_at, "closed"))
        return sorted((_seconds(at), what) for at, what in dated if at is not None and at <= self.history.now)

    def _begins(self) -> int:
        """Where the span begins, or later where nothing is known before."""
        first = (self.told or self.watched)[0][0]
        length = _LENGTHS.get(self.history.span)
        return first if length is None else max(first, _seconds(self.history.now - length))

    def _ends(self) -> int:
        """Now, or soon after the last thing that happened to a petition that takes no more signatures."""
        now = _seconds(self.history.now)
        last = max((at for at, _ in (*self.events, *self.told)), default=now)
        if self.history.span is not Span.ALL or self.snapshot.state is PetitionState.OPEN:
            return now
        return min(now, last + max(last - self.begins, _seconds_of(DAY)) // 20)

    def chart(self) -> Chart | None:
        points = thinned(between(self.watched, self.begins, self.ends))
        guessed = between([*self.told, self.watched[0]], self.begins, self.ends)
        drawn = [*guessed, *points]
        if self.ends - self.begins < SHORTEST.total_seconds() or len(set(drawn)) < 2:
            return None
        return Chart(
            title=title(self.snapshot.title, self.snapshot.ref, self.words, TITLE_ROOM),
            heading=self.words.plain("chart-signatures", count=drawn[-1][1]),
            about=self._gained() or "",
            note=self._note(),
            begins=self.begins,
            ends=self.ends,
            ticks=axes.moments(self.begins, self.ends, self.zone, self.words),
            marks=tuple(
                Label(at=at, text=self.words.plain(f"chart-{what}"))
                for at, what in self.events
                if self.begins < at <= self.ends
            ),
            line=self._line(points, tuple(guessed) if len(guessed) > 1 else ()),
            bars=self._bars(),
        )

    def _line(self, points: tuple[Point, ...], guessed: tuple[Point, ...]) -> Line:
        counts = [count for _, count in (*guessed, *points)]
        low, high = self._axis(min(counts), max(counts))
        levels = [each for each in self._thresholds() if low <= each[0] <= high]
        return Line(
            points=points,
            guessed=guessed,
            low=low,
            high=high,
            ticks=axes.counts(low, high, self.words),
            levels=tuple(
                Label(at=count, text=self.words.plain(f"chart-for-{purpose}", count=count)) for count, purpose in levels
            ),
            milestones=tuple(self._milestones(points))[-MOST_MILESTONES:],
        )

    def _axis(self, least: int, most: int) -> tuple[int, int]:
        """Return where the axis begins and ends: the whole life stands on zero, a part of it shows what it gained."""
        ahead = next_threshold(most, self.snapshot.thresholds)
        if self.history.span is Span.ALL:
            worth = ahead is not None and most >= ahead * _WORTH_THE_ROOM
            return 0, max(10, ceil((ahead if worth and ahead else most) * 1.08))
        room = max(most - least, 10)
        if ahead is not None and ahead - most <= room * _WORTH_THE_ROOM:
            most = ahead
        return max(0, least - room // 5), most + ceil((most - least or room) * 0.12)

    def _thresholds(self) -> list[tuple[int, str]]:
        thresholds = self.snapshot.thresholds
        named = ((thresholds.response, "response"), (thresholds.debate, "debate"))
        return [(count, purpose) for count, purpose in named if count is not None]

    def _milestones(self, drawn: Sequence[Point]) -> Iterator[Point]:
        """Where the line passes milestones."""
        for before, after in pairwise(drawn):
            passed = set(milestones_up_to(after[1], self.snapshot.thresholds))
            passed -= {*milestones_up_to(before[1], self.snapshot.thresholds)}
            for milestone in sorted(passed):
                share = (milestone - before[1]) / (after[1] - before[1])
                yield before[0] + round(share * (after[0] - before[0])), milestone

    def _bars(self) -> tuple[Bars, ...]:
        """How much came in an hour, a day, a week or a month while it was watched."""
        begins = max(self.begins, self.watched[0][0])
        if self.ends - begins < SHORTEST.total_seconds():
            return ()
        length = timedelta(seconds=self.ends - self.begins)
        name, each = self._each(length, count_at(self.watched, self.ends) - count_at(self.watched, begins))
        first = self._first_of(begins, each)
        number = ceil((self.ends - first) / _seconds_of(each))
        heights = gained(self.watched, first, _seconds_of(each), number)
        return (
            Bars(
                heading=self.words.plain(f"chart-each-{name}"),
                begins=first,
                seconds=_seconds_of(each),
                heights=heights,
                ticks=axes.counts(0, max(*heights, 2), self.words),
            ),
        )

    def _each(self, length: timedelta, signatures: int) -> tuple[str, timedelta]:
        if length <= 2 * DAY or (length <= 8 * DAY and signatures >= _BUSY_WEEK):
            return "hour", HOUR
        if length <= 62 * DAY:
            return "day", DAY
        return ("week", WEEK) if length <= 1_000 * DAY else ("month", 30 * DAY)

    def _first_of(self, at: int, each: timedelta) -> int:
        """Return when the hour or day began in which a moment lies."""
        local = datetime.fromtimestamp(at, self.zone)
        start = local.replace(minute=0, second=0) if each is HOUR else datetime.combine(local.date(), time(), self.zone)
        return _seconds(start)

    def caption(self) -> Html:
        words = self.words
        happened = [words.say(f"chart-{what}-on", day=self._day(at)) for at, what in self.events]
        gain = self._gained()
        return paragraphs(
            [
                Html(f"<b>{linked_title(self.snapshot.title, self.snapshot.ref, self.render)}</b>"),
                lines(
                    [
                        words.say("card-signatures", count=self.snapshot.signatures),
                        words.say("chart-gain", gain=gain) if gain else None,
                    ]
                ),
                lines([*self._ways(), *happened]),
                words.say("chart-note", note=self._note()),
            ]
        )

    def _ways(self) -> Iterator[Html]:
        """Say which thresholds are reached, and how far the next is."""
        signatures = self.snapshot.signatures
        for threshold, _ in self._thresholds():
            if signatures >= threshold:
                yield self.words.say("chart-reached", threshold=threshold)
        ahead = next_threshold(signatures, self.snapshot.thresholds)
        if ahead is not None and self.snapshot.state is PetitionState.OPEN:
            yield self.words.say("chart-ahead", missing=ahead - signatures, threshold=ahead)

    def _gained(self) -> str | None:
        """Say how many came in the span, where all of it is known."""
        length = _LENGTHS.get(self.history.span)
        if length is None or self.watched[0][0] > _seconds(self.history.now - length + HOUR):
            return None
        count = count_at(self.watched, self.ends) - count_at(self.watched, self.begins)
        return self.words.plain(f"chart-gained-{self.history.span.name.lower()}", count=count)

    def _note(self) -> str:
        """Say since when it was watched, and whether any of the line comes from elsewhere."""
        since = self.watched[0][0]
        guessed = since > self.begins and self.told
        return self.words.plain("chart-guessed" if guessed else "chart-watched", since=self._day(since))

    def _day(self, at: int) -> str:
        return dates.day_of(datetime.fromtimestamp(at, UTC), self.words, self.zone)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _seconds_of(span: timedelta) -> int:
    return int(span.total_seconds())
