"""How often one site may be asked. Times are monotonic seconds."""

from typing import Final

WATCH_SHARE: Final = 0.5
"""The part of the budget that is the watch's, whatever people ask for; the rest is people's. Each may use what the
other leaves."""

PEOPLE_BURST: Final = 5
"""How many requests people may make at once after a pause; they make up for it."""


class Budget:
    """Requests per second to one site: over time never more, of which the watch and people have a share each."""

    def __init__(self, requests_per_second: float) -> None:
        """Take any number above zero, also a fraction."""
        if not requests_per_second > 0:
            raise ValueError("a site's budget is more than nothing")
        self._interval = 1 / requests_per_second
        self._watch_interval = self._interval / WATCH_SHARE
        self._next = float("-inf")
        self._next_of_watch = float("-inf")

    def delay_for_people(self, now: float) -> float:
        """Return the seconds until a request may be made for somebody who waits, 0 for at once."""
        return max(0.0, self._next - (PEOPLE_BURST - 1) * self._interval - now)

    def delay_for_watch(self, now: float, *, people_wait: bool) -> float:
        """Return the seconds until the watch may make a request: in its own share, or in what people leave."""
        own = max(0.0, self._next_of_watch - now)
        return own if people_wait else min(own, max(0.0, self._next - now))

    def spend(self, now: float, *, by_watch: bool) -> None:
        """Count a request made now."""
        self._next = max(self._next, now) + self._interval
        if by_watch:
            # A little lateness is made up for: the watch has other things to do between two of its turns.
            self._next_of_watch = max(self._next_of_watch, now - self._interval) + self._watch_interval
