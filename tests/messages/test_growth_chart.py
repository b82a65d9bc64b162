"""Pictures of growth: what they show of what is known, and what they say of what is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.charts import MOST_POINTS, Chart, between, gained, thinned
from messages.clipping import CAPTION_LIMIT, visible_length
from messages.growth_chart import MOST_MILESTONES, SignatureHistory, growth_buttons, growth_caption, growth_chart
from messages.presses import Span
from petitions.petition import DebateOutcome, PetitionState, Reading, Snapshot
from sites.uk_document import UK
from storage.documents import DRAWING
from tests.messages.samples import NOW, REF, RENDER

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIDOS = Snapshot(
    ref=REF,
    title="Keep lidos open all winter",
    state=PetitionState.OPEN,
    signatures=46_120,
    thresholds=UK.thresholds,
)


def hourly(*, until: int, each: int, hours: int) -> list[Reading]:
    return [Reading(at=NOW - ago * HOUR, signatures=until - each * ago) for ago in reversed(range(hours + 1))]


def drawn(growth: SignatureHistory) -> Chart:
    chart = growth_chart(growth, RENDER)
    assert chart is not None
    return chart


def growth(span: Span = Span.ALL, readings: Sequence[Reading] = (), snapshot: Snapshot = LIDOS) -> SignatureHistory:
    return SignatureHistory(snapshot=snapshot, readings=readings, span=span, now=NOW)


def test_a_day_shows_what_came_in_each_hour() -> None:
    chart = drawn(growth(Span.DAY, hourly(until=46_120, each=50, hours=48)))
    assert chart.heading == "46,120 signatures"
    assert chart.about == "1,200 more in 24 hours"
    assert chart.ends - chart.begins == DAY.total_seconds()
    [bars] = chart.bars
    assert (bars.heading, bars.seconds) == ("Signatures an hour", 3_600)
    assert bars.heights[1:-1] == (50,) * 23
    assert [tick.text for tick in chart.ticks] == ["18:00", "00:00", "06:00", "12:00"]


def test_a_month_shows_days_of_the_site_from_midnight_on() -> None:
    chart = drawn(growth(Span.MONTH, hourly(until=46_120, each=50, hours=24 * 40)))
    assert chart.about == "36,000 more in 30 days"
    [bars] = chart.bars
    assert bars.heading == "Signatures a day"
    assert datetime.fromtimestamp(bars.begins, UK.zone).hour == 0
    assert set(bars.heights[1:-1]) == {1_200}


def test_a_busy_week_shows_its_hours_and_a_quiet_one_its_days() -> None:
    busy, quiet = (drawn(growth(Span.WEEK, hourly(until=46_120, each=each, hours=24 * 8))) for each in (50, 1))
    assert busy.bars[0].heading == "Signatures an hour"
    assert quiet.bars[0].heading == "Signatures a day"


def test_a_threshold_within_reach_is_on_the_axis_and_one_far_away_is_not() -> None:
    def levels(signatures: int, span: Span = Span.ALL) -> list[int]:
        readings = hourly(until=signatures, each=20, hours=24 * 8)
        line = drawn(growth(span, readings, replace(LIDOS, signatures=signatures))).line
        assert line is not None
        return [level.at for level in line.levels]

    assert levels(5_000) == []
    assert levels(7_000) == [10_000]
    assert levels(46_120) == [10_000]
    assert levels(81_000) == [10_000, 100_000]
    assert levels(46_120, Span.DAY) == []
    assert levels(9_900, Span.DAY) == [10_000]


def test_milestones_are_marked_where_the_line_passes_them() -> None:
    line = drawn(growth(Span.DAY, hourly(until=10_300, each=40, hours=24))).line
    assert line is not None
    at = int((NOW - 7.5 * HOUR).timestamp())
    assert line.milestones == ((at, 10_000),)


def test_before_it_was_watched_the_line_comes_from_the_sites_dates_and_says_so() -> None:
    told = replace(LIDOS, opened_at=NOW - 20 * DAY, response_threshold_at=NOW - 9 * DAY)
    chart = drawn(growth(Span.ALL, hourly(until=46_120, each=50, hours=30), told))
    assert chart.line is not None
    assert [count for _, count in chart.line.guessed] == [0, 10_000, 46_120 - 30 * 50]
    assert chart.line.points[0] == chart.line.guessed[-1]
    assert sum(chart.bars[0].heights) == 30 * 50  # and nothing that was not seen
    assert chart.note == ("Watched since 2 March 2026. The dashed part is worked out from the site’s own dates.")
    assert chart.note in growth_caption(growth(Span.ALL, hourly(until=46_120, each=50, hours=30), told), RENDER)


def test_of_a_span_that_was_not_watched_no_gain_is_said() -> None:
    young = growth(Span.WEEK, hourly(until=46_120, each=50, hours=30))
    assert drawn(young).about == ""
    assert "more in" not in growth_caption(young, RENDER)


def test_what_happened_is_marked_and_told() -> None:
    closed = replace(
        LIDOS,
        state=PetitionState.CLOSED,
        opened_at=NOW - 200 * DAY,
        response_threshold_at=NOW - 150 * DAY,
        response_at=NOW - 120 * DAY,
        closed_at=NOW - 20 * DAY,
        debate_outcome=DebateOutcome(debated_on=date(2026, 1, 26)),
    )
    chart = drawn(growth(snapshot=closed))
    assert [mark.text for mark in chart.marks] == ["Response", "Debate", "Closed"]
    caption = growth_caption(growth(snapshot=closed), RENDER)
    for words in ("💬 Response on 3 November 2025", "🏛 Debate on 26 January 2026", "🔒 Closed on 11 February 2026"):
        assert words in caption
    assert chart.ends < NOW.timestamp()  # not the empty time since
    assert "to go" not in caption


@pytest.mark.parametrize("readings", [(), hourly(until=5, each=1, hours=0)])
@pytest.mark.parametrize("span", Span)
def test_of_one_moment_there_is_no_picture(span: Span, readings: Sequence[Reading]) -> None:
    assert growth_chart(growth(span, readings), RENDER) is None
    assert "46,120" in growth_caption(growth(span, readings), RENDER)


def test_the_button_of_the_span_that_is_shown_is_marked() -> None:
    spans, _ = growth_buttons(growth(Span.WEEK), RENDER)
    assert [button.label for button in spans] == ["24 h", "• 7 d •", "30 d", "All"]


moments = st.integers(0, 4_000 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
snapshots = st.builds(
    replace,
    st.just(LIDOS),
    title=st.text(max_size=400),
    state=st.sampled_from(PetitionState),
    signatures=st.integers(0, 10**9),
    opened_at=st.none() | moments,
    response_threshold_at=st.none() | moments,
    debate_threshold_at=st.none() | moments,
    response_at=st.none() | moments,
    closed_at=st.none() | moments,
    debate_on=st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1)),
)
read = st.lists(st.builds(Reading, at=moments, signatures=st.integers(0, 10**9)), max_size=400).map(
    lambda readings: sorted(readings, key=lambda reading: reading.at)
)


@given(snapshots, read, st.sampled_from(Span))
def test_whatever_was_read_the_picture_keeps_within_its_limits(
    snapshot: Snapshot, readings: Sequence[Reading], span: Span
) -> None:
    one = growth(span, readings, snapshot)
    assert visible_length(growth_caption(one, RENDER)) <= CAPTION_LIMIT
    chart = growth_chart(one, RENDER)
    if chart is None:
        return
    assert chart.begins < chart.ends <= NOW.timestamp()
    assert len(chart.ticks) <= 10
    assert all(chart.begins <= label.at <= chart.ends for label in (*chart.ticks, *chart.marks))
    line = chart.line
    assert line is not None
    assert len(line.milestones) <= MOST_MILESTONES
    for points in (line.points, line.guessed):
        assert len(points) <= MOST_POINTS + 2
        assert all(before[0] <= after[0] for before, after in pairwise(points))
        assert all(chart.begins <= at <= chart.ends and line.low <= count <= line.high for at, count in points)
    assert all(line.low <= level.at <= line.high for level in (*line.levels, *line.ticks))
    assert all(len(bars.heights) <= 260 and min(bars.heights) >= 0 for bars in chart.bars)
    assert len(DRAWING.write(chart)) < 20_000
    assert DRAWING.read(DRAWING.write(chart)) == chart


points = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=300, unique_by=lambda p: p[0]
).map(sorted)


@given(points, st.integers(2, 250))
def test_thinning_keeps_both_ends(line: list[tuple[int, int]], most: int) -> None:
    kept = thinned(line, max(most, 3))
    assert kept[0] == line[0]
    assert kept[-1] == line[-1]
    assert len(kept) <= max(most, 3)
    assert set(kept) <= set(line)


@given(points.map(lambda line: [(at, place) for place, (at, _) in enumerate(line)]), st.integers(1, 500))
def test_the_bars_add_up_to_what_the_line_gained(line: list[tuple[int, int]], seconds: int) -> None:
    number = (line[-1][0] - line[0][0]) // seconds + 1
    assert sum(gained(line, line[0][0], seconds, number)) == line[-1][1] - line[0][1]


def test_a_line_is_cut_where_it_crosses_the_ends_of_the_span() -> None:
    assert between([(0, 0), (100, 100)], 20, 60) == [(20, 20), (60, 60)]
    assert between([(0, 0), (50, 50), (100, 100)], 20, 100) == [(20, 20), (50, 50), (100, 100)]
    assert between([(30, 30)], 0, 100) == [(30, 30)]
    assert between([(30, 30)], 40, 100) == []
