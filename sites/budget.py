"""How often one site may be asked, and how long it is left alone after a refusal. Times are monotonic seconds."""

from datetime import timedelta
from typing import Final

BACKGROUND_SHARE: Final = 0.8
"""The part of the budget that requests nobody waits for may use."""

URGENT_BURST: Final = 5
"""How many requests people may make at once after a pause; background requests make up for it."""

URGENT_TRY_SECONDS: Final = 5.0
"""How often a person's request may test a site that has refused us."""

FIRST_REFUSAL_SECONDS: Final = 1.0
LONGEST_REFUSAL_SECONDS: Final = 300.0
LONGEST_TOLD_SECONDS: Final = 86_400.0


class Budget:
    """Requests per second to one site: over time never more, and a share of them is kept for people who wait."""

    def __init__(self, requests_per_second: float) -> None:
        """Take any number above zero, also a fraction."""
        if not requests_per_second > 0:
            raise ValueError("a site's budget is more than nothing")
        self._interval = 1 / requests_per_second
        self._next = float("-inf")
        self._next_background = float("-inf")

    def delay(self, now: float, *, urgent: bool, ahead: int = 0) -> float:
        """Return the seconds until such a request may be made, 0 for at once, with so many like it ahead."""
        earliest = max(self._next, now) + ahead * self._interval
        if urgent:
            return max(0.0, earliest - (URGENT_BURST - 1) * self._interval - now)
        return max(0.0, earliest - now, self._next_background - now)

    def spend(self, now: float, *, urgent: bool) -> None:
        """Count a request made now."""
        self._next = max(self._next, now) + self._interval
        if not urgent:
            self._next_background = now + self._interval / BACKGROUND_SHARE


class Refusals:
    """Remembers that a site has refused us, so that it is left alone for as long as it said, or ever longer."""

    def __init__(self) -> None:
        """Start as if all were well."""
        self._in_a_row = 0
        self._until = float("-inf")
        self._tried = float("-inf")

    def delay(self, now: float, *, urgent: bool) -> float:
        """Return the seconds for which such a request is not made, 0 when it may be."""
        until = min(self._until, self._tried + URGENT_TRY_SECONDS) if urgent else self._until
        return max(0.0, until - now)

    def tried(self, now: float) -> None:
        """Count a request made now."""
        self._tried = now

    def refused(self, now: float, told: timedelta | None) -> None:
        """Leave the site alone for as long as it told us, or for twice the time of before."""
        self._in_a_row += 1
        if told is None:
            seconds = min(FIRST_REFUSAL_SECONDS * 2 ** min(self._in_a_row - 1, 30), LONGEST_REFUSAL_SECONDS)
        else:
            seconds = min(max(told.total_seconds(), FIRST_REFUSAL_SECONDS), LONGEST_TOLD_SECONDS)
        self._until = max(self._until, now + seconds)

    def welcomed(self) -> None:
        """Forget all refusals: the site has answered."""
        self._in_a_row = 0
        self._until = float("-inf")
