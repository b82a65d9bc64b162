"""Where a petition is in its life: published, closed, rejected, open for longer, archived."""

from dataclasses import replace
from datetime import datetime, timedelta

from petitions.comparison import Comparison, Found
from petitions.history import Marks
from petitions.news import Archived, Closed, DeadlineExtended, News, Published, Rejected, Reopened
from petitions.petition import PetitionState

EXTENDED_AGAIN = timedelta(days=7)
"""While signing is paused a deadline moves by a day every night: after the first night, moves of so much are told."""


def state(seen: Comparison, marks: Marks) -> Found:
    """Find a move from one state to another."""
    if seen.after.state is seen.before.state:
        return None, marks
    key, marks = next_state(marks)
    news, happened_at = _news_of_state(seen)
    return seen.change(key, news, happened_at), marks


def next_state(marks: Marks) -> tuple[str, Marks]:
    """Number a move between states, which may come again: return its key."""
    marks = replace(marks, states=marks.states + 1)
    return f"state:{marks.states}", marks


def _news_of_state(seen: Comparison) -> tuple[News, datetime | None]:
    before, after = seen.before, seen.after
    match after.state:
        case PetitionState.CLOSED if before.state in {PetitionState.OPEN, PetitionState.UNPUBLISHED}:
            return Closed(signatures=after.signatures, early=_closed_early(seen)), after.closed_at
        case PetitionState.REJECTED:
            return Rejected(rejection=after.rejection, taken_down=after.opened_at is not None), after.rejected_at
        case PetitionState.OPEN if before.state is PetitionState.UNPUBLISHED:
            return Published(closing_on=after.closing_on), after.opened_at
        case _:
            return Reopened(was=before.state, state=after.state), None


def _closed_early(seen: Comparison) -> bool:
    closing_on, closed_at = seen.before.closing_on, seen.after.closed_at
    return closing_on is not None and closed_at is not None and closed_at.astimezone(seen.zone).date() < closing_on


def deadline(seen: Comparison, marks: Marks) -> Found:
    """Find a later deadline of an open petition: the first time it moves, and then when it has moved by a week."""
    before, on, told = seen.before, seen.after.closing_on, marks.deadline
    if on is None or seen.after.state is not PetitionState.OPEN:
        return None, marks
    if told is None or before.state is not PetitionState.OPEN:
        return None, replace(marks, deadline=on)
    if before.closing_on is not None and on > before.closing_on:
        marks = replace(marks, deadline_moved_at=seen.now)
    if on <= told or (marks.extended and on - told < EXTENDED_AGAIN):
        return None, marks
    change = seen.change(f"deadline_extended:{on}", DeadlineExtended(was_on=told, on=on))
    return change, replace(marks, deadline=on, extended=True)


def archived(seen: Comparison, marks: Marks) -> Found:
    """Find the move to the archive, from which there is no way back."""
    if seen.before.archived or not seen.after.archived:
        return None, marks
    return seen.change("archived", Archived()), marks
