"""A task may be cancelled in the middle of a statement, when a loop stops or a probe takes too long."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import aiosqlite.core
import pytest
from sqlalchemy import insert, select

from storage.database import Database
from storage.schema import checks, metadata


class Done(Exception):
    """The transaction came to its end."""


@dataclass(slots=True)
class Cancelling:
    """Cancels a task when the threads of the connections have been asked for `left` things more."""

    task: asyncio.Task[None] | None = None
    left: int = 0

    def asked(self) -> None:
        self.left -= 1
        if self.left == 0 and self.task is not None:
            asyncio.get_running_loop().call_soon(self.task.cancel)


@pytest.fixture
def cancelling(monkeypatch: pytest.MonkeyPatch) -> Cancelling:
    cancelling = Cancelling()

    class Queue(SimpleQueue[object]):
        def put_nowait(self, item: object) -> None:
            super().put_nowait(item)
            cancelling.asked()

    monkeypatch.setattr(aiosqlite.core, "SimpleQueue", Queue)
    return cancelling


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    connections: list[sqlite3.Connection] = []
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def remembered(*args: object, **options: object) -> sqlite3.Connection:
        connections.append(connect(*args, **options))
        return connections[-1]

    monkeypatch.setattr(sqlite3, "connect", remembered)
    return connections


async def test_wherever_a_transaction_is_cancelled_it_leaves_no_lock_and_no_connection_behind(
    tmp_path: Path, cancelling: Cancelling, opened: list[sqlite3.Connection]
) -> None:
    """Not even while the error is kept, and with it the cursor: whoever winds up has work to commit."""

    async def write(database: Database) -> None:
        async with database.write() as connection:
            await connection.execute(insert(checks), {"id": 1, "number": 1})
            await connection.execute(select(checks))
            raise Done

    database = Database(tmp_path / "bot.db")
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.aclose()
    for left in count(1):
        database = Database(tmp_path / "bot.db")
        cancelling.left, cancelling.task = left, asyncio.create_task(write(database))
        with pytest.raises((asyncio.CancelledError, Done)) as kept:
            await cancelling.task
        async with asyncio.timeout(20), database.write() as connection:
            assert (await connection.execute(select(checks))).all() == []
        await database.aclose()
        if kept.type is Done:
            assert left > 8
            break
    assert opened
    for each in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            each.execute("SELECT 1")
