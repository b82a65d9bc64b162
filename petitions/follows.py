"""Who follows what, and where they want to hear of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ChatId = NewType("ChatId", int)
"""Our own id of a chat: Telegram's id of a group changes when it becomes a supergroup, ours does not."""

FOLLOWS_PER_CHAT = 200
"""How many follows one chat may usually have, in all its topics together."""

MOST_FOLLOWS = 2_000
"""How many an operator can let it have."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A chat, or one topic of a forum: `thread` is 0 where there is no topic."""

    chat: ChatId
    thread: int = 0


class Followed(StrEnum):
    """How an order to follow ended."""

    NEW = "new"
    ALREADY = "already"
    FULL = "full"
