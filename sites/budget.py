"""How often one site may be asked. Times are monotonic seconds."""

from typing import Final

BACKGROUND_SHARE: Final = 0.8
"""The part of the budget that requests nobody waits for may use."""

URGENT_BURST: Final = 5
"""How many requests people may make at once after a pause; background requests make up for it."""


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
