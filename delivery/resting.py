"""Which groups and channels rest from new messages, because they were just given as many as they take for a while.

Telegram takes 20 messages a minute for one of them. What they are owed meanwhile waits, and becomes one message.
"""

from collections import Counter, deque
from collections.abc import Collection

from petitions.follows import ChatId

MOST_AT_ONCE = 5
WINDOW_SECONDS = 20.0
"""So many messages in this time leave a quarter of what Telegram takes to answers and edits."""


class RestingChats:
    """Counts the messages that were made for each chat; moments are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._made: deque[tuple[float, ChatId]] = deque()
        self._counts: Counter[ChatId] = Counter()

    def made(self, chat: ChatId, now: float) -> None:
        """Count a message."""
        self._made.append((now, chat))
        self._counts[chat] += 1

    def at(self, now: float) -> Collection[ChatId]:
        """Return the chats that are to be given nothing new."""
        while self._made and self._made[0][0] <= now - WINDOW_SECONDS:
            _, chat = self._made.popleft()
            self._counts[chat] -= 1
            if not self._counts[chat]:
                del self._counts[chat]
        return [chat for chat, made in self._counts.items() if made >= MOST_AT_ONCE]
