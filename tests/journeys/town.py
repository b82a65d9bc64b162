"""A town for tests: a petition site and a Telegram over HTTP, on a clock that hurries, and the bot among them."""

import asyncio
import os
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from prometheus_client import REGISTRY
from pydantic import SecretStr

from bot.app import run
from bot.settings import Settings
from sandbox.clock import MovableClock
from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, Plan, tell
from sandbox.parliament.petition import Petition
from sandbox.parliament.site import PetitionSite
from sandbox.telegram.flood_control import FloodControl
from sandbox.telegram.local import ChatRef, LocalTelegram, serve
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from tests import small_pictures
from tests.databases import create_database

TOKEN = "700700700:AAtown-of-tests-0123456789"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPEED = 300.0
"""Five minutes of the town in a second: so pass the waits between two looks, and before another try."""

WATCH_SECONDS = 60.0
IDLE = 0.4
PATIENCE = 120.0
"""Seconds after which something that should have happened is missing."""

FIRST_UPDATE = 500_000_001

SETTLED = """
    SELECT NOT EXISTS (SELECT 1 FROM petitions WHERE due_at <= ?1 OR news_at <= ?1)
       AND NOT EXISTS (SELECT 1 FROM feeds WHERE due_at <= ?1)
       AND NOT EXISTS (SELECT 1 FROM changes WHERE announced_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM alerts WHERE state = 'owed')
       AND NOT EXISTS (SELECT 1 FROM messages WHERE state IN ('queued', 'claimed'))
"""
"""Asks whether everything that is due by a moment has been looked at, and all that was found has been said."""

PEARS, BELLS, FERRIES, KITES, LAMPS = 760_001, 760_002, 760_003, 760_004, 760_005
TITLES = {
    PEARS: "Plant a pear tree in every park",
    BELLS: "Ring the church bells at noon",
    FERRIES: "Let dogs travel free on river ferries",
    KITES: "Keep one hill in every county for kites",
    LAMPS: "Paint the lampposts of seaside towns yellow",
}
NOBODY_KNOWS = 769_999
"""The number of a petition that no list shows."""

PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections."""

_port_numbers = count(os.getpid() * 97)  # each of the processes that run tests begins elsewhere

COUNTS = {PEARS: 9_000, BELLS: 2_400, FERRIES: 96_000, KITES: 900, LAMPS: 4_000}


def petition(
    number: int, title: str, *, now: int, opened_days_ago: float = 20, closes_in_days: float = 162, plan: Plan = ()
) -> InventedPetition:
    """A petition that nobody signs any more: whatever happens to it is planned or made to happen."""
    return tell(
        START,
        id=number,
        action=title,
        background="It would make the town a kinder place.",
        opened_days_ago=opened_days_ago,
        closes_in_days=closes_in_days,
        signatures=now,
        plan=plan,
    )


def petitions() -> tuple[InventedPetition, ...]:
    """The petitions of a town, all quiet."""
    return tuple(petition(number, title, now=COUNTS[number]) for number, title in TITLES.items())


@dataclass(slots=True, kw_only=True)
class Town:
    """The world around the bot. Everything in it happens in the test's own event loop."""

    clock: MovableClock
    site: PetitionSite
    telegram: LocalTelegram
    site_url: str
    telegram_url: str
    folder: Path

    @property
    def database(self) -> Path:
        """Where the bot keeps its memory."""
        return self.folder / "bot.db"

    def settings(self, **changes: object) -> Settings:
        """The bot's settings here."""
        usual: dict[str, object] = {
            "telegram_bot_token": SecretStr(TOKEN),
            "telegram_api_url": self.telegram_url,
            "site_uk_url": self.site_url,
            "database_url": f"sqlite:///{self.database}",
            "watch_seconds": WATCH_SECONDS,
            "site_requests_per_second": 1_000,
            "http_port": 0,
        }
        return Settings.model_validate(usual | changes)

    @asynccontextmanager
    async def bot(
        self,
        *,
        answers_last: timedelta = timedelta(days=1),
        draws: Sequence[str] = small_pictures.COMMAND,
        idle: float = IDLE,
        **changes: object,
    ) -> AsyncIterator[None]:
        """Run the whole bot until the block ends; what ends it earlier ends the block."""
        stop = asyncio.Event()
        if not self.database.exists():
            create_database(self.database)
        async with asyncio.TaskGroup() as tasks:
            settings, now = self.settings(**changes), self.clock.now
            tasks.create_task(
                run(settings, wall_clock=now, stop=stop, idle=idle, answers_last=answers_last, draws=draws)
            )
            await self.introduced()
            try:
                yield
            finally:
                stop.set()

    async def introduced(self) -> None:
        """Wait until the bot has told Telegram everything about itself since the requests were last forgotten."""
        await self.telegram.wait_for(
            lambda: any(request.method.lower() == "setmyshortdescription" for request in self.telegram.requests),
            PATIENCE,
        )

    def stored(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the bot's database, which may be in use."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    async def until_stored(self, query: str, *values: object) -> None:
        """Wait until the bot's database answers that with 1: nothing tells of what is committed."""
        async with asyncio.timeout(PATIENCE):
            while self.stored(query, *values) != [(1,)]:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.05)

    async def settled(self, by: datetime | None = None) -> None:
        """Wait until the bot has nothing to do before the clock, which is held, goes on; or nothing that is due `by`."""
        assert self.clock.paused
        moment = (by or self.clock.now()).replace(tzinfo=None)
        await self.until_stored(SETTLED, moment.isoformat(" ", "microseconds"))

    def words_to(self, chat: ChatRef, *, thread: int | None = None) -> list[str]:
        """The first line of everything the bot has said there, oldest first."""
        return [message.text.partition("\n")[0] for message in self.telegram.bot_messages(chat, thread)]

    def happens(self, number: int | None, *happenings: Happening) -> None:
        """Let something happen to a petition now, or to all that it can happen to."""
        for what in happenings:
            self.site.make_happen(number, what, self.clock.now())

    async def hears(self, chat: ChatRef, text: str, *, thread: int | None = None, times: int = 1) -> Message:
        """Wait until the bot has said that so often, and return the last message that says it."""

        def said() -> list[Message]:
            messages = [each for each in self.telegram.bot_messages(chat, thread) if text in each.text]
            return messages if len(messages) >= times else []

        return (await self.telegram.wait_for(said, PATIENCE))[-1]

    def heard(self, chat: ChatRef, text: str, *, thread: int | None = None) -> int:
        """How many messages of the bot say that."""
        return sum(text in message.text for message in self.telegram.bot_messages(chat, thread))

    async def ask(self, person: User, text: str, answer: str) -> Message:
        """Write to the bot in private and wait for that answer, once more than it was given before."""
        before = self.heard(person, answer)
        self.telegram.say(person, person, text)
        return await self.hears(person, answer, times=before + 1)

    async def asks(self, chat: ChatRef, person: User, text: str, answer: str, *, thread: int | None = None) -> Message:
        """Write in a group and wait for that answer, once more than it was given there before."""
        before = self.heard(chat, answer, thread=thread)
        self.telegram.say(chat, person, text, thread=thread)
        return await self.hears(chat, answer, thread=thread, times=before + 1)

    async def presses(self, chat: ChatRef, message: Message, button: str, person: User) -> str:
        """Press a button and return what is shown over the chat."""
        press = self.telegram.press(chat, message.message_id, button, person)
        return (await press.answer(PATIENCE)).text


@asynccontextmanager
async def town_in(
    folder: Path,
    *,
    lives: Sequence[Petition] | None = None,
    start: datetime = START,
    speed: float = SPEED,
    first_update_id: int = FIRST_UPDATE,
    flood_control: FloodControl | None = None,
) -> AsyncIterator[Town]:
    """Build a town whose bot will keep its database in the folder."""
    clock = MovableClock(start, speed, time.monotonic)
    site = PetitionSite(petitions() if lives is None else lives, clock.now)
    telegram = LocalTelegram(
        token=TOKEN,
        now=clock.now,
        monotonic=time.monotonic,
        flood_control=flood_control,
        first_update_id=first_update_id,
    )
    async with AsyncExitStack() as stack:
        yield Town(
            clock=clock,
            site=site,
            telegram=telegram,
            site_url=await stack.enter_async_context(site.serve()),
            telegram_url=await stack.enter_async_context(serve(telegram)),
            folder=folder,
        )


def reads(town: Town, chat: ChatRef, message: Message) -> str:
    """What a message says by now."""
    return next(each.text for each in town.telegram.bot_messages(chat) if each.message_id == message.message_id)


def free_port() -> int:
    """A port that nobody listens on, and that no outgoing connection takes before the bot does."""
    while True:
        port = PORTS[next(_port_numbers) % len(PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


async def stepped(loop: str) -> None:
    """Wait until a loop of the bot has ended a step that it began after this moment."""
    steps, labels = "petition_alerts_steps_total", {"loop": loop}
    await reached(steps, labels, (REGISTRY.get_sample_value(steps, labels) or 0) + 2)


async def reached(metric: str, labels: dict[str, str], value: float) -> None:
    """Wait until a metric of the bot has that value, or more."""
    async with asyncio.timeout(PATIENCE):
        while (REGISTRY.get_sample_value(metric, labels) or 0) < value:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)
