"""What is written or rewritten around a petition: its own words, the committee's papers, what is left of a debate.

None of it has a date of its own that could be relied on, and nobody wants to hear of the same text twice. So a copy
older than the last tells nothing, what is gone is not news, and what comes back is not new.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from petitions.history import Marks
from petitions.news import (
    BusinessAdded,
    BusinessEdited,
    Change,
    CommitteeNoted,
    CommitteeNoteEdited,
    OutcomeCompleted,
    WordsEdited,
)
from petitions.petition import Business, DebateOutcome, PetitionState, Snapshot
from petitions.words import same_words

_WORDS: tuple[Literal["title", "background", "details"], ...] = ("title", "background", "details")
_PARTS = tuple(field.name for field in fields(DebateOutcome) if field.name != "debated_on")
_PUBLIC = frozenset({PetitionState.OPEN, PetitionState.CLOSED, PetitionState.REJECTED})


def last_words(before: Snapshot, after: Snapshot) -> Snapshot:
    """Return `after` with the words of `before` where it is the older copy, and with a note that it has lost."""
    if before.updated_at is not None and after.updated_at is not None and after.updated_at < before.updated_at:
        kept = {name: getattr(before, name) for name in (*_WORDS, "committee_note", "business")}
        return replace(after, **kept)
    if after.committee_note or before.committee_note is None:
        return after
    return replace(after, committee_note=before.committee_note)


def parts_of(outcome: DebateOutcome | None) -> tuple[str, ...]:
    """Return the names of the fields that hold something of the outcome, without its day."""
    return tuple(name for name in _PARTS if getattr(outcome, name, None))


def words_edited(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """Find an edit of the petition itself; before it is public its words are not known."""
    if not {before.state, after.state} <= _PUBLIC:
        return None, marks
    parts = tuple(name for name in _WORDS if not same_words(getattr(before, name), getattr(after, name)))
    if not parts:
        return None, marks
    marks = replace(marks, word_edits=marks.word_edits + 1)
    news = WordsEdited(parts=parts, was_titled=before.title if "title" in parts else "")
    return Change(key=f"words_edited:{marks.word_edits}", news=news, happened_at=None, seen_at=now), marks


def committee_note(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """Find a note of the committee that is new or has changed."""
    old, new = before.committee_note, after.committee_note
    if old is None or new is None or same_words(old, new):
        return None, marks
    marks = replace(marks, note_edits=marks.note_edits + 1)
    news = CommitteeNoteEdited(note=new) if old else CommitteeNoted(note=new)
    return Change(key=f"committee_note:{marks.note_edits}", news=news, happened_at=None, seen_at=now), marks


def outcome_completed(
    before: Snapshot, after: Snapshot, marks: Marks, now: datetime, zone: ZoneInfo
) -> tuple[Change | None, Marks]:
    """Find what has been added to the outcome of a debate that was told before."""
    outcome, known = after.debate_outcome, marks.outcome_parts
    added = [name for name in parts_of(outcome) if name not in (known or ())]
    if outcome is None or (not added and known is not None):
        return None, marks
    marks = with_parts(marks, outcome)
    if known is None:
        return None, marks
    news = OutcomeCompleted(
        added=DebateOutcome(debated_on=outcome.debated_on, **{name: getattr(outcome, name) for name in added})
    )
    return Change(key=f"outcome_completed:{'+'.join(added)}", news=news, happened_at=None, seen_at=now), marks


def with_parts(marks: Marks, outcome: DebateOutcome) -> Marks:
    """Remember what there is of an outcome: what comes with it, or has been there, is not added to it later."""
    return replace(marks, outcome_parts=tuple(sorted({*(marks.outcome_parts or ()), *parts_of(outcome)})))


def business(before: Snapshot, after: Snapshot, now: datetime) -> Iterator[Change]:
    """Find items of other business that are new or have changed; an item that is gone is no news."""
    if before.business is None or after.business is None:
        return
    known = {item.created_at: item for item in before.business}
    for item in after.business:
        yield from _item(known.get(item.created_at), item, now)


def _item(before: Business | None, after: Business, now: datetime) -> Iterator[Change]:
    entered = after.created_at.isoformat()
    if before is None:
        key = f"business:{entered}"
        yield Change(key=key, news=BusinessAdded(item=after), happened_at=after.created_at, seen_at=now)
    elif before.fingerprint != after.fingerprint:
        key = f"business_edited:{entered}:{after.fingerprint}"
        yield Change(key=key, news=BusinessEdited(item=after), happened_at=None, seen_at=now)
