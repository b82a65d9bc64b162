"""What Telegram's errors mean for a message: one table from the library's exceptions to verdicts."""

import os
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from delivery.verdicts import Gone, Later, Moved, Refused, SendingStoppedError, Uncertain, Verdict

# The library then gives spans of time as timedelta, and does not warn of each one that it gives as a number.
os.environ.setdefault("PTB_TIMEDELTA", "true")

LONGEST_REASON = 200

# Beginnings or parts of the descriptions of a 400, in lower case.
CHAT_IS_GONE = (
    "chat not found",
    "user not found",
    "user_is_blocked",
    "user is deactivated",
    "user_deactivated",
    "user_id_invalid",
    "peer_id_invalid",
    "chat_id_invalid",
    "channel_private",
    "group chat was deactivated",
    "group chat was upgraded",
    "chat is deactivated",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
)
CHAT_IS_CLOSED = (
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "not enough rights",
    "have no rights to send",
    "no write access",
    "need administrator rights",
)
"""Rights come and go without our being told, as in a group's night mode."""

TOPIC_IS_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
TOPIC_IS_CLOSED = ("topic_closed", "topic closed")


FILE_IS_WRONG = ("wrong file identifier", "wrong remote file", "file_reference", "file reference", "file_id_invalid")


class NotConnectedError(NetworkError):
    """There was no connection: nothing of the request was written."""

    __slots__ = ()


class NoAnswerError(NetworkError):
    """The request was written, and the connection gave out before the answer came."""

    __slots__ = ()


def verdict_on(error: Exception) -> Verdict:
    """Sort what sending a message has raised.

    The order matters: the library derives `BadRequest` and `TimedOut` from `NetworkError`.

    Raises:
        SendingStoppedError: Telegram refuses the bot itself, and no message is to blame.
    """
    match error:
        case RetryAfter():
            return Later(reason="429", after=told_to_wait(error))
        case ChatMigrated(new_chat_id=new_chat_id):
            return Moved(telegram_id=new_chat_id)
        case Forbidden():
            return Gone(reason=_reason(error), temporary=_says(error, CHAT_IS_CLOSED))
        case InvalidToken() | Conflict():
            raise _stopped(error) from None
        case BadRequest():
            return _verdict_on_bad_request(error)
        case NotConnectedError():
            return Later(reason=_reason(error))
        case NoAnswerError() | TimedOut():
            return Uncertain(reason=_reason(error))
        case NetworkError():  # 5xx: Telegram has answered that it did not do it
            return Later(reason=_reason(error))
        case _:  # an answer that cannot be read, after a request that was written
            return Uncertain(reason=_reason(error))


def is_not_modified(error: TelegramError) -> bool:
    """Tell whether an edit was refused because the message already is as it should be."""
    return isinstance(error, BadRequest) and _says(error, ("message is not modified",))


def is_gone_already(error: BadRequest) -> bool:
    """Tell whether a message could not be deleted because it is not there any more."""
    return _says(error, ("message to delete not found",))


def is_wrong_file(verdict: Verdict) -> bool:
    """Tell whether Telegram does not know the file whose id it was given."""
    return isinstance(verdict, Refused) and any(each in verdict.reason.lower() for each in FILE_IS_WRONG)


def told_to_wait(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks us to wait."""
    told = error.retry_after
    return told if isinstance(told, timedelta) else timedelta(seconds=told)


def _verdict_on_bad_request(error: BadRequest) -> Verdict:
    topic_only = _says(error, TOPIC_IS_GONE + TOPIC_IS_CLOSED)
    temporary = _says(error, CHAT_IS_CLOSED + TOPIC_IS_CLOSED)
    if topic_only or temporary or _says(error, CHAT_IS_GONE):
        return Gone(reason=_reason(error), topic_only=topic_only, temporary=temporary)
    return Refused(reason=_reason(error))


def _says(error: TelegramError, words: tuple[str, ...]) -> bool:
    description = error.message.lower()
    return any(each in description for each in words)


def _stopped(error: InvalidToken | Conflict) -> SendingStoppedError:
    if isinstance(error, Conflict):
        return SendingStoppedError("Telegram says that another process uses this bot token (409)")
    return SendingStoppedError("Telegram does not know this bot token (401 or 404): check TELEGRAM_BOT_TOKEN")


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_REASON]
