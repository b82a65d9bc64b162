"""Who follows what, and where they want to hear of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from petitions.news import ChangeId
from petitions.petition import PetitionId

ChatId = NewType("ChatId", int)
"""Our own id of a chat: Telegram's id of a group changes when it becomes a supergroup, ours does not."""

FollowId = NewType("FollowId", int)

FOLLOWS_PER_PLACE = 200
"""How many petitions one chat or topic may follow."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A chat, or one topic of a forum: `thread` is 0 where there is no topic."""

    chat: ChatId
    thread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A place follows a petition and hears of changes numbered above `after`; nothing while `muted`."""

    id: FollowId
    petition: PetitionId
    place: Place
    after: ChangeId
    followed_at: datetime
    muted: bool = False


class Followed(StrEnum):
    """How an order to follow ended."""

    NEW = "new"
    ALREADY = "already"
    FULL = "full"
