"""What can happen to a petition: a closed union of small values, and the change that dates one of them.

Each piece of news has a `kind`, which is stored, and carries all that a message about it has to say beyond the title.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType

from petitions.petition import DebateOutcome, PetitionId, PetitionRef, PetitionState, Rejection, Response

ChangeId = NewType("ChangeId", int)
"""Changes are numbered in the order in which they were stored, over all petitions."""


class Kind(StrEnum):
    """The names under which news is stored, logged and counted."""

    MILESTONE = "milestone"
    RESPONSE = "response"
    RESPONSE_EDITED = "response_edited"
    RESPONSE_WITHDRAWN = "response_withdrawn"
    DEBATE_SCHEDULED = "debate_scheduled"
    DEBATE_MOVED = "debate_moved"
    DEBATE_CANCELLED = "debate_cancelled"
    DEBATED = "debated"
    NOT_DEBATED = "not_debated"
    PUBLISHED = "published"
    CLOSED = "closed"
    REJECTED = "rejected"
    REMOVED = "removed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneReached:
    """Signatures reached `highest`, passing all of `passed` (ascending, `highest` last) since the last look.

    `response_threshold` and `debate_threshold` tell whether an official threshold is among them.
    """

    highest: int
    passed: tuple[int, ...]
    signatures: int
    response_threshold: bool = False
    debate_threshold: bool = False
    kind: Literal[Kind.MILESTONE] = Kind.MILESTONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePublished:
    """The government has responded."""

    response: Response
    kind: Literal[Kind.RESPONSE] = Kind.RESPONSE


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseEdited:
    """The words of the response have changed."""

    response: Response
    kind: Literal[Kind.RESPONSE_EDITED] = Kind.RESPONSE_EDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseWithdrawn:
    """The response is gone, and a second look agrees."""

    kind: Literal[Kind.RESPONSE_WITHDRAWN] = Kind.RESPONSE_WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateScheduled:
    """A debate has a date."""

    on: date
    kind: Literal[Kind.DEBATE_SCHEDULED] = Kind.DEBATE_SCHEDULED


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateMoved:
    """The date of the debate has changed."""

    moved_from: date
    on: date
    kind: Literal[Kind.DEBATE_MOVED] = Kind.DEBATE_MOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateCancelled:
    """The date of the debate is gone, and a second look agrees."""

    was_on: date
    kind: Literal[Kind.DEBATE_CANCELLED] = Kind.DEBATE_CANCELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Debated:
    """The debate was held and its outcome is published."""

    outcome: DebateOutcome
    kind: Literal[Kind.DEBATED] = Kind.DEBATED


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDebated:
    """The committee decided against a debate; `outcome.overview` says why."""

    outcome: DebateOutcome
    kind: Literal[Kind.NOT_DEBATED] = Kind.NOT_DEBATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An unpublished petition can now be signed."""

    closing_on: date | None
    kind: Literal[Kind.PUBLISHED] = Kind.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """No more signatures are taken. `early`: before the deadline the site had named."""

    signatures: int
    early: bool = False
    kind: Literal[Kind.CLOSED] = Kind.CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The petition was refused; `taken_down` when it had been public before."""

    rejection: Rejection | None
    taken_down: bool = False
    kind: Literal[Kind.REJECTED] = Kind.REJECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """The site has taken the petition away without saying why."""

    kind: Literal[Kind.REMOVED] = Kind.REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A petition that was closed, rejected or removed takes signatures again, or is back for moderation."""

    was: PetitionState
    state: PetitionState
    kind: Literal[Kind.REOPENED] = Kind.REOPENED


News = (
    MilestoneReached
    | ResponsePublished
    | ResponseEdited
    | ResponseWithdrawn
    | DebateScheduled
    | DebateMoved
    | DebateCancelled
    | Debated
    | NotDebated
    | Published
    | Closed
    | Rejected
    | Removed
    | Reopened
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One piece of news about a petition.

    `key` is unique within the petition: a change that is found twice has the same key and is stored once.
    `happened_at` is when the site says it happened (`None` when it does not say), `seen_at` when we saw it.
    """

    key: str
    news: News
    happened_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """A change with its number and the petition it belongs to, as the announcing and composing steps need it."""

    id: ChangeId
    petition: PetitionId
    ref: PetitionRef
    title: str
    change: Change
