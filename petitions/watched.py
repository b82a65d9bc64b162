"""A petition under watch: what was last seen of it, what is remembered, and when to look again."""

from dataclasses import dataclass
from datetime import datetime

from petitions.answers import Validator
from petitions.history import Marks
from petitions.news import Change
from petitions.petition import PetitionId, PetitionRef, Reading, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the count and the whole document are to be read next; `None`: not at all.

    `news_at`: when there is something to say by then although the site may show nothing new (`petitions/calendar.py`).
    `every`: how far apart the looks are planned, in the shortest interval; it says how closely the petition is watched.
    `planned_at`: by the clock of that moment, which may have been wrong.
    """

    count_at: datetime | None
    page_at: datetime | None
    news_at: datetime | None = None
    every: int = 5
    planned_at: datetime | None = None


UNPLANNED = Schedule(count_at=None, page_at=None)
"""Of a petition that nobody follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that one look at a petition leaves behind; it is stored in one transaction or not at all.

    `version` is that of the stored petition which the look was compared with, 0 for a petition not stored before.
    `seen_at`: when the site last confirmed what we know. `full_at`: when the document was last read unconditionally.
    """

    ref: PetitionRef
    version: int
    snapshot: Snapshot
    marks: Marks
    schedule: Schedule
    seen_at: datetime
    full_at: datetime | None
    reading: Reading | None = None
    changes: tuple[Change, ...] = ()
    page_validator: Validator | None = None
    count_validator: Validator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPetition:
    """A stored petition. `version` grows by one with every stored look."""

    id: PetitionId
    version: int
    snapshot: Snapshot
    marks: Marks
    schedule: Schedule
    seen_at: datetime
    full_at: datetime | None
    page_validator: Validator | None = None
    count_validator: Validator | None = None

    @property
    def ref(self) -> PetitionRef:
        """How the petition is named outside."""
        return self.snapshot.ref


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedPetition:
    """A petition as one place follows it."""

    petition: WatchedPetition
    muted: bool
    followed_at: datetime
