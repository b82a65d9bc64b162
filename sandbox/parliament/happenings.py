"""What can be made to happen to a petition from the sandbox's page, when, and by which change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.parliament.changes import missing_links
from sandbox.parliament.document import (
    DEBATE_THRESHOLD,
    GATHERING_SUPPORT,
    IN_MODERATION,
    MILESTONES,
    PUBLIC,
    RESPONSE_THRESHOLD,
    Json,
    State,
    is_archived,
    is_debated,
)
from sandbox.parliament.times import instant_of

CONFIRMED_WITHIN = timedelta(hours=24)
"""After a petition has closed, signatures made before may still be confirmed."""

_UNPUBLISHED = GATHERING_SUPPORT | IN_MODERATION
_ENDED = frozenset({State.CLOSED, State.REJECTED, State.HIDDEN, State.REMOVED, State.STOPPED})


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
    COMPLETE_OUTCOME = "complete_outcome"
    FLIP_OUTCOME = "flip_outcome"
    NOTE = "note"
    ADD_BUSINESS = "add_business"
    EDIT_BUSINESS = "edit_business"
    DELETE_BUSINESS = "delete_business"
    EDIT_WORDS = "edit_words"
    EDIT_TOPICS = "edit_topics"
    DELETE_TOPIC = "delete_topic"
    TOUCH = "touch"
    PUBLISH = "publish"
    EXTEND_DEADLINE = "extend_deadline"
    CLOSE = "close"
    STOP = "stop"
    REJECT = "reject"
    HIDE = "hide"
    REMOVE = "remove"
    RESTORE = "restore"
    ARCHIVE = "archive"


class CannotHappenError(Exception):
    """The petition is not in a state for that."""


def possible(document: Json, at: datetime) -> tuple[Happening, ...]:
    """What can happen at `at` to a petition that stands so."""
    attributes, live = document["attributes"], not is_archived(document)
    state, count = attributes["state"], attributes["signature_count"]
    published, unpublished = state in {State.OPEN, State.CLOSED}, state in _UNPUBLISHED
    response, outcome = attributes["government_response"], attributes["debate"]
    scheduled = attributes["scheduled_debate_date"] is not None
    signed = state == State.OPEN or (live and state == State.CLOSED and at < _confirmed_until(attributes))
    undecided = published and outcome is None
    ahead = live and undecided and scheduled and not is_debated(document, at)
    business = published and bool(attributes["other_parliamentary_business"])
    may = {
        Happening.SIGN_1000: signed,
        Happening.REACH_NEXT_THRESHOLD: signed and count < DEBATE_THRESHOLD,
        Happening.JUMP_TWO_MILESTONES: signed and count < MILESTONES[-2],
        Happening.DROP_SIGNATURES: live and published,
        Happening.RESPOND: published and response is None,
        Happening.EDIT_RESPONSE: published and response is not None,
        Happening.WITHDRAW_RESPONSE: published and response is not None,
        Happening.SCHEDULE_DEBATE: live and undecided and not scheduled,
        Happening.MOVE_DEBATE: ahead,
        Happening.CANCEL_DEBATE: ahead,
        Happening.HOLD_DEBATE: undecided,
        Happening.REFUSE_DEBATE: undecided,
        Happening.COMPLETE_OUTCOME: published and outcome is not None and bool(missing_links(outcome)),
        Happening.FLIP_OUTCOME: published and outcome is not None,
        Happening.NOTE: published,
        Happening.ADD_BUSINESS: published,
        Happening.EDIT_BUSINESS: business,
        Happening.DELETE_BUSINESS: business,
        Happening.EDIT_WORDS: published,
        Happening.EDIT_TOPICS: published,
        Happening.DELETE_TOPIC: published and bool(attributes["topics"]),
        Happening.TOUCH: live and state in PUBLIC,
        Happening.PUBLISH: unpublished or (live and state == State.REJECTED),
        Happening.EXTEND_DEADLINE: state == State.OPEN,
        Happening.CLOSE: state == State.OPEN,
        Happening.STOP: unpublished,
        Happening.REJECT: live and (published or unpublished),
        Happening.HIDE: state in PUBLIC | _UNPUBLISHED,
        Happening.REMOVE: state in PUBLIC,
        Happening.RESTORE: live and state in {State.REJECTED, State.HIDDEN},
        Happening.ARCHIVE: live and state in _ENDED,
    }
    return tuple(what for what in Happening if may[what])


def change_for(what: Happening, document: Json) -> tuple[str, tuple[int | str, ...]]:
    """The name of the change that makes `what` happen to a petition that stands so, and what it needs to know."""
    if what in _GAINS:
        return "sign", (_GAINS[what](document["attributes"]["signature_count"]),)
    return ("become", (_BECOMES[what],)) if what in _BECOMES else (what.value, ())


def _confirmed_until(attributes: Json) -> datetime:
    return instant_of(attributes["closed_at"]) + CONFIRMED_WITHIN


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

_BECOMES = {Happening.STOP: State.STOPPED, Happening.HIDE: State.HIDDEN, Happening.REMOVE: State.REMOVED}
