"""What has changed between two looks at a petition, and what of it is news.

Pure: the same two snapshots, marks and moment always give the same findings, with the same keys.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from petitions.comparison import Comparison, Found
from petitions.debates import debate_date, outcome, outcome_completed, parts_of, with_known_verdict
from petitions.doubts import CONFIRM_AFTER, believe, same_response
from petitions.edits import business, committee_note, last_words, words_edited
from petitions.history import Marks
from petitions.milestones import highest_milestone
from petitions.news import Change, ResponseEdited, ResponsePublished, ResponseWithdrawn
from petitions.petition import Snapshot, Tally
from petitions.signatures import below_threshold, milestone
from petitions.states import archived, deadline, state


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
    full_at: datetime | None = None,
    confirm_after: timedelta = CONFIRM_AFTER,
) -> Findings:
    """Compare a look with the last one. `unconditional`: no cache was asked whether it still has the same copy.

    `full_at`: when the whole document was last read like that. `zone`: the clock by which the site's days begin and
    end.
    """
    after = last_words(before, after.completed_from(before))
    believed = believe(before, after, marks.doubts, now, unconditional=unconditional, confirm_after=confirm_after)
    shown = _with_first_entry(before, with_known_verdict(before, believed.snapshot))
    seen = Comparison(before=before, after=shown, now=now, zone=zone, full_at=full_at)
    marks = replace(marks, misses=0, missing_since=None, doubts=believed.doubts)
    changes: list[Change] = []
    for rule in _RULES:
        change, marks = rule(seen, marks)
        if change is not None:
            changes.append(change)
    return Findings(snapshot=seen.after, marks=marks, changes=(*changes, *business(seen)))


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


def response(seen: Comparison, marks: Marks) -> Found:
    """Find a response that comes, reads differently, or goes."""
    old, new = seen.before.response, seen.after.response
    if old is None and new is None:
        return None, marks
    if new is None:
        return seen.change(f"response_withdrawn:{marks.responses}", ResponseWithdrawn()), marks
    if old is None:
        marks = replace(marks, responses=marks.responses + 1)
        happened_at = seen.after.response_at or new.created_at
        return seen.change(f"response:{marks.responses}", ResponsePublished(response=new), happened_at), marks
    if same_response(old, new):
        return None, marks
    marks = replace(marks, response_edits=marks.response_edits + 1)
    happened_at = new.updated_at if new.updated_at != old.updated_at else None
    return seen.change(f"response_edited:{marks.response_edits}", ResponseEdited(response=new), happened_at), marks


def _with_first_entry(before: Snapshot, after: Snapshot) -> Snapshot:
    """Keep when the response was entered, also if it was deleted and entered anew before anybody believed it gone."""
    old, new = before.response, after.response
    if old is None or old.created_at is None or new is None:
        return after
    return replace(after, response=replace(new, created_at=old.created_at))


_RULES = (
    milestone,
    below_threshold,
    response,
    debate_date,
    outcome,
    outcome_completed,
    committee_note,
    words_edited,
    state,
    deadline,
    archived,
)
"""The order in which what is found together is told."""
