"""What one answer of a site about a petition amounts to, whichever reader asked: compared, planned, ready to store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from petitions.absence import not_there
from petitions.answers import Gone, NotFound, Ok, SentHome, Unchanged, Unpublished
from petitions.cadence import Cadence, plan, sooner, spread_of
from petitions.calendar import final_count, tell_dates
from petitions.catching_up import catch_up_since, meet_since
from petitions.changes import Findings, apply_tally, compare, first_look
from petitions.forecast import Growth
from petitions.news import Change, MilestoneReached
from petitions.petition import Reading, Snapshot, Tally
from petitions.watched import UNPLANNED, Look, WatchedPetition


@dataclass(frozen=True, slots=True, kw_only=True)
class FullFetch:
    """The document was asked for, `past_caches` when that was unconditional.

    `settles`: what was doubted before may be confirmed at once, because no cache keeps a copy for so long.
    `site_ill`: many petitions of the site are missing.
    """

    answer: Ok[Snapshot] | Unchanged | Gone | NotFound | SentHome | Unpublished
    past_caches: bool
    settles: bool = False
    site_ill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPoll:
    """`count.json` was read. `calls_for_fetch`: it hints at something that only the document shows."""

    answer: Ok[Tally] | Unchanged
    calls_for_fetch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """The petition stood in a list.

    `complete_since`: for one that is not `followed`, the moment from which on no news in the list is missed; without
    it the petition is kept for the record, and nothing of it is news.
    """

    shown: Snapshot
    followed: bool = True
    complete_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReached:
    """A moment of the calendar has come. The site was not asked."""


Observation = FullFetch | CountPoll | ListItem | DateReached


def first_contact(answer: Ok[Snapshot], now: datetime, cadence: Cadence, zone: ZoneInfo) -> Look:
    """Return what to store of a petition that was unknown. All it shows is old news."""
    found = tell_dates(answer.body, first_look(answer.body), now, zone)
    ref = answer.body.ref
    return Look(
        ref=ref,
        version=0,
        snapshot=found.snapshot,
        marks=found.marks,
        schedule=plan(found.snapshot, found.marks, (), now, cadence, zone=zone, spread=spread_of(ref)),
        seen_at=now,
        full_at=now,
        reading=Reading(at=now, signatures=found.snapshot.signatures),
        page_validator=answer.validator,
    )


def first_listing(seen: ListItem, now: datetime, zone: ZoneInfo) -> Look:
    """Return what to store of a petition that was unknown and stands in a list.

    What is older than `complete_since` is old news.
    """
    found = meet_since(seen.shown, now, zone, since=seen.complete_since or now)
    found = tell_dates(found.snapshot, found, now, zone)
    return Look(
        ref=seen.shown.ref,
        version=0,
        snapshot=found.snapshot,
        marks=found.marks,
        schedule=UNPLANNED,
        seen_at=now,
        full_at=None,
        reading=Reading(at=now, signatures=found.snapshot.signatures),
        changes=found.changes,
    )


def look_of(
    watched: WatchedPetition,
    seen: Observation,
    readings: Sequence[Reading],
    now: datetime,
    cadence: Cadence,
    *,
    zone: ZoneInfo,
    swept: bool = False,
) -> Look:
    """Compare what was seen with what is stored, and plan the next looks. `readings`, `swept`: as `plan` needs them."""
    since = watched.marks.old_before
    if since is None:
        found = _findings(watched, seen, now, cadence, zone)
    else:
        found = _findings_since(watched, seen, now, cadence, zone, since=since)
    reading = _reading(watched, seen, now)
    found = _with_what_has_come(watched, found, now, zone, counted=reading is not None)
    schedule = plan(
        found.snapshot, found.marks, readings, now, cadence, zone=zone, spread=spread_of(watched.ref), swept=swept
    )
    look = Look(
        ref=watched.ref,
        version=watched.version,
        snapshot=found.snapshot,
        marks=found.marks,
        schedule=schedule,
        seen_at=watched.seen_at if found.marks.misses else now,
        full_at=watched.full_at,
        reading=reading,
        changes=_in_order_of_time(found.changes),
        page_validator=watched.page_validator,
        count_validator=watched.count_validator,
    )
    match seen:
        case FullFetch(answer=answer, past_caches=past_caches):
            if not isinstance(answer, Unchanged):
                # A copy that is doubted must not come to be confirmed as "not modified".
                validator = answer.validator if isinstance(answer, Ok) and not found.doubtful else None
                look = replace(look, page_validator=validator)
            return replace(look, full_at=now) if past_caches else look
        case CountPoll(answer=answer, calls_for_fetch=calls):
            page_at = now if calls else sooner(watched.schedule.page_at, schedule.page_at)
            if isinstance(answer, Ok):
                look = replace(look, count_validator=answer.validator)
        case ListItem(followed=False, complete_since=None):
            return replace(look, schedule=UNPLANNED, changes=())
        case ListItem(followed=False):
            return replace(look, schedule=UNPLANNED)
        case ListItem():
            page_at = sooner(watched.schedule.page_at, schedule.page_at)
        case DateReached():
            kept = replace(watched.schedule, news_at=schedule.news_at)
            return replace(look, schedule=kept, seen_at=watched.seen_at)
        case _:
            assert_never(seen)
    # The document's turn stays where it was, or comes sooner.
    return replace(look, schedule=replace(schedule, page_at=page_at))


def _in_order_of_time(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return what one look has found so that what the site dates is told oldest first; the rest keeps its place."""
    dated = (each for each in changes if each.happened_at is not None)
    oldest_first = iter(sorted(dated, key=lambda each: each.happened_at or each.seen_at))
    return tuple(each if each.happened_at is None else next(oldest_first) for each in changes)


