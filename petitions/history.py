"""What we remember of a petition beside its last snapshot, so that nothing is said twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """High-water marks and counters of one petition.

    `milestone`: the highest milestone reached so far; it never falls. `peak`: the highest count seen.
    `responses`, `response_edits`, `debate_dates`, `outcomes`, `states`: how often each of these has changed; they
    number the keys of changes that can recur. `misses`: "not found" answers in a row.
    `doubted_at`: when a disappearance was first seen that a second, unconditional look has yet to confirm.
    """

    milestone: int = 0
    peak: int = 0
    responses: int = 0
    response_edits: int = 0
    debate_dates: int = 0
    outcomes: int = 0
    states: int = 0
    misses: int = 0
    doubted_at: datetime | None = None
