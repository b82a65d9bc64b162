"""The bot's own way out, put together as the bot does it: SQLite outbox, deliver, pacer, request back end."""

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
from bot.clients import open_bot
from bot.clock import wall_clock
from bot.garbage_collection import collect_rarely
from bot.logs import configure_logs
from bot.loops import WakeEvent
from bot.messenger import BotMessenger
from bot.pacer import Pacer
from bot.settings import Settings
from delivery.budgets import Limits
from delivery.chats import ChatKind, ChatState
from delivery.outbox import ClaimedMessage, Lane, NewMessage, Settlement
from delivery.pacing import Pacing
from petitions.follows import ChatId, Place
from services.chats import Chats
from services.deliver import Deliver
from services.replying import Replying
from storage.messages import message_values
from storage.schema import chats, messages
from storage.storage import Storage, open_storage

log = structlog.get_logger(__name__)

LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """An outbox with what empties it."""

    storage: Storage
    deliver: Deliver
    wake: WakeEvent
    replying: Replying

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
            if self.deliver.idle and not any((await self.storage.messages.figures(wall_clock())).queued.values()):
                return
            await self.wake.wait(LOOK_AGAIN_SECONDS)


@asynccontextmanager
async def opened_outbox(
    api_url: str, folder: Path, limits: Limits, *, log_level: str = "info"
) -> AsyncIterator[Outbox]:
    """Open an empty outbox in a folder that sends to a Bot API server. Garbage is looked for as in the bot."""
    collect_rarely()
    configure_logs(level=log_level, style="console", token=TOKEN)
    settings = Settings(
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_url=api_url,
        database_url=f"sqlite:///{folder / 'outbox.db'}",
    )
    pacer = Pacer(Pacing(limits), time.monotonic)
    async with open_storage(settings.database_url) as storage, open_bot(settings, rate_limiter=pacer) as bot:
        await bot.initialize()
        messenger, wake = BotMessenger(bot, pacer), WakeEvent()
        deliver = Deliver(
            messages=storage.messages,
            messenger=messenger,
            pacer=pacer,
            jitter=random.random,
            monotonic=time.monotonic,
            report=_report,
            topic_lost=_topic_lost,
            wake=wake.set,
        )
        replying = Replying(
            messenger=messenger,
            queue=storage.messages.queue,
            pacer=pacer,
            chats=Chats(chats=storage.chats, recall=deliver.recall_chat),
            now=wall_clock,
            monotonic=time.monotonic,
        )
        yield Outbox(storage=storage, deliver=deliver, wake=wake, replying=replying)


async def _topic_lost(_place: Place, _now: datetime) -> None:
    raise AssertionError("there are no topics")


async def _report(message: ClaimedMessage, settlement: Settlement) -> None:
    log.error("benchmark.given_up", message_id=message.id, reason=settlement.reason)
