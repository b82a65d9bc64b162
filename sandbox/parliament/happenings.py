"""What can be made to happen to a petition at once, as events to be added to its life."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sandbox.parliament.counting import DEBATE_THRESHOLD, RESPONSE_THRESHOLD, Correction
from sandbox.parliament.life import (
    GATHERING,
    IN_MODERATION,
    Closed,
    DebateCancelled,
    DebateHeld,
    DebateRefused,
    DebateScheduled,
    Event,
    Petition,
    Published,
    Rejected,
    Removed,
    Responded,
    ResponseEdited,
    ResponseWithdrawn,
    State,
)
from sandbox.parliament.standing import Standing, debate_is_over
from sandbox.parliament.times import london_day

MILESTONES = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 1_000_000)
OPEN_FOR = timedelta(days=182)
_DEBATE_IN = timedelta(days=3)
_MOVED_BY = timedelta(days=2)


class Happening(StrEnum):
    """The buttons of the sandbox's page."""

    SIGN_1000 = "sign_1000"
    REACH_NEXT_THRESHOLD = "reach_next_threshold"
    JUMP_TWO_MILESTONES = "jump_two_milestones"
    DROP_SIGNATURES = "drop_signatures"
    RESPOND = "respond"
    EDIT_RESPONSE = "edit_response"
    WITHDRAW_RESPONSE = "withdraw_response"
    SCHEDULE_DEBATE = "schedule_debate"
    MOVE_DEBATE = "move_debate"
    CANCEL_DEBATE = "cancel_debate"
    HOLD_DEBATE = "hold_debate"
    REFUSE_DEBATE = "refuse_debate"
    CLOSE = "close"
    PUBLISH = "publish"
    REJECT = "reject"
    REMOVE = "remove"


class CannotHappenError(Exception):
    """The petition is not in a state for that."""


def possible(standing: Standing, at: datetime) -> tuple[Happening, ...]:
    """What can happen to a petition that stands so."""
    may: set[Happening] = set()
    if standing.state is State.OPEN:
        may |= _while_open(standing.count.signatures)
    if standing.state in {State.OPEN, State.CLOSED}:
        may |= {Happening.DROP_SIGNATURES, Happening.REJECT, Happening.REMOVE}
        may |= _about_the_response(standing) | _about_the_debate(standing, at)
    if standing.state in GATHERING | IN_MODERATION:
        may |= {Happening.PUBLISH, Happening.REJECT}
    if standing.state is State.REJECTED:
        may.add(Happening.REMOVE)
    return tuple(what for what in Happening if what in may)


def event_for(what: Happening, petition: Petition, standing: Standing, at: datetime) -> Event:
    """The event that makes `what` happen at `at`; `CannotHappenError` when it cannot."""
    if what not in possible(standing, at):
        message = f"{what.value} cannot happen to petition {petition.id}, which is {standing.state.value}"
        raise CannotHappenError(message)
    match what:
        case Happening.SIGN_1000:
            return Correction(at=at, by=1_000)
        case Happening.REACH_NEXT_THRESHOLD:
            return Correction(at=at, by=_above((RESPONSE_THRESHOLD, DEBATE_THRESHOLD), standing)[0])
        case Happening.JUMP_TWO_MILESTONES:
            return Correction(at=at, by=_above(MILESTONES, standing)[1])
        case Happening.DROP_SIGNATURES:
            return Correction(at=at, by=-_fraud(standing.count.signatures))
        case Happening.RESPOND | Happening.EDIT_RESPONSE | Happening.WITHDRAW_RESPONSE:
            return _response_event(what, petition, standing, at)
        case (
            Happening.SCHEDULE_DEBATE
            | Happening.MOVE_DEBATE
            | Happening.CANCEL_DEBATE
            | Happening.HOLD_DEBATE
            | Happening.REFUSE_DEBATE
        ):
            return _debate_event(what, petition, standing, at)
        case Happening.CLOSE:
            return Closed(at=at)
        case Happening.PUBLISH:
            return Published(at=at, closes_on=london_day(at + OPEN_FOR))
        case Happening.REJECT:
            return Rejected(at=at, code="no-action", details="It is not clear what you would like Parliament to do.")
        case Happening.REMOVE:
            return Removed(at=at)
        case _:
            assert_never(what)


