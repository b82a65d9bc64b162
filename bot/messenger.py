"""Messages of the outbox on their way to Telegram."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.metrics import MESSAGES
from bot.pacer import Pacer
from bot.request import AiohttpRequest
from bot.telegram_errors import told_to_wait, verdict_on
from delivery.outbox import ClaimedMessage, MessageId
from delivery.pacing import Ticket
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict
from messages.content import Button, Content

GENERAL_TOPIC = 1
"""The id of a forum's first topic, which Telegram does not take as the address of a message."""

_COUNTED = {kind: MESSAGES.labels(kind.__name__.lower()) for kind in (Sent, Later, Moved, Gone, Refused, Uncertain)}


class BotMessenger:
    """Sends claimed messages over the bot's connections, each in its turn, and sorts what comes of it."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        if not isinstance(bot.request, AiohttpRequest):
            raise TypeError("the bot has to use AiohttpRequest")
        self._request = bot.request
        self._url = f"{bot.base_url}/sendMessage"
        self._pacer = pacer
        self._tickets: dict[MessageId, Ticket] = {}

    def wait_for_turn(self, message: ClaimedMessage, come: Callable[[ClaimedMessage], None]) -> None:
        """Call `come` with the message when it may leave within the limits."""
        self._tickets[message.id] = self._pacer.ask(message.telegram_chat, message.lane, partial(come, message))

    def withdraw(self, message: ClaimedMessage) -> None:
        """Do without the turn."""
        self._pacer.withdraw(self._tickets.pop(message.id))

    def end_turn(self, message: ClaimedMessage) -> None:
        """Let the chat and the bot go on."""
        self._pacer.done(self._tickets.pop(message.id))

    async def send(self, message: ClaimedMessage) -> Verdict:
        """Send one message whose turn it is, once, and wait for the answer, however long it takes."""
        try:
            verdict = await self._attempt(message)
        except asyncio.CancelledError:
            _COUNTED[Uncertain].inc()
            raise
        _COUNTED[type(verdict)].inc()
        return verdict

    def busy_chats(self) -> dict[int, float]:
        """Return the groups whose window is full or that have to be left alone, and for how many seconds."""
        return self._pacer.busy()

    async def _attempt(self, message: ClaimedMessage) -> Verdict:
        try:
            # Not `Bot.send_message`: looking through the parameters and the answer would take longer than sending.
            answer = await self._request.post_plain(self._url, send_message_parameters(message))
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                self._pacer.penalise(message.telegram_chat, told_to_wait(error).total_seconds())
            return verdict_on(error)
        except KeyError:
            answer = None  # an answer without a result
        match answer:
            case {"message_id": int(telegram_message_id)}:
                return Sent(telegram_message_id=telegram_message_id)
            case _:
                return Uncertain(reason="Telegram's answer holds no message")


def send_message_parameters(message: ClaimedMessage) -> dict[str, Any]:
    """Build the parameters of `sendMessage`; absent ones keep Telegram's defaults."""
    content: Content = message.content
    parameters: dict[str, Any] = {
        "chat_id": message.telegram_chat,
        "text": content.text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if message.place.thread > GENERAL_TOPIC:
        parameters["message_thread_id"] = message.place.thread
    if content.silent:
        parameters["disable_notification"] = True
    if content.buttons:
        parameters["reply_markup"] = {
            "inline_keyboard": [[_button(button) for button in row] for row in content.buttons]
        }
    return parameters


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data or ""}
