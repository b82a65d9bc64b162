"""What a list of a site shows that the watch has not stored, and when that is more than its being busy."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from petitions.cadence import Cadence
from petitions.changes import compare
from petitions.news import Change, Kind
from petitions.observations import ListItem, first_listing, look_of
from petitions.petition import Reading, Snapshot
from petitions.watched import WatchedPetition

OLDEST = timedelta(days=2)
"""What is older is not audited. All that tells what became of it is kept for longer (`services/tidy.py`)."""

GRACE = timedelta(minutes=15)
"""The watch may take so long to see what a list shows."""

MILESTONE = "milestone:"
"""How the key of a milestone's change begins."""

KINDS = frozenset(
    {Kind.MILESTONE, Kind.RESPONSE, Kind.DEBATE_SCHEDULED, Kind.DEBATE_MOVED, Kind.DEBATED, Kind.NOT_DEBATED}
)
"""The news that the lists are audited for. What disappears is not believed from a list."""


def unseen(
    watched: WatchedPetition | None, listed: ListItem, now: datetime, cadence: Cadence, *, zone: ZoneInfo
) -> Sequence[Change]:
    """Return the news that storing what a list shows would bring to light, by the rules of the watch itself.

    `watched`: what is stored, `None` for a petition that is not known.
    """
    if watched is None:
        found = () if listed.complete_since is None else first_listing(listed, now, zone).changes
    elif watched.seen_at > now or watched.snapshot.archived:
        found = ()  # it was seen after the list; and the archive has lists of its own
    else:
        found = look_of(watched, listed, (), now, cadence, zone=zone).changes
    return [
        change
        for change in found
        if change.news.kind in KINDS and (change.happened_at is None or _recent(change.happened_at, now))
    ]


def has_lately_changed(shown: Snapshot, now: datetime) -> bool:
    """Tell whether the site dates anything in it within the last days."""
    dates = (shown.response_at, shown.response_threshold_at, shown.debate_threshold_at, shown.debate_outcome_at)
    return any(_recent(moment, now) for moment in dates)


def unrecorded(
    watched: WatchedPetition,
    keys: Collection[str],
    past: Sequence[Reading],
    now: datetime,
    cadence: Cadence,
    *,
    zone: ZoneInfo,
) -> Sequence[Change]:
    """Return the dated news of the last days that is part of what is stored, while no change that tells of it is.

    `keys`: those of the changes that are stored. `past`: all readings, which tell whether the petition was watched when
    it happened, and whether a threshold had been passed before.
    """
    after, marks = watched.snapshot, watched.marks
    if after.response_at is not None and after.response is not None and after.response.created_at is not None:
        # The site may move the first of these dates, which is no news.
        after = replace(after, response_at=min(after.response_at, after.response.created_at))
    before, unmarked = after, marks
    if _is_lost("response", marks.responses, keys):
        before, unmarked = replace(before, response=None), replace(unmarked, responses=marks.responses - 1)
    if _is_lost("outcome", marks.outcomes, keys):
        before, unmarked = replace(before, debate_outcome=None), replace(unmarked, outcomes=marks.outcomes - 1)
    milestones = [key.removeprefix(MILESTONE) for key in keys if key.startswith(MILESTONE)]
    reached = max(map(int, milestones), default=0)
    for threshold, at in _thresholds(after):
        passed_before = any(reading.signatures >= threshold for reading in past if reading.at < at)
        if reached < threshold <= marks.milestone and _recent(at, now) and not passed_before:
            unmarked = replace(unmarked, milestone=min(unmarked.milestone, threshold - 1))
    found = compare(before, unmarked, after, now, zone, unconditional=False).changes
    return [
        change
        for change in found
        if change.news.kind in KINDS
        and change.happened_at is not None
        and _recent(change.happened_at, now)
        and any(change.happened_at - 2 * cadence.full <= reading.at < change.happened_at for reading in past)
    ]


def _is_lost(name: str, number: int, keys: Collection[str]) -> bool:
    return number > 0 and f"{name}:{number}" not in keys


def _thresholds(shown: Snapshot) -> Iterator[tuple[int, datetime]]:
    for threshold, at in (
        (shown.thresholds.response, shown.response_threshold_at),
        (shown.thresholds.debate, shown.debate_threshold_at),
    ):
        if threshold is not None and at is not None:
            yield threshold, at


def _recent(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment >= now - OLDEST


def patience(cadence: Cadence) -> timedelta:
    """Return how long after something has come to a list it may be unseen: longer than the lists are apart."""
    return max(GRACE, cadence.quiet)


def is_planned(watched: WatchedPetition, now: datetime, cadence: Cadence, *, late: timedelta) -> bool:
    """Tell whether the watch means to look soon; it is `late` with everything, and does not look at what is later."""
    earliest, latest = now - late - patience(cadence), now + cadence.quiet * 1.2
    looks = (watched.schedule.count_at, watched.schedule.page_at)
    return any(look is not None and earliest <= look <= latest for look in looks)
