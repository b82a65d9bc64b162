"""Models of Telegram's flood control, which is not documented: a careful sender is right under all of them.

Times are seconds of a monotonic clock, given with every call. Only sending and editing methods are counted.
"""

from collections import deque
from dataclasses import dataclass, field

PER_SECOND = 30
PER_GROUP_MINUTE = 20
MINUTE = 60.0
PENALTY = 5.0
"""Seconds for which model P blocks the whole bot after an overflow."""


@dataclass(slots=True)
class _Bucket:
    capacity: float
    per_second: float
    at: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.capacity

    def wait(self, at: float) -> float:
        """Seconds until another message fits; 0 when it fits now."""
        self.tokens = min(self.capacity, self.tokens + (at - self.at) * self.per_second)
        self.at = at
        # Rounding while refilling must not cost a sender that was exactly on time.
        return 0.0 if self.tokens >= 1 - 1e-9 else (1 - self.tokens) / self.per_second

    def take(self, at: float) -> None:
        self.tokens -= 1


@dataclass(slots=True)
class _Window:
    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, at: float) -> float:
        while self.times and at - self.times[0] >= self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.most else self.times[0] + self.seconds - at

    def take(self, at: float) -> None:
        self.times.append(at)


_Limit = _Bucket | _Window


class FloodControl:
    """One of the models, and how many messages it let pass and refused.

    L: buckets of 30 refilled at 30 a second, of 20 over 60 s for a group, of 3 at 1 a second for a private chat.
    S: strictly 30 in any second, and 20 in any 60 seconds for a group.
    P: the windows of S, and any overflow blocks the whole bot for 5 seconds.
    """

    def __init__(self, name: str) -> None:
        """Take the model of that letter (any case). Raises `ValueError` for another one."""
        self.name = name.upper()
        if self.name not in {"L", "S", "P"}:
            raise ValueError(f"no model of flood control is called {name!r}: L, S, P or none")
        self.admitted = 0
        self.refused = 0
        self._whole: _Limit | None = None
        self._chats: dict[int, _Limit] = {}
        self._blocked_until = float("-inf")

    def admit(self, chat_id: int, *, is_group: bool, at: float, paid: bool = False) -> float:
        """0 when the message may pass, otherwise the seconds to wait; a refused message uses up nothing.

        What is `paid` for is not held to the limit of the whole bot.
        """
        limits = self._limits_of(chat_id, at, is_group=is_group)[int(paid) :]
        wait = max([self._blocked_until - at, *(limit.wait(at) for limit in limits)])
        if wait <= 0:
            for limit in limits:
                limit.take(at)
            self.admitted += 1
            return 0.0
        self.refused += 1
        if self.name == "P" and at >= self._blocked_until:
            wait = max(wait, PENALTY)
            self._blocked_until = at + PENALTY
        return wait

    def _limits_of(self, chat_id: int, at: float, *, is_group: bool) -> list[_Limit]:
        if self._whole is None:
            self._whole = _Bucket(PER_SECOND, PER_SECOND, at) if self.name == "L" else _Window(PER_SECOND, 1.0)
        if chat_id not in self._chats:
            if self.name == "L":
                most, seconds = (PER_GROUP_MINUTE, MINUTE) if is_group else (3, 3.0)
                self._chats[chat_id] = _Bucket(most, most / seconds, at)
            elif is_group:
                self._chats[chat_id] = _Window(PER_GROUP_MINUTE, MINUTE)
            else:
                return [self._whole]
        return [self._whole, self._chats[chat_id]]


def flood_control(name: str) -> FloodControl | None:
    """The model of that letter; None for "none"."""
    return None if name.lower() == "none" else FloodControl(name)
