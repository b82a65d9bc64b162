"""What lies ahead of a petition: its planned events, and the milestones its growth will pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.parliament.counting import COUNT_INTERVAL, Correction
from sandbox.parliament.happenings import MILESTONES
from sandbox.parliament.life import (
    BusinessAdded,
    Closed,
    DebateCancelled,
    DebateHeld,
    DebateRefused,
    DebateScheduled,
    Event,
    Hidden,
    NoteAdded,
    Petition,
    Published,
    Rejected,
    Removed,
    Responded,
    ResponseEdited,
    ResponseWithdrawn,
    State,
)
from sandbox.parliament.standing import Standing, debate_is_over, standing_at
from sandbox.parliament.times import midnight_after

_SHOWN_AFTER = 2 * COUNT_INTERVAL
_ENDS = (Rejected, Hidden, Removed, Closed)
_WORDS: dict[type[Event], str] = {
    Published: "opens for signatures",
    Rejected: "is rejected",
    Hidden: "is taken down",
    Removed: "is taken down",
    Closed: "closes early",
    Responded: "gets a government response",
    ResponseEdited: "has its response edited",
    ResponseWithdrawn: "has its response withdrawn",
    DebateCancelled: "has its debate cancelled",
    DebateHeld: "has its debate's outcome published",
    DebateRefused: "is refused a debate",
    NoteAdded: "gets a note from the committee",
    BusinessAdded: "is mentioned in Parliament",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Something that will happen, in a few words, unless something else is made to happen first."""

    at: datetime
    petition_id: int
    action: str
    what: str


def prospects(petition: Petition, overrides: Sequence[Event], at: datetime) -> tuple[Prospect, ...]:
    """What lies ahead of `petition` after `at`, soonest first; nothing for one that is not there yet or no more."""
    standing = standing_at(petition, overrides, at)
    if standing is None or standing.state in {State.REMOVED, State.HIDDEN}:
        return ()
    ahead = [*_planned(petition, overrides, at), *_milestones(petition, overrides, standing, at)]
    if standing.state is State.OPEN and standing.closes_on is not None:
        ahead.append((midnight_after(standing.closes_on), "closes at its deadline"))
    if standing.debate_on is not None and standing.outcome is None and not debate_is_over(standing, at):
        ahead.append((midnight_after(standing.debate_on), "has been debated"))
    ends_at = min((event.at for event in petition.events if event.at > at and isinstance(event, _ENDS)), default=None)
    return tuple(
        Prospect(at=when, petition_id=petition.id, action=petition.action, what=what)
        for when, what in sorted(ahead)
        if ends_at is None or when <= ends_at
    )


def _planned(petition: Petition, overrides: Sequence[Event], at: datetime) -> Iterator[tuple[datetime, str]]:
    debate_known = False
    for event in sorted((*petition.events, *overrides), key=lambda event: event.at):
        if event.at > at and (what := _said(event, moved=debate_known)):
            yield event.at, what
        if isinstance(event, DebateScheduled | DebateCancelled):
            debate_known = isinstance(event, DebateScheduled)


def _milestones(
    petition: Petition, overrides: Sequence[Event], standing: Standing, at: datetime
) -> Iterator[tuple[datetime, str]]:
    """Milestones that growth alone will reach while the petition is open and before signatures come or go in one go."""
    if standing.state is not State.OPEN or standing.closes_on is None:
        return
    corrections = [event for event in (*petition.events, *overrides) if isinstance(event, Correction)]
    added = sum(correction.by for correction in corrections if correction.at <= at)
    coming = [correction.at for correction in corrections if correction.at > at]
    until = min([midnight_after(standing.closes_on), *coming])
    for milestone in MILESTONES:
        reached = petition.growth.reaches(milestone - added) if milestone > standing.count.signatures else None
        if reached is not None and at < (shown := reached + _SHOWN_AFTER) < until:
            yield shown, f"reaches {milestone:,} signatures"


def _said(event: Event, *, moved: bool) -> str | None:
    match event:
        case DebateScheduled():
            return f"has its debate moved to {event.on:%-d %B}" if moved else f"gets a debate on {event.on:%-d %B}"
        case Correction():
            return f"gains {event.by:,} at once" if event.by > 0 else f"loses {-event.by:,} signatures"
        case _:
            return _WORDS.get(type(event))
