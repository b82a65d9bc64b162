"""When sending pauses as a whole because Telegram does not answer, and how it is found out that it does again."""

from enum import StrEnum
from math import inf

FAILURES_UNTIL_OPEN = 8
"""So many sends in a row without a usable answer are Telegram's trouble; fewer may be those of one chat."""

FIRST_WAIT = 2.0
LONGEST_WAIT = 60.0


class CircuitState(StrEnum):
    """`CLOSED`: everything is sent. `OPEN`: nothing but probes. `TRIAL`: one message, which decides."""

    CLOSED = "closed"
    OPEN = "open"
    TRIAL = "trial"


class Circuit:
    """A circuit breaker on seconds of the monotonic clock.

    An outage costs the messages in flight when it begins, and one harmless probe after growing waits.
    """

    def __init__(self) -> None:
        self.state = CircuitState.CLOSED
        self._failures = 0
        self._opened = 0
        self._probe_at = -inf

    def answered(self) -> None:
        """A message was answered, whatever the answer."""
        self.state = CircuitState.CLOSED
        self._failures = self._opened = 0

    def failed(self, now: float, jitter: float) -> None:
        """A message got no usable answer; `jitter` in [0, 1) spreads the probes."""
        self._failures += 1
        if self.state is CircuitState.TRIAL or (
            self.state is CircuitState.CLOSED and self._failures >= FAILURES_UNTIL_OPEN
        ):
            self._open(now, jitter)

    def probe_due(self, now: float) -> bool:
        """Tell whether Telegram is to be asked something harmless now."""
        return self.state is CircuitState.OPEN and now >= self._probe_at

    def probed(self, now: float, jitter: float, *, answered: bool) -> None:
        """Note what became of a probe: after an answer one message is tried."""
        if answered:
            self.state = CircuitState.TRIAL
        else:
            self._open(now, jitter)

    def _open(self, now: float, jitter: float) -> None:
        self.state = CircuitState.OPEN
        wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._opened, 10))
        self._opened += 1
        self._probe_at = now + wait * (1 - jitter / 2)
