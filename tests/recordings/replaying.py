"""A recording played to the real services over HTTP, and what a person reads about it in their chat."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from pydantic import SecretStr

from bot.clients import open_bot
from bot.messenger import BotMessenger
from bot.pacer import Pacer
from bot.settings import Settings
from delivery.budgets import Limits
from delivery.chats import ChatKind
from delivery.gathering import Gathered
from delivery.pacing import Pacing
from messages.alerts import alert
from messages.content import Content
from messages.render_context import RenderContext
from messages.words import Words
from petitions.cadence import Cadence
from petitions.follows import Followed, Place
from petitions.petition import PetitionRef, Site
from sandbox.parliament.site import PetitionSite
from sandbox.recording import Recording
from sandbox.telegram.local import LocalTelegram, serve
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from services.announce import Announce
from services.back_off import SiteBackOff
from services.command_limit import RateLimit
from services.compose import Compose
from services.deliver import Deliver
from services.following import Following, Follows
from services.watch import Watch
from sites.http import SiteHttp, site_session
from sites.uk import UkSite
from sites.uk_document import UK
from storage.storage import open_storage
from tests.databases import create_database
from tests.services.outbox import until_idle

TOKEN = "700700700:recordings"
NO_WAITING = Limits(private_seconds=0.001)
AS_FAST_AS_IT_ANSWERS = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The bot's services on an open database."""

    watch: Watch
    announce: Announce
    compose: Compose
    deliver: Deliver
    wake: asyncio.Event
    following: Following
    place: Place


@dataclass(slots=True, kw_only=True)
class Replay:
    """A person in a chat of the sandbox's Telegram, a petition site that stands at one row, and a bot between them."""

    recording: Recording
    site: PetitionSite
    site_clock: list[datetime]
    telegram: LocalTelegram
    reader: User
    ref: PetitionRef
    database: Path
    cadence: Cadence
    site_url: str
    telegram_url: str
    clock: list[datetime]
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)
    _process: Process | None = None

    @property
    def now(self) -> datetime:
        """The time that the steps are given."""
        return self.clock[-1]

    @property
    def process(self) -> Process:
        """What runs."""
        assert self._process is not None
        return self._process

    async def restart(self) -> None:
        """End the process, if there is one, and start another on the same database."""
        await self.stop()
        self._process = await self._running.enter_async_context(self._opened())

    async def stop(self) -> None:
        """End the process."""
        self._process = None
        await self._running.aclose()

    def show(self, row: int) -> datetime:
        """Put the site on a row of the recording, and return when that was recorded."""
        self.site_clock[:] = [self.recording.rows[row].at]
        return self.site_clock[-1]

    async def follow(self) -> Followed:
        """Let the person follow the petition as the site shows it now."""
        [result] = await self.process.following.follow([self.ref], self.process.place, self.now)
        assert isinstance(result, Follows), result
        return result.outcome

    async def play(
        self, rows: Iterable[int], *, restarts: Collection[datetime] = (), later: timedelta = timedelta()
    ) -> int:
        """Put the site on each row in turn and take the steps there; return at how many the petition was looked at.

        The time is the row's, or so much `later`. At rows of the times in `restarts` (to the second) the process ends
        and another begins before each step and after the last.
        """
        looks = 0
        for row in rows:
            recorded_at = self.show(row)
            self.clock[:] = [recorded_at + later]
            restless = recorded_at.replace(microsecond=0) in restarts
            if restless:
                await self.restart()
            looks += await self._watch()
            if restless:
                await self.restart()
            found = await self._announce()
            if restless:
                await self.restart()
            if found or restless:
                await self._deliver()
            if restless:
                await self.restart()
        return looks

    def told(self) -> list[Message]:
        """What the bot has written to the person."""
        return self.telegram.bot_messages(self.reader)

    async def _watch(self) -> bool:
        """Take steps until the petition has been looked at, or nothing is due any more; the lists have turns too."""
        self.site.visits.recent.clear()
        while await self.process.watch.step(self.now):
            if any(visit.path.startswith("/petitions/") for visit in self.site.visits.recent):
                return True
        return False

    async def _announce(self) -> bool:
        found = False
        while await self.process.announce.step(self.now):
            found = True
        return found

    async def _deliver(self) -> None:
        while await self.process.compose.step(self.now):
            pass
        await until_idle(self.process.deliver, self.process.wake, self.now)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Process]:
        """Wire a process as the composition root of the bot does, without the loops that call the steps."""
        settings = Settings(
            telegram_bot_token=SecretStr(TOKEN), telegram_api_url=self.telegram_url, site_uk_url=self.site_url
        )
        async with AsyncExitStack() as stack:
            storage = await stack.enter_async_context(open_storage(f"sqlite:///{self.database}"))
            session = await stack.enter_async_context(site_session("PetitionAlerts/replay"))
            pacer = Pacer(Pacing(NO_WAITING), monotonic)
            stack.push_async_callback(pacer.shutdown)
            bot = await stack.enter_async_context(open_bot(settings, rate_limiter=pacer))
            http = SiteHttp(session, self.site_url, AS_FAST_AS_IT_ANSWERS, monotonic)
            watch = Watch(
                sites={Site.UK: UkSite(http)},
                petitions=storage.petitions,
                feeds=storage.feeds,
                subscriptions=storage.subscriptions,
                cadence=self.cadence,
                back_off=SiteBackOff(self.cadence, on_long_wait=_unexpected),
                limit=RateLimit(1_000, monotonic),
                on_failure=_unexpected,
            )
            wake = asyncio.Event()
            deliver = Deliver(
                messages=storage.messages,
                messenger=BotMessenger(bot, pacer),
                pacer=pacer,
                jitter=lambda: 0.5,
                monotonic=monotonic,
                report=_told_by_its_absence,
                topic_lost=_told_by_its_absence,
                wake=wake.set,
            )
            await storage.messages.take_back_orphans()
            chat = await storage.chats.ensure(self.reader.id, ChatKind.PRIVATE, self.now)
            yield Process(
                watch=watch,
                announce=Announce(alerts=storage.alerts, zone=UK.zone),
                compose=Compose(
                    alerts=storage.alerts,
                    render=_rendered,
                    render_plainly=_rendered,
                    ask=lambda content, _: content,
                    report=_unexpected,
                    monotonic=monotonic,
                ),
                deliver=deliver,
                wake=wake,
                following=Following(
                    watch=watch,
                    petitions=storage.petitions,
                    follows=storage.follows,
                    recall=deliver.recall,
                    cadence=self.cadence,
                    monotonic=monotonic,
                ),
                place=Place(chat=chat.id),
            )


