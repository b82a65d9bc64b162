"""A petition that has no document: not published yet, hidden, or gone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from petitions.answers import Gone, NotFound, SentHome, Unpublished
from petitions.changes import Findings
from petitions.history import Marks
from petitions.news import Change, News, Removed, Reopened, Stopped
from petitions.petition import PetitionRef, PetitionState, Snapshot, Thresholds
from petitions.states import next_state

MISSES_UNTIL_BELIEVED = 3
"""So many answers in a row without a document, over some time, mean that a petition is gone
(`docs/petition-sites.md` §5)."""


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
    misses, since = marks.misses + 1, marks.missing_since or now
    repeated = misses >= MISSES_UNTIL_BELIEVED and now - since >= believe_after
    after = _without_document(before, answer)
    unchanged = after.state is before.state
    if not (unchanged or ((isinstance(answer, Gone) or repeated) and not site_ill)):
        return Findings(snapshot=before, marks=replace(marks, misses=misses, missing_since=since))
    missing = after.state is PetitionState.REMOVED
    marks = replace(marks, misses=0, missing_since=since if missing else None, doubts=())
    if unchanged:
        return Findings(snapshot=after, marks=marks)
    key, marks = next_state(marks)
    change = Change(key=key, news=_news_of_absence(before, answer), happened_at=None, seen_at=now)
    return Findings(snapshot=after, marks=marks, changes=(change,))


def unpublished(ref: PetitionRef, answer: Unpublished, thresholds: Thresholds) -> Snapshot:
    """Return what is known of a petition that never had a document: its supporters, and no title."""
    untitled = Snapshot(ref=ref, title="", state=PetitionState.UNPUBLISHED, signatures=0, thresholds=thresholds)
    return _without_document(untitled, answer)


def many_missing(missing: int, followed: int) -> bool:
    """Tell whether so many of the followed petitions are missing that it is the site that is ill."""
    return missing > 1 and missing * 2 >= followed


def _without_document(before: Snapshot, answer: Gone | NotFound | SentHome | Unpublished) -> Snapshot:
    if not isinstance(answer, Unpublished):
        return replace(before, state=PetitionState.REMOVED)
    signatures = before.signatures if answer.supporters is None else answer.supporters
    return replace(before, state=PetitionState.UNPUBLISHED, signatures=signatures)


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
