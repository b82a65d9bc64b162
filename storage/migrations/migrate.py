"""Bringing a database up to date before it is opened."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from storage.database import UnsupportedDatabaseError, sqlite_path
from storage.lock import process_lock

_FOLDER = Path(__file__).parent


class NewerDatabaseError(Exception):
    """The database was last used by a later version of the bot."""


async def migrate(url: str) -> None:
    """Bring a database that nobody uses up to date; raises `LockedError` when somebody does."""
    path = sqlite_path(url)
    with process_lock(path):
        await asyncio.to_thread(upgrade, path)


def upgrade(path: Path) -> None:
    """Bring the database up to date; only for the holder of its lock.

    Raises `UnsupportedDatabaseError` (the file is something else) or `NewerDatabaseError`.
    """
    if stored_version(path) == newest_version():
        return  # without loading Alembic: most starts end here
    # SQLite gives the files beside the database the mode that the database itself has.
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    from storage.migrations.upgrading import run_migrations  # noqa: PLC0415

    run_migrations(path, _FOLDER)


def newest_version() -> str:
    """Return the number of the last migration."""
    return known_versions()[-1]


def known_versions() -> Sequence[str]:
    """Return the numbers of the migrations in their order; each begins the name of its file."""
    return sorted(file.name[:4] for file in (_FOLDER / "versions").glob("[0-9]*.py"))


def stored_version(path: Path) -> str:
    """Return the number of the database's last migration, "" when it has none or does not exist; changes nothing.

    Raises `UnsupportedDatabaseError` (the file is something else) or `NewerDatabaseError`.
    """
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
                return ""
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise UnsupportedDatabaseError(f"{path} cannot be used as a SQLite database: {error}.") from error
    stored, newest = "" if row is None else str(row[0]), newest_version()
    if stored > newest:
        raise NewerDatabaseError(
            f"The database {path} has version {stored}, this version of the bot knows up to {newest}: update the bot."
        )
    return stored
