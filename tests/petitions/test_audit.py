from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from petitions.audit import OLDEST, has_lately_changed, is_planned, patience, unrecorded, unseen
from petitions.cadence import Cadence
from petitions.changes import compare
from petitions.history import Marks
from petitions.news import Kind
from petitions.observations import ListItem
from petitions.petition import (
    DebateOutcome,
    PetitionId,
    PetitionRef,
    PetitionState,
    Reading,
    Response,
    Site,
    Snapshot,
    Thresholds,
)
from petitions.watched import Schedule, WatchedPetition
from services import tidy

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CADENCE = Cadence(base=MINUTE)
LONDON = ZoneInfo("Europe/London")
SWIFTS = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=9_000,
    thresholds=Thresholds(response=10_000, debate=100_000),
)
RESPONDED = replace(SWIFTS, response=Response(summary="We will look."), response_at=NOW - 20 * MINUTE)


def watched(*, page_at: datetime | None = None) -> WatchedPetition:
    return WatchedPetition(
        id=PetitionId(1),
        version=1,
        snapshot=SWIFTS,
        marks=Marks(milestone=5_000),
        schedule=Schedule(count_at=None, page_at=page_at),
        seen_at=NOW - MINUTE,
        full_at=None,
    )


def kinds(known: WatchedPetition | None, shown: Snapshot, complete_since: datetime | None = None) -> list[Kind]:
    listed = ListItem(shown=shown, followed=complete_since is None, complete_since=complete_since)
    return [change.news.kind for change in unseen(known, listed, NOW, CADENCE, zone=LONDON)]


def test_a_list_that_shows_what_is_stored_has_nothing_unseen() -> None:
    assert kinds(watched(), SWIFTS) == []


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (RESPONDED, [Kind.RESPONSE]),
        (replace(SWIFTS, signatures=10_001), [Kind.MILESTONE]),
        (replace(SWIFTS, response_threshold_at=NOW - MINUTE), [Kind.MILESTONE]),
        (replace(SWIFTS, debate_on=NOW.date()), [Kind.DEBATE_SCHEDULED]),
        (replace(SWIFTS, state=PetitionState.CLOSED), []),
    ],
)
def test_milestones_responses_and_debates_are_told_from_a_list(shown: Snapshot, found: list[Kind]) -> None:
    assert kinds(watched(), shown) == found


def test_nothing_is_said_of_what_is_too_old() -> None:
    assert kinds(watched(), replace(RESPONDED, response_at=NOW - OLDEST - MINUTE)) == []


def test_what_was_seen_after_the_list_is_not_compared_with_it() -> None:
    assert kinds(replace(watched(), seen_at=NOW + MINUTE), RESPONDED) == []


def test_of_what_nobody_knows_only_what_came_since_the_list_is_read_for_streams_counts() -> None:
    assert kinds(None, RESPONDED) == []
    assert kinds(None, RESPONDED, NOW - timedelta(hours=1)) == [Kind.RESPONSE]
    assert kinds(None, RESPONDED, NOW - MINUTE) == []


@pytest.mark.parametrize(
    ("minutes", "late", "planned"),
    [(5, 0, True), (18, 0, True), (19, 0, False), (-15, 0, True), (-16, 0, False), (-60, 50, True)],
)
def test_a_look_is_planned_when_it_is_due_soon_or_no_later_than_all_others(
    minutes: int, late: int, planned: bool
) -> None:
    known = watched(page_at=NOW + minutes * MINUTE)
    assert is_planned(known, NOW, CADENCE, late=late * MINUTE) is planned


def test_a_petition_without_looks_is_not_planned() -> None:
    assert not is_planned(watched(), NOW, CADENCE, late=timedelta(0))


def test_a_slow_watch_is_given_more_time() -> None:
    assert patience(CADENCE) == 15 * MINUTE
    assert patience(Cadence(base=10 * MINUTE)) == 150 * MINUTE


def test_all_that_tells_of_an_alert_is_kept_for_longer_than_it_is_audited() -> None:
    assert min(tidy.SENT_KEPT, tidy.OWED_KEPT, tidy.PETITIONS_KEPT) > OLDEST


KNOWN = replace(
    watched(),
    snapshot=replace(
        SWIFTS,
        signatures=10_007,
        response_threshold_at=NOW - MINUTE,
        response=Response(created_at=NOW - MINUTE),
        response_at=NOW - MINUTE,
        debate_outcome=DebateOutcome(debated_on=NOW.date()),
        debate_outcome_at=NOW - MINUTE,
    ),
    marks=Marks(milestone=10_000, responses=1, outcomes=2),
)
LONG_AGO = NOW - timedelta(days=3)


BELOW, ABOVE = (Reading(at=NOW - timedelta(hours=1), signatures=number) for number in (9_999, 10_000))


def lost(known: WatchedPetition, *keys: str, past: Sequence[Reading] = (BELOW,)) -> list[str]:
    return [change.key for change in unrecorded(known, keys, past, NOW, CADENCE, zone=LONDON)]


def test_changes_that_are_not_stored_although_what_they_tell_of_is_are_lost() -> None:
    assert lost(KNOWN) == ["milestone:10000", "response:1", "outcome:2"]
    assert lost(KNOWN, "response:1", "outcome:1") == ["milestone:10000", "outcome:2"]
    assert lost(KNOWN, "milestone:10000", "response:1", "outcome:2") == []


def test_a_threshold_that_is_passed_anew_is_not_lost() -> None:
    assert "milestone:10000" not in lost(KNOWN, past=[ABOVE, BELOW])


@pytest.mark.parametrize("past", [(), (Reading(at=NOW - timedelta(hours=25), signatures=9_000),)])
def test_what_happened_while_nobody_watched_is_not_lost(past: Sequence[Reading]) -> None:
    assert lost(KNOWN, past=past) == []


def test_only_what_the_site_dates_within_days_is_looked_into() -> None:
    assert has_lately_changed(KNOWN.snapshot, NOW)
    assert not has_lately_changed(SWIFTS, NOW)
    assert not has_lately_changed(replace(RESPONDED, response_at=LONG_AGO), NOW)


def test_a_response_whose_date_moved_is_not_lost() -> None:
    moved = replace(KNOWN.snapshot, response=Response(created_at=LONG_AGO))
    assert "response:1" not in lost(replace(KNOWN, snapshot=moved))


def test_a_response_that_was_entered_anew_before_anybody_believed_it_gone_is_not_lost() -> None:
    """It was there when the petition was met, so no change tells of it."""
    met = replace(RESPONDED, response=Response(summary="We will look.", created_at=LONG_AGO), response_at=LONG_AGO)
    anew = replace(RESPONDED, response=Response(summary="We will look.", created_at=NOW - 20 * MINUTE))
    known = replace(watched(), snapshot=met, marks=Marks(milestone=5_000, responses=1))
    seen = compare(met, known.marks, anew, NOW, LONDON, unconditional=True)
    assert seen.changes == ()
    assert lost(replace(known, snapshot=seen.snapshot)) == []


def test_what_was_never_seen_is_not_lost() -> None:
    assert lost(replace(KNOWN, snapshot=SWIFTS, marks=Marks(milestone=5_000))) == []
