"""Registering the bot with Telegram at start: getMe, the way of updates, the command menus and descriptions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot.clock import WallClock
from bot.logs import WithoutToken
from bot.settings import Settings
from bot.telegram_errors import told_to_wait
from bot.telegram_status import TelegramStatus
from bot.updates import ALLOWED_UPDATES
from bot.web import WEBHOOK_PATH
from delivery.verdicts import SendingStoppedError

log = structlog.get_logger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BotProfile:
    """What people see of the bot before they write to it."""

    private_commands: Sequence[BotCommand]
    group_commands: Sequence[BotCommand]
    operator_commands: Sequence[BotCommand]
    description: str
    short_description: str


class StartupRegistration:
    """Waits for Telegram, however long it is away, then registers the bot."""

    def __init__(
        self,
        *,
        application: Application[Any, Any, Any, Any, Any, Any],
        profile: BotProfile,
        settings: Settings,
        telegram: TelegramStatus,
        wall_clock: WallClock,
        on_done: Callable[[], None],
    ) -> None:
        """Take the application, not initialised yet, and its public profile.

        `on_done` is called when `done` is set (Telegram may be sent messages), and again when `updates_arranged` is
        (it delivers updates to the webhook, or may be asked for them).
        """
        self._application = application
        self._bot = application.bot
        self._profile = profile
        self._settings = settings
        self._telegram = telegram
        self._wall_clock = wall_clock
        self._on_done = on_done
        self.done = asyncio.Event()
        self.updates_arranged = asyncio.Event()
        self.webhook_problem: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Register the bot, then wait for `stop`. Raises `SendingStoppedError` when Telegram does not accept it."""
        await _until_true(self._initialize, stop)
        if not stop.is_set():
            self.done.set()
            self._on_done()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_until_true(self._arrange_updates, stop))
                tasks.create_task(self._publish_profile(stop))
        await stop.wait()

    async def _initialize(self) -> bool:
        try:
            await self._application.initialize()
        except InvalidToken as error:
            message = "Telegram does not accept the bot's token: check TELEGRAM_BOT_TOKEN"
            raise SendingStoppedError(message) from error
        except TelegramError as error:
            self._telegram.failed(self._wall_clock(), str(error))
            return False
        self._telegram.answered(self._wall_clock())
        log.info("telegram.registered", bot=self._bot.username)
        return True

    async def _arrange_updates(self) -> bool:
        """Set the webhook, or delete it for polling; false when that is still to be done."""
        try:
            await self._set_or_delete_webhook()
        except TelegramError as error:
            # Health is served without the logs' processors, and the library may quote the address that was asked.
            self.webhook_problem = WithoutToken(self._bot.token).text(error.message)
            log.warning("telegram.webhook_failed", reason=error.message)
            return False
        self.webhook_problem = None
        self.updates_arranged.set()
        self._on_done()
        return True

    async def _set_or_delete_webhook(self) -> None:
        url, secret = self._settings.webhook_url, self._settings.webhook_secret
        if url is not None and secret is not None:
            await self._bot.set_webhook(
                url + WEBHOOK_PATH, secret_token=secret.get_secret_value(), allowed_updates=list(ALLOWED_UPDATES)
            )
            return
        with suppress(InvalidToken):  # which is also raised for 404: a server without webhooks has none to delete
            await self._bot.delete_webhook()

    async def _publish_profile(self, stop: asyncio.Event) -> None:
        """Set menus and descriptions, one after the other, each until Telegram has taken or refused it."""
        menus: tuple[tuple[BotCommandScope, Sequence[BotCommand]], ...] = (
            (BotCommandScopeAllPrivateChats(), self._profile.private_commands),
            (BotCommandScopeAllGroupChats(), self._profile.group_commands),
            *(
                (BotCommandScopeChat(operator), self._profile.operator_commands)
                for operator in sorted(self._settings.operator_ids)
            ),
        )
        calls: tuple[tuple[str, Callable[[], Awaitable[object]]], ...] = (
            *(("setMyCommands", partial(self._bot.set_my_commands, each, scope=scope)) for scope, each in menus),
            ("setMyDescription", partial(self._bot.set_my_description, self._profile.description)),
            ("setMyShortDescription", partial(self._bot.set_my_short_description, self._profile.short_description)),
        )
        for method, call in calls:
            await _until_true(partial(_is_over, method, call, stop), stop)


async def _until_true(attempt: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> None:
    """Repeat an attempt with growing waits until it succeeds or `stop` is set."""
    wait = FIRST_WAIT
    while not stop.is_set() and not await attempt():
        await _wait(wait, stop)
        wait = min(2 * wait, LONGEST_WAIT)


async def _wait(seconds: float, stop: asyncio.Event) -> None:
    """Wait so long, or until `stop` is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


async def _is_over(method: str, call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> bool:
    """Call; false when that is to be repeated. A server that refuses it is no reason not to serve people."""
    try:
        await call()
    except TelegramError as error:
        log.warning("telegram.method_failed", method=method, reason=str(error))
        if isinstance(error, RetryAfter):
            await _wait(told_to_wait(error).total_seconds(), stop)
        return isinstance(error, BadRequest | Forbidden | InvalidToken)
    return True
