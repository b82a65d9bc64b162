"""What has changed between two looks at a petition, and what of it is news.

Pure: the same two snapshots, marks and moment always give the same findings, with the same keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from petitions.answers import Gone, NotFound, SentHome, Unpublished
from petitions.doubts import CONFIRM_AFTER, believe, same_response
from petitions.edits import business, committee_note, last_words, outcome_completed, parts_of, with_parts, words_edited
from petitions.history import Marks
from petitions.milestones import highest_milestone, milestones_up_to
from petitions.news import (
    Archived,
    BelowThreshold,
    Change,
    Closed,
    DeadlineExtended,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    MilestoneReached,
    News,
    NotDebated,
    Published,
    Rejected,
    Removed,
    Reopened,
    ResponseEdited,
    ResponsePublished,
    ResponseWithdrawn,
    Stopped,
)
from petitions.petition import PetitionRef, PetitionState, Snapshot, Tally, Thresholds

MISSES_UNTIL_BELIEVED = 3
"""So many answers in a row without a document, over some time, mean that a petition is gone
(`docs/petition-sites.md` §5)."""

BELOW_FOR = timedelta(minutes=30)
"""A count that has been below a threshold for so long is not that of a stale copy."""

EXTENDED_AGAIN = timedelta(days=7)
"""While signing is paused a deadline moves by a day every night: after the first night, moves of so much are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a look amounts to: what to store, and what to tell.

    `doubtful`: something seems to have disappeared, and the document is to be read again unconditionally.
    """

    snapshot: Snapshot
    marks: Marks
    changes: tuple[Change, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether a disappearance waits for a second look."""
        return bool(self.marks.doubts)


def first_look(after: Snapshot) -> Findings:
    """Meet a petition. Everything it shows is old news: there are no changes, only marks."""
    after = replace(after, unreadable=frozenset())
    return Findings(
        snapshot=after,
        marks=Marks(
            milestone=highest_milestone(after),
            responses=int(after.response is not None),
            debate_dates=int(after.debate_on is not None),
            outcomes=int(after.debate_outcome is not None),
            outcome_parts=parts_of(after.debate_outcome),
            deadline=after.closing_on,
        ),
    )


def compare(
    before: Snapshot,
    marks: Marks,
    after: Snapshot,
    now: datetime,
    zone: ZoneInfo,
    *,
    unconditional: bool,
    confirm_after: timedelta = CONFIRM_AFTER,
) -> Findings:
    """Compare a look with the last one. `unconditional`: no cache was asked whether it still has the same copy.

    `zone`: the clock by which the site's days begin and end.
    """
    after = last_words(before, after.completed_from(before))
    believed = believe(before, after, marks.doubts, now, unconditional=unconditional, confirm_after=confirm_after)
    snapshot = _with_known_verdict(before, believed.snapshot)
    marks = replace(marks, misses=0, missing_since=None, doubts=believed.doubts)
    changes: list[Change] = []
    for find in _FINDS:
        change, marks = find(before, snapshot, marks, now, zone)
        if change is not None:
            changes.append(change)
    return Findings(snapshot=snapshot, marks=marks, changes=(*changes, *business(before, snapshot, now)))


def not_there(
    before: Snapshot,
    marks: Marks,
    answer: Gone | NotFound | SentHome | Unpublished,
    now: datetime,
    *,
    believe_after: timedelta,
    site_ill: bool = False,
) -> Findings:
    """Judge an answer that holds no document.

    A 410 is believed at once, anything else when it is repeated for `believe_after`; nothing is while the site is ill.
    """
    state = PetitionState.UNPUBLISHED if isinstance(answer, Unpublished) else PetitionState.REMOVED
    misses, since = marks.misses + 1, marks.missing_since or now
    repeated = misses >= MISSES_UNTIL_BELIEVED and now - since >= believe_after
    certain = state is before.state or ((isinstance(answer, Gone) or repeated) and not site_ill)
    if not certain:
        return Findings(snapshot=before, marks=replace(marks, misses=misses, missing_since=since))
    waits = isinstance(answer, Unpublished)
    supporters = answer.supporters if isinstance(answer, Unpublished) else None
    after = replace(before, state=state, signatures=before.signatures if supporters is None else supporters)
    marks = replace(marks, misses=0, missing_since=None if waits else since, doubts=())
    if state is before.state:
        return Findings(snapshot=after, marks=marks)
    change, marks = _state_change(_news_of_absence(before, answer), None, marks, now)
    return Findings(snapshot=after, marks=marks, changes=(change,))


def unpublished(ref: PetitionRef, answer: Unpublished, thresholds: Thresholds) -> Snapshot:
    """Return what is known of a petition that has no document yet: no title, and the supporters if they were told."""
    return Snapshot(
        ref=ref, title="", state=PetitionState.UNPUBLISHED, signatures=answer.supporters or 0, thresholds=thresholds
    )


