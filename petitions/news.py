"""What can happen to a petition: a closed union of small values, and the change that dates one of them.

Each piece of news has a `kind`, which is stored, and carries all that a message about it has to say beyond the title.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NewType

from petitions.forecast import Growth
from petitions.petition import (
    Business,
    DebateOutcome,
    PetitionId,
    PetitionRef,
    PetitionState,
    Rejection,
    Response,
)

ChangeId = NewType("ChangeId", int)
"""Changes are numbered in the order in which they were stored, over all petitions."""


class Kind(StrEnum):
    """The names under which news is stored, logged and counted."""

    MILESTONE = "milestone"
    BELOW_THRESHOLD = "below_threshold"
    FINAL_COUNT = "final_count"
    CLOSING_SOON = "closing_soon"
    DEADLINE_EXTENDED = "deadline_extended"
    RESPONSE = "response"
    RESPONSE_EDITED = "response_edited"
    RESPONSE_WITHDRAWN = "response_withdrawn"
    WAITING_FOR_RESPONSE = "waiting_for_response"
    DEBATE_SCHEDULED = "debate_scheduled"
    DEBATE_MOVED = "debate_moved"
    DEBATE_CANCELLED = "debate_cancelled"
    DEBATE_TODAY = "debate_today"
    DEBATED = "debated"
    NOT_DEBATED = "not_debated"
    OUTCOME_COMPLETED = "outcome_completed"
    COMMITTEE_NOTE = "committee_note"
    COMMITTEE_NOTE_EDITED = "committee_note_edited"
    OTHER_BUSINESS = "other_business"
    OTHER_BUSINESS_EDITED = "other_business_edited"
    WORDS_EDITED = "words_edited"
    PUBLISHED = "published"
    CLOSED = "closed"
    REJECTED = "rejected"
    REMOVED = "removed"
    REOPENED = "reopened"
    STOPPED = "stopped"
    ARCHIVED = "archived"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneReached:
    """Signatures reached `highest`, passing all of `passed` (ascending, `highest` last) since the last look.

    `response_threshold` and `debate_threshold` tell whether an official threshold is among them; `growth` how the
    petition grew then, where that is known.
    """

    highest: int
    passed: tuple[int, ...]
    signatures: int
    response_threshold: bool = False
    debate_threshold: bool = False
    growth: Growth | None = None
    kind: Literal[Kind.MILESTONE] = Kind.MILESTONE


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowThreshold:
    """The count was corrected to less than a threshold that had been reached, and stayed there for a while.

    `for_debate`: it is the threshold at which a debate is considered, and not that for a response.
    """

    threshold: int
    signatures: int
    for_debate: bool
    kind: Literal[Kind.BELOW_THRESHOLD] = Kind.BELOW_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalCount:
    """A day after the petition closed its count can rise no more."""

    signatures: int
    kind: Literal[Kind.FINAL_COUNT] = Kind.FINAL_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingSoon:
    """The day on which the petition closes is near; so many had signed when it was last seen."""

    on: date
    signatures: int
    kind: Literal[Kind.CLOSING_SOON] = Kind.CLOSING_SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended:
    """The petition can be signed for longer; `was_on` is the deadline that was told or known before."""

    was_on: date
    on: date
    kind: Literal[Kind.DEADLINE_EXTENDED] = Kind.DEADLINE_EXTENDED


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
class WaitingForResponse:
    """The government has not responded so many days after the petition reached the threshold, which was on `since`."""

    days: int
    since: date
    kind: Literal[Kind.WAITING_FOR_RESPONSE] = Kind.WAITING_FOR_RESPONSE


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
class DebateToday:
    """The day of the debate has come."""

    on: date
    kind: Literal[Kind.DEBATE_TODAY] = Kind.DEBATE_TODAY


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
class OutcomeCompleted:
    """More of a debate's outcome is there than before: `added` holds that alone."""

    added: DebateOutcome
    kind: Literal[Kind.OUTCOME_COMPLETED] = Kind.OUTCOME_COMPLETED


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeNoted:
    """The Petitions Committee has put a note on the petition."""

    note: str
    kind: Literal[Kind.COMMITTEE_NOTE] = Kind.COMMITTEE_NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeNoteEdited:
    """The words of the committee's note have changed."""

    note: str
    kind: Literal[Kind.COMMITTEE_NOTE_EDITED] = Kind.COMMITTEE_NOTE_EDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessAdded:
    """Parliament has dealt with the petition otherwise: an inquiry, a letter, a question to a minister."""

    item: Business
    kind: Literal[Kind.OTHER_BUSINESS] = Kind.OTHER_BUSINESS


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessEdited:
    """The words of such an item have changed."""

    item: Business
    kind: Literal[Kind.OTHER_BUSINESS_EDITED] = Kind.OTHER_BUSINESS_EDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsEdited:
    """What the petition itself says has changed in these parts. `was_titled`: its title before, if that is one."""

    parts: tuple[Literal["title", "background", "details"], ...]
    was_titled: str = ""
    kind: Literal[Kind.WORDS_EDITED] = Kind.WORDS_EDITED


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
    """The site has taken the petition away without saying why.

    `hidden`: it does not even say that there was one. `published`: it had been public.
    """

    hidden: bool = False
    published: bool = True
    kind: Literal[Kind.REMOVED] = Kind.REMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A petition that was closed, rejected or removed takes signatures again, or is back for moderation."""

    was: PetitionState
    state: PetitionState
    kind: Literal[Kind.REOPENED] = Kind.REOPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Parliament was dissolved before the petition could be published."""

    kind: Literal[Kind.STOPPED] = Kind.STOPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """The petition has moved to the archive of an earlier parliament."""

    kind: Literal[Kind.ARCHIVED] = Kind.ARCHIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessorFound:
    """Another petition, which is open, asks for the same as this one that has ended; so many had signed it then."""

    ref: PetitionRef
    title: str
    signatures: int
    kind: Literal[Kind.SUCCESSOR] = Kind.SUCCESSOR


SignatureNews = MilestoneReached | BelowThreshold | FinalCount
DeadlineNews = ClosingSoon | DeadlineExtended
ResponseNews = ResponsePublished | ResponseEdited | ResponseWithdrawn | WaitingForResponse
DebateNews = DebateScheduled | DebateMoved | DebateCancelled | DebateToday | Debated | NotDebated | OutcomeCompleted
CommitteeNews = CommitteeNoted | CommitteeNoteEdited | BusinessAdded | BusinessEdited
LifeNews = WordsEdited | Published | Closed | Rejected | Removed | Reopened | Stopped | Archived

News = SignatureNews | DeadlineNews | ResponseNews | DebateNews | CommitteeNews | LifeNews | SuccessorFound


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
