"""What one answer of a site leaves behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from petitions.answers import Gone, Ok, Unchanged
from petitions.cadence import Cadence
from petitions.observations import CountPoll, FullFetch, ListItem, Observation, first_contact, look_of
from petitions.petition import PetitionId, PetitionRef, PetitionState, Reading, Site, Snapshot, Tally
from petitions.watched import UNPLANNED, WatchedPetition
from sites.uk_document import UK

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CADENCE = Cadence(base=timedelta(minutes=1))
SHOWN = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"), title="Swifts", state=PetitionState.OPEN, signatures=900
)
MORE = replace(SHOWN, signatures=950)


def watched() -> WatchedPetition:
    look = first_contact(Ok(body=SHOWN), NOW, CADENCE, UK.zone)
    return WatchedPetition(
        id=PetitionId(1),
        version=1,
        snapshot=look.snapshot,
        marks=look.marks,
        schedule=look.schedule,
        seen_at=NOW,
        full_at=NOW,
    )


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
    seen = ListItem(shown=MORE, complete_since=NOW)
    assert look_of(watched(), seen, (), NOW, CADENCE, zone=UK.zone).schedule == UNPLANNED
    assert look_of(watched(), ListItem(shown=MORE), (), NOW, CADENCE, zone=UK.zone).schedule != UNPLANNED
