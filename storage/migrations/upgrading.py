"""Running Alembic on a SQLite file: all pending migrations in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL


class BrokenReferencesError(Exception):
    """A migration left rows that refer to nothing; it has been rolled back."""


def run_migrations(path: Path, folder: Path) -> None:
    """Run what is pending from the migrations in `folder`; raises and changes nothing when any of it fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"isolation_level": None})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            # A batch rebuild drops the old table: with foreign keys on, that would delete what refers to it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _upgrade(connection, folder)
            _check_references(connection)
            connection.commit()
    finally:
        engine.dispose()


def _upgrade(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenReferencesError(f"{len(broken)} rows refer to nothing, the first in table {broken[0][0]}")
