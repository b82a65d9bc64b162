"""Broadcasts: what an operator tells many chats at once, whom, and how it ended for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, assert_never

from delivery.chats import Announcement, ChatKind
from delivery.outbox import MessageState
from messages.content import Content, Copy
from petitions.petition import PetitionRef, Site
from petitions.streams import SiteStream

BroadcastId = NewType("BroadcastId", int)

PRIVATE_CHATS = frozenset({ChatKind.PRIVATE})
CHANNELS = frozenset({ChatKind.CHANNEL})
GROUPS = frozenset({ChatKind.GROUP, ChatKind.SUPERGROUP})
EVERYBODY = frozenset(ChatKind)

REFUSED_IN_A_ROW = 20
"""After so many refusals of a broadcast it is the broadcast that is at fault, and it is paused."""

MESSAGES_A_STAR = 10
"""What Telegram charges for what it would not take for nothing (https://core.telegram.org/bots/api#sendmessage)."""


class Action(StrEnum):
    """What is done in each chat: a message is sent, or an earlier broadcast's is changed or deleted."""

    SEND = "send"
    EDIT = "edit"
    REMOVE = "remove"


class BroadcastState(StrEnum):
    """The life of a broadcast; the last two are final.

    `SCHEDULED`: confirmed, for a later moment. `PAUSED`: by an operator, or because nothing of it can be sent.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


RUNNING = (BroadcastState.SENDING, BroadcastState.PAUSED)
ENDED = (BroadcastState.FINISHED, BroadcastState.CANCELLED)


class Outcome(StrEnum):
    """How a broadcast stands with one recipient; all but the first two are final.

    `UNCERTAIN`: nobody knows whether it has arrived. `UNREACHABLE`: the bot was blocked, removed or silenced there.
    `LEFT_OUT`: it was cancelled first, or the chat has declined announcements or was forgotten meanwhile.
    """

    WAITING = "waiting"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    LEFT_OUT = "left_out"


FINAL = (Outcome.SENT, Outcome.FAILED, Outcome.UNCERTAIN, Outcome.UNREACHABLE, Outcome.LEFT_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSo:
    """The recipients of an earlier broadcast for whom it ended in that way."""

    broadcast: BroadcastId
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The active chats of these kinds that every other field narrows down; `None` and an empty tuple narrow nothing.

    `petition`, `stream`, `site`: who follows or subscribes to that; `topic`: whose subscription is narrowed to it.
    `active_since`: the bot was written to there since then. `listed`: Telegram ids.
    """

    kinds: frozenset[ChatKind] = EVERYBODY
    language: str | None = None
    petition: PetitionRef | None = None
    stream: SiteStream | None = None
    topic: str | None = None
    site: Site | None = None
    active_since: datetime | None = None
    listed: tuple[int, ...] = ()
    ended: EndedSo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a broadcast consists of before anybody gets it. `content`: `None` for one that deletes.

    `versions`: what chats in a language get instead of `content`, by the language in which they are answered.
    `operator`: the Telegram id of whoever wrote it. `original`: the broadcast that it changes or deletes. `pinned`:
    what was sent is pinned where the bot may. `due_at`: when it begins, if not as soon as it is confirmed.
    `stars`: how many Telegram Stars may be paid so that it is sent faster; `None`: none, at the usual pace.
    """

    operator: int
    action: Action = Action.SEND
    content: Content | Copy | None
    versions: Mapping[str, Content] = field(default_factory=dict)
    announcement: Announcement = Announcement.NEWS
    audience: Audience = Audience()
    pinned: bool = False
    original: BroadcastId | None = None
    due_at: datetime | None = None
    stars: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A stored broadcast.

    `page`: the Telegram id of the message that shows the operator how it goes, and `page_text` what that says: nothing
    while that is not known, as what a press shows may arrive after what is newer.
    `note`: why it was paused, if not by an operator, or is not paid for although that was wanted.
    """

    id: BroadcastId
    draft: Draft
    state: BroadcastState
    created_at: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    page: int | None = None
    page_text: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A chat whose turn it is. `original`: the Telegram id of the message there that is changed or deleted."""

    kind: ChatKind
    language: str
    original: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a broadcast stands with one recipient, for the report. `chat`: its Telegram id; `None`: it was forgotten."""

    chat: int | None
    kind: ChatKind | None
    outcome: Outcome
    telegram_message_id: int | None
    reason: str | None
    at: datetime | None


Tally = Mapping[Outcome, int]
"""How many recipients a broadcast stands with in each way; all outcomes are there, and their sum is the snapshot."""


class Unpaid(StrEnum):
    """Why a broadcast that was to be paid for goes out at the usual pace."""

    SWITCHED_OFF = "switched-off"
    CAP = "cap"
    BALANCE = "balance"
    UNKNOWN = "unknown"


def price(messages: int) -> int:
    """Return how many Telegram Stars so many messages cost at most: those up to 30 a second are free."""
    return -(-messages // MESSAGES_A_STAR)


def why_unpaid(messages: int, most: int, balance: int | None) -> Unpaid | None:
    """Return why so many messages can't be paid for from a balance; `None` when they can.

    `most`: how much may be paid. `balance`: `None` when Telegram does not say.
    """
    if price(messages) > most:
        return Unpaid.CAP
    if balance is None:
        return Unpaid.UNKNOWN
    return Unpaid.BALANCE if price(messages) > balance else None


def outcome_after(state: MessageState, *, over: bool) -> Outcome:
    """Return how a broadcast stands with a recipient whose message is in that state.

    `over`: the broadcast was cancelled, or the chat forgotten.
    """
    match state:
        case MessageState.AWAITING | MessageState.QUEUED | MessageState.CLAIMED:
            return Outcome.QUEUED
        case MessageState.SENT:
            return Outcome.SENT
        case MessageState.REJECTED:
            return Outcome.FAILED
        case MessageState.UNCERTAIN | MessageState.SET_ASIDE:
            return Outcome.UNCERTAIN
        case MessageState.EXPIRED:
            return Outcome.UNREACHABLE
        case MessageState.CANCELLED:  # taken back while the broadcast was paused
            return Outcome.LEFT_OUT if over else Outcome.WAITING
        case unknown:
            assert_never(unknown)


def refusals_in_a_row(before: int, outcomes: Sequence[Outcome]) -> int:
    """Count on how many messages have been refused since the last one that was sent."""
    for outcome in outcomes:
        match outcome:
            case Outcome.FAILED:
                before += 1
            case Outcome.SENT:
                before = 0
            case _:
                pass
    return before
