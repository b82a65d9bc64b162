"""What visitors asked the site for: a bounded record of requests."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from sandbox.parliament.faults import FaultKind

KEPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request and how it was answered; `status` is None when the connection was cut."""

    at: datetime
    method: str
    path: str
    query: str
    if_none_match: str | None
    if_modified_since: str | None
    user_agent: str | None
    status: int | None
    fault: FaultKind | None


class Visits:
    """The last requests, and how many there have been in all."""

    def __init__(self, kept: int = KEPT) -> None:
        """Remember up to `kept` requests."""
        self._recent: deque[Visit] = deque(maxlen=kept)
        self.total = 0

    def record(self, visit: Visit) -> None:
        """Remember a request and forget the oldest if need be."""
        self._recent.append(visit)
        self.total += 1

    def recent(self) -> tuple[Visit, ...]:
        """The remembered requests, oldest first."""
        return tuple(self._recent)

    def clear(self) -> None:
        """Forget them all."""
        self._recent.clear()
        self.total = 0
