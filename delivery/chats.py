"""The chats messages go to, and whether they can be reached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from petitions.follows import ChatId


class ChatKind(StrEnum):
    """Telegram's kinds of chats."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    """`SUSPENDED`: it blocked or removed the bot; its follows are kept and what it is owed is held for a while."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Announcement(StrEnum):
    """What whoever runs the bot tells everybody, and a chat may decline."""

    NEWS = "news"
    SERVICE = "service"


class Limited(StrEnum):
    """What a chat may have only so many of."""

    FOLLOWS = "follows"
    SUBSCRIPTIONS = "subscriptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostStyle:
    """How alerts are posted in a channel: in a few words or in full, and what stands below each.

    `ask_first`: those who look after the channel are shown each post, and it waits until one of them says so.
    """

    short: bool = False
    signature: str = ""
    ask_first: bool = False


USUAL_STYLE = PostStyle()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat as we remember it: no names, only ids and choices.

    `members_may`: in a group, its members change what is followed, not only its admins. `declines`: which
    announcements it does not want.
    """

    id: ChatId
    telegram_id: int
    kind: ChatKind
    state: ChatState
    since: datetime
    language: str = "en"
    members_may: bool = False
    style: PostStyle = USUAL_STYLE
    declines: frozenset[Announcement] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The one member of a group who sees an ephemeral message, and what lets a bot send it that is no admin there.

    `command`: the id of the ephemeral command that it answers. `press`: the id of the press that it answers.
    """

    user: int
    command: int | None = None
    press: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelProfile:
    """A channel or group as Telegram shows it. Its title is asked for when it is to be shown, and never kept."""

    telegram_id: int
    title: str
    kind: ChatKind = ChatKind.CHANNEL
