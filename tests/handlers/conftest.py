import itertools
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any, Final, cast

import pytest
from telegram import Update
from telegram.ext import Application, ApplicationBuilder

from bot.channel_directory import BotChannelDirectory
from bot.messenger import BotMessenger
from bot.pacer import Pacer
from delivery.budgets import Limits
from delivery.outbox import NewMessage
from delivery.pacing import Pacing
from handlers.registry import build
from handlers.routing import Routing
from messages.bot_status import BotStatus
from sandbox.telegram.errors import Json
from services.bans import Bans
from services.broadcasting import Broadcasting
from services.channels import Channels
from services.charts import Charts
from services.chats import Chats
from services.command_limit import RateLimit
from services.pictures import Pictures
from services.replying import Replying
from services.subscribing import Subscribing
from services.switches import Switches
from sites.uk_document import UK
from storage.storage import Storage
from tests.handlers.fakes import (
    NOW,
    FakeApprovals,
    FakeCards,
    FakeChannelLinks,
    FakeChats,
    FakeConstituencies,
    FakeFollowing,
    FakePictures,
    FakePreferences,
    FakeScoreboards,
    FakeSearching,
    FakeSubscriptions,
    SiteOfPetitions,
)
from tests.handlers.offline import Call, OfflineTelegram
from tests.messages.samples import STATUS

PRIVATE: Final = 7
GROUP: Final = -1001
FORUM: Final = -1002
ANONYMOUS: Final = 1087968824


class _NoStores:
    """Stands for a database where a test needs none."""

    def __getattr__(self, store: str) -> None:
        return None


