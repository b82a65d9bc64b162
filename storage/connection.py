"""A connection that asks its thread once a statement, where the driver's own asks up to four times.

To ask takes two switches of threads, which is more than SQLite needs for most statements.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self

import aiosqlite


# docs/decisions/0022-one-question-a-statement.md
class Connection(aiosqlite.Connection):
    """What SQLAlchemy uses of the driver's connection."""

    _begun = False
    """Whether a transaction may have begun that has not ended, even if its beginning was not waited for."""
    _beginning = False

    def cursor(self) -> "Cursor":  # type: ignore[override]
        return Cursor(self)

    def begin(self) -> None:
        """Let the next statement begin a transaction: SQLite, too, does nothing before it for one that only reads."""
        self._beginning = True

    def begun(self) -> None:
        """Know that the next statement is one that begins a transaction."""
        self._begun = True

    async def run(self, act: Callable[[sqlite3.Connection], None]) -> None:
        """Call that in the connection's thread."""
        self._begun = self._begun or self._beginning
        await self._execute(self._run, act)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        await self._end(super().commit)

    async def rollback(self) -> None:
        """Roll back. SQLAlchemy also does so after a commit, to be sure: then there is nothing to ask for."""
        await self._end(super().rollback)

    async def _end(self, end: Callable[[], Awaitable[None]]) -> None:
        if self._begun:
            await end()
        self._begun = self._beginning = False

    def _run(self, act: Callable[[sqlite3.Connection], None]) -> None:
        if self._beginning:
            self._beginning = False
            self._conn.execute("BEGIN")
        act(self._conn)


class Cursor:
    """What SQLAlchemy uses of a cursor: its statement's rows are here at once, and then nothing is left to close."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1
    _rows: Sequence[Any] = ()

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.run(partial(self._run, sqlite3.Cursor.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        await self._connection.run(partial(self._run, sqlite3.Cursor.executemany, sql, parameters))

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """It is closed already."""

    def _run(
        self, execute: Callable[..., object], sql: str, parameters: Sequence[Any], connection: sqlite3.Connection
    ) -> None:
        with closing(connection.cursor()) as cursor:
            execute(cursor, sql, parameters)
            self._rows, self.description = cursor.fetchall(), cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid


async def opened(path: str, **options: Any) -> aiosqlite.Connection:  # noqa: ANN401 - SQLAlchemy's
    """Open a connection. Who is cancelled meanwhile closes it: the driver forgets what its thread has just opened."""
    connection = Connection(partial(sqlite3.connect, path, **options), iter_chunk_size=1)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does where it opens the connection itself
    opening = asyncio.ensure_future(connection)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await (await opening).close()
        raise
