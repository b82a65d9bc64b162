"""Models of Telegram's sending limits, which are not documented: a careful sender is right under all of them.

Times are seconds of a monotonic clock, given with every call. Only sending and editing methods are counted.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

PER_SECOND = 30
PER_GROUP_MINUTE = 20
MINUTE = 60.0


class LimitModel(Protocol):
    """Decides over one message at a time and counts what it decided."""

    name: str

    @property
    def admitted(self) -> int:
        """How many messages passed."""
        ...

    @property
    def refused(self) -> int:
        """How many did not."""
        ...

    def admit(self, chat_id: int, *, is_group: bool, at: float) -> float:
        """0 when the message may pass (it is counted), otherwise the seconds to wait (it is counted as refused)."""
        ...


@dataclass(slots=True)
class _Bucket:
    capacity: float
    per_second: float
    tokens: float
    at: float

    def wait(self, at: float) -> float:
        """Seconds until a token is there."""
        self.tokens = min(self.capacity, self.tokens + (at - self.at) * self.per_second)
        self.at = at
        # A hair of tolerance: refilling in floating point must not cost a sender that was exactly on time.
        return 0.0 if self.tokens >= 1 - 1e-9 else (1 - self.tokens) / self.per_second


@dataclass(slots=True)
class TokenBuckets:
    """L: buckets of 30 refilled at 30 a second, 20 over 60 s for a group, 3 at 1 a second for a private chat."""

    name: str = "L"
    admitted: int = 0
    refused: int = 0
    _whole: _Bucket | None = None
    _chats: dict[int, _Bucket] = field(default_factory=dict)

    def admit(self, chat_id: int, *, is_group: bool, at: float) -> float:
        """See `LimitModel`; a refused message takes no token anywhere."""
        whole = self._whole or _Bucket(PER_SECOND, PER_SECOND, PER_SECOND, at)
        self._whole = whole
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = _group_bucket(at) if is_group else _Bucket(3, 1, 3, at)
            self._chats[chat_id] = chat
        wait = max(whole.wait(at), chat.wait(at))
        if wait > 0:
            self.refused += 1
            return wait
        whole.tokens -= 1
        chat.tokens -= 1
        self.admitted += 1
        return 0.0


def _group_bucket(at: float) -> _Bucket:
    return _Bucket(PER_GROUP_MINUTE, PER_GROUP_MINUTE / MINUTE, PER_GROUP_MINUTE, at)


@dataclass(slots=True)
class _Window:
    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, at: float) -> float:
        """Seconds until another message fits into the window."""
        times = self.times
        while times and at - times[0] >= self.seconds:
            times.popleft()
        return 0.0 if len(times) < self.most else times[0] + self.seconds - at


@dataclass(slots=True)
class SlidingWindows:
    """S: strictly 30 in any second and 20 in any 60 seconds a group."""

    name: str = "S"
    admitted: int = 0
    refused: int = 0
    _whole: _Window = field(default_factory=lambda: _Window(PER_SECOND, 1.0))
    _groups: dict[int, _Window] = field(default_factory=dict)

    def admit(self, chat_id: int, *, is_group: bool, at: float) -> float:
        """See `LimitModel`; a refused message does not count into any window."""
        group: _Window | None = None
        wait = self._whole.wait(at)
        if is_group:
            group = self._groups.get(chat_id)
            if group is None:
                group = self._groups[chat_id] = _Window(PER_GROUP_MINUTE, MINUTE)
            wait = max(wait, group.wait(at))
        if wait > 0:
            self.refused += 1
            return wait
        self._whole.times.append(at)
        if group is not None:
            group.times.append(at)
        self.admitted += 1
        return 0.0


@dataclass(slots=True)
class PunishingWindows:
    """P: the windows of S, and any overflow blocks the whole bot for 5 seconds."""

    name: str = "P"
    penalty: float = 5.0
    refused: int = 0
    _windows: SlidingWindows = field(default_factory=SlidingWindows)
    _blocked_until: float = float("-inf")

    @property
    def admitted(self) -> int:
        """How many messages passed."""
        return self._windows.admitted

    def admit(self, chat_id: int, *, is_group: bool, at: float) -> float:
        """See `LimitModel`; messages refused during a block do not lengthen it."""
        if at < self._blocked_until:
            self.refused += 1
            return self._blocked_until - at
        wait = self._windows.admit(chat_id, is_group=is_group, at=at)
        if wait > 0:
            self.refused += 1
            self._blocked_until = at + self.penalty
            return max(wait, self.penalty)
        return 0.0


def limit_model(name: str) -> LimitModel | None:
    """The model of that letter (L, S or P); None for "none"."""
    match name.upper():
        case "L":
            return TokenBuckets()
        case "S":
            return SlidingWindows()
        case "P":
            return PunishingWindows()
        case "NONE":
            return None
        case _:
            raise ValueError(f"no limit model is called {name!r}: L, S, P or none")
