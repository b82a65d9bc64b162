"""Drills: a town of few people, and bots in it that die, are stopped, or meet what goes wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from sandbox.telegram.people import User
from tests.drills.process import BotProcess, Doom, start_bot
from tests.journeys.town import BELLS, FIRST_UPDATE, PATIENCE, PEARS, START, TOKEN, Town, town_in

NAMES = ("Ada", "Ben", "Cleo")
LATER = START.replace(hour=12)


@dataclass(slots=True, kw_only=True)
class Drill:
    """A town in which three people follow the pears and the bells, and all the bots that have lived in it."""

    town: Town
    followers: tuple[User, ...]
    bots: list[BotProcess] = field(default_factory=list)

    def start(self, *, doom: Doom | None = None, trace: Path | None = None, **variables: object) -> BotProcess:
        """Start a bot; it is killed at the end of the test if it still lives."""
        bot = start_bot(self.town, doom=doom, trace=trace, **variables)
        self.bots.append(bot)
        return bot

    async def start_and_meet(
        self, *, doom: Doom | None = None, trace: Path | None = None, **variables: object
    ) -> BotProcess:
        """Start a bot and wait until it has introduced itself to Telegram."""
        self.town.telegram.forget_requests()
        bot = self.start(doom=doom, trace=trace, **variables)
        await self.town.introduced()
        return bot

    async def until_stored(self, query: str, *row: object, of: Sequence[object] = ()) -> None:
        """Wait until the database answers with that one row; `of`: the values of the query."""
        await until(lambda: self.stored(query, *of) == [row])

    async def until_logged(self, bot: BotProcess, event: str, **values: object) -> None:
        """Wait until the bot has logged such an event."""
        await until(lambda: has_logged(bot, event, **values))

    def stored(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask a copy of the database, so that the next bot finds the original as the last one left it."""
        copied = self.town.folder / "copy"
        copied.mkdir(exist_ok=True)
        for old in copied.iterdir():
            old.unlink()
        for file in self.town.folder.glob(f"{self.town.database.name}*"):
            copy(file, copied)
        with closing(sqlite3.connect(copied / self.town.database.name)) as connection:
            return connection.execute(query, values).fetchall()


@asynccontextmanager
async def drill_in(folder: Path, memory: Path | None) -> AsyncIterator[Drill]:
    """Build a town for a drill, whose bot has the memory of a quiet life so far, or has never been started."""
    folder.mkdir(exist_ok=True)
    async with town_in(folder, start=LATER) as town:
        people = tuple(town.telegram.add_user(name, started=memory is not None) for name in NAMES)
        drill = Drill(town=town, followers=people)
        if memory is not None:
            copy(memory, town.database)
        try:
            yield drill
        finally:
            for bot in drill.bots:
                await bot.killed()
        for bot in drill.bots:
            check_log(bot)


@pytest.fixture
async def drill(tmp_path: Path, memory: Path) -> AsyncIterator[Drill]:
    """A town whose bot has lived a quiet life so far."""
    async with drill_in(tmp_path, memory) as drill:
        yield drill


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a bot to which the three people have said what they want to follow."""
    async with town_in(tmp_path_factory.mktemp("memory"), first_update_id=FIRST_UPDATE - 1_000) as town:
        bot = start_bot(town)
        for name in NAMES:
            person = town.telegram.add_user(name)
            await town.ask(person, f"/follow {PEARS} {BELLS}", "Following")
        bot.terminate()
        assert await bot.ended() == 0, bot.log
        return town.database


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again, where nothing tells of changes."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.05)


def has_logged(bot: BotProcess, event: str, **values: object) -> bool:
    """Tell whether a bot has logged an event with these values."""
    wanted = {"event": event, **values}
    return any(wanted.items() <= line.items() for line in bot.log_lines)


def check_log(bot: BotProcess) -> None:
    """No line of a log holds the token, not even its secret half, or what a person is called."""
    for secret in (TOKEN, TOKEN.partition(":")[2], *NAMES):
        assert secret not in bot.log


def headlines(town: Town, person: User) -> Iterator[str]:
    """The headlines of the alerts that a person has got, each as often as it was said."""
    for message in town.telegram.bot_messages(person):
        for line in message.text.splitlines():
            if line.startswith(("🎉", "🎯", "💬")):
                yield line
