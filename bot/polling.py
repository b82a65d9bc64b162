"""Fetching updates by long polling: stored first, acknowledged by the next request's offset."""

from datetime import datetime

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.clients import TelegramBot
from bot.clock import Monotonic
from bot.intake import Intake
from bot.raw_updates import RawUpdate, number_of
from bot.telegram_errors import told_to_wait
from bot.telegram_status import TelegramStatus
from bot.updates import ALLOWED_UPDATES
from delivery.verdicts import SendingStoppedError

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
ANSWER_SECONDS = 10
PAUSE_AFTER_FAILURE = 2.0
HURRIED_SECONDS = 0.5
"""A poll that brings nothing sooner than this was not held open: that server is not asked again at once."""


class Polling:
    """Asks Telegram for updates. The offset lives only as long as the process: Telegram's own memory is trusted.

    Updates that were stored but not yet acknowledged when a process died arrive again and are recognised by their id.
    """

    def __init__(
        self,
        *,
        bot: TelegramBot,
        intake: Intake,
        telegram: TelegramStatus,
        monotonic: Monotonic,
    ) -> None:
        """Take the client to ask with, and what updates are handed to."""
        self._bot = bot
        self._intake = intake
        self._telegram = telegram
        self._monotonic = monotonic
        self._offset: int | None = None
        self._not_before = 0.0

    async def step(self, now: datetime) -> bool:
        """Wait for updates and store them. Raises `SendingStoppedError` when Telegram refuses the bot."""
        if self._monotonic() < self._not_before:
            return False
        asked_at = self._monotonic()
        try:
            found = await self._ask()
        except InvalidToken as error:
            message = "Telegram does not accept the bot's token: check TELEGRAM_BOT_TOKEN"
            raise SendingStoppedError(message) from error
        except Conflict as error:
            message = "another process receives this bot's updates: stop it, or delete its webhook"
            raise SendingStoppedError(message) from error
        except RetryAfter as error:
            self._not_before = self._monotonic() + told_to_wait(error).total_seconds()
            return False
        except TelegramError as error:
            self._telegram.failed(now, str(error))
            self._not_before = self._monotonic() + PAUSE_AFTER_FAILURE
            return False
        self._telegram.answered(now)
        if found:
            await self._intake.take(found, now)
            self._offset = max(map(number_of, found)) + 1
        return bool(found) or self._monotonic() - asked_at >= HURRIED_SECONDS

    async def _ask(self) -> list[RawUpdate]:
        parameters: dict[str, object] = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            parameters["offset"] = self._offset
        return await self._bot.updates(parameters, read_timeout=POLL_SECONDS + ANSWER_SECONDS)
