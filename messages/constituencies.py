"""Where a petition is signed, as a picture and in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages import numbers
from messages.buttons import button
from messages.charts import Ranking, Row
from messages.clipping import clip
from messages.content import Button, Html, Keyboard, escaped, lines, paragraphs
from messages.growth_chart import TITLE_ROOM
from messages.links import petition_url
from messages.presses import ShowGrowth, Span
from messages.render_context import RenderContext
from messages.titles import linked_title, title
from messages.words import Words
from petitions.breakdown import Breakdown, Constituency
from petitions.petition import Snapshot

MOST_ROWS = 8
MOST_SAID = 5
_NAME_ROOM, _MEMBER_ROOM = 34, 32
_LEAST_RATIO, _FEWEST = 1.05, 10
"""A constituency of fewer signatures tells nothing of how usual they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """Where a petition is signed. `usual`: the share that usually comes from each constituency, if that is known."""

    snapshot: Snapshot
    breakdown: Breakdown
    usual: Mapping[str, float] | None

    @property
    def total(self) -> int:
        """Signatures in constituencies; those from abroad are in none."""
        return sum(place.signatures for place in self.breakdown)

    def expected(self, place: Constituency) -> float | None:
        """Return how many signatures would be usual there for a petition of that size."""
        return None if self.usual is None else self.usual.get(place.code, 0.0) * self.total


def local_chart(local: Local, render: RenderContext) -> Ranking | None:
    """Make the picture: the constituencies with most signatures; `None` when there are none."""
    words = render.words
    shown = _most(local, MOST_ROWS)
    if not shown:
        return None
    return Ranking(
        title=title(local.snapshot.title, local.snapshot.ref, words, TITLE_ROOM),
        heading=words.plain("local-heading"),
        about=words.plain(
            "local-total", count=local.total, places=sum(1 for each in local.breakdown if each.signatures)
        ),
        note=words.plain("local-unusual" if local.usual is None else "local-usual"),
        rows=tuple(
            Row(
                name=clip(place.name, _NAME_ROOM),
                about=clip(place.member, _MEMBER_ROOM) or words.plain("local-no-member"),
                count=place.signatures,
                text=_compared(place, local, words),
                usual=local.expected(place),
            )
            for place in shown
        ),
    )


def local_caption(local: Local, render: RenderContext) -> Html:
    """Say what the picture shows, or that the site says nothing."""
    words = render.words
    told = [
        words.say(
            "local-line",
            name=escaped(clip(place.name, _NAME_ROOM)),
            member=escaped(clip(place.member, _MEMBER_ROOM) or words.plain("local-no-member")),
            compared=_compared(place, local, words),
        )
        for place in _most(local, MOST_SAID)
    ]
    strongest = _strongest(local)
    return paragraphs(
        [
            Html(f"<b>{linked_title(local.snapshot.title, local.snapshot.ref, render)}</b>"),
            lines([words.say("local-caption"), *told]) if told else words.say("local-none"),
            None
            if strongest is None
            else words.say("local-strongest", name=strongest[0].name, times=_times(strongest[1])),
            words.say("chart-note", note=words.plain("local-unusual")) if told and local.usual is None else None,
        ]
    )


def local_buttons(local: Local, render: RenderContext) -> Keyboard:
    """Offer the way back to the growth of the petition."""
    ref, words = local.snapshot.ref, render.words
    back = button(words.plain("button-growth"), ShowGrowth(ref=ref, span=Span.ALL))
    return ((back, Button(label=words.plain("button-open"), url=petition_url(ref, render.sites))),)


def _most(local: Local, most: int) -> list[Constituency]:
    signed = [place for place in local.breakdown if place.signatures]
    return sorted(signed, key=lambda place: (-place.signatures, place.name))[:most]


def _compared(place: Constituency, local: Local, words: Words) -> str:
    ratio = _ratio(place, local)
    count = numbers.count(place.signatures, words)
    return count if ratio is None else words.plain("local-compared", count=count, times=_times(ratio))


def _ratio(place: Constituency, local: Local) -> float | None:
    """Return how many times as many as usual have signed there, where enough have signed to tell."""
    expected = local.expected(place)
    return None if not expected or place.signatures < _FEWEST else place.signatures / expected


def _strongest(local: Local) -> tuple[Constituency, float] | None:
    """Return where most have signed against what is usual, and how many times that is."""
    compared = [(place, ratio) for place in local.breakdown if (ratio := _ratio(place, local)) is not None]
    strongest = max(compared, key=lambda each: (each[1], each[0].name), default=None)
    return None if strongest is None or strongest[1] < _LEAST_RATIO else strongest


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
