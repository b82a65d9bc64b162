"""Draws pictures with matplotlib, in a process of its own: `bot/drawer.py` starts it, and nothing else imports this.

It reads one drawing a line as JSON and answers each with the size of a PNG in four bytes and the PNG; it ends when
there is nothing more to read.
"""

import os
import struct
import sys
import textwrap
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from pydantic import TypeAdapter

from messages.charts import Bars, Chart, Drawing, Label, Line, Point, Ranking

WIDTH, HEIGHT, DOTS_PER_INCH = 1080, 1080, 100
LESS_URGENT = 10
"""How much everything else on the machine goes before."""

PAPER, INK, SOFT, GRID = "#fbf9f4", "#1d2733", "#66707c", "#e3dfd5"
GREEN, PALE_GREEN, AMBER = "#0e7a55", "#7fbfa6", "#b3540a"
LARGE, MEDIUM, SMALL = 33, 25, 21
"""Points. On a phone a picture is a third as wide as it is drawn, and the smallest of these must still be read."""

_LEFT, _RIGHT = 0.15, 0.965
_ROOM_OF_A_NAME, _ROOM_OF_A_LEVEL = 0.2, 0.42
_HEIGHT_OF_A_NAME, _HALF_A_TICK = 0.08, 0.05
_TITLE_COLUMNS, _NOTE_COLUMNS = 49, 58
_STYLE: dict[Any, Any] = {
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": SMALL,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
_DRAWING: TypeAdapter[Drawing] = TypeAdapter(Drawing)


def draw(drawing: Drawing) -> bytes:
    """Return the picture as a PNG of `WIDTH` times `HEIGHT`."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH / DOTS_PER_INCH, HEIGHT / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=PAPER)
        top = _head(figure, drawing)
        bottom = _foot(figure, drawing.note)
        if isinstance(drawing, Chart):
            _panels(figure, drawing, top, bottom)
        else:
            _rows(figure, drawing, top, bottom)
        written = BytesIO()
        figure.savefig(written, format="png")
        return written.getvalue()


def main() -> None:
    """Draw what comes in until nothing more does."""
    os.nice(LESS_URGENT)
    for line in sys.stdin.buffer:
        png = draw(_DRAWING.validate_json(line))
        sys.stdout.buffer.write(struct.pack(">I", len(png)) + png)
        sys.stdout.buffer.flush()


def _head(figure: Figure, drawing: Drawing) -> float:
    """Write title and heading, and return how far down they reach."""
    at = 0.975
    for line in textwrap.wrap(drawing.title, _TITLE_COLUMNS, max_lines=2, placeholder="…"):
        figure.text(0.035, at, line, size=MEDIUM, color=SOFT, va="top")
        at -= 0.043
    at -= 0.008
    figure.text(0.035, at, drawing.heading, size=LARGE, weight="bold", va="top")
    at -= 0.058
    if drawing.about:
        figure.text(0.035, at, drawing.about, size=MEDIUM, color=GREEN, va="top")
        at -= 0.043
    return at - 0.01


def _foot(figure: Figure, note: str) -> float:
    """Write the note, and return how far up it reaches."""
    lines = textwrap.wrap(note, _NOTE_COLUMNS, max_lines=2, placeholder="…")
    for place, line in enumerate(reversed(lines)):
        figure.text(0.035, 0.022 + 0.035 * place, line, size=SMALL, color=SOFT, va="bottom")
    return 0.03 + 0.035 * len(lines)


def _panels(figure: Figure, chart: Chart, top: float, bottom: float) -> None:
    """Put the line and the bars above each other, with one axis of time below all."""
    heights = [2.4] * (chart.line is not None) + [1.0] * len(chart.bars)
    marks = _in_rows(chart.marks, chart.begins, chart.ends)
    rows = max((row for _, row in marks), default=-1) + 1
    room, gap = (0.015, 0.28) if chart.line is not None else (0.045, 0.42)  # bars have a heading of their own
    grid = figure.add_gridspec(
        len(heights),
        1,
        height_ratios=heights,
        left=_LEFT,
        right=_RIGHT,
        top=top - room - 0.036 * rows,
        bottom=bottom + 0.05,
        hspace=gap,
    )
    panels = [figure.add_subplot(grid[row, 0]) for row in range(len(heights))]
    drawn = iter(panels)
    if chart.line is not None:
        _line(next(drawn), chart.line)
    for bars in chart.bars:
        _bars(next(drawn), bars)
    for panel in panels:
        panel.set_xlim(chart.begins, chart.ends)
        panel.set_xticks([tick.at for tick in chart.ticks], [""] * len(chart.ticks))
    panels[-1].set_xticks([tick.at for tick in chart.ticks], [tick.text for tick in chart.ticks])
    for tick, text in zip(chart.ticks, panels[-1].get_xticklabels(), strict=True):
        if chart.ends - tick.at < (chart.ends - chart.begins) * _HALF_A_TICK:
            text.set_horizontalalignment("right")
    _marks(panels, marks)


def _line(axes: Axes, line: Line) -> None:
    axes.set_ylim(line.low, line.high)
    _counts(axes, line.ticks)
    if line.guessed:
        axes.plot(*_split(line.guessed), color=GREEN, linewidth=3, linestyle=(0, (2, 1.6)), alpha=0.75)
    if line.points:
        moments, counts = _split(line.points)
        axes.plot(moments, counts, color=GREEN, linewidth=4.5, solid_capstyle="round")
        axes.fill_between(moments, counts, line.low, color=GREEN, alpha=0.12, linewidth=0)
    room = (line.high - line.low) * _HEIGHT_OF_A_NAME
    for level in line.levels:
        axes.axhline(level.at, color=AMBER, linewidth=2.5, linestyle=(0, (5, 2)))
        if not any(0 < other.at - level.at < room for other in line.levels):
            _name(axes, level, [*line.guessed, *line.points])
    hollow: dict[str, Any] = {"color": PAPER, "markeredgecolor": GREEN, "markeredgewidth": 3, "markersize": 12}
    axes.plot(*_split(line.milestones), "o", **hollow)
    axes.plot(*(line.points or line.guessed)[-1], "o", color=GREEN, markersize=13, clip_on=False)


def _name(axes: Axes, level: Label, drawn: Sequence[Point]) -> None:
    """Name a count on that side on which the line is further away."""
    (begins, _), (ends, _) = drawn[0], drawn[-1]
    early = next(count for at, count in drawn if at >= begins + (ends - begins) * _ROOM_OF_A_LEVEL)
    place, side = (0.012, "left") if early < level.at else (0.988, "right")
    axes.annotate(
        level.text,
        (place, level.at),
        xycoords=("axes fraction", "data"),
        xytext=(0, 5),
        textcoords="offset points",
        color=AMBER,
        size=SMALL,
        weight="bold",
        ha=side,
        path_effects=[withStroke(linewidth=6, foreground=PAPER)],
    )


def _split(points: Sequence[Point]) -> tuple[list[int], list[int]]:
    return [at for at, _ in points], [count for _, count in points]


def _marks(panels: Sequence[Axes], marks: Sequence[tuple[Label, int]]) -> None:
    """Draw a line through all panels where something happened, and name it above in its row."""
    for mark, row in marks:
        for panel in panels:
            panel.axvline(mark.at, color=SOFT, linewidth=2, linestyle=(0, (1, 1.5)))
        begins, ends = panels[0].get_xlim()
        side = "right" if (mark.at - begins) / (ends - begins) > 0.5 else "left"
        panels[0].annotate(
            mark.text,
            (mark.at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6 + 27 * row),
            textcoords="offset points",
            color=INK,
            size=SMALL,
            ha=side,
        )


def _in_rows(marks: Sequence[Label], begins: int, ends: int) -> list[tuple[Label, int]]:
    """Put names that would cover each other into rows above each other."""
    placed: list[tuple[Label, int]] = []
    for mark in marks:
        near = {row for other, row in placed if mark.at - other.at < (ends - begins) * _ROOM_OF_A_NAME}
        placed.append((mark, next(row for row in range(len(marks)) if row not in near)))
    return placed


def _bars(axes: Axes, bars: Bars) -> None:
    starts = [bars.begins + place * bars.seconds for place in range(len(bars.heights))]
    axes.bar(starts, bars.heights, width=bars.seconds * 0.86, align="edge", color=PALE_GREEN, linewidth=0)
    axes.set_ylim(0, max(*bars.heights, 1) * 1.1)
    _counts(axes, bars.ticks)
    axes.set_title(bars.heading, size=SMALL, color=SOFT, loc="left", pad=8)


def _counts(axes: Axes, ticks: tuple[Label, ...]) -> None:
    axes.set_yticks([tick.at for tick in ticks], [tick.text for tick in ticks])
    axes.grid(axis="y", color=GRID, linewidth=1.5)
    axes.set_axisbelow(True)


def _rows(figure: Figure, ranking: Ranking, top: float, bottom: float) -> None:
    """Give each row two lines of words with its bar below."""
    axes = figure.add_axes((0.035, bottom, 0.93, top - bottom))
    axes.axis("off")
    most = max(max(row.count, row.usual or 0) for row in ranking.rows)
    axes.set_xlim(0, most * 1.02)
    axes.set_ylim(len(ranking.rows), 0)
    for place, row in enumerate(ranking.rows):
        axes.text(0, place + 0.1, row.name, size=SMALL, weight="bold", va="top")
        axes.text(most, place + 0.1, row.text, size=SMALL, va="top", ha="right")
        axes.text(0, place + 0.42, row.about, size=SMALL - 3, color=SOFT, va="top")
        axes.barh(place + 0.82, row.count, height=0.16, color=GREEN, linewidth=0)
        if row.usual is not None:
            axes.plot([row.usual] * 2, [place + 0.71, place + 0.93], color=AMBER, linewidth=6, solid_capstyle="butt")


if __name__ == "__main__":
    main()
