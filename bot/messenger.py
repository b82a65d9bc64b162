"""The one way out: content becomes parameters of the Bot API, and its answer a verdict."""

import asyncio
from typing import Any, assert_never

from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.metrics import MESSAGES
from bot.pacer import Pacer
from bot.request import post_plain
from bot.telegram_errors import is_gone_already, is_not_modified, told_to_wait, verdict_on
from delivery.chats import Receiver
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict
from messages.content import Button, Content, Copy, Document, Edit, Keyboard, Outgoing, Pin, Removal

GENERAL_TOPIC = 1
"""The id of a forum's first topic, which Telegram does not take as the address of a message."""

PROBE_SECONDS = 5.0

_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
"""What has to be said of an administrator's rights, whatever they are."""

_COUNTED = {kind: MESSAGES.labels(kind.__name__.lower()) for kind in (Sent, Later, Moved, Gone, Refused, Uncertain)}


class BotMessenger:
    """Makes single attempts over the bot's connections, and tells the pacer when Telegram asks for patience."""

    def __init__(self, bot: ExtBot[Any], pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer

    async def send(
        self,
        telegram_chat: int,
        thread: int,
        content: Content | Copy | Document,
        *,
        reply_to: int | None = None,
        receiver: Receiver | None = None,
    ) -> Verdict:
        aim = _aim(thread, reply_to, receiver)
        if isinstance(content, Document):
            return await self._send_document(telegram_chat, content, aim)
        if isinstance(content, Copy):
            return await self._attempt("copyMessage", telegram_chat, copy_parameters(telegram_chat, content) | aim)
        parameters = send_parameters(telegram_chat, content) | aim
        return await self._attempt("sendMessage", telegram_chat, parameters)

    async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
        more = _aim(thread) | ({"allow_paid_broadcast": True} if paid else {})
        match outgoing:
            case Content():
                parameters = send_parameters(telegram_chat, outgoing) | more
                return await self._attempt("sendMessage", telegram_chat, parameters)
            case Copy():
                parameters = copy_parameters(telegram_chat, outgoing) | more
                return await self._attempt("copyMessage", telegram_chat, parameters)
            case Edit(message=message, content=content):
                return await self.edit(telegram_chat, message, content)
            case Removal(message=message):
                return await self._change("deleteMessage", telegram_chat, message)
            case Pin(message=message):
                return await self._change("pinChatMessage", telegram_chat, message, disable_notification=True)
            case unknown:
                assert_never(unknown)

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        return await self._edit("Text", telegram_chat, message, receiver, _said(content))

    async def edit_keyboard(
        self, telegram_chat: int, message: int, keyboard: Keyboard, *, receiver: Receiver | None = None
    ) -> Verdict:
        return await self._edit("ReplyMarkup", telegram_chat, message, receiver, _keyboard(keyboard))

    async def stars(self) -> int | None:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return (await self._bot.get_my_star_balance()).amount
        except (TelegramError, TimeoutError):
            return None

    async def probe(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._bot.get_me()
        except (TelegramError, TimeoutError):
            return False
        return True

    async def _edit(
        self, what: str, telegram_chat: int, message: int, receiver: Receiver | None, changes: dict[str, Any]
    ) -> Verdict:
        """Change what is named of a message; ephemeral ones have methods of their own for that."""
        if receiver is None:
            parameters = {"chat_id": telegram_chat, "message_id": message, **changes}
            return await self._attempt(f"editMessage{what}", telegram_chat, parameters)
        ephemeral = {"chat_id": telegram_chat, "receiver_user_id": receiver.user, "ephemeral_message_id": message}
        return await self._attempt(f"editEphemeralMessage{what}", telegram_chat, ephemeral | changes)

    async def _attempt(self, method: str, telegram_chat: int, parameters: dict[str, Any]) -> Verdict:
        try:
            # Not the library's own method: looking through parameters and answer would take longer than sending.
            answer = await post_plain(self._bot.request, f"{self._bot.base_url}/{method}", parameters)
        except TelegramError as error:
            if is_not_modified(error):
                return Sent(telegram_message_id=parameters.get("message_id", 0))
            return self._judge(telegram_chat, error)
        except KeyError:
            answer = None  # an answer without a result
        except asyncio.CancelledError:
            _COUNTED[Uncertain].inc()
            raise
        match answer:
            case {"message_id": int(telegram_message_id)}:
                verdict: Verdict = Sent(telegram_message_id=telegram_message_id)
            case True if "ephemeral_message_id" in parameters:
                verdict = Sent(telegram_message_id=0)  # such a message has no number in the chat
            case _:
                verdict = Uncertain(reason="Telegram's answer holds no message")
        _COUNTED[type(verdict)].inc()
        return verdict

    async def _change(self, method: str, telegram_chat: int, message: int, **more: object) -> Verdict:
        """Do something with a message of which Telegram answers no more than that it is done.

        What may not be done with it says nothing of whether the chat can be written to.
        """
        parameters = {"chat_id": telegram_chat, "message_id": message, **more}
        verdict: Verdict = Sent(telegram_message_id=message)
        try:
            await post_plain(self._bot.request, f"{self._bot.base_url}/{method}", parameters)
        except BadRequest as error:
            if not is_gone_already(error):
                verdict = Refused(reason=error.message)
        except TelegramError as error:
            return self._judge(telegram_chat, error)
        _COUNTED[type(verdict)].inc()
        return verdict

    async def _send_document(self, telegram_chat: int, document: Document, aim: dict[str, Any]) -> Verdict:
        try:
            message = await self._bot.send_document(
                telegram_chat,
                InputFile(document.data, filename=document.name),
                caption=document.caption,
                parse_mode=ParseMode.HTML,
                api_kwargs=aim,
            )
        except TelegramError as error:
            return self._judge(telegram_chat, error)
        _COUNTED[Sent].inc()
        return Sent(telegram_message_id=message.message_id)

    def _judge(self, telegram_chat: int, error: TelegramError) -> Verdict:
        if isinstance(error, RetryAfter):
            self._pacer.penalise(telegram_chat, told_to_wait(error).total_seconds())
        verdict = verdict_on(error)
        _COUNTED[type(verdict)].inc()
        return verdict


def send_parameters(telegram_chat: int, content: Content) -> dict[str, Any]:
    """Build the parameters of `sendMessage` that say what is sent; absent ones keep Telegram's defaults."""
    parameters = {"chat_id": telegram_chat, **_said(content)}
    if content.silent:
        parameters["disable_notification"] = True
    return parameters


def copy_parameters(telegram_chat: int, copied: Copy) -> dict[str, Any]:
    """Build the parameters of `copyMessage` that say what is copied."""
    parameters = {"chat_id": telegram_chat, "from_chat_id": copied.chat, "message_id": copied.message}
    return parameters | _keyboard(copied.buttons)


def _aim(thread: int, reply_to: int | None = None, receiver: Receiver | None = None) -> dict[str, Any]:
    """Build the parameters that say which topic a message goes to, what it answers and who alone sees it."""
    aim: dict[str, Any] = {}
    if thread > GENERAL_TOPIC:
        aim["message_thread_id"] = thread
    if reply_to is not None:
        aim["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    if receiver is not None:
        aim["ephemeral_message_parameters"] = {"receiver_user_id": receiver.user}
        if receiver.press is not None:
            aim["ephemeral_message_parameters"]["callback_query_id"] = receiver.press
        if receiver.command is not None:
            aim["reply_parameters"] = {"message_id": 0, "ephemeral_message_id": receiver.command}
    return aim


def _said(content: Content) -> dict[str, Any]:
    said = {"text": content.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if content.channel_picker:
        return said | {"reply_markup": _channel_picker(content.channel_picker)}
    return said | _keyboard(content.buttons)


def _channel_picker(label: str) -> dict[str, Any]:
    """Offer the channels in which the person may post; in the one they pick the bot gets that right, and no other."""
    rights = dict.fromkeys(_RIGHTS, False) | {"can_post_messages": True}
    request = {
        "request_id": 1,
        "chat_is_channel": True,
        "user_administrator_rights": rights,
        "bot_administrator_rights": rights,
    }
    row = [{"text": label, "request_chat": request}]
    return {"keyboard": [row], "resize_keyboard": True, "one_time_keyboard": True}


def _keyboard(keyboard: Keyboard) -> dict[str, Any]:
    if not keyboard:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(button) for button in row] for row in keyboard]}}


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data or ""}