def _news_of_absence(before: Snapshot, answer: Gone | NotFound | SentHome | Unpublished) -> News:
    published = before.state is not PetitionState.UNPUBLISHED
    match answer:
        case Unpublished():
            return Reopened(was=before.state, state=PetitionState.UNPUBLISHED)
        case Gone():
            return Removed(published=published)
        case SentHome() if not published:
            return Stopped()
        case NotFound() | SentHome():
            return Removed(hidden=True, published=published)
        case _:
            assert_never(answer)


def many_missing(missing: int, followed: int) -> bool:
    """Tell whether so many of the followed petitions are missing that it is the site that is ill."""
    return missing > 1 and missing * 2 >= followed


def apply_tally(before: Snapshot, tally: Tally) -> Snapshot:
    """Return the petition as `count.json` shows it: the count, and of the dates those that moved forward.

    What disappeared or was moved is left for the whole document to say.
    """
    snapshot = replace(before, signatures=tally.signatures)
    if not tally.dated:
        return snapshot
    return replace(
        snapshot,
        response_threshold_at=tally.response_threshold_at,
        debate_threshold_at=tally.debate_threshold_at,
        debate_on=before.debate_on or tally.debate_on,
        debate_outcome_at=before.debate_outcome_at or tally.debate_outcome_at,
        debated=tally.debated if before.debate_outcome_at in {None, tally.debate_outcome_at} else before.debated,
    )


def tally_calls_for_page(before: Snapshot, tally: Tally) -> bool:
    """Tell whether `count.json` hints at news whose words only the whole document has."""
    if not tally.dated:
        return False
    return (
        (tally.response_at is None) is not (before.response is None)
        or tally.debate_on != before.debate_on
        or (tally.debate_outcome_at is None) is not (before.debate_outcome is None)
    )


