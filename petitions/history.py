"""What we remember of a petition beside its last snapshot, so that nothing is said twice."""

from dataclasses import dataclass
from datetime import date, datetime
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

    `note_edits`, `word_edits`: how often the committee's note and the petition's own words have changed.
    `below_since`: the count has been below a threshold reached before since then. `fallen`: the thresholds of which
    that has been told. `deadline`: the latest closing date that was told, or known when the petition was met.
    `extended`: that it was moved has been told. `deadline_moved_at`: when it was last seen to move.
    `waited`: the longest wait for a response that was told, in days. `outcome_parts`: the fields of the debate's
    outcome that have been filled at any time; `None`: not known yet. `dates_until`: moments of the calendar up to this
    one are over, whether told or not; `None`: the next observation begins with its own.
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
    note_edits: int = 0
    word_edits: int = 0
    below_since: datetime | None = None
    fallen: tuple[int, ...] = ()
    deadline: date | None = None
    extended: bool = False
    deadline_moved_at: datetime | None = None
    waited: int = 0
    outcome_parts: tuple[str, ...] | None = None
    dates_until: datetime | None = None
