"""What has happened since a moment to a petition nobody has watched until now."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from petitions.catching_up import as_of, catch_up_since, meet_since
from petitions.changes import first_look
from petitions.news import Kind
from petitions.petition import DebateOutcome, PetitionRef, PetitionState, Response, Site, Snapshot
from sites.uk_document import UK

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
SINCE = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER, EARLIER = SINCE + timedelta(minutes=1), SINCE - timedelta(minutes=1)
OLD = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=900,
    opened_at=SINCE - timedelta(days=30),
    closing_on=date(2026, 8, 1),
    thresholds=UK.thresholds,
)
RESPONSE = Response(summary="We will look at it.")
OUTCOME = DebateOutcome(debated_on=date(2026, 3, 2), overview="Swifts were spoken of.")
HAPPENINGS = {
    Kind.PUBLISHED: lambda at: replace(OLD, opened_at=at),
    Kind.RESPONSE: lambda at: replace(OLD, response=RESPONSE, response_at=at),
    Kind.MILESTONE: lambda at: replace(OLD, signatures=10_400, response_threshold_at=at),
    Kind.CLOSED: lambda at: replace(OLD, state=PetitionState.CLOSED, closed_at=at),
    Kind.DEBATED: lambda at: replace(OLD, debate_outcome=OUTCOME, debate_outcome_at=at),
    Kind.DEBATE_SCHEDULED: lambda at: replace(
        OLD, debate_on=date(2026, 4, 1), debate_scheduled_on=at.date() + timedelta(days=int(at > SINCE))
    ),
}


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_a_petition_that_is_met_tells_what_happened_since(kind: Kind) -> None:
    met = meet_since(HAPPENINGS[kind](LATER), NOW, UK.zone, since=SINCE)
    assert [change.news.kind for change in met.changes] == [kind]
    assert met.snapshot == HAPPENINGS[kind](LATER)


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_a_petition_that_is_met_tells_nothing_older(kind: Kind) -> None:
    met = meet_since(HAPPENINGS[kind](EARLIER), NOW, UK.zone, since=SINCE)
    assert met.changes == ()
    assert (met.snapshot, met.marks) == (first_look(met.snapshot).snapshot, first_look(met.snapshot).marks)


@pytest.mark.parametrize("kind", HAPPENINGS)
@pytest.mark.parametrize("at", [LATER, EARLIER])
def test_a_petition_that_was_last_seen_long_ago_tells_the_same(kind: Kind, at: datetime) -> None:
    seen = replace(OLD, signatures=4, opened_at=None, state=PetitionState.UNPUBLISHED)
    known = OLD if kind is not Kind.PUBLISHED else seen
    caught_up = catch_up_since(known, first_look(known).marks, HAPPENINGS[kind](at), NOW, UK.zone, since=SINCE)
    assert [change.news.kind for change in caught_up.changes] == ([kind] if at is LATER else [])
    assert caught_up.snapshot == HAPPENINGS[kind](at)


def test_both_thresholds_passed_since_are_one_milestone() -> None:
    both = replace(OLD, signatures=130_000, response_threshold_at=LATER, debate_threshold_at=LATER)
    (change,) = meet_since(both, NOW, UK.zone, since=SINCE).changes
    assert change.key == "milestone:100000"
    assert as_of(both, SINCE, UK.zone).signatures == 9_999


def test_a_debate_that_was_scheduled_on_the_day_of_the_moment_counts_as_older() -> None:
    same_day = replace(OLD, debate_on=date(2026, 4, 1), debate_scheduled_on=SINCE.date())
    assert meet_since(same_day, NOW, UK.zone, since=SINCE).changes == ()


def test_the_day_of_the_moment_is_that_of_the_site() -> None:
    half_past_midnight = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    same_day = replace(OLD, debate_on=date(2026, 7, 1), debate_scheduled_on=date(2026, 6, 2))
    assert as_of(same_day, half_past_midnight, UK.zone) == same_day
