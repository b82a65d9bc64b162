"""When to look again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.answers import Busy, Unreadable
from petitions.cadence import SWEPT, Cadence, may_come, plan, retry_at, sooner, spread_of, wants_unconditional
from petitions.history import Doubt, Marks, Subject
from petitions.petition import PetitionRef, PetitionState, Reading, Site, Snapshot
from petitions.watched import Schedule
from sites.uk_document import UK

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CADENCE = Cadence(base=MINUTE)
LONDON = UK.zone
DOUBTFUL = Marks(doubts=(Doubt(subject=Subject.RESPONSE, since=datetime(2026, 3, 2, tzinfo=UTC)),))
OPEN = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=5_600,
    opened_at=NOW - 30 * DAY,
    closing_on=date(2026, 8, 1),
    thresholds=UK.thresholds,
)
CLOSED = replace(OPEN, state=PetitionState.CLOSED, closing_on=None, closed_at=NOW - 2 * DAY)


def _plan(
    snapshot: Snapshot, readings: list[Reading] | None = None, now: datetime = NOW, *, doubtful: bool = False
) -> Schedule:
    schedule = plan(snapshot, DOUBTFUL if doubtful else Marks(), readings or [], now, CADENCE, zone=LONDON, spread=0.0)
    assert schedule.planned_at == now
    return replace(schedule, planned_at=None)


def _gaining(per_day: float, signatures: int = OPEN.signatures) -> list[Reading]:
    return [
        Reading(at=NOW - hours * HOUR, signatures=int(signatures - per_day * hours / 24)) for hours in range(24, 0, -1)
    ]


@pytest.mark.parametrize(
    ("per_day", "signatures", "minutes"),
    [
        (0, 5_600, 15),
        (9, 5_600, 15),
        (200, 5_600, 5),
        (15_000, 5_600, 1),
        (200, 9_990, 5),
        (2_000, 9_990, 1),
        (-50, 5_600, 15),
    ],
)
def test_the_count_is_read_the_oftener_the_more_may_happen(per_day: float, signatures: int, minutes: int) -> None:
    snapshot = replace(OPEN, signatures=signatures)
    assert _plan(snapshot, _gaining(per_day, signatures)).count_at == NOW + minutes * MINUTE


def test_a_petition_of_which_little_is_known_is_watched_closely_at_first() -> None:
    assert _plan(OPEN).count_at == NOW + MINUTE
    assert _plan(replace(OPEN, opened_at=NOW - HOUR), _gaining(0)).count_at == NOW + MINUTE
    assert _plan(replace(OPEN, opened_at=NOW - 7 * HOUR), _gaining(0)).count_at == NOW + 15 * MINUTE


def test_a_petition_that_sweeps_show_is_counted_singly_only_when_it_may_pass_a_milestone_before_the_next() -> None:
    def swept(signatures: int, readings: list[Reading]) -> Schedule:
        snapshot = replace(OPEN, signatures=signatures)
        return plan(snapshot, Marks(), readings, NOW, CADENCE, zone=LONDON, spread=0.0, swept=True)

    unhurried = swept(9_000, _gaining(200, 9_000))
    assert (unhurried.count_at, unhurried.page_at) == (NOW + 100 * MINUTE, NOW + 4 * HOUR)
    assert unhurried.every == SWEPT
    assert swept(9_999, _gaining(200, 9_999)).every == 1
    assert swept(9_980, _gaining(200, 9_980)).every == SWEPT
    suddenly = [Reading(at=NOW - DAY, signatures=9_000), Reading(at=NOW - HOUR, signatures=9_005)]
    assert swept(9_980, suddenly).every == 1, "the pace of the last hour counts when it is the faster"
    calming_down = [Reading(at=NOW - DAY, signatures=1_000), Reading(at=NOW - HOUR, signatures=9_980)]
    assert swept(9_980, calming_down).every == 1, "and that of the last day as well"
    assert swept(9_999, _gaining(0, 9_999)).every == SWEPT, "nobody signs it"
    assert swept(5_600, []).every == 1, "nothing is known of it yet"


@given(pace=st.floats(0.01, 50), factor=st.floats(1, 2))
def test_hardly_ever_do_more_come_than_may_come(pace: float, factor: float) -> None:
    """Even where a petition has become twice as fast: the chance is that of a Poisson process."""
    come, chance = 0, exp(-pace * factor)
    below = chance
    while come + 1 <= may_come(pace):
        come += 1
        chance *= pace * factor / come
        below += chance
    assert 1 - below < 0.04


def test_a_doubt_about_a_petition_that_sweeps_show_is_settled_soon() -> None:
    schedule = plan(OPEN, DOUBTFUL, _gaining(200), NOW, CADENCE, zone=LONDON, spread=0.0, swept=True)
    assert (schedule.page_at, schedule.every) == (NOW + 5 * MINUTE, 5)


def test_the_page_of_an_open_petition_is_read_slowly_and_of_a_closed_one_hardly() -> None:
    assert _plan(OPEN).page_at == NOW + 30 * MINUTE
    assert _plan(CLOSED) == Schedule(count_at=None, page_at=NOW + 12 * HOUR, every=720)
    assert _plan(replace(OPEN, state=PetitionState.REJECTED)).page_at == NOW + 12 * HOUR
    assert _plan(replace(CLOSED, archived=True)).page_at == NOW + 12 * HOUR
    assert _plan(replace(OPEN, state=PetitionState.UNPUBLISHED)) == Schedule(
        count_at=None, page_at=NOW + 15 * MINUTE, every=15
    )


def test_what_was_taken_away_is_looked_at_again_within_minutes_and_later_within_hours() -> None:
    gone = replace(OPEN, state=PetitionState.REMOVED)

    def wait(gone_for: timedelta) -> timedelta:
        marks = Marks(missing_since=NOW - gone_for)
        page_at = plan(gone, marks, [], NOW, CADENCE, zone=LONDON, spread=0.0).page_at
        assert page_at is not None
        return page_at - NOW

    assert [wait(gone_for) for gone_for in (timedelta(0), HOUR / 2, 4 * HOUR, 2 * DAY, 90 * DAY)] == [
        5 * MINUTE,
        7.5 * MINUTE,
        HOUR,
        12 * HOUR,
        12 * HOUR,
    ]


def test_a_count_may_rise_for_a_day_after_closing() -> None:
    closed = replace(CLOSED, closed_at=NOW - HOUR)
    assert _plan(closed).count_at == NOW + 5 * MINUTE
    last = NOW + 23 * HOUR - 2 * MINUTE
    assert _plan(closed, now=last).count_at == NOW + 23 * HOUR
    assert _plan(closed, now=NOW + 23 * HOUR).count_at is None


def test_a_doubt_is_settled_soon() -> None:
    assert _plan(OPEN, doubtful=True).page_at == NOW + 5 * MINUTE


def test_the_page_is_read_when_the_day_of_the_debate_is_over_in_london() -> None:
    debate = replace(CLOSED, debate_on=date(2026, 7, 6))
    before = datetime(2026, 7, 6, 22, tzinfo=UTC)
    midnight = datetime(2026, 7, 6, 23, tzinfo=UTC)  # summer time
    assert _plan(debate, now=before).page_at == midnight
    assert _plan(debate, now=midnight).page_at == midnight + 12 * HOUR
    marks = Marks()
    assert wants_unconditional(replace(debate, state=PetitionState.OPEN), marks, before, midnight, CADENCE, zone=LONDON)


def test_the_page_is_read_right_after_the_deadline_until_the_site_has_closed_the_petition() -> None:
    closing = replace(OPEN, closing_on=date(2026, 3, 2))
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert _plan(closing, now=midnight - 10 * MINUTE).page_at == midnight + MINUTE
    assert _plan(closing, now=midnight).page_at == midnight + 5 * MINUTE
    assert _plan(closing, now=midnight + MINUTE).page_at == midnight + 6 * MINUTE
    assert _plan(closing, now=midnight + HOUR).page_at == midnight + HOUR + 30 * MINUTE
    assert _plan(closing, now=midnight + 2 * HOUR).page_at == midnight + 2 * HOUR + 30 * MINUTE
    assert wants_unconditional(closing, Marks(), midnight - MINUTE, midnight + MINUTE, CADENCE, zone=LONDON)
    assert not wants_unconditional(closing, Marks(), midnight + MINUTE, midnight + 6 * MINUTE, CADENCE, zone=LONDON)


def test_caches_are_passed_when_they_could_hide_something() -> None:
    marks = Marks()
    assert not wants_unconditional(OPEN, marks, NOW - HOUR, NOW, CADENCE, zone=LONDON)
    assert wants_unconditional(OPEN, marks, None, NOW, CADENCE, zone=LONDON)
    assert wants_unconditional(OPEN, marks, NOW - 12 * HOUR, NOW, CADENCE, zone=LONDON)
    assert wants_unconditional(CLOSED, marks, NOW - HOUR, NOW, CADENCE, zone=LONDON)
    assert wants_unconditional(OPEN, replace(marks, misses=1), NOW - HOUR, NOW, CADENCE, zone=LONDON)
    doubts = (Doubt(subject=Subject.RESPONSE, since=NOW),)
    assert wants_unconditional(OPEN, replace(marks, doubts=doubts), NOW - HOUR, NOW, CADENCE, zone=LONDON)


def test_a_silent_site_is_asked_half_as_often_each_time() -> None:
    waits = [retry_at(Busy(reason="503"), failures, NOW, CADENCE) - NOW for failures in range(1, 7)]
    assert waits == [minutes * MINUTE for minutes in (1, 2, 4, 8, 15, 15)]
    assert retry_at(Unreadable(reason="HTML"), 2, NOW, CADENCE) == NOW + 2 * MINUTE


def test_a_site_is_left_alone_as_long_as_it_asks_within_reason() -> None:
    def wait(seconds: float) -> timedelta:
        return retry_at(Busy(reason="429", retry_after=timedelta(seconds=seconds)), 1, NOW, CADENCE) - NOW

    assert wait(600) == 10 * MINUTE
    assert wait(0) == MINUTE
    assert wait(10**9) == 60 * MINUTE


def test_the_sooner_of_two_moments_counts_and_never_is_later_than_any() -> None:
    assert sooner(None, None) is None
    assert sooner(NOW, None) == sooner(None, NOW) == NOW
    assert sooner(NOW, NOW + MINUTE) == NOW


def test_petitions_are_spread_and_each_keeps_its_place() -> None:
    spreads = [spread_of(PetitionRef(site=Site.UK, number=str(number))) for number in range(700_000, 700_100)]
    assert all(0 <= spread <= 1 for spread in spreads)
    assert max(spreads) - min(spreads) > 0.9
    assert spreads[0] == spread_of(PetitionRef(site=Site.UK, number="700000"))


def test_looks_at_many_petitions_are_spread_over_a_tenth_of_the_wait_and_over_minutes_after_a_moment() -> None:
    def latest(snapshot: Snapshot, now: datetime) -> datetime | None:
        return plan(snapshot, Marks(), [], now, CADENCE, zone=LONDON, spread=1.0).page_at

    assert latest(OPEN, NOW) == NOW + 33 * MINUTE
    debated = replace(CLOSED, debate_on=date(2026, 7, 6))
    assert latest(debated, datetime(2026, 7, 6, 22, tzinfo=UTC)) == datetime(2026, 7, 6, 23, 15, tzinfo=UTC)
    closing = replace(OPEN, closing_on=date(2026, 3, 2))
    assert latest(closing, datetime(2026, 3, 2, 23, 50, tzinfo=UTC)) == datetime(2026, 3, 3, 0, 5, tzinfo=UTC)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
days = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
snapshots = st.builds(
    replace,
    st.just(OPEN),
    state=st.sampled_from(PetitionState),
    signatures=st.integers(0, 5_000_000),
    opened_at=st.none() | moments,
    closed_at=st.none() | moments,
    closing_on=days,
    debate_on=days,
    archived=st.booleans(),
)
histories = st.lists(st.builds(Reading, at=moments, signatures=st.integers(0, 5_000_000)), max_size=5).map(
    lambda readings: sorted(readings, key=lambda reading: reading.at)
)


@given(
    snapshot=snapshots,
    readings=histories,
    now=moments,
    base=st.timedeltas(timedelta(milliseconds=50), HOUR),
    doubtful=st.booleans(),
    spread=st.floats(0, 1),
)
def test_every_plan_lies_ahead_not_too_soon_and_always_has_a_page(
    *, snapshot: Snapshot, readings: list[Reading], now: datetime, base: timedelta, doubtful: bool, spread: float
) -> None:
    cadence = Cadence(base=base)
    marks = DOUBTFUL if doubtful else Marks()
    schedule = plan(snapshot, marks, readings, now, cadence, zone=LONDON, spread=spread)
    assert schedule.page_at is not None
    assert now < schedule.page_at <= now + cadence.full * 1.1
    assert schedule.count_at is None or now + base <= schedule.count_at <= now + cadence.quiet * 1.1
