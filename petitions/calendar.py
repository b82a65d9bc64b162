"""What comes by itself: dates of a petition on which there is something to say although the site shows nothing new.

A moment is told once it has come, by whichever observation is the first after it. The key of what is told holds the
date, and no moment before `Marks.dates_until` is told, so nothing is told twice. A moment that had passed before its
date was known is not told: word of the date itself has said all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from petitions.changes import Findings
from petitions.history import Marks
from petitions.news import Change, ClosingSoon, DebateToday, FinalCount, WaitingForResponse
from petitions.petition import PetitionState, Snapshot

MORNING = time(8)
"""When a day's dates are told, by the clock of the site."""

CLOSING_IN_DAYS = (7, 1)
WAITING_DAYS = (30, 90)

TOLD_FOR = timedelta(days=2)
"""What could not be told for so long is passed over."""

SETTLED = timedelta(days=1)
"""A deadline that has moved in the last day may move again: signing is paused (`docs/petition-sites.md` §6)."""

LATE_SIGNATURES = timedelta(days=1)
"""How long after closing the count may still rise (`docs/petition-sites.md` §6)."""

DatedNews = ClosingSoon | WaitingForResponse | DebateToday


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When there is something to say, and until when that makes sense."""

    at: datetime
    until: datetime
    key: str
    news: DatedNews


def moments(shown: Snapshot, marks: Marks, zone: ZoneInfo) -> Sequence[Moment]:
    """Return all moments of a petition, past and to come, the earliest first."""
    found = (*_closing(shown, marks, zone), *_waiting(shown, marks, zone), *_debate(shown, zone))
    return sorted(found, key=lambda moment: moment.at)


def next_moment(shown: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when something is to be said next, `None` while nothing is to be expected."""
    return next((moment.at for moment in moments(shown, marks, zone) if moment.at > now), None)


def tell_dates(before: Snapshot, found: Findings, now: datetime, zone: ZoneInfo) -> Findings:
    """Add to what an observation has found what the calendar says by then. The first time, that is nothing."""
    marks = found.marks
    if marks.dates_until is None:
        return replace(found, marks=replace(marks, dates_until=now))
    come = [each for each in moments(found.snapshot, marks, zone) if marks.dates_until < each.at <= now]
    if not come:
        return found
    marks, changes = replace(marks, dates_until=now), list(found.changes)
    known = {each.key for each in moments(before, marks, zone)}
    last_of_a_kind = {each.news.kind: each for each in come if each.key in known and now < each.until}
    for each in last_of_a_kind.values():
        changes.append(Change(key=each.key, news=each.news, happened_at=each.at, seen_at=now))
        if isinstance(each.news, WaitingForResponse):
            marks = replace(marks, waited=each.news.days)
    return replace(found, marks=marks, changes=tuple(changes))


def final_count(before: Snapshot, after: Snapshot, seen_before: datetime, now: datetime) -> Change | None:
    """Tell the final count of a petition that was known to be closed, at the first look after nobody can be added.

    `seen_before`: when the site was last seen to show it.
    """
    if {before.state, after.state} != {PetitionState.CLOSED} or after.closed_at is None:
        return None
    final_at = after.closed_at + LATE_SIGNATURES
    if not seen_before < final_at <= now <= final_at + TOLD_FOR:
        return None
    key = f"final_count:{after.closed_at.isoformat()}"
    return Change(key=key, news=FinalCount(signatures=after.signatures), happened_at=None, seen_at=now)


def _closing(shown: Snapshot, marks: Marks, zone: ZoneInfo) -> Iterator[Moment]:
    on = shown.closing_on
    if on is None or shown.state is not PetitionState.OPEN:
        return
    for days in CLOSING_IN_DAYS:
        at = _morning(on - timedelta(days=days), zone)
        if marks.deadline_moved_at is None or at - marks.deadline_moved_at >= SETTLED:
            until = min(at + TOLD_FOR, end_of(on, zone))
            news = ClosingSoon(on=on, signatures=shown.signatures)
            yield Moment(at=at, until=until, key=f"closing_soon:{on}:{days}", news=news)


def _waiting(shown: Snapshot, marks: Marks, zone: ZoneInfo) -> Iterator[Moment]:
    reached_at = shown.response_threshold_at
    if reached_at is None or shown.answered or not shown.current:
        return
    since = reached_at.astimezone(zone).date()
    for days in WAITING_DAYS:
        if days > marks.waited:
            at = _morning(since + timedelta(days=days), zone)
            news = WaitingForResponse(days=days, since=since)
            yield Moment(at=at, until=at + TOLD_FOR, key=f"waiting_for_response:{days}", news=news)


def _debate(shown: Snapshot, zone: ZoneInfo) -> Iterator[Moment]:
    on = shown.debate_on
    if on is not None and shown.debate_outcome is None and not shown.debated:
        yield Moment(at=_morning(on, zone), until=end_of(on, zone), key=f"debate_today:{on}", news=DebateToday(on=on))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the midnight at which a day of the site ends."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)