def _milestone(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    highest = highest_milestone(after)
    if highest <= marks.milestone:
        return None, marks
    thresholds = after.thresholds
    passed = tuple(number for number in milestones_up_to(highest, thresholds) if number > marks.milestone)
    news = MilestoneReached(
        highest=highest,
        passed=passed,
        signatures=after.signatures,
        response_threshold=thresholds.response in passed,
        debate_threshold=thresholds.debate in passed,
    )
    dated = {thresholds.response: after.response_threshold_at, thresholds.debate: after.debate_threshold_at}
    change = Change(key=f"milestone:{highest}", news=news, happened_at=dated.get(highest), seen_at=now)
    return change, replace(marks, milestone=highest)


def _below_threshold(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """A count that has fallen is believed when it stays there: stale copies show lower counts all the time."""
    lost = {
        number
        for number in _promising(after)
        if after.signatures < number <= marks.milestone and number not in marks.fallen
    }
    if not lost:
        return None, replace(marks, below_since=None)
    if marks.below_since is None:
        has_fallen = any(number <= before.signatures for number in lost)
        return None, replace(marks, below_since=now if has_fallen else None)
    if now - marks.below_since < BELOW_FOR:
        return None, marks
    threshold = max(lost)
    news = BelowThreshold(
        threshold=threshold, signatures=after.signatures, for_debate=threshold == after.thresholds.debate
    )
    marks = replace(marks, below_since=None, fallen=(*marks.fallen, *sorted(lost)))
    return Change(key=f"below_threshold:{threshold}", news=news, happened_at=None, seen_at=now), marks


def _promising(shown: Snapshot) -> Iterator[int]:
    """Return the thresholds for which something is still to come."""
    if shown.archived or shown.state not in {PetitionState.OPEN, PetitionState.CLOSED}:
        return
    if shown.thresholds.response is not None and shown.response is None and shown.response_at is None:
        yield shown.thresholds.response
    if shown.thresholds.debate is not None and shown.debate_on is None and shown.debate_outcome is None:
        yield shown.thresholds.debate


def _response(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    old, new = before.response, after.response
    if new is None:
        if old is None:
            return None, marks
        key = f"response_withdrawn:{marks.responses}"
        return Change(key=key, news=ResponseWithdrawn(), happened_at=None, seen_at=now), marks
    if old is None:
        marks = replace(marks, responses=marks.responses + 1)
        key, news = f"response:{marks.responses}", ResponsePublished(response=new)
        return Change(key=key, news=news, happened_at=after.response_at or new.created_at, seen_at=now), marks
    if same_response(old, new):
        return None, marks
    marks = replace(marks, response_edits=marks.response_edits + 1)
    happened_at = new.updated_at if new.updated_at != old.updated_at else None
    key = f"response_edited:{marks.response_edits}"
    return Change(key=key, news=ResponseEdited(response=new), happened_at=happened_at, seen_at=now), marks


def _debate_date(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """A date that comes, moves or goes together with the outcome is part of the outcome's story, not news."""
    old, new = before.debate_on, after.debate_on
    news = None if after.debate_outcome is not None else _news_of_date(old, new, now.astimezone(zone).date())
    if news is None:
        return None, marks
    marks = replace(marks, debate_dates=marks.debate_dates + 1)
    return Change(key=f"debate_date:{marks.debate_dates}", news=news, happened_at=None, seen_at=now), marks


def _news_of_date(
    old: date | None, new: date | None, today: date
) -> DebateScheduled | DebateMoved | DebateCancelled | None:
    if old == new:
        return None
    if new is not None:
        return DebateScheduled(on=new) if old is None else DebateMoved(moved_from=old, on=new)
    if old is None or old < today:
        return None
    return DebateCancelled(was_on=old)


def _outcome(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    outcome = after.debate_outcome
    if outcome is None or (before.debate_outcome is not None and _was_held(before) is _was_held(after)):
        return None, marks
    marks = with_parts(replace(marks, outcomes=marks.outcomes + 1), outcome)
    news = Debated(outcome=outcome) if _was_held(after) else NotDebated(outcome=outcome)
    return Change(key=f"outcome:{marks.outcomes}", news=news, happened_at=after.debate_outcome_at, seen_at=now), marks


def _was_held(snapshot: Snapshot) -> bool:
    """Tell a debate from a decision against one (`docs/petition-sites.md` §7)."""
    if snapshot.debated is not None:
        return snapshot.debated
    return snapshot.debate_outcome is not None and snapshot.debate_outcome.debated_on is not None


def _with_known_verdict(before: Snapshot, after: Snapshot) -> Snapshot:
    """Keep what `count.json` or a list said of the debate, as long as it was said of the same outcome."""
    if after.debated is None and before.debate_outcome_at == after.debate_outcome_at:
        return replace(after, debated=before.debated)
    return after


def _deadline(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """Find a later deadline of an open petition: the first time it moves, and then when it has moved by a week."""
    on, told = after.closing_on, marks.deadline
    if on is None or after.state is not PetitionState.OPEN:
        return None, marks
    if told is None or before.state is not PetitionState.OPEN:
        return None, replace(marks, deadline=on)
    moved = before.closing_on is not None and on > before.closing_on
    marks = replace(marks, deadline_moved_at=now) if moved else marks
    if on <= told or (marks.extended and on - told < EXTENDED_AGAIN):
        return None, marks
    news = DeadlineExtended(was_on=told, on=on)
    return Change(key=f"deadline_extended:{on}", news=news, happened_at=None, seen_at=now), replace(
        marks, deadline=on, extended=True
    )


def _archived(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    if before.archived or not after.archived:
        return None, marks
    return Change(key="archived", news=Archived(), happened_at=None, seen_at=now), marks


def _state(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    if after.state is before.state:
        return None, marks
    news, happened_at = _news_of_state(before, after, zone)
    return _state_change(news, happened_at, marks, now)


def _state_change(news: News, happened_at: datetime | None, marks: Marks, now: datetime) -> tuple[Change, Marks]:
    marks = replace(marks, states=marks.states + 1)
    return Change(key=f"state:{marks.states}", news=news, happened_at=happened_at, seen_at=now), marks


def _news_of_state(before: Snapshot, after: Snapshot, zone: ZoneInfo) -> tuple[News, datetime | None]:
    match after.state:
        case PetitionState.CLOSED if before.state in {PetitionState.OPEN, PetitionState.UNPUBLISHED}:
            return Closed(signatures=after.signatures, early=_closed_early(before, after, zone)), after.closed_at
        case PetitionState.REJECTED:
            return Rejected(rejection=after.rejection, taken_down=after.opened_at is not None), after.rejected_at
        case PetitionState.OPEN if before.state is PetitionState.UNPUBLISHED:
            return Published(closing_on=after.closing_on), after.opened_at
        case _:
            return Reopened(was=before.state, state=after.state), None


def _closed_early(before: Snapshot, after: Snapshot, zone: ZoneInfo) -> bool:
    if before.closing_on is None or after.closed_at is None:
        return False
    return after.closed_at.astimezone(zone).date() < before.closing_on


_FINDS = (
    _milestone,
    _below_threshold,
    _response,
    _debate_date,
    _outcome,
    outcome_completed,
    committee_note,
    words_edited,
    _state,
    _deadline,
    _archived,
)
"""Each takes the snapshots before and after, marks, the moment and the site's zone, and returns a change and marks."""
