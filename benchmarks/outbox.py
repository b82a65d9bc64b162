"""The bot's own way out, put together as the bot does it: SQLite outbox, deliver, pacer, request back end."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from pydantic import SecretStr
from sqlalchemy import insert, select

from benchmarks.messages import TOKEN, content
from bot.clients import TelegramBot, open_bot
from bot.clock import wall_clock
from bot.garbage_collection import collect_rarely
from bot.logs import configure_logs
from bot.messenger import BotMessenger
from bot.pacer import Pacer
from bot.settings import Settings
from delivery.chats import ChatKind, ChatState
from delivery.gathering import Gathered
from delivery.limits import Limits
from delivery.outbox import ClaimedMessage, Lane, NewMessage
from delivery.pacing import Pacing
from messages.alerts import alert
from messages.content import Content
from messages.render_context import RenderContext
from messages.words import Words
from petitions.follows import ChatId, Place
from services.deliver import Deliver
from sites.uk_document import UK
from storage.messages import message_values
from storage.schema import chats, messages
from storage.storage import Storage, open_storage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """An outbox with what empties it."""

    storage: Storage
    bot: TelegramBot
    deliver: Deliver

    async def fill(self, telegram_chats: Sequence[int]) -> None:
        """Queue one alert for each entry, in order; messages are marked with their number, counted from 0."""
        now = wall_clock()
        async with self.storage.database.write() as connection:
            rows = [
                {
                    "telegram_id": chat,
                    "kind": ChatKind.GROUP if chat < 0 else ChatKind.PRIVATE,
                    "state": ChatState.ACTIVE,
                    "since": now,
                }
                for chat in sorted(set(telegram_chats))
            ]
            await connection.execute(insert(chats), rows)
            known = await connection.execute(select(chats.c.telegram_id, chats.c.id))
            ids = {telegram_id: ChatId(chat) for telegram_id, chat in known}
            queued = [
                NewMessage(place=Place(chat=ids[chat]), lane=Lane.ALERT, content=content(number), due_at=now)
                for number, chat in enumerate(telegram_chats)
            ]
            await connection.execute(insert(messages), [message_values(message) for message in queued])

    async def empty(self) -> None:
        """Deliver until nothing is queued any more."""
        while True:
            if await self.deliver.step(wall_clock()):
                continue
            due = await self.storage.messages.next_due_at()
            if due is None:
                return
            await asyncio.sleep(max(0.0, (due - wall_clock()).total_seconds()))


@asynccontextmanager
async def opened_outbox(api_url: str, folder: Path, limits: Limits) -> AsyncIterator[Outbox]:
    """Open an empty outbox in a folder that sends to a Bot API server. Garbage is looked for as in the bot."""
    collect_rarely()
    configure_logs(level="info", style="console", token=TOKEN)
    settings = Settings(
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_url=api_url,
        database_url=f"sqlite:///{folder / 'outbox.db'}",
    )

    def compose(gathered: Gathered, now: datetime) -> Content:
        return alert(gathered.changes, RenderContext(words=Words(), sites={UK.site: UK}, zone=UK.zone, now=now))

    pacer = Pacer(Pacing(limits), time.monotonic)
    async with open_storage(settings.database_url) as storage, open_bot(settings, rate_limiter=pacer) as bot:
        await bot.initialize()
        deliver = Deliver(
            alerts=storage.alerts,
            messages=storage.messages,
            messenger=BotMessenger(bot, pacer),
            compose=compose,
            jitter=random.random,
            monotonic=time.monotonic,
            report_rejection=_report_rejection,
        )
        yield Outbox(storage=storage, bot=bot, deliver=deliver)


async def _report_rejection(message: ClaimedMessage, reason: str) -> None:
    log.error("benchmark.rejected", message_id=message.id, reason=reason)
