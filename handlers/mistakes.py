"""What becomes of an update that could not be handled: a sentence for the person, the cause for the operator."""

from collections.abc import Callable

import structlog
from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.answering import reply, toast
from messages import replies
from messages.words import Words
from services.replying import Replying, ReplyRefusedError

log = structlog.get_logger(__name__)


async def failed(replying: Replying, update: Update | None, error: Exception, on_mistake: Callable[[], None]) -> None:
    """Log the cause, without any text of the update, and tell whoever waits for an answer.

    `on_mistake` is called when it is not Telegram that refuses something.
    """
    update_id = update.update_id if update is not None else None
    if isinstance(error, TelegramError | ReplyRefusedError):
        log.warning("update.unanswered", update_id=update_id, reason=str(error), kind=type(error).__name__)
    else:
        log.error("update.failed", update_id=update_id, exc_info=error)
        on_mistake()
    if update is None:
        return
    try:
        await _tell(replying, update)
    except (TelegramError, ReplyRefusedError) as again:
        log.warning("update.unanswered", update_id=update_id, reason=str(again), kind=type(again).__name__)


async def _tell(replying: Replying, update: Update) -> None:
    words = Words()
    if update.callback_query is not None:
        await toast(update.callback_query, words.plain("failed"), dialog=True)
    elif update.message is not None and _waits(update.message):
        await reply(replying, update.message, replies.note(words, "failed"))


def _waits(message: Message) -> bool:
    """Tell whether somebody expects an answer: always in private, in groups after a command."""
    return message.chat.type == ChatType.PRIVATE or (message.text or "").startswith("/")
