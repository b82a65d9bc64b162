"""Answering messages and pressed buttons, and who sees the answers.

In a group an answer is for whoever asked alone (an ephemeral message), unless it tells of something that has changed
for everybody. Telegram knows no ephemeral messages elsewhere, and nobody would be spared anything by them.
"""

from dataclasses import replace

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message, User
from telegram.constants import ChatType
from telegram.error import BadRequest

from delivery.chats import Receiver
from handlers.context import CallbackAnswer
from messages.content import Button, Content, Document, Keyboard
from services.replying import Address, Replying

_TOO_LATE = ("query is too old", "query id is invalid")
_TOAST_LIMIT = 200
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


async def reply(replying: Replying, message: Message, answer: Content | Document) -> int | None:
    """Answer where a message was written: in its topic, and in groups as a reply to it. Return the answer's id."""
    command = ephemeral_id(message)
    quoted = message.message_id if message.chat.type != ChatType.PRIVATE and command is None else None
    receiver = _receiver(message, message.from_user, answer, command=command)
    return await replying.send(replace(_address(message), reply_to=quoted, receiver=receiver), answer)


async def answer_callback(replying: Replying, query: CallbackQuery, answer: CallbackAnswer) -> None:
    """Do everything a press leads to; the toast last, so that it is shown when it has become true."""
    message = query.message
    if message is not None:
        await _answer_below(replying, query, message, answer)
    await toast(query, answer.toast, dialog=answer.dialog)


async def _answer_below(
    replying: Replying, query: CallbackQuery, message: MaybeInaccessibleMessage, answer: CallbackAnswer
) -> None:
    address = _address(message) if isinstance(message, Message) else Address(telegram_chat=message.chat.id)
    ephemeral = ephemeral_id(message)
    presser = Receiver(user=query.from_user.id, press=query.id)
    shown = address if ephemeral is None else replace(address, receiver=presser)
    number = ephemeral or message.message_id
    if answer.message is not None:
        await replying.edit(shown, number, answer.message)
    if answer.keyboard is not None:
        await replying.edit_keyboard(shown, number, answer.keyboard)
    if answer.reply is not None:
        receiver = _receiver(message, query.from_user, answer.reply, press=query.id)
        await replying.send(replace(address, receiver=receiver), answer.reply)
    if answer.news is not None and ephemeral is not None:
        await replying.send(address, answer.news)


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


def ephemeral_id(message: MaybeInaccessibleMessage) -> int | None:
    """Return the id of a message that only one member of a group sees; such a one has no number in the chat."""
    number = message.api_kwargs.get("ephemeral_message_id")
    return number if isinstance(number, int) else None


def _receiver(
    message: MaybeInaccessibleMessage,
    user: User | None,
    answer: Content | Document,
    *,
    command: int | None = None,
    press: str | None = None,
) -> Receiver | None:
    """Return who alone is to see an answer, `None` for everybody.

    Whoever writes in the name of a group or channel is, for Telegram, a bot of its own, which sees nothing.
    """
    for_all = isinstance(answer, Content) and answer.for_all
    if message.chat.type not in _GROUPS or for_all or user is None or user.is_bot:
        return None
    return Receiver(user=user.id, command=command, press=press)


def _address(message: Message) -> Address:
    return Address(telegram_chat=message.chat_id, thread=thread_of(message))
