"""Alerts owed, the messages made of them, and how a message's life goes on after an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from delivery.chats import USUAL_STYLE, ChatKind, PostStyle
from messages.content import Content, Outgoing
from petitions.follows import ChatId, Place
from petitions.news import ChangeId, StoredChange
from petitions.petition import PetitionId

AlertId = NewType("AlertId", int)
MessageId = NewType("MessageId", int)


class Lane(IntEnum):
    """What goes first: what a person waits for (or the operator must know), then alerts, then broadcasts.

    `PAID`: broadcasts that are paid for, which leave at a pace of their own.
    """

    REPLY = 0
    ALERT = 1
    BROADCAST = 2
    PAID = 3


BROADCASTS = (Lane.BROADCAST, Lane.PAID)


class MessageState(StrEnum):
    """The life of a message; the last six are final.

    `AWAITING`: it is queued when somebody who looks after the channel says so. `UNCERTAIN`: written several times,
    never answered. `SET_ASIDE`: how its attempt ended could not be stored.
    """

    AWAITING = "awaiting"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """How far one batch came: alerts newly owed, and whether the change is now told to all."""

    change: ChangeId
    alerts: int
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedAlert:
    """A place, in a chat of that kind, is owed word of a change; `followed`: because it follows the petition.

    `pictures`: it wants pictures where there are some.
    """

    id: AlertId
    place: Place
    chat_kind: ChatKind
    telegram_chat: int = 0
    style: PostStyle = USUAL_STYLE
    followed: bool = True
    pictures: bool = False
    change: StoredChange
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message, or what is to be done with one that was sent, to be queued; it settles all of `alerts`.

    `petition` allows unfollowing to cancel it. `question`: what those who look after the chat are asked first; the
    message waits for their answer, unless nobody is there to be asked.
    """

    place: Place
    lane: Lane
    content: Outgoing
    due_at: datetime
    petition: PetitionId | None = None
    alerts: tuple[AlertId, ...] = ()
    question: Content | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """A message in the hands of the sender. `attempts` and `uncertain` count earlier tries that ended so.

    `unreadable`: why its stored content cannot be read; it is to be refused. `place_tries`: how often sending to its
    chat or topic has failed since that was lost.
    """

    id: MessageId
    place: Place
    telegram_chat: int
    lane: Lane
    content: Outgoing
    petition: PetitionId | None = None
    attempts: int = 0
    uncertain: int = 0
    unreadable: str | None = None
    place_tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPaused:
    """Send the chat nothing before that moment."""

    chat: ChatId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMoved:
    """Remember the chat's new Telegram id."""

    chat: ChatId
    telegram_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLost:
    """Suspend the chat: it cannot be reached. It is tried again at `retry_at`, or not until it is heard from."""

    chat: ChatId
    reason: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLost:
    """Suspend one topic of a forum: it is closed or gone. It is tried again like a chat."""

    place: Place
    reason: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReached:
    """A chat or topic that was lost, and has been tried again, can be reached."""

    place: Place


Effect = ChatPaused | ChatMoved | ChatLost | TopicLost | PlaceReached


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What one attempt leaves behind: the message's new state, and what it taught about the chat.

    A message that goes back to `QUEUED` is not tried before `not_before`.
    """

    message: MessageId
    state: MessageState
    at: datetime
    not_before: datetime | None = None
    attempts: int = 0
    uncertain: int = 0
    telegram_message_id: int | None = None
    reason: str | None = None
    effect: Effect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRecord:
    """A message that went out a moment ago; seeds the pacing windows after a restart."""

    telegram_chat: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboard:
    """A message that is kept up to date. `text`: what it says. `stamp`: of what its place follows by now."""

    place: Place
    telegram_chat: int
    message: int
    text: str
    stamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFigures:
    """How much waits, since when, and what was given up. What is held for places out of reach does not count.

    `ended`: messages that ended badly and are still remembered, by state.
    """

    alerts_owed: int
    queued: Mapping[Lane, int]
    oldest_due_at: datetime | None
    ended: Mapping[MessageState, int]
    paused_chats: int
    suspended_chats: int


GIVEN_UP = (MessageState.REJECTED, MessageState.UNCERTAIN, MessageState.SET_ASIDE)
"""States of messages that nobody will get, or nobody knows of."""