def with_growth(look: Look, growth: Growth | None) -> Look:
    """Let the milestones that a look has found tell how the petition grows."""

    def told(change: Change) -> Change:
        news = change.news
        return replace(change, news=replace(news, growth=growth)) if isinstance(news, MilestoneReached) else change

    return replace(look, changes=tuple(told(change) for change in look.changes))


def _findings(watched: WatchedPetition, seen: Observation, now: datetime, cadence: Cadence, zone: ZoneInfo) -> Findings:
    before, marks = watched.snapshot, watched.marks
    match seen:
        case FullFetch(answer=Ok(body=after), past_caches=past_caches, settles=settles):
            confirm_after = timedelta(0) if settles else cadence.confirm
            return compare(
                before,
                marks,
                after,
                now,
                zone,
                unconditional=past_caches,
                full_at=watched.full_at,
                confirm_after=confirm_after,
            )
        case FullFetch(answer=Gone() | NotFound() | SentHome() | Unpublished() as answer, site_ill=site_ill):
            return not_there(before, marks, answer, now, believe_after=cadence.believe_missing, site_ill=site_ill)
        case CountPoll(answer=Ok(body=tally)):
            found = compare(before, marks, apply_tally(before, tally), now, zone, unconditional=False)
            # A count says nothing about what is doubted, nor whether the petition is public.
            return replace(
                found,
                marks=replace(found.marks, doubts=marks.doubts, misses=marks.misses, missing_since=marks.missing_since),
            )
        case ListItem(shown=after, complete_since=datetime() as since) if watched.seen_at < since:
            return catch_up_since(before, marks, after, now, zone, since=since)
        case ListItem(shown=after):
            return compare(before, marks, after, now, zone, unconditional=False)
        case FullFetch(answer=Unchanged()) | CountPoll(answer=Unchanged()) | DateReached():
            return Findings(snapshot=before, marks=marks)
        case _:
            raise AssertionError(seen)


def _findings_since(
    watched: WatchedPetition, seen: Observation, now: datetime, cadence: Cadence, zone: ZoneInfo, *, since: datetime
) -> Findings:
    """Compare with what was last seen long ago or never: what happened before `since`, or who knows when, is old."""
    before, marks = watched.snapshot, replace(watched.marks, old_before=None, dates_until=None)
    match seen:
        case ListItem(shown=after, complete_since=datetime() as complete_since):
            return catch_up_since(before, marks, after, now, zone, since=complete_since)
        case FullFetch(answer=Ok(body=after)) | ListItem(shown=after):
            return catch_up_since(before, marks, after, now, zone, since=since)
        case FullFetch(answer=Unchanged()):
            return Findings(snapshot=before, marks=marks)
        case FullFetch():
            return replace(_findings(watched, seen, now, cadence, zone), changes=())
        case CountPoll() | DateReached():  # these show no dates: the document is read first
            return Findings(snapshot=before, marks=watched.marks)
        case _:
            assert_never(seen)


def _with_what_has_come(
    watched: WatchedPetition, found: Findings, now: datetime, zone: ZoneInfo, *, counted: bool
) -> Findings:
    """Add what is told because its time has come. `counted`: the site has shown or confirmed the count."""
    if found.marks.old_before is not None:
        return found
    if counted and not found.marks.misses:
        final = final_count(watched.snapshot, found.snapshot, watched.seen_at, now)
        found = found if final is None else replace(found, changes=(*found.changes, final))
    return tell_dates(watched.snapshot, found, now, zone)


def _reading(watched: WatchedPetition, seen: Observation, now: datetime) -> Reading | None:
    """Return the count as it was shown or confirmed."""
    match seen:
        case FullFetch(answer=Ok(body=shown)) | CountPoll(answer=Ok(body=shown)) | ListItem(shown=shown):
            return Reading(at=now, signatures=shown.signatures)
        case FullFetch(answer=Unchanged()) | CountPoll(answer=Unchanged()):
            return Reading(at=now, signatures=watched.snapshot.signatures)
        case _:
            return None
