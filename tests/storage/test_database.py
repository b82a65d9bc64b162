import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from storage.connection import Connection
from storage.database import _WRITING, UnsupportedDatabaseError, sqlite_path
from storage.schema import chats, checks
from storage.storage import Storage, open_storage
from tests.storage.samples import NOW, known_chat


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/petition-alerts.db", "data/petition-alerts.db"),
        ("sqlite:////var/lib/bot.db", "/var/lib/bot.db"),
        ("sqlite:///with space.db", "with space.db"),
    ],
)
def test_a_database_url_names_a_file(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://bot@db/bot", "PostgreSQL is not supported yet"),
        ("postgres://bot@db/bot", "PostgreSQL is not supported yet"),
        ("postgresql+asyncpg://bot@db/bot", "PostgreSQL is not supported yet"),
        ("mysql://db/bot", "mysql is not supported"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:///bot.db?mode=ro", "must be a file"),
        ("data/bot.db", "no database address"),
        ("", "no database address"),
    ],
)
def test_other_addresses_are_refused_with_one_sentence(url: str, why: str) -> None:
    with pytest.raises(UnsupportedDatabaseError, match=why):
        sqlite_path(url)


async def test_two_writers_at_once_lose_no_increment(storage: Storage) -> None:
    async with storage.database.write() as connection:
        await connection.execute(insert(checks).values(id=2, number=0))

    async def increment() -> None:
        async with storage.database.write() as connection:
            number = (await connection.execute(select(checks.c.number).where(checks.c.id == 2))).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(update(checks).where(checks.c.id == 2).values(number=number + 1))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(100):
            tasks.create_task(increment())
    async with storage.database.read() as connection:
        assert (await connection.execute(select(checks.c.number).where(checks.c.id == 2))).scalar_one() == 100


async def test_a_transaction_that_fails_leaves_nothing_behind(storage: Storage) -> None:
    async def fail() -> None:
        async with storage.database.write() as connection:
            await connection.execute(insert(checks).values(id=2, number=0))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fail()
    async with storage.database.read() as connection:
        assert (await connection.execute(select(checks))).all() == []


async def test_a_cancelled_writer_leaves_nothing_behind_and_blocks_nobody(storage: Storage) -> None:
    begun = asyncio.Event()

    async def wait_inside() -> None:
        async with storage.database.write() as connection:
            await connection.execute(insert(checks).values(id=2, number=0))
            begun.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(wait_inside())
    await begun.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
    async with storage.database.write() as connection:
        assert (await connection.execute(select(checks))).all() == []


async def read(storage: Storage) -> None:
    async with storage.database.read() as connection:
        assert (await connection.execute(select(checks))).all() == []


async def write(storage: Storage) -> None:
    async with storage.database.write() as connection:
        assert (await connection.execute(select(checks))).all() == []


async def query(storage: Storage) -> None:
    assert (await storage.database.query(select(checks))).all() == []


async def read_nothing(storage: Storage) -> None:
    async with storage.database.read():
        pass


@pytest.mark.parametrize(
    ("transact", "statements"),
    [
        (query, ["SELECT"]),
        (read, ["SELECT", "COMMIT"]),
        (read_nothing, []),
        (write, ["BEGIN", "SELECT", "COMMIT"]),
    ],
)
async def test_a_transaction_switches_threads_once_a_statement(
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    transact: Callable[[Storage], Awaitable[None]],
    statements: Sequence[str],
) -> None:
    asked: list[object] = []
    execute = Connection._execute

    async def counted(self: Connection, act: Callable[..., object], *values: object) -> object:
        asked.append(act)
        return await execute(self, act, *values)  # type: ignore[no-untyped-call]

    await read(storage)  # it opens the connection
    await write(storage)
    monkeypatch.setattr(Connection, "_execute", counted)
    await transact(storage)
    assert len(asked) == len(statements)


async def test_a_query_sees_what_was_written_since_a_transaction_that_read_nothing(storage: Storage) -> None:
    await read_nothing(storage)
    await query(storage)
    async with storage.database.write() as connection:
        await connection.execute(insert(checks).values(id=2, number=0))
    assert len((await storage.database.query(select(checks))).all()) == 1
    async with storage.database.read() as connection:
        assert len((await connection.execute(select(checks))).all()) == 1


async def test_readers_see_a_steady_picture_while_others_write(storage: Storage) -> None:
    await known_chat(storage, 1)
    async with storage.database.read() as reading:
        assert len((await reading.execute(select(chats))).all()) == 1
        await known_chat(storage, 2)
        assert len((await reading.execute(select(chats))).all()) == 1
    async with storage.database.read() as reading:
        assert len((await reading.execute(select(chats))).all()) == 2


async def test_a_database_that_can_be_written_says_so(storage: Storage) -> None:
    assert await storage.writable()
    assert await storage.writable()


async def test_a_database_that_another_program_has_locked_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.storage.PROBE_SECONDS", 0.2)
    monkeypatch.setattr("storage.database._WRITING", ("busy_timeout = 500", *_WRITING[1:]))
    path = tmp_path / "bot.db"
    async with open_storage(f"sqlite:///{path}") as storage:
        with closing(sqlite3.connect(path, isolation_level=None)) as intruder:
            intruder.execute("BEGIN IMMEDIATE")
            assert not await storage.writable()
            intruder.execute("ROLLBACK")
        assert await storage.writable()


async def test_what_was_committed_is_there_after_opening_again(url: str) -> None:
    async with open_storage(url) as storage:
        chat = await known_chat(storage)
    async with open_storage(url) as storage:
        assert await storage.chats.find(7) == chat
        assert chat.since == NOW
