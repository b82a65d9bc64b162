"""How an attempt to send a message ended. Each failure is sorted into later, never or elsewhere."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Telegram has confirmed the message."""

    telegram_message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not delivered, and it may be tried again: 429 as told, 5xx, or not connected at all."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The group is now a supergroup with this Telegram id: try there."""

    telegram_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The chat (or, with `topic_only`, the topic) cannot be reached until somebody there changes that.

    `temporary`: that may happen without our being told, as when a group's night ends; it is worth trying again.
    """

    reason: str
    topic_only: bool = False
    temporary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will never take this message as it is (the design's *rejected*)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """The request was written and no answer came: it may or may not have been delivered."""

    reason: str


Verdict = Sent | Later | Moved | Gone | Refused | Uncertain


class SendingStoppedError(Exception):
    """Telegram refuses the bot itself (401, 404 on the token, 409): stop the loops, blame no message."""
