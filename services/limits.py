"""How often one chat may ask."""

from collections import OrderedDict, deque

WINDOW = 60.0
"""Seconds in which requests are counted."""

MOST_CHATS = 10_000


class CommandLimit:
    """Limits per Telegram chat in any minute, on the monotonic clock (seconds). Long silent chats are forgotten."""

    def __init__(self, per_minute: int = 30, refreshes_per_minute: int = 6) -> None:
        self._commands = _Window(per_minute)
        self._refreshes = _Window(refreshes_per_minute)

    def allow(self, telegram_chat: int, at: float) -> bool:
        """Count a command or a press of a button; false when it is one too many."""
        return self._commands.allow(telegram_chat, at)

    def allow_refresh(self, telegram_chat: int, at: float) -> bool:
        """Count a request that makes the bot ask a site; false when it is one too many."""
        return self._refreshes.allow(telegram_chat, at)


class _Window:
    """Counts what was allowed in the last minute; what was refused does not count."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._allowed: OrderedDict[int, deque[float]] = OrderedDict()

    def allow(self, key: int, at: float) -> bool:
        times = self._allowed.setdefault(key, deque())
        self._allowed.move_to_end(key)
        if len(self._allowed) > MOST_CHATS:
            self._allowed.popitem(last=False)
        while times and at - times[0] >= WINDOW:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(at)
        return True