def response_event(petition: Petition, at: datetime) -> Responded:
    """A response by the petition's department, in the cautious tone of such responses."""
    department = petition.departments[0].name if petition.departments else "Cabinet Office"
    summary = f"The {department} is grateful for the suggestion and will look into it over the coming months."
    details = (
        f"The Government would like to thank everybody who signed “{petition.action}”.\n\n"
        "Ministers have asked officials to collect what local councils and volunteers already know[1], "
        "and to say by the autumn what could be done and what it would cost.\n\n"
        f"{department}\n\n[1]: https://www.example.org/consultations/{petition.id}"
    )
    return Responded(at=at, responded_on=london_day(at), summary=summary[:200], details=details)


def outcome_event(petition: Petition, at: datetime, debated_on: date) -> DebateHeld:
    """The outcome of a debate in Westminster Hall, with a transcript and a video."""
    return DebateHeld(
        at=at,
        debated_on=debated_on,
        overview=f"MPs debated “{petition.action}” in Westminster Hall. Speakers from all sides told of home.",
        transcript_url=f"https://hansard.parliament.uk/commons/{debated_on.isoformat()}/debates/SANDBOX-{petition.id}",
        video_url=f"https://parliamentlive.tv/event/index/sandbox-{petition.id}",
        debate_pack_url=f"https://commonslibrary.parliament.uk/research-briefings/sandbox-{petition.id}/",
    )


def refusal_event(at: datetime) -> DebateRefused:
    """The committee's decision that there will be no debate."""
    return DebateRefused(
        at=at,
        reason="The Petitions Committee decided not to schedule a debate, because MPs spoke about this last month.",
    )


def _while_open(signatures: int) -> set[Happening]:
    may = {Happening.SIGN_1000, Happening.CLOSE}
    if signatures < DEBATE_THRESHOLD:
        may.add(Happening.REACH_NEXT_THRESHOLD)
    if signatures < MILESTONES[-2]:
        may.add(Happening.JUMP_TWO_MILESTONES)
    return may


def _about_the_response(standing: Standing) -> set[Happening]:
    if standing.response is None:
        return {Happening.RESPOND}
    return {Happening.EDIT_RESPONSE, Happening.WITHDRAW_RESPONSE}


def _about_the_debate(standing: Standing, at: datetime) -> set[Happening]:
    if standing.outcome is not None:
        return set()
    may = {Happening.HOLD_DEBATE, Happening.REFUSE_DEBATE}
    if standing.debate_on is None:
        may.add(Happening.SCHEDULE_DEBATE)
    elif not debate_is_over(standing, at):
        may |= {Happening.MOVE_DEBATE, Happening.CANCEL_DEBATE}
    return may


def _response_event(
    what: Happening, petition: Petition, standing: Standing, at: datetime
) -> Responded | ResponseEdited | ResponseWithdrawn:
    if what is Happening.WITHDRAW_RESPONSE:
        return ResponseWithdrawn(at=at)
    if standing.response is None:
        return response_event(petition, at)
    update = f"Updated on {london_day(at):%-d %B}: ministers will meet the petitioner."
    details = f"{standing.response.details}\n\n{update}"
    return ResponseEdited(at=at, summary=standing.response.summary, details=details)


def _debate_event(what: Happening, petition: Petition, standing: Standing, at: datetime) -> Event:
    match what:
        case Happening.CANCEL_DEBATE:
            return DebateCancelled(at=at)
        case Happening.HOLD_DEBATE:
            today = london_day(at)
            return outcome_event(petition, at, min(standing.debate_on or today, today))
        case Happening.REFUSE_DEBATE:
            return refusal_event(at)
        case _ if standing.debate_on is not None:
            return DebateScheduled(at=at, on=standing.debate_on + _MOVED_BY)
        case _:
            return DebateScheduled(at=at, on=london_day(at) + _DEBATE_IN)


def _above(marks: Sequence[int], standing: Standing) -> list[int]:
    """How many signatures are missing to each mark that is not reached yet, with a few to spare."""
    count = standing.count.signatures
    return [mark - count + 7 for mark in marks if mark > count]


def _fraud(signatures: int) -> int:
    """Enough to fall below a threshold just passed, otherwise one in twenty."""
    for threshold in (DEBATE_THRESHOLD, RESPONSE_THRESHOLD):
        if threshold <= signatures < threshold * 1.2:
            return signatures - threshold + 25
    return max(1, signatures // 20)
