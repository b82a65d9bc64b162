"""What a picture shows: numbers, labels and places, ready to be drawn by something that knows nothing of petitions.

Moments are whole seconds since 1970, so that a picture is a small JSON document, the same for everybody who sees it.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Point = tuple[int, int]
"""A moment and a count."""

MOST_POINTS = 240
"""Of one line; more than these cannot be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words at a place of an axis."""

    at: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a count grew. `guessed`: the way to the first of `points`, as far as it is known.

    The axis reaches from `low` to `high` and has `ticks`. `levels`: counts that matter, drawn across.
    `milestones`: points of the line that are marked.
    """

    points: tuple[Point, ...]
    guessed: tuple[Point, ...] = ()
    low: int
    high: int
    ticks: tuple[Label, ...]
    levels: tuple[Label, ...] = ()
    milestones: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """How much came in each span of `seconds`; the first one begins at `begins`."""

    heading: str
    begins: int
    seconds: int
    heights: tuple[int, ...]
    ticks: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Panels above each other, all from `begins` to `ends`. `about`: what to know beside the heading.

    `note`: what to bear in mind. `ticks`: moments named below. `marks`: what happened when.
    """

    title: str
    heading: str
    about: str = ""
    note: str = ""
    begins: int
    ends: int
    ticks: tuple[Label, ...]
    marks: tuple[Label, ...] = ()
    line: Line | None = None
    bars: tuple[Bars, ...] = ()
    kind: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One bar of a ranking. `usual`: how much would be usual, `None` where that is not known."""

    name: str
    about: str
    count: int
    text: str
    usual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Bars beside names, the longest first. `about` and `note` are as in a chart."""

    title: str
    heading: str
    about: str = ""
    note: str = ""
    rows: tuple[Row, ...]
    kind: Literal["ranking"] = "ranking"


Drawing = Chart | Ranking
"""What can be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """What a picture shows, and what Telegram calls it once it has been uploaded."""

    drawing: Drawing
    file_id: str | None


def thinned(points: Sequence[Point], most: int = MOST_POINTS) -> tuple[Point, ...]:
    """Keep the last of the points that stand too close together to be told apart, and the first of all."""
    if len(points) <= most:
        return tuple(points)
    begins, ends = points[0][0], points[-1][0]
    width = (ends - begins) / (most - 2)
    slots = {math.ceil((at - begins) / width): (at, count) for at, count in points}
    return tuple(slots.values())


def between(points: Sequence[Point], begins: int, ends: int) -> list[Point]:
    """Cut a line to a span: where it crosses an end it begins or ends on the straight way between two points."""
    inside = [point for point in points if begins <= point[0] <= ends]
    before = [point for point in points if point[0] < begins][-1:]
    after = [point for point in points if point[0] > ends][:1]
    if before and (inside or after) and (not inside or inside[0][0] > begins):
        inside.insert(0, on_the_way(before[0], (inside or after)[0], begins))
    if after and inside and inside[-1][0] < ends:
        inside.append(on_the_way(inside[-1], after[0], ends))
    return inside


def gained(points: Sequence[Point], begins: int, seconds: int, number: int) -> tuple[int, ...]:
    """Return how much the count grew in each of `number` spans; a count that fell did not grow.

    What came between two points is spread evenly over the time between them.
    """
    edges = [count_at(points, begins + seconds * place) for place in range(number + 1)]
    return tuple(max(0, after - before) for before, after in pairwise(edges))


def count_at(points: Sequence[Point], at: int) -> int:
    """Return the count at a moment; before the first point and after the last it is theirs."""
    place = bisect_right(points, at, key=lambda point: point[0])
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1]
    return on_the_way(points[place - 1], points[place], at)[1]


def on_the_way(one: Point, other: Point, at: int) -> Point:
    """Return the point of the straight way from one to another (later) one at a moment between them."""
    share = (at - one[0]) / (other[0] - one[0])
    return at, round(one[1] + share * (other[1] - one[1]))
