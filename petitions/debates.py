"""What a debate makes news of: its date, its outcome, and what is added to that later."""

from dataclasses import fields, replace
from datetime import date

from petitions.comparison import Comparison, Found
from petitions.history import Marks
from petitions.news import DebateCancelled, Debated, DebateMoved, DebateScheduled, NotDebated, OutcomeCompleted
from petitions.petition import DebateOutcome, Snapshot

_PARTS = sorted(field.name for field in fields(DebateOutcome) if field.name != "debated_on")


def debate_date(seen: Comparison, marks: Marks) -> Found:
    """Find a date that comes, moves or goes; together with the outcome that is part of the outcome's story."""
    if seen.after.debate_outcome is not None:
        return None, marks
    today = seen.now.astimezone(seen.zone).date()
    news = _news_of_date(seen.before.debate_on, seen.after.debate_on, today)
    if news is None:
        return None, marks
    marks = replace(marks, debate_dates=marks.debate_dates + 1)
    return seen.change(f"debate_date:{marks.debate_dates}", news), marks


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


def outcome(seen: Comparison, marks: Marks) -> Found:
    """Find an outcome that is new, or was turned into its opposite."""
    before, after = seen.before, seen.after
    shown = after.debate_outcome
    if shown is None or (before.debate_outcome is not None and _was_held(before) is _was_held(after)):
        return None, marks
    marks = _with_parts(replace(marks, outcomes=marks.outcomes + 1), shown)
    news = Debated(outcome=shown) if _was_held(after) else NotDebated(outcome=shown)
    return seen.change(f"outcome:{marks.outcomes}", news, after.debate_outcome_at), marks


def outcome_completed(seen: Comparison, marks: Marks) -> Found:
    """Find what has been added to the outcome of a debate that was told before; what has been there is not new."""
    shown, known = seen.after.debate_outcome, marks.outcome_parts
    if shown is None:
        return None, marks
    marks = _with_parts(marks, shown)
    added = [name for name in parts_of(shown) if known is not None and name not in known]
    if not added:
        return None, marks
    parts = DebateOutcome(debated_on=shown.debated_on, **{name: getattr(shown, name) for name in added})
    return seen.change(f"outcome_completed:{'+'.join(added)}", OutcomeCompleted(added=parts)), marks


def parts_of(shown: DebateOutcome | None) -> tuple[str, ...]:
    """Return the names of the fields that hold something of the outcome, without its day."""
    return tuple(name for name in _PARTS if getattr(shown, name, None))


def _with_parts(marks: Marks, shown: DebateOutcome) -> Marks:
    return replace(marks, outcome_parts=tuple(sorted({*(marks.outcome_parts or ()), *parts_of(shown)})))


def with_known_verdict(before: Snapshot, after: Snapshot) -> Snapshot:
    """Keep what `count.json` or a list said of the debate, as long as it was said of the same outcome."""
    if after.debated is None and before.debate_outcome_at == after.debate_outcome_at:
        return replace(after, debated=before.debated)
    return after


def _was_held(snapshot: Snapshot) -> bool:
    """Tell a debate from a decision against one (`docs/petition-sites.md` §7)."""
    if snapshot.debated is not None:
        return snapshot.debated
    return snapshot.debate_outcome is not None and snapshot.debate_outcome.debated_on is not None