@asynccontextmanager
async def replay(recording: Recording, database: Path, cadence: Cadence) -> AsyncIterator[Replay]:
    """Serve the recording and a Telegram, and let a person there follow the petition at the recording's first row."""
    clock, site_clock = [recording.rows[0].at], [recording.rows[0].at]
    site = PetitionSite([recording], lambda: site_clock[-1])
    telegram = LocalTelegram(token=TOKEN, now=lambda: clock[-1], monotonic=monotonic)
    async with site.serve() as site_url, serve(telegram) as telegram_url:
        played = Replay(
            recording=recording,
            site=site,
            site_clock=site_clock,
            telegram=telegram,
            reader=telegram.add_user("Rosa", started=True),
            ref=PetitionRef(site=Site.UK, number=str(recording.id)),
            database=database,
            cadence=cadence,
            site_url=site_url,
            telegram_url=telegram_url,
            clock=clock,
        )
        create_database(database)
        await played.restart()
        try:
            assert await played.follow() is Followed.NEW
            yield played
        finally:
            await played.stop()


def _rendered(gathered: Gathered, now: datetime) -> Content:
    return alert(gathered.changes, RenderContext(words=Words(), sites={UK.site: UK}, zone=UK.zone, now=now))


def _unexpected(*about: object) -> None:
    """Nothing of this kind is in a recording."""
    raise AssertionError(about)


async def _told_by_its_absence(_message_or_place: object, _settlement_or_now: object) -> None:
    """Report nothing: a message that Telegram refuses will be missing in the chat."""
