"""The one way out: content becomes parameters of the Bot API, and its answer a verdict."""

import asyncio
from collections.abc import Callable
from typing import Any, assert_never

from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.metrics import MESSAGES
from bot.pacer import Pacer
from bot.request import Files, post_plain
from bot.telegram_errors import is_gone_already, is_not_modified, is_wrong_file, told_to_wait, verdict_on
from delivery.chats import Receiver
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict
from messages.content import Button, Content, Copy, Document, Edit, Keyboard, Outgoing, Pin, Removal
from services.pictures import Pictures

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


_PHOTO = "photo"
_Request = tuple[str, dict[str, Any]]
"""A method and its parameters."""


class BotMessenger:
    """Makes single attempts over the bot's connections, and tells the pacer when Telegram asks for patience.

    Without `pictures` messages go without theirs.
    """

    def __init__(self, bot: ExtBot[Any], pacer: Pacer, pictures: Pictures | None = None) -> None:
        self._bot = bot
        self._pacer = pacer
        self._pictures = pictures

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
        return await self._send_content(telegram_chat, content, aim)

    def prepare(self, outgoing: Outgoing | Document) -> asyncio.Future[None] | None:
        if self._pictures is None or not isinstance(outgoing, Content):
            return None
        return self._pictures.prepare(outgoing.picture)

    async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
        more = _aim(thread)
        if paid:
            more["allow_paid_broadcast"] = True
        match outgoing:
            case Content():
                return await self._send_content(telegram_chat, outgoing, more)
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
        def with_picture(photo: str) -> _Request:
            media = {"type": _PHOTO, "media": photo, **_captioned(content)}
            changes = {"media": media, **_keyboard(content.buttons)}
            return _edit_request("Media", telegram_chat, message, receiver, changes)

        edited = await self._illustrated(telegram_chat, content.picture, with_picture)
        return edited or await self._edit("Text", telegram_chat, message, receiver, _said(content))

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
        """Change what is named of a message."""
        method, parameters = _edit_request(what, telegram_chat, message, receiver, changes)
        return await self._attempt(method, telegram_chat, parameters)

    async def _send_content(self, telegram_chat: int, content: Content, aim: dict[str, Any]) -> Verdict:
        def with_picture(photo: str) -> _Request:
            return "sendPhoto", photo_parameters(telegram_chat, content, photo) | aim

        sent = await self._illustrated(telegram_chat, content.picture, with_picture) if content.picture else None
        return sent or await self._attempt("sendMessage", telegram_chat, send_parameters(telegram_chat, content) | aim)

    async def _illustrated(self, telegram_chat: int, picture: str, write: Callable[[str], _Request]) -> Verdict | None:
        """Make a request with a picture; `write` is given Telegram's id of it, or the name of an upload.

        Return `None` when the message has to do without: there is no picture, or nobody may send one there.
        """
        if self._pictures is None or not picture:
            return None
        for _ in range(2):
            async with self._pictures.in_turn(picture) as found:
                if found is None:
                    return None
                if isinstance(found, bytes):
                    files = {_PHOTO: (f"{picture}.png", found, "image/png")}
                    verdict, answer = await self._ask(telegram_chat, *write(f"attach://{_PHOTO}"), files)
                    self._pictures.uploaded(picture, _photo_in(answer))
                else:
                    verdict, _ = await self._ask(telegram_chat, *write(found))
            if isinstance(found, bytes) or not is_wrong_file(verdict):
                return None if _takes_no_picture(verdict) else verdict
            self._pictures.refused(picture, found)
        return None

    async def _attempt(self, method: str, telegram_chat: int, parameters: dict[str, Any]) -> Verdict:
        verdict, _ = await self._ask(telegram_chat, method, parameters)
        return verdict

    async def _ask(
        self, telegram_chat: int, method: str, parameters: dict[str, Any], files: Files | None = None
    ) -> tuple[Verdict, object]:
        """Call a method that sends or edits a message; return the verdict and what was answered."""
        try:
            # Not the library's own method: looking through parameters and answer would take longer than sending.
            answer = await post_plain(self._bot.request, f"{self._bot.base_url}/{method}", parameters, files)
        except TelegramError as error:
            if is_not_modified(error):
                return Sent(telegram_message_id=parameters.get("message_id", 0)), None
            return self._judge(telegram_chat, error), None
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
        return verdict, answer

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
    parameters = _said(content)
    parameters["chat_id"] = telegram_chat
    if content.silent:
        parameters["disable_notification"] = True
    return parameters


def photo_parameters(telegram_chat: int, content: Content, photo: str) -> dict[str, Any]:
    """Build the parameters of `sendPhoto` in the same way."""
    parameters = {"chat_id": telegram_chat, _PHOTO: photo, **_captioned(content), **_keyboard(content.buttons)}
    if content.silent:
        parameters["disable_notification"] = True
    return parameters


def copy_parameters(telegram_chat: int, copied: Copy) -> dict[str, Any]:
    """Build the parameters of `copyMessage` that say what is copied."""
    parameters = {"chat_id": telegram_chat, "from_chat_id": copied.chat, "message_id": copied.message}
    return parameters | _keyboard(copied.buttons)


def _edit_request(
    what: str, telegram_chat: int, message: int, receiver: Receiver | None, changes: dict[str, Any]
) -> _Request:
    """Build the request that changes what is named; ephemeral messages have methods of their own for that."""
    if receiver is None:
        return f"editMessage{what}", {"chat_id": telegram_chat, "message_id": message, **changes}
    ephemeral = {"chat_id": telegram_chat, "receiver_user_id": receiver.user, "ephemeral_message_id": message}
    return f"editEphemeralMessage{what}", ephemeral | changes


def _photo_in(answer: object) -> str | None:
    """Return the id of the largest size of the photo in a message."""
    match answer:
        case {"photo": [*_, {"file_id": str(file_id)}]}:
            return file_id
        case _:
            return None


def _takes_no_picture(verdict: Verdict) -> bool:
    """Tell whether a message may arrive if it has no picture: what Telegram refused with one, nobody has got."""
    return isinstance(verdict, Refused) or (isinstance(verdict, Gone) and verdict.temporary and not verdict.topic_only)


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
    said: dict[str, Any] = {"text": content.text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if content.channel_picker:
        said["reply_markup"] = _channel_picker(content.channel_picker)
    elif content.buttons:
        said["reply_markup"] = _inline_keyboard(content.buttons)
    return said


def _captioned(content: Content) -> dict[str, Any]:
    return {"caption": content.text, "parse_mode": "HTML"}


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
    return {"reply_markup": _inline_keyboard(keyboard)} if keyboard else {}


def _inline_keyboard(keyboard: Keyboard) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(button) for button in row] for row in keyboard]}


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data or ""}
