"""What has happened since a moment to a petition that nobody has watched until now, told from its dates alone."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from petitions.changes import Findings, compare, first_look
from petitions.history import Marks
from petitions.petition import PetitionState, Snapshot


def meet_since(after: Snapshot, now: datetime, zone: ZoneInfo, *, since: datetime) -> Findings:
    """Meet a petition: what its dates show to be older than `since` is old news."""
    met = first_look(as_of(after, since, zone))
    return compare(met.snapshot, met.marks, after, now, zone, unconditional=False)


def catch_up_since(
    before: Snapshot, marks: Marks, after: Snapshot, now: datetime, zone: ZoneInfo, *, since: datetime
) -> Findings:
    """Compare with what was last seen long before `since`: what happened in between is old news."""
    quiet = compare(before, marks, as_of(after, since, zone), now, zone, unconditional=False)
    return compare(quiet.snapshot, quiet.marks, after, now, zone, unconditional=False)


def as_of(petition: Snapshot, moment: datetime, zone: ZoneInfo) -> Snapshot:
    """Return the petition without what its dates show to have happened after that moment.

    The day on which a debate was scheduled has no hour: what was scheduled on the day of the moment counts as older.
    """
    if _later(petition.opened_at, moment):
        petition = replace(petition, state=PetitionState.UNPUBLISHED)
    elif petition.state is PetitionState.CLOSED and _later(petition.closed_at, moment):
        petition = replace(petition, state=PetitionState.OPEN, closed_at=None)
    if _later(petition.response_at, moment):
        petition = replace(petition, response=None, response_at=None)
    if petition.debate_scheduled_on is not None and petition.debate_scheduled_on > moment.astimezone(zone).date():
        petition = replace(petition, debate_on=None, debate_scheduled_on=None)
    if _later(petition.debate_outcome_at, moment):
        petition = replace(petition, debate_outcome=None, debate_outcome_at=None, debated=None)
    below = [petition.signatures]
    if _later(petition.response_threshold_at, moment):
        petition = replace(petition, response_threshold_at=None)
        below.append((petition.thresholds.response or 1) - 1)
    if _later(petition.debate_threshold_at, moment):
        petition = replace(petition, debate_threshold_at=None)
        below.append((petition.thresholds.debate or 1) - 1)
    return replace(petition, signatures=min(below))


def _later(happened_at: datetime | None, moment: datetime) -> bool:
    return happened_at is not None and happened_at > moment
