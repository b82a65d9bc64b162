"""A petition as one of the sites shows it at one moment.

The shapes follow `docs/petition-sites.md` §3; absent, null and empty fields of the sites are all `None` or `()` here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

PetitionId = NewType("PetitionId", int)
"""Our own id of a petition, unique over all sites."""


class Site(StrEnum):
    """The legislatures; the value is stored and part of deep links. `bot/clients.py` has those that are built."""

    UK = "uk"
    SENEDD = "senedd"
    SCOTLAND = "scotland"
    JERSEY = "jersey"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PetitionRef:
    """How a petition is named outside: its site and the number the site gave it (a string, as one site's ids are)."""

    site: Site
    number: str

    def __str__(self) -> str:
        return f"{self.site}:{self.number}"


class PetitionState(StrEnum):
    """Where a petition is in its life.

    The first three are the site's own words. `UNPUBLISHED`: it gathers supporters or waits for moderation.
    `REMOVED`: it was public and the site took it away.
    """

    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    UNPUBLISHED = "unpublished"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Signatures at which the government responds and at which a debate is considered; `None`: there is none."""

    response: int | None = None
    debate: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A government response. `responded_on` is the official day and may be earlier than the day it was entered."""

    responded_on: date | None = None
    summary: str = ""
    details: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebateOutcome:
    """What came of a debate, or why there was none: `overview` then holds the committee's reason."""

    debated_on: date | None = None
    overview: str = ""
    transcript_url: str | None = None
    video_url: str | None = None
    debate_pack_url: str | None = None
    public_engagement_url: str | None = None
    debate_summary_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Something else that Parliament did about a petition: an item that the site knows by `created_at` alone.

    `body`: its first words. `fingerprint`: of all its words (`petitions/words.py`).
    """

    created_at: datetime
    on: date | None = None
    subject: str = ""
    body: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a petition was refused: the site's code (an open list) and its explanation in plain text."""

    code: str
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One petition as its document showed it.

    `debated` is known only from `count.json` or from the list it stands in, and `None` otherwise.
    `debate_on`: the day of the debate; `debate_scheduled_on`: the day on which that was decided.
    `topics`: the site's codes. `departments`: their short names, or whole names where they have none.
    `thresholds` are the legislature's unless the document names its own (archived ones do).
    `committee_note`, `business` (oldest first): `None` where they are not shown, which says nothing.
    `unreadable`: the names of fields here for which the document has nothing that could be read; what they hold then
    means nothing. What is stored has none of them.
    """

    ref: PetitionRef
    title: str
    state: PetitionState
    signatures: int
    background: str = ""
    details: str = ""
    thresholds: Thresholds = Thresholds()
    updated_at: datetime | None = None
    opened_at: datetime | None = None
    closing_on: date | None = None
    closed_at: datetime | None = None
    rejected_at: datetime | None = None
    rejection: Rejection | None = None
    response_threshold_at: datetime | None = None
    response_at: datetime | None = None
    response: Response | None = None
    debate_threshold_at: datetime | None = None
    debate_on: date | None = None
    debate_scheduled_on: date | None = None
    debated: bool | None = None
    debate_outcome_at: datetime | None = None
    debate_outcome: DebateOutcome | None = None
    topics: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    committee_note: str | None = None
    business: tuple[Business, ...] | None = None
    archived: bool = False
    unreadable: frozenset[str] = frozenset()

    @property
    def subjects(self) -> frozenset[str]:
        """What it is about: topics and departments."""
        return frozenset((*self.topics, *self.departments))

    @property
    def current(self) -> bool:
        """Whether it is public and of this parliament, so that what its signatures have earned may still come."""
        return not self.archived and self.state in {PetitionState.OPEN, PetitionState.CLOSED}

    @property
    def answered(self) -> bool:
        """Whether the government has responded, even if the words are not known."""
        return self.response is not None or self.response_at is not None

    def completed_from(self, before: "Snapshot") -> "Snapshot":
        """Return what the document shows, and where that could not be read or is not shown, what was known before."""
        missing = self.unreadable | {name for name in ("committee_note", "business") if getattr(self, name) is None}
        if not missing:
            return self
        return replace(self, **{name: getattr(before, name) for name in missing}, unreadable=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What `count.json` tells: the count and, since 2025, the dates of the milestones (`None` when it does not say).

    `dated` is false for the older shape that holds only the count: its missing dates then mean nothing.
    """

    signatures: int
    dated: bool = False
    response_threshold_at: datetime | None = None
    response_at: datetime | None = None
    debate_threshold_at: datetime | None = None
    debate_on: date | None = None
    debate_outcome_at: datetime | None = None
    debated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The signatures of a petition at a moment."""

    at: datetime
    signatures: int
