"""How much memory and database the bot needs for very many updates that nobody should have sent."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

import psutil
from aiohttp import web

from benchmarks.children import Child, child
from benchmarks.counting_server import BOT, EMPTY_LIST
from benchmarks.figures import Figure, Goal
from benchmarks.messages import EXAMPLE_ANSWER, TOKEN
from sandbox.serving import serving

UPDATES, UPDATES_WHEN_QUICK = 100_000, 800
A_BATCH = 100
"""So many updates Telegram gives at once."""

SETTLING_SECONDS = 2.0

GROUP, PERSON = -1_001_000_000_001, 5_000_000_001
MORE_MEMORY = Goal(most=60)
MORE_DATABASE = Goal(most=30)

_OFFSET = re.compile(rb"offset(?:=|\": ?)(\d+)")


def _message(number: int, chat: int, person: int, rest: str) -> str:
    kind = "private" if chat > 0 else "supergroup"
    sender = f'{{"id":{person},"is_bot":false,"first_name":"x"}}'
    return (
        f'{{"update_id":{number},"message":{{"message_id":{number},"date":1772445600,"from":{sender},'
        f'"chat":{{"id":{chat},"type":"{kind}","title":"x","first_name":"x"}},{rest}}}}}'
    )


def hostile_updates() -> Iterator[str]:
    """What cannot be read, what has no sense, what is not known yet, and floods of one person and of one group."""
    for number in count(1):
        yield [
            rf'{{"update_id":{number},"message":"\ud800"}}',
            f'{{"update_id":{number},"message":{"[" * 600}{"]" * 600}}}',
            f'{{"update_id":{number},"message":{"9" * 5_000}}}',
            f'{{"update_id":{number},"message":[{number}],"callback_query":{{"data":"{"y" * 300}"}}}}',
            _message(number, PERSON + number, PERSON + number, '"painted":{"colour":"green"}'),
            _message(number, PERSON, PERSON, '"text":"/help"'),
            _message(number, GROUP, PERSON + number, f'"text":"/follow {"9" * 4_000}"'),
            _message(number, GROUP, PERSON + number, '"text":"hello"'),
        ][number % 8]


@dataclass(slots=True)
class _Telegram:
    """Hands out so many updates in batches, each until it is confirmed, and then none; also an empty petition site."""

    updates: int
    all_confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    begin: asyncio.Event = field(default_factory=asyncio.Event)
    _source: Iterator[str] = field(default_factory=hostile_updates)
    _batch: list[str] = field(default_factory=list)
    _given: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        method, body = request.path.rpartition("/")[2].lower(), await request.read()
        match method:
            case "getupdates":
                return web.Response(text=await self._polled(body), content_type="application/json")
            case "sendmessage":
                return web.Response(body=EXAMPLE_ANSWER % (1, PERSON), content_type="application/json")
            case "getme":
                return web.json_response({"ok": True, "result": BOT})
            case _:
                empty = EMPTY_LIST if method.endswith(".json") else {"ok": True, "result": True}
                return web.json_response(empty)

    async def _polled(self, body: bytes) -> str:
        self.polled.set()
        await self.begin.wait()
        offset = _OFFSET.search(body)
        if not self._given or (offset is not None and int(offset[1]) > self._given):
            self._batch = list(islice(self._source, min(A_BATCH, self.updates - self._given)))
            self._given += len(self._batch)
        if not self._batch:
            self.all_confirmed.set()
            await asyncio.sleep(1)
        return f'{{"ok":true,"result":[{",".join(self._batch)}]}}'


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Let the bot take them all in, and look at its process and its database before and after."""
    telegram = _Telegram(UPDATES_WHEN_QUICK if quick else UPDATES)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", telegram.answer)
    database = folder / "bot.db"
    async with serving(application) as url:
        variables = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "SITE_UK_URL": url,
            "DATABASE_URL": f"sqlite:///{database}",
            "HTTP_PORT": "0",
        }
        async with child("bot", "run", folder=folder, variables=variables) as process:
            await telegram.polled.wait()
            await asyncio.sleep(SETTLING_SECONDS)
            before = _megabytes(process), _database_megabytes(database)
            telegram.begin.set()
            await telegram.all_confirmed.wait()
            await asyncio.sleep(SETTLING_SECONDS)
            after = _megabytes(process), _database_megabytes(database)
    return [
        Figure(name="Hostile updates taken in", values=[telegram.updates], digits=0),
        Figure(name="More memory afterwards", values=[after[0] - before[0]], unit="MB", goal=MORE_MEMORY, digits=1),
        Figure(name="More database afterwards", values=[after[1] - before[1]], unit="MB", goal=MORE_DATABASE, digits=1),
    ]


def _megabytes(process: Child) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 1024**2


def _database_megabytes(database: Path) -> float:
    return sum(file.stat().st_size for file in database.parent.glob(f"{database.name}*")) / 1024**2
