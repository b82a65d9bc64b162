"""What is written or rewritten around a petition: its own words, the committee's papers.

None of it has a date of its own that could be relied on, and nobody wants to hear of the same text twice. So a copy
older than the last tells nothing, what is gone is not news, and what comes back is not new.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from petitions.comparison import Comparison, Found
from petitions.history import Marks
from petitions.news import BusinessAdded, BusinessEdited, Change, CommitteeNoted, CommitteeNoteEdited, WordsEdited
from petitions.petition import PetitionState, Snapshot
from petitions.words import same_words

_WORDS: tuple[Literal["title", "background", "details"], ...] = ("title", "background", "details")
_PUBLIC = frozenset({PetitionState.OPEN, PetitionState.CLOSED, PetitionState.REJECTED})


def last_words(before: Snapshot, after: Snapshot) -> Snapshot:
    """Return `after` with the words of `before` where it is the older copy, and with a note that it has lost."""
    if before.updated_at is not None and after.updated_at is not None and after.updated_at < before.updated_at:
        kept = {name: getattr(before, name) for name in (*_WORDS, "committee_note", "business")}
        return replace(after, **kept)
    if after.committee_note or before.committee_note is None:
        return after
    return replace(after, committee_note=before.committee_note)


def words_edited(seen: Comparison, marks: Marks) -> Found:
    """Find an edit of the petition itself; before it is public its words are not known."""
    before, after = seen.before, seen.after
    if not {before.state, after.state} <= _PUBLIC:
        return None, marks
    parts = tuple(name for name in _WORDS if not same_words(getattr(before, name), getattr(after, name)))
    if not parts:
        return None, marks
    marks = replace(marks, word_edits=marks.word_edits + 1)
    news = WordsEdited(parts=parts, was_titled=before.title if "title" in parts else "")
    return seen.change(f"words_edited:{marks.word_edits}", news), marks


def committee_note(seen: Comparison, marks: Marks) -> Found:
    """Find a note of the committee that is new or has changed."""
    old, new = seen.before.committee_note, seen.after.committee_note
    if old is None or new is None or same_words(old, new):
        return None, marks
    marks = replace(marks, note_edits=marks.note_edits + 1)
    news = CommitteeNoteEdited(note=new) if old else CommitteeNoted(note=new)
    return seen.change(f"committee_note:{marks.note_edits}", news), marks


def business(seen: Comparison) -> Iterator[Change]:
    """Find items of other business that are new or have changed; an item that is gone is no news.

    Where nothing is known of the items before, those are new that were entered since the document was last read.
    """
    before, since = seen.before, seen.full_at
    known = {item.created_at: item for item in before.business or ()}
    for item in seen.after.business or ():
        entered, old = item.created_at.isoformat(), known.get(item.created_at)
        if old is not None and old.fingerprint != item.fingerprint:
            yield seen.change(f"business_edited:{entered}:{item.fingerprint}", BusinessEdited(item=item))
        elif old is None and (before.business is not None or (since is not None and item.created_at > since)):
            yield seen.change(f"business:{entered}", BusinessAdded(item=item), item.created_at)
