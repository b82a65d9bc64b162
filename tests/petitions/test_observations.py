"""What one answer of a site leaves behind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from petitions.answers import Gone, NotFound, Ok, Unchanged
from petitions.history import Marks
from petitions.news import Kind
from petitions.observations import CountPoll, FullFetch, ListItem, Observation, look_of
from petitions.petition import DebateOutcome, PetitionState, Reading, Response, Tally
from petitions.watched import UNPLANNED, WatchedPetition
from sites.uk_document import UK
from tests.petitions.watching import CADENCE, NOW, OPEN, Watched

MORE = replace(OPEN, signatures=950)


def watched() -> WatchedPetition:
    return Watched(OPEN).petition


@pytest.mark.parametrize(
    ("seen", "count"),
    [
        (FullFetch(answer=Ok(body=MORE), past_caches=False), 950),
        (CountPoll(answer=Ok(body=Tally(signatures=950))), 950),
        (ListItem(shown=MORE), 950),
        (FullFetch(answer=Unchanged(), past_caches=False), 900),
        (CountPoll(answer=Unchanged()), 900),
        (FullFetch(answer=Gone(), past_caches=False), None),
    ],
    ids=str,
)
def test_the_count_that_was_shown_or_confirmed_is_read(seen: Observation, count: int | None) -> None:
    look = look_of(watched(), seen, (), NOW, CADENCE, zone=UK.zone)
    assert look.reading == (None if count is None else Reading(at=NOW, signatures=count))


def test_a_petition_of_a_list_that_nobody_follows_gets_no_plan() -> None:
    seen = ListItem(shown=MORE, followed=False, complete_since=NOW)
    assert look_of(watched(), seen, (), NOW, CADENCE, zone=UK.zone).schedule == UNPLANNED
    assert look_of(watched(), ListItem(shown=MORE), (), NOW, CADENCE, zone=UK.zone).schedule != UNPLANNED


RESPONDED = replace(OPEN, signatures=12_000, response=Response(summary="Yes."), response_at=NOW - timedelta(hours=1))


def never_seen(old_before: datetime = NOW) -> WatchedPetition:
    nothing = replace(OPEN, signatures=0)
    return replace(watched(), snapshot=nothing, marks=Marks(old_before=old_before), full_at=None)


@pytest.mark.parametrize("seen", [FullFetch(answer=Ok(body=RESPONDED), past_caches=True), ListItem(shown=RESPONDED)])
def test_the_first_look_at_a_petition_that_was_never_seen_is_quiet_about_what_is_old(seen: Observation) -> None:
    look = look_of(never_seen(), seen, (), NOW, CADENCE, zone=UK.zone)
    assert look.changes == ()
    assert look.snapshot == RESPONDED
    assert (look.marks.milestone, look.marks.responses, look.marks.old_before) == (10_000, 1, None)


@pytest.mark.parametrize("complete_since", [None, NOW - timedelta(hours=2)])
def test_and_tells_what_has_happened_since(complete_since: datetime | None) -> None:
    seen = ListItem(shown=RESPONDED, complete_since=complete_since)
    look = look_of(never_seen(NOW - timedelta(hours=3)), seen, (), NOW, CADENCE, zone=UK.zone)
    assert [change.news.kind for change in look.changes] == [Kind.RESPONSE]


def test_a_petition_that_was_never_seen_and_is_gone_is_no_news() -> None:
    petition = never_seen()
    for minutes in (0, 30, 60):
        answer = FullFetch(answer=NotFound(), past_caches=True)
        look = look_of(petition, answer, (), NOW + timedelta(minutes=minutes), CADENCE, zone=UK.zone)
        assert look.changes == ()
        petition = replace(petition, snapshot=look.snapshot, marks=look.marks)
    assert petition.snapshot.state is PetitionState.REMOVED
    assert petition.marks.old_before == NOW


def test_a_count_says_nothing_of_a_petition_that_was_never_seen() -> None:
    tally = CountPoll(answer=Ok(body=Tally(signatures=12_000)))
    look = look_of(never_seen(), tally, (), NOW, CADENCE, zone=UK.zone)
    assert (look.changes, look.snapshot, look.marks) == ((), never_seen().snapshot, never_seen().marks)


def test_what_has_not_changed_since_long_ago_is_no_longer_old() -> None:
    look = look_of(never_seen(), FullFetch(answer=Unchanged(), past_caches=False), (), NOW, CADENCE, zone=UK.zone)
    assert look.marks == Marks(dates_until=NOW)


def test_what_one_look_has_found_is_told_in_the_order_in_which_it_happened() -> None:
    long_after = NOW + timedelta(days=90)
    shown = replace(
        OPEN,
        signatures=1_200,
        state=PetitionState.CLOSED,
        closed_at=NOW + timedelta(days=20),
        response=Response(summary="No."),
        response_at=NOW + timedelta(days=40),
        debate_outcome=DebateOutcome(debated_on=(NOW + timedelta(days=30)).date()),
        debate_outcome_at=NOW + timedelta(days=30),
    )
    seen = FullFetch(answer=Ok(body=shown), past_caches=True)
    look = look_of(watched(), seen, (), long_after, CADENCE, zone=UK.zone)
    told = [(change.news.kind, change.happened_at) for change in look.changes]
    assert told == [
        (Kind.MILESTONE, None),
        (Kind.CLOSED, shown.closed_at),
        (Kind.DEBATED, shown.debate_outcome_at),
        (Kind.RESPONSE, shown.response_at),
    ]
