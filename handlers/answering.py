"""The way out: messages, edits and toasts, with what is no mistake told apart from what is."""

from collections.abc import Awaitable

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from handlers.context import CallbackAnswer, Document
from messages.content import Button, Content

log = structlog.get_logger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_MODIFIED = "message is not modified"
_TOO_LATE = ("query is too old", "query id is invalid")
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_UNREACHABLE = (
    "chat not found",
    "not enough rights",
    "topic_closed",
    "message thread not found",
    "chat_write_forbidden",
)
_TOAST_LIMIT = 200


async def reply(bot: Bot, message: Message, answer: Content | Document) -> None:
    """Answer where a message was written: in its topic, and in groups as a reply to it."""
    quoted = message.message_id if message.chat.type != ChatType.PRIVATE else None
    await send(bot, message.chat_id, thread_of(message), answer, quoted=quoted)


async def send(
    bot: Bot, telegram_chat: int, thread: int, answer: Content | Document, *, quoted: int | None = None
) -> None:
    """Send to a chat or topic. That the bot was blocked or silenced there meanwhile is no error."""
    try:
        await _send(bot, telegram_chat, thread, answer, quoted)
    except ChatMigrated as moved:
        await _send(bot, moved.new_chat_id, thread, answer, None)
    except Forbidden as error:
        log.info("reply.undeliverable", chat_id=telegram_chat, reason=error.message)
    except BadRequest as error:
        if not _is(error, _UNREACHABLE):
            raise
        log.info("reply.undeliverable", chat_id=telegram_chat, reason=error.message)


async def settle(bot: Bot, query: CallbackQuery, answer: CallbackAnswer) -> None:
    """Do everything a press leads to; the toast last, so that it is shown when it has become true."""
    message = query.message
    if message is not None:
        thread = thread_of(message) if isinstance(message, Message) else 0
        if answer.message is not None:
            await _edit(bot, message.chat.id, message.message_id, thread, answer.message)
        if answer.keyboard is not None:
            await _edit_keyboard(bot, message.chat.id, message.message_id, answer.keyboard)
        if answer.reply is not None:
            await send(bot, message.chat.id, thread, answer.reply)
    await toast(query, answer.toast, dialog=answer.dialog)


async def toast(query: CallbackQuery, text: str | None, *, dialog: bool = False) -> None:
    """Answer a press, with or without words; that it is too late for them is no error."""
    try:
        await query.answer(text=text[:_TOAST_LIMIT] if text else None, show_alert=dialog)
    except BadRequest as error:
        if not _is(error, _TOO_LATE):
            raise


def thread_of(message: Message) -> int:
    """Return the topic of a message, 0 where there is none: replies in plain groups have thread ids too."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def markup(buttons: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Return the buttons as Telegram wants them, `None` for none."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text=one.label, url=one.url, callback_data=one.data) for one in row] for row in buttons]
    )


def keyboard_of(message: Message) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a message; those of kinds that are not ours are left out."""
    if message.reply_markup is None:
        return ()
    return tuple(
        tuple(
            Button(label=one.text, url=one.url, data=one.callback_data if isinstance(one.callback_data, str) else None)
            for one in row
            if one.url or isinstance(one.callback_data, str)
        )
        for row in message.reply_markup.inline_keyboard
    )


async def _send(bot: Bot, telegram_chat: int, thread: int, answer: Content | Document, quoted: int | None) -> None:
    reply_to = ReplyParameters(message_id=quoted, allow_sending_without_reply=True) if quoted else None
    if isinstance(answer, Document):
        await bot.send_document(
            telegram_chat,
            InputFile(answer.data, filename=answer.name),
            caption=answer.caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread or None,
            reply_parameters=reply_to,
        )
        return
    await bot.send_message(
        telegram_chat,
        answer.text,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=markup(answer.buttons),
        message_thread_id=thread or None,
        disable_notification=answer.silent or None,
        reply_parameters=reply_to,
    )


async def _edit(bot: Bot, telegram_chat: int, message_id: int, thread: int, content: Content) -> None:
    """Change a message, or send a new one when it cannot be changed any more."""
    editing = bot.edit_message_text(
        content.text,
        chat_id=telegram_chat,
        message_id=message_id,
        parse_mode=ParseMode.HTML,
        link_preview_options=_NO_PREVIEW,
        reply_markup=markup(content.buttons),
    )
    if not await _edited(editing, telegram_chat):
        await send(bot, telegram_chat, thread, content)


async def _edit_keyboard(
    bot: Bot, telegram_chat: int, message_id: int, keyboard: tuple[tuple[Button, ...], ...]
) -> None:
    editing = bot.edit_message_reply_markup(chat_id=telegram_chat, message_id=message_id, reply_markup=markup(keyboard))
    await _edited(editing, telegram_chat)


async def _edited(editing: Awaitable[object], telegram_chat: int) -> bool:
    """Wait for an edit; false when there is nothing (any more) to edit. An edit that changes nothing is done."""
    try:
        await editing
    except Forbidden as error:
        log.info("reply.undeliverable", chat_id=telegram_chat, reason=error.message)
    except BadRequest as error:
        if _is(error, _NOT_EDITABLE):
            return False
        if not _is(error, (_NOT_MODIFIED, *_UNREACHABLE)):
            raise
    return True


def _is(error: BadRequest, reasons: tuple[str, ...]) -> bool:
    return any(reason in error.message.lower() for reason in reasons)
