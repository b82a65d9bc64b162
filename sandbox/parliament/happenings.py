"""What can happen to a petition: changes of its JSON, planned or made to happen from the sandbox's page.

A change is a function of the petition's attributes, which it alters, of the time, and of what else a plan says. It puts
new values in place of nested ones and alters none of those.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sandbox.parliament.document import (
    DEBATE_THRESHOLD,
    GATHERING_SUPPORT,
    IN_MODERATION,
    MILESTONES,
    RESPONSE_THRESHOLD,
    THRESHOLDS,
    Json,
    State,
    is_debated,
)
from sandbox.parliament.times import london_day, stamp

OPEN_FOR_DAYS = 182
_ENDED = frozenset({State.CLOSED, State.REJECTED, State.HIDDEN, State.REMOVED})

Attributes = dict[str, Any]


class Happening(StrEnum):
    """The buttons of the sandbox's page: kinds of `sign`, and names of other changes."""

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


def possible(document: Json, at: datetime) -> tuple[Happening, ...]:
    """What can happen at `at` to a petition that stands so."""
    attributes, may = document["attributes"], set[Happening]()
    state, count = attributes["state"], attributes["signature_count"]
    if state == State.OPEN:
        may |= {Happening.SIGN_1000, Happening.CLOSE}
        may |= {Happening.REACH_NEXT_THRESHOLD} if count < DEBATE_THRESHOLD else set()
        may |= {Happening.JUMP_TWO_MILESTONES} if count < MILESTONES[-2] else set()
    if state in {State.OPEN, State.CLOSED}:
        may |= {Happening.DROP_SIGNATURES, Happening.REJECT, Happening.REMOVE}
        responded = attributes["government_response"] is not None
        may |= {Happening.EDIT_RESPONSE, Happening.WITHDRAW_RESPONSE} if responded else {Happening.RESPOND}
        may |= _about_the_debate(document, at)
    if state in GATHERING_SUPPORT | IN_MODERATION:
        may |= {Happening.PUBLISH, Happening.REJECT}
    if state == State.REJECTED:
        may.add(Happening.REMOVE)
    return tuple(what for what in Happening if what in may)


def change_for(what: Happening, document: Json) -> tuple[str, tuple[int | str, ...]]:
    """The name of the change that makes `what` happen to a petition that stands so, and what it needs to know."""
    if what is Happening.REMOVE:
        return "become", (State.REMOVED,)
    if what in _GAINS:
        return "sign", (_GAINS[what](document["attributes"]["signature_count"]),)
    return what.value, ()


def become(attributes: Attributes, _: datetime, state: str) -> None:
    """Change the state. A petition that has ended shows neither a deadline nor its creator's name."""
    attributes["state"] = State(state).value
    if state in _ENDED:
        attributes["creator_name"] = None
        attributes.pop("closing_date", None)


def publish(attributes: Attributes, at: datetime, days: float = OPEN_FOR_DAYS) -> None:
    """Open it for signatures, for so many days."""
    attributes["state"] = State.OPEN.value
    attributes["opened_at"] = stamp(at)
    attributes["closing_date"] = london_day(at + timedelta(days=days)).isoformat()
    attributes["moderation_threshold_reached_at"] = attributes["created_at"]


def close(attributes: Attributes, at: datetime) -> None:
    """Close it, at its deadline or before."""
    become(attributes, at, State.CLOSED)
    attributes["closed_at"] = stamp(at)


def reject(
    attributes: Attributes,
    at: datetime,
    code: str = "no-action",
    details: str = "It is not clear what you would like Parliament to do.",
) -> None:
    """Refuse it in public: at moderation, or taken down later."""
    become(attributes, at, State.REJECTED)
    attributes["rejected_at"] = stamp(at)
    attributes["rejection"] = {"code": code, "details": details}


def sign(attributes: Attributes, at: datetime, by: int) -> None:
    """Add or take away signatures in one go; a threshold that is no longer reached loses its time."""
    count = attributes["signature_count"] = max(1, attributes["signature_count"] + by)
    for key, threshold in THRESHOLDS.items():
        attributes[key] = (attributes[key] or stamp(at)) if count >= threshold else None


