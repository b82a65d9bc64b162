"""What is wrong with a database file, if anything: told before it is trusted as a backup or put in place of another."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrations.migrate import known_versions

_CONTRADICTIONS = {
    "an alert is about another petition than its change": (
        "SELECT 1 FROM alerts JOIN changes ON changes.id = alerts.change_id "
        "WHERE alerts.petition_id <> changes.petition_id LIMIT 1"
    ),
    "a message is both waiting and settled, or neither": (
        "SELECT 1 FROM messages WHERE (state IN ('queued', 'claimed')) = (settled_at IS NOT NULL) LIMIT 1"
    ),
    "a message that waits has no content": (
        "SELECT 1 FROM messages WHERE state IN ('queued', 'claimed') AND content IS NULL LIMIT 1"
    ),
    "a follow waits for changes that are numbered later than the next one": (
        "SELECT 1 FROM follows WHERE after_change > "
        "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0) LIMIT 1"
    ),
    "a change was announced to follows that are yet to come": (
        "SELECT 1 FROM changes WHERE announced_to > "
        "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'follows'), 0) LIMIT 1"
    ),
}
"""What no row may say, in tables and columns that every version of the database has; each takes one pass at most."""


def first_problem(path: Path) -> str | None:
    """Return the first thing wrong with a database file that nobody writes to, `None` when there is none."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return (
                _of_version(connection)
                or _of_pages(connection)
                or _of_references(connection)
                or _of_contents(connection)
            )
    except sqlite3.Error as error:
        return f"{error}"


def _of_version(connection: sqlite3.Connection) -> str | None:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
        return "it is not a database of this bot"
    versions = [str(version) for (version,) in connection.execute("SELECT version_num FROM alembic_version")]
    known = known_versions()
    if len(versions) == 1 and versions[0] in known:
        return None
    return (
        f"it has version {', '.join(versions) or '0'}, this version of the bot knows up to {known[-1]}: update the bot"
    )


def _of_pages(connection: sqlite3.Connection) -> str | None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return None if found == "ok" else " ".join(str(found).split())


def _of_references(connection: sqlite3.Connection) -> str | None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    return None if broken is None else f"a row of {broken[0]} refers to a row of {broken[2]} that is not there"


def _of_contents(connection: sqlite3.Connection) -> str | None:
    return next((said for said, query in _CONTRADICTIONS.items() if connection.execute(query).fetchone()), None)
