"""An invented petition and the events of its life: plain values, each event at its own instant."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sandbox.parliament.counting import Correction
from sandbox.parliament.growth import Growth


class State(StrEnum):
    """The states a petition can be in; only open, closed and rejected ones are in the lists."""

    PENDING = "pending"
    VALIDATED = "validated"
    SPONSORED = "sponsored"
    FLAGGED = "flagged"
    DORMANT = "dormant"
    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    STOPPED = "stopped"
    REMOVED = "removed"


VISIBLE = frozenset({State.OPEN, State.CLOSED, State.REJECTED})
GATHERING = frozenset({State.PENDING, State.VALIDATED})
IN_MODERATION = frozenset({State.SPONSORED, State.FLAGGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A government department as the site names it."""

    acronym: str
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parliament:
    """An archived parliament."""

    period: str
    government: str
    dissolution_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpublished:
    """The petition waits in an unpublished state: for supporters, for moderation, parked or stopped."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """It opens, and closes at the end of `closes_on` in London."""

    at: datetime
    closes_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Refused in public: at moderation, or taken down later."""

    at: datetime
    code: str
    details: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Refused for a reason that is not published."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Taken off the site altogether."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Closed before its deadline."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Responded:
    """The Government's response is entered."""

    at: datetime
    responded_on: date
    summary: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseEdited:
    """The response's text changes; the time of entering stays."""

    at: datetime
    summary: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseWithdrawn:
    """The response is deleted."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateScheduled:
    """A day for the debate is set, or set anew."""

    at: datetime
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateCancelled:
    """The day is cleared."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateHeld:
    """The outcome of a debate is entered; entered again, it is edited."""

    at: datetime
    debated_on: date
    overview: str
    transcript_url: str
    video_url: str
    debate_pack_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateRefused:
    """The committee decided not to debate the petition."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    """The committee's note on the petition changes."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAdded:
    """News of other parliamentary business."""

    at: datetime
    occurred_on: date
    subject: str
    body: str


Event = (
    Unpublished
    | Published
    | Rejected
    | Hidden
    | Removed
    | Closed
    | Responded
    | ResponseEdited
    | ResponseWithdrawn
    | DebateScheduled
    | DebateCancelled
    | DebateHeld
    | DebateRefused
    | NoteAdded
    | BusinessAdded
    | Correction
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A petition with its whole life, past and to come; `events` are in order of time."""

    id: int
    action: str
    background: str
    additional_details: str
    creator_name: str
    created_at: datetime
    growth: Growth
    events: tuple[Event, ...]
    topics: tuple[str, ...] = ()
    departments: tuple[Department, ...] = ()
    parliament: Parliament | None = None

    def __post_init__(self) -> None:
        """Refuse a life told out of order."""
        instants = [event.at for event in self.events]
        if instants != sorted(instants) or (instants and instants[0] < self.created_at):
            message = f"the life of petition {self.id} is not in order of time"
            raise ValueError(message)