class Desk:
    """A bot fed with updates as Telegram writes them.

    Its services are fakes, but for what is stored where there is a `storage`. `stars`: what the bot can pay, if it may.
    """

    def __init__(
        self,
        *,
        allowed_chats: frozenset[int] = frozenset(),
        storage: Storage | None = None,
        operators: frozenset[int] = frozenset(),
        stars: int | None = None,
    ) -> None:
        self.recalled: list[int] = []
        self.mistakes: list[int] = []
        self.status = STATUS
        self.stars = stars
        self.telegram = OfflineTelegram()
        self.site = SiteOfPetitions()
        self.following = FakeFollowing(self.site)
        self.cards = FakeCards(self.site, self.following)
        self.searching = FakeSearching(self.site)
        self.subscriptions = FakeSubscriptions()
        self.chats = FakeChats()
        chats: Chats = self.chats if storage is None else Chats(chats=storage.chats, recall=self.recalled.append)
        stores = storage or cast("Storage", _NoStores())
        self.bans = Bans(bans=stores.bans, recall=self.recalled.append, never=operators)
        self.switches = Switches(switches=stores.switches)
        self.channel_links = FakeChannelLinks(self.chats)
        self.approvals = FakeApprovals()
        self.preferences = FakePreferences()
        self.scoreboards = FakeScoreboards()
        self.pictures = FakePictures()
        self.queued: list[NewMessage] = []
        self.seconds = 0.0
        self.application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token("1:offline")
            .request(self.telegram)
            .get_updates_request(OfflineTelegram())
            .updater(None)
            .build()
        )
        sites = {UK.site: UK}
        self.pacer = Pacer(Pacing(Limits(per_second=1e9, per_group=1_000, private_seconds=0.0)), monotonic)
        pictures = Pictures(
            pictures=self.pictures, drawer=self.pictures, now=lambda: NOW, monotonic=lambda: self.seconds
        )
        replying = Replying(
            messenger=BotMessenger(self.application.bot, self.pacer, pictures),
            queue=self._queue,
            pacer=self.pacer,
            chats=chats,
            now=lambda: NOW,
            monotonic=monotonic,
        )
        subscribing = Subscribing(subscriptions=self.subscriptions)
        self.registry = build(
            following=self.following,
            subscribing=subscribing,
            searching=self.searching,
            cards=self.cards,
            charts=Charts(cards=self.cards, petitions=self.site),
            constituencies=FakeConstituencies(self.site),
            pictures=pictures,
            channels=Channels(
                directory=BotChannelDirectory(self.application.bot),
                links=self.channel_links,
                chats=chats,
                following=self.following,
                approvals=self.approvals,
                subscribing=subscribing,
                replying=replying,
                bans=self.bans,
            ),
            scoreboards=self.scoreboards,
            broadcasting=Broadcasting(
                broadcasts=stores.broadcasts,
                replying=replying,
                recall=lambda: None,
                stars=None if stars is None else self._stars,
            ),
            chats=chats,
            preferences=self.preferences if storage is None else storage.preferences,
            bans=self.bans,
            switches=self.switches,
            given_up=stores.given_up,
            statistics=stores.statistics,
            read_status=self._read_status,
            sites=sites,
        )
        Routing(
            registry=self.registry,
            replying=replying,
            chats=chats,
            bans=self.bans,
            refreshes=RateLimit(2, lambda: self.seconds),
            now=lambda: NOW,
            sites=sites,
            zone=UK.zone,
            bot_name=lambda: self.application.bot.username,
            on_mistake=lambda: self.mistakes.append(1),
            allowed_chats=allowed_chats,
            operators=operators,
        ).register(self.application)
        self._ids = itertools.count(1)

    async def _read_status(self) -> BotStatus:
        return self.status

    async def _stars(self) -> int | None:
        return self.stars

    async def _queue(self, message: NewMessage) -> None:
        self.queued.append(message)

    async def feed(self, **update: Json | bool) -> list[Call]:
        """Handle an update, and return the calls it led to."""
        before = len(self.telegram.calls)
        whole = {"update_id": next(self._ids), **update}
        await self.application.process_update(Update.de_json(whole, self.application.bot))
        return self.telegram.calls[before:]

    async def says(self, text: str, *, chat: int = PRIVATE, user: int = 7, extra: Json | None = None) -> list[Call]:
        """Let somebody write a message in the private chat, or in the chat given."""
        return await self.feed(message=message(text, chat=chat, user=user, extra=extra))

    async def answer_to(self, text: str, *, chat: int = PRIVATE, user: int = 7, extra: Json | None = None) -> str:
        """Return the text of the one message that answers."""
        (call,) = [
            call for call in await self.says(text, chat=chat, user=user, extra=extra) if call.method == "sendMessage"
        ]
        return str(call.parameters["text"])

    async def presses(
        self, data: str | None, *, chat: int = PRIVATE, user: int = 7, extra: Json | None = None
    ) -> list[Call]:
        """Let somebody press a button under a message of the bot."""
        keyboard = [[{"text": "Mute", "callback_data": data or "x"}, {"text": "Open", "url": "https://x.example"}]]
        below = message("a card", chat=chat, extra=extra) | {"reply_markup": {"inline_keyboard": keyboard}}
        return await self.feed(callback_query=query(data, below, user=user))


def chat_json(chat: int) -> Json:
    if chat == PRIVATE:
        return {"id": chat, "type": "private", "first_name": "Ann"}
    if chat == FORUM:
        return {"id": chat, "type": "supergroup", "title": "Forum", "is_forum": True}
    return {"id": chat, "type": "supergroup", "title": "Group"}


def user_json(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": "Ann"}


def message(text: str, *, chat: int = PRIVATE, user: int = 7, extra: Json | None = None) -> Json:
    """Write a message as Telegram does, with the entity that marks a command."""
    data: Json = {"message_id": 42, "date": 1, "chat": chat_json(chat), "from": user_json(user), "text": text}
    if text.startswith("/"):
        data["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return data | (extra or {})


def query(data: str | None, below: Json, *, user: int = 7) -> Json:
    return {"id": "q", "from": user_json(user), "chat_instance": "c", "data": data, "message": below}


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    one = Desk()
    async with one.application:
        yield one
    await one.pacer.shutdown()