def respond(attributes: Attributes, at: datetime, summary: str | None = None, details: str | None = None) -> None:
    """Enter the response of the petition's department, by itself in the cautious tone of such responses."""
    department = next((each["name"] for each in attributes["departments"]), "Cabinet Office")
    attributes["government_response_at"] = stamp(at)
    attributes["government_response"] = {
        "responded_on": london_day(at).isoformat(),
        "summary": summary
        or f"The {department} is grateful for the suggestion and will look into it over the coming months.",
        "details": details
        or f"The Government would like to thank everybody who signed “{attributes['action']}”.\n\n"
        "Ministers have asked officials to say by the autumn what could be done[1] and what it would cost.\n\n"
        f"{department}\n\n[1]: https://www.example.org/consultations",
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def edit_response(attributes: Attributes, at: datetime) -> None:
    """Add a sentence to the response; the time of entering stays."""
    response = attributes["government_response"]
    update = f"Updated on {london_day(at):%-d %B}: ministers will meet the petitioner."
    attributes["government_response"] = {
        **response,
        "details": f"{response['details']}\n\n{update}",
        "updated_at": stamp(at),
    }


def withdraw_response(attributes: Attributes, _: datetime) -> None:
    """Delete the response."""
    attributes["government_response_at"] = attributes["government_response"] = None


def schedule_debate(attributes: Attributes, at: datetime, days: int = 3) -> None:
    """Set the debate for so many days later, or set it anew."""
    attributes["debate_scheduled_on"] = attributes["debate_scheduled_on"] or london_day(at).isoformat()
    attributes["scheduled_debate_date"] = (london_day(at) + timedelta(days=days)).isoformat()


def move_debate(attributes: Attributes, _: datetime) -> None:
    """Move the debate by two days."""
    day = date.fromisoformat(attributes["scheduled_debate_date"])
    attributes["scheduled_debate_date"] = (day + timedelta(days=2)).isoformat()


def cancel_debate(attributes: Attributes, _: datetime) -> None:
    """Clear the day."""
    attributes["debate_scheduled_on"] = attributes["scheduled_debate_date"] = None


def hold_debate(attributes: Attributes, at: datetime) -> None:
    """Publish the outcome of a debate in Westminster Hall, held on the day that was set and today at the latest."""
    today = london_day(at).isoformat()
    day = min(attributes["scheduled_debate_date"] or today, today)
    _enter_outcome(
        attributes,
        at,
        debated_on=day,
        transcript_url=f"https://hansard.parliament.uk/commons/{day}/debates/SANDBOX",
        video_url="https://parliamentlive.tv/event/index/sandbox",
        debate_pack_url="https://commonslibrary.parliament.uk/research-briefings/sandbox/",
        overview=f"MPs debated “{attributes['action']}” in Westminster Hall. Speakers from all sides told of home.",
    )


def refuse_debate(
    attributes: Attributes,
    at: datetime,
    reason: str = "The Petitions Committee decided not to schedule a debate, because MPs spoke about this last month.",
) -> None:
    """Publish the committee's decision that there will be no debate."""
    _enter_outcome(attributes, at, overview=reason)


def note(attributes: Attributes, _: datetime, text: str) -> None:
    """Add or change the committee's note."""
    attributes["committee_note"] = text


Change = Callable[..., None]
CHANGES: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        *(become, publish, close, reject, sign, respond, edit_response, withdraw_response),
        *(schedule_debate, move_debate, cancel_debate, hold_debate, refuse_debate, note),
    )
}
"""The changes by the names that plans give them."""


def _enter_outcome(attributes: Attributes, at: datetime, *, debated_on: str | None = None, **texts: str) -> None:
    links = ("transcript_url", "video_url", "debate_pack_url", "public_engagement_url", "debate_summary_url")
    attributes["debate"] = {"debated_on": debated_on, **dict.fromkeys(links, ""), **texts}
    attributes["debate_outcome_at"] = attributes["debate_outcome_at"] or stamp(at)


def _about_the_debate(document: Json, at: datetime) -> set[Happening]:
    attributes = document["attributes"]
    if attributes["debate"] is not None:
        return set()
    may = {Happening.HOLD_DEBATE, Happening.REFUSE_DEBATE}
    if attributes["scheduled_debate_date"] is None:
        return may | {Happening.SCHEDULE_DEBATE}
    return may if is_debated(document, at) else may | {Happening.MOVE_DEBATE, Happening.CANCEL_DEBATE}


def _above(marks: Sequence[int], count: int) -> list[int]:
    """How many signatures are missing to each mark that is not reached yet, with a few to spare."""
    return [mark - count + 7 for mark in marks if mark > count]


def _taken_back(count: int) -> int:
    """Enough to fall below a threshold just passed, otherwise one in twenty."""
    for threshold in (DEBATE_THRESHOLD, RESPONSE_THRESHOLD):
        if threshold <= count < threshold * 1.2:
            return count - threshold + 25
    return max(1, count // 20)


_GAINS: Mapping[Happening, Callable[[int], int]] = {
    Happening.SIGN_1000: lambda _: 1_000,
    Happening.REACH_NEXT_THRESHOLD: lambda count: _above((RESPONSE_THRESHOLD, DEBATE_THRESHOLD), count)[0],
    Happening.JUMP_TWO_MILESTONES: lambda count: _above(MILESTONES, count)[1],
    Happening.DROP_SIGNATURES: lambda count: -_taken_back(count),
}
"""How many signatures come or go, by how many there are."""
