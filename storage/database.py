"""The database: one connection that writes, a few beside it that read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVarTuple

from sqlalchemy import Connection, CursorResult, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.selectable import TypedReturnsRows

from storage.connection import opened

Columns = TypeVarTuple("Columns")

READERS = 4
BUSY_SECONDS = 5


class UnsupportedDatabaseError(Exception):
    """The address names a database that the bot cannot use."""


def sqlite_path(url: str) -> Path:
    """Return the file that `sqlite:///relative` or `sqlite:////absolute` names; any other address is refused."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnsupportedDatabaseError("This is no database address: use sqlite:///path/to/file.db.") from None
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        raise UnsupportedDatabaseError("PostgreSQL is not supported yet: use sqlite:///path/to/file.db.")
    if parsed.drivername != "sqlite":
        raise UnsupportedDatabaseError(f"{backend} is not supported: use sqlite:///path/to/file.db.")
    if not parsed.database or parsed.database == ":memory:" or parsed.query or parsed.host:
        raise UnsupportedDatabaseError("The SQLite database must be a file: use sqlite:///path/to/file.db.")
    return Path(parsed.database)


class Database:
    """Transactions on one SQLite file.

    SQLite has one writer at a time. Ours queue in this process instead of meeting "database is locked", and take the
    write lock when they begin: a transaction that reads first and writes later could otherwise lose to another.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite+aiosqlite", database=str(path))
        self._writer = _engine(url, _begin_writing, connections=1, pragmas=_WRITING)
        self._readers = _engine(url, _begin_reading, connections=READERS, pragmas=_READING)
        self._queries = self._readers.execution_options(**{_ONE_STATEMENT: True})
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Hold the only writing transaction: committed at the end, rolled back when an error leaves the block."""
        async with self._writing, self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Hold a reading transaction: it sees the database as it was committed at its first statement."""
        async with self._readers.begin() as connection:
            yield connection

    async def query(
        self, statement: TypedReturnsRows[*Columns], values: Mapping[str, object] | None = None
    ) -> CursorResult[*Columns]:
        """Return all rows of one statement, which needs no transaction to see one state of the database."""
        async with self._queries.connect() as connection:
            return await connection.execute(statement, values)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._readers.dispose()
        await self._writer.dispose()


# docs/decisions/0008-synchronous.md
_WRITING = (
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "journal_mode = WAL",
    "journal_size_limit = 67108864",
    "synchronous = FULL",
    "foreign_keys = ON",
)
_READING = (f"busy_timeout = {BUSY_SECONDS * 1000}", "query_only = ON")


_ONE_STATEMENT = "one_statement"


def _begin_writing(connection: Connection) -> None:
    _driver_of(connection).begun()
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    if not connection.get_execution_options().get(_ONE_STATEMENT):
        _driver_of(connection).begin()


def _driver_of(connection: Connection) -> Any:  # noqa: ANN401 - SQLAlchemy knows no type for it
    return connection.connection.driver_connection


def _engine(
    url: URL, begin: Callable[[Connection], None], *, connections: int, pragmas: tuple[str, ...]
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        # The driver's own idea of transactions leaves out BEGIN before reads: SQLAlchemy says it instead.
        connect_args={"isolation_level": None, "async_creator_fn": opened},
    )

    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor: Any = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def keep_when_cancelled(context: ExceptionContext) -> None:
        # A task that is cancelled in the middle of a statement breaks no connection: its thread finishes the statement
        # and then rolls back. Dropped instead, the connection would keep the write lock while its cursor is alive.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "handle_error", keep_when_cancelled)
    return engine
