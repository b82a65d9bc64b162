"""The pictures of the documentation, drawn of invented petitions.

python -m tests.documented_charts   # draws docs/images/chart-*.png anew
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.drawing import draw
from messages.charts import Drawing
from messages.constituencies import Local, local_chart
from messages.growth_chart import SignatureHistory, growth_chart
from messages.presses import Span
from messages.render_context import RenderContext
from messages.words import Words
from petitions.breakdown import Constituency
from petitions.petition import DebateOutcome, PetitionRef, PetitionState, Reading, Site, Snapshot
from sites.uk_document import UK

FOLDER = Path(__file__).parents[1] / "docs" / "images"
NOW = datetime(2026, 3, 3, 14, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RENDER = RenderContext(words=Words(), sites={UK.site: UK}, zone=UK.zone, now=NOW)


def petition(number: int, title: str, *, opened_days_ago: int) -> Snapshot:
    return Snapshot(
        ref=PetitionRef(site=Site.UK, number=str(number)),
        title=title,
        state=PetitionState.OPEN,
        signatures=0,
        opened_at=NOW - opened_days_ago * DAY,
        thresholds=UK.thresholds,
    )


def read(days: float, rate: Callable[[float], float], *, first: float = 6) -> Iterator[Reading]:
    """Give a reading an hour; `rate`: how many sign a day, so many days ago. People sleep."""
    count, hours = first, int(days * 24)
    for ago in range(hours, -1, -1):
        at = NOW - ago * HOUR
        yield Reading(at=at, signatures=int(count))
        awake = 0.15 + 1.7 * max(0.0, math.sin((at.hour - 6) / 18 * math.pi))
        count += rate(ago / 24) * awake / 24


def surge() -> Drawing | None:
    """A petition that somebody well known has shared two days ago."""
    snapshot = petition(750201, "Let every town keep one lido open all winter", opened_days_ago=24)
    readings = tuple(
        read(6, lambda ago: 120 if ago > 1.9 else 9_000 * math.exp(-((ago - 1.4) ** 2)) + 2_500, first=8_200)
    )
    snapshot = replace(snapshot, signatures=readings[-1].signatures)
    return growth_chart(SignatureHistory(snapshot=snapshot, readings=readings, span=Span.WEEK, now=NOW), RENDER)


def slow_burner() -> Drawing | None:
    """A petition that grows by and by, watched since its third week."""
    snapshot = petition(750118, "Plant a fruit tree for every child born", opened_days_ago=110)
    readings = tuple(read(92, lambda ago: 62 + 25 * math.sin(ago / 5) + 4 * (92 - ago) / 10, first=1_150))
    snapshot = replace(snapshot, signatures=readings[-1].signatures)
    return growth_chart(SignatureHistory(snapshot=snapshot, readings=readings, span=Span.ALL, now=NOW), RENDER)


def closed() -> Drawing | None:
    """A petition that was answered and debated and has closed."""
    snapshot = replace(
        petition(750033, "Stop the felling of street trees without a vote of the street", opened_days_ago=205),
        state=PetitionState.CLOSED,
        response_threshold_at=NOW - 188 * DAY,
        response_at=NOW - 165 * DAY,
        debate_threshold_at=NOW - 120 * DAY,
        debate_outcome=DebateOutcome(debated_on=date(2026, 1, 19)),
        closed_at=NOW - 22 * DAY,
    )
    days = 203
    readings = tuple(
        read(days, lambda ago: 0 if ago < 22 else 300 + 2_900 * math.exp(-(((ago - 126) / 11) ** 2)), first=900)
    )
    snapshot = replace(snapshot, signatures=readings[-1].signatures)
    return growth_chart(SignatureHistory(snapshot=snapshot, readings=readings, span=Span.ALL, now=NOW), RENDER)


def constituencies() -> Drawing | None:
    """A petition of the coast."""
    places = (
        ("Saltmere North", "Mina Farrow MP", 912, 210),
        ("Port Averil", "Owen Larch MP", 743, 190),
        ("Quillbrook and the Marshes", "Ada Pilbeam MP", 405, 220),
        ("Eastlow", "Ruth Corley MP", 388, 160),
        ("Wynham Forest", "", 301, 330),
        ("Bramley Heath", "Idris Vane MP", 287, 310),
        ("Upper Tansley", "Sol Whitlock MP", 240, 260),
        ("Thistlewick", "Nora Wray MP", 198, 205),
        ("Dunmere", "Piers Holloway MP", 120, 180),
    )
    breakdown = tuple(
        Constituency(code=name, name=name, member=member, signatures=count) for name, member, count, _ in places
    )
    total = sum(place.signatures for place in breakdown)
    local = Local(
        snapshot=petition(750204, "Let seaside towns keep their lidos", opened_days_ago=40),
        breakdown=breakdown,
        usual={name: usual / total for name, _, _, usual in places},
    )
    return local_chart(local, RENDER)


CHARTS: Mapping[str, Callable[[], Drawing | None]] = {
    "surge": surge,
    "slow-burner": slow_burner,
    "closed": closed,
    "constituencies": constituencies,
}


if __name__ == "__main__":
    for name, make in CHARTS.items():
        drawing = make()
        assert drawing is not None
        (FOLDER / f"chart-{name}.png").write_bytes(draw(drawing))
