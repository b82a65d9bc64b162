"""Answering messages and pressed buttons."""

from telegram import CallbackQuery, Message
from telegram.constants import ChatType
from telegram.error import BadRequest

from handlers.context import CallbackAnswer
from messages.content import Button, Content, Document, Keyboard
from services.replying import Address, Replying

_TOO_LATE = ("query is too old", "query id is invalid")
_TOAST_LIMIT = 200


async def reply(replying: Replying, message: Message, answer: Content | Document) -> int | None:
    """Answer where a message was written: in its topic, and in groups as a reply to it. Return the answer's id."""
    quoted = message.message_id if message.chat.type != ChatType.PRIVATE else None
    return await replying.send(_address(message, quoted), answer)


async def answer_callback(replying: Replying, query: CallbackQuery, answer: CallbackAnswer) -> None:
    """Do everything a press leads to; the toast last, so that it is shown when it has become true."""
    message = query.message
    if message is not None:
        address = _address(message) if isinstance(message, Message) else Address(telegram_chat=message.chat.id)
        if answer.message is not None:
            await replying.edit(address, message.message_id, answer.message)
        if answer.keyboard is not None:
            await replying.edit_keyboard(address, message.message_id, answer.keyboard)
        if answer.reply is not None:
            await replying.send(address, answer.reply)
    await toast(query, answer.toast, dialog=answer.dialog)


async def toast(query: CallbackQuery, text: str | None, *, dialog: bool = False) -> None:
    """Answer a press, with or without words; that it is too late for them is no error."""
    try:
        await query.answer(text=text[:_TOAST_LIMIT] if text else None, show_alert=dialog)
    except BadRequest as error:
        if not any(reason in error.message.lower() for reason in _TOO_LATE):
            raise


def thread_of(message: Message) -> int:
    """Return the topic of a message, 0 where there is none: replies in plain groups have thread ids too."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def keyboard_of(message: Message) -> Keyboard:
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


def _address(message: Message, reply_to: int | None = None) -> Address:
    return Address(telegram_chat=message.chat_id, thread=thread_of(message), reply_to=reply_to)
