"""How a petition stands at an instant: a pure function of its life, so earlier copies and time travel cost nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from sandbox.parliament.counting import Correction, Count, count_at
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
    Unpublished,
)
from sandbox.parliament.times import last_moment_of, london_day, midnight_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The Government's response as it reads now; `at` is when it was first entered."""

    at: datetime
    responded_on: date
    summary: str
    details: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the debate; `at` is when an outcome was first entered."""

    at: datetime
    entered: DebateHeld | DebateRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything about a petition that can change, as it is at one instant."""

    state: State
    count: Count
    updated_at: datetime
    opened_at: datetime | None = None
    closes_on: date | None = None
    closed_at: datetime | None = None
    rejected: Rejected | None = None
    response: Response | None = None
    debate_announced_on: date | None = None
    debate_on: date | None = None
    debate_set_on: date | None = None
    outcome: Outcome | None = None
    note: str | None = None
    business: tuple[BusinessAdded, ...] = ()


def standing_at(petition: Petition, overrides: Sequence[Event], at: datetime) -> Standing | None:
    """How `petition` stands at `at`, with `overrides` added to its life; None before it was created."""
    if at < petition.created_at:
        return None
    events = sorted((event for event in (*petition.events, *overrides) if event.at <= at), key=lambda event: event.at)
    standing = Standing(
        state=State.PENDING,
        count=count_at(petition.growth, (), None, petition.created_at),
        updated_at=petition.created_at,
    )
    for event in events:
        standing = replace(_after(_past_deadline(standing, event.at), event), updated_at=event.at)
    return _counted(petition, _past_deadline(standing, at), events, at)


def debate_is_over(standing: Standing, at: datetime) -> bool:
    """Whether the site calls the petition debated: an outcome says so, or the day of the debate has passed."""
    match standing.outcome:
        case Outcome(entered=DebateHeld()):
            return True
        case Outcome(entered=DebateRefused()):
            return False
        case _:
            if standing.debate_on is None or standing.debate_set_on is None:
                return False
            return standing.debate_on <= standing.debate_set_on or at >= midnight_after(standing.debate_on)


def _counted(petition: Petition, standing: Standing, events: Sequence[Event], at: datetime) -> Standing:
    stopped_at = standing.rejected.at if standing.rejected and standing.state is State.REJECTED else standing.closed_at
    corrections = [event for event in events if isinstance(event, Correction)]
    count = count_at(petition.growth, corrections, stopped_at, at)
    return replace(standing, count=count, updated_at=max(standing.updated_at, count.changed_at or standing.updated_at))


def _past_deadline(standing: Standing, at: datetime) -> Standing:
    if standing.state is State.OPEN and standing.closes_on is not None and at >= midnight_after(standing.closes_on):
        closed_at = last_moment_of(standing.closes_on)
        return replace(standing, state=State.CLOSED, closed_at=closed_at, updated_at=midnight_after(standing.closes_on))
    return standing


def _after(standing: Standing, event: Event) -> Standing:
    match event:
        case Unpublished():
            return replace(standing, state=event.state)
        case Published():
            return replace(standing, state=State.OPEN, opened_at=event.at, closes_on=event.closes_on, rejected=None)
        case Closed():
            return replace(standing, state=State.CLOSED, closed_at=event.at)
        case Rejected():
            return replace(standing, state=State.REJECTED, rejected=event)
        case Hidden():
            return replace(standing, state=State.HIDDEN)
        case Removed():
            return replace(standing, state=State.REMOVED)
        case NoteAdded():
            return replace(standing, note=event.text)
        case BusinessAdded():
            return replace(standing, business=(*standing.business, event))
        case Correction():
            return standing
        case Responded() | ResponseEdited() | ResponseWithdrawn():
            return replace(standing, response=_response_after(standing.response, event))
        case DebateScheduled() | DebateCancelled() | DebateHeld() | DebateRefused():
            return _after_debate_news(standing, event)
        case _:
            assert_never(event)


def _response_after(
    response: Response | None, event: Responded | ResponseEdited | ResponseWithdrawn
) -> Response | None:
    match event:
        case Responded():
            return Response(
                at=event.at,
                responded_on=event.responded_on,
                summary=event.summary,
                details=event.details,
                updated_at=event.at,
            )
        case ResponseEdited():
            if response is None:
                return None
            return replace(response, summary=event.summary, details=event.details, updated_at=event.at)
        case ResponseWithdrawn():
            return None
        case _:
            assert_never(event)


def _after_debate_news(
    standing: Standing, event: DebateScheduled | DebateCancelled | DebateHeld | DebateRefused
) -> Standing:
    match event:
        case DebateScheduled():
            today = london_day(event.at)
            announced_on = standing.debate_announced_on or today
            return replace(standing, debate_on=event.on, debate_set_on=today, debate_announced_on=announced_on)
        case DebateCancelled():
            return replace(standing, debate_on=None, debate_set_on=None, debate_announced_on=None)
        case DebateHeld() | DebateRefused():
            first_entered = standing.outcome.at if standing.outcome else event.at
            return replace(standing, outcome=Outcome(at=first_entered, entered=event))
        case _:
            assert_never(event)
