"""What we remember of a petition beside its last snapshot, so that nothing is said twice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Subject(StrEnum):
    """What can disappear, or go back to what it was, in a copy of a petition that is merely stale."""

    STATE = "state"
    RESPONSE = "response"
    DEBATE_DATE = "debate_date"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """`subject` was first seen to have gone back at `since`; a second, unconditional look has yet to confirm it."""

    subject: Subject
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """High-water marks and counters of one petition.

    `milestone`: the highest milestone reached so far; it never falls.
    `responses`, `response_edits`, `debate_dates`, `outcomes`, `states`: how often each of these has changed; they
    number the keys of changes that can recur. `misses`: answers without a document in a row, the first of them at
    `missing_since`, which stays when they are believed until the petition is seen again. `old_before`: nobody has
    looked for long or ever, and what the next look shows to have happened before this moment is old news.
    """

    milestone: int = 0
    responses: int = 0
    response_edits: int = 0
    debate_dates: int = 0
    outcomes: int = 0
    states: int = 0
    misses: int = 0
    missing_since: datetime | None = None
    doubts: tuple[Doubt, ...] = ()
    old_before: datetime | None = None
