"""How much Telegram takes: from the whole bot, from a private chat, from a group.

Telegram's FAQ for bots names the numbers (about 30 messages a second in all, one a second to a chat with short bursts,
20 a minute to a group) and not how it counts. These budgets hold under token buckets and under strict
sliding windows alike, and however long requests travel: Telegram sees a request at some moment between our sending
it and our hearing the answer, so a request counts from its start until a full window after its *end*.
All moments are seconds of the monotonic clock.
"""

from collections import deque
from dataclasses import dataclass
from math import inf

SECOND = 1.001
"""A second and what rounding may take from it."""

LATE = 0.25
"""A busy machine wakes us up late. What was missed by that is caught up with; after a longer rest nothing is."""

SLOWER = 0.95
SLOWEST = 0.5
RECOVERY = 0.05 / 60
"""Each refusal of the whole bot costs 5 % of the pace; they are regained in a minute without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The pace of sending. `in_flight`: how many alerts and broadcasts may wait for an answer at the same time.

    `paid_per_second`: the pace of what is paid for, beside all the rest; `None`: it is sent like the rest.
    `paid_in_flight`: how many of that may wait for an answer.
    """

    per_second: float = 29.0
    paid_per_second: float | None = None
    per_group: int = 20
    group_seconds: float = 60.5
    private_burst: int = 3
    private_seconds: float = 1.0
    in_flight: int = 32
    paid_in_flight: int = 64


class BotBudget:
    """What the whole bot may send: evenly spaced, never more than `per_second` in any second."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._at_most = max(1, int(per_second))
        self._next = -inf
        self._paused_until = -inf
        self._pace = 1.0
        self._pace_since = -inf
        self._in_flight = 0
        self._starts: deque[float] = deque(maxlen=self._at_most)
        self._ends: deque[float] = deque()

    def free_at(self, now: float) -> float:
        """Return when the next request may start; infinity when an answer must come first."""
        ends = self._ends
        while ends and ends[0] + SECOND <= now:
            ends.popleft()
        free = max(self._next, self._paused_until)
        if len(self._starts) == self._at_most:
            free = max(free, self._starts[0] + SECOND)
        # Telegram's own limit is one above ours: at most `at_most` others may count in the second of a new request.
        excess = self._in_flight + len(ends) - self._at_most
        if excess > len(ends):
            return inf
        return max(free, ends[excess - 1] + SECOND) if excess > 0 else free

    def start(self, now: float) -> None:
        """A request leaves."""
        due = self._next if now - self._next <= LATE else now
        self._next = due + 1 / (self._per_second * self._pace_at(now))
        self._in_flight += 1
        self._starts.append(now)

    def end(self, now: float) -> None:
        """Its answer is here, or will never come."""
        self._in_flight -= 1
        self._ends.append(now)

    def recall(self, at: float) -> None:
        """Count a request of an earlier process, which ended then."""
        self._ends.append(at)

    def pause(self, seconds: float, now: float) -> None:
        """Send nothing for so long, then go on more slowly, without catching up."""
        if now >= self._paused_until:  # several requests in flight can be refused for one and the same excess
            self._pace = max(SLOWEST, self._pace_at(now) * SLOWER)
        self._paused_until = max(self._paused_until, now + seconds)
        self._pace_since = self._paused_until
        self._next = max(self._next, self._paused_until)

    @property
    def paused_until(self) -> float:
        """When the last pause ends."""
        return self._paused_until

    def _pace_at(self, now: float) -> float:
        return min(1.0, self._pace + max(0.0, now - self._pace_since) * RECOVERY)


class PrivateBudget:
    """What a private chat takes: about a message a second, and a few at once after a rest."""

    __slots__ = ("_full_at", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._full_at = -inf

    def free_at(self) -> float:
        """Return when the next message may start."""
        return self._full_at - (self._limits.private_burst - 1) * self._limits.private_seconds

    def spend(self, at: float) -> None:
        """Count a message that ended then."""
        self._full_at = max(self._full_at, at) + self._limits.private_seconds

    def rested_at(self) -> float:
        """Return from when on nothing needs to be remembered."""
        return self._full_at


class GroupBudget:
    """What a group or channel takes: so many messages in any window."""

    __slots__ = ("_ends", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ends: deque[float] = deque(maxlen=limits.per_group)

    def free_at(self) -> float:
        """Return when the next message may start."""
        if len(self._ends) < self._limits.per_group:
            return -inf
        return self._ends[0] + self._limits.group_seconds

    def spend(self, at: float) -> None:
        """Count a message that ended then."""
        self._ends.append(at)

    def rested_at(self) -> float:
        """Return from when on nothing needs to be remembered."""
        return self._ends[-1] + self._limits.group_seconds if self._ends else -inf
