"""Copies of the whole database: made while the bot runs, put back while it does not."""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from storage.integrity import first_problem
from storage.lock import process_lock
from storage.new_file import new_file, sync

PAGES_A_STEP = 1_000
BYTES_A_STEP = 4 * 1024 * 1024
LOGS = ("-wal", "-journal")
"""How the names of the files end in which SQLite keeps what is not in the database yet, or no more to be there."""

Progress = Callable[[float], None]
"""Told again and again which share is done, from 0 to 1."""


class BackupError(Exception):
    """A backup was not made or not put back; the database is what it was."""


def back_up(database: Path, backup: Path, progress: Progress) -> None:
    """Write a copy of the database, as it is now, to `backup`, and its checksum beside it.

    The copy appears under its name only when it is whole and sound. Raises `BackupError`.
    """
    if not database.exists():
        raise BackupError(f"There is no database {database} yet.")
    if backup.exists():
        raise BackupError(f"{backup} is there already: give the backup another name.")
    with _told(f"{backup} was not written"), new_file(backup) as copy:
        _copy_database(database, copy, progress)
        if problem := first_problem(copy):
            raise BackupError(f"{backup} was not written, because the copy of {database} is damaged: {problem}.")
        _write_checksum(backup, _digest(copy))


def restore(backup: Path, database: Path, now: datetime, progress: Progress) -> Path | None:
    """Put a backup in place of the database; return where the database is kept that was there, if there was one.

    Raises `LockedError` while a bot uses the database, and `BackupError`. `database` always names a whole database, the
    old one or the new one, whenever this is interrupted.
    """
    database = database.resolve()
    with process_lock(database), _told(f"{backup} was not restored"):
        kept = _put_in_place(backup, _proven(backup), database, now, progress)
        if problem := first_problem(database):
            raise BackupError(f"{database} is not as it was written: {problem}. What was there is in {kept}.")
    return kept


def _put_in_place(backup: Path, digest: str, database: Path, now: datetime, progress: Progress) -> Path | None:
    with new_file(database) as copy:
        if _copy_file(backup, copy, progress) != digest:
            raise BackupError(f"{backup} was not restored: it was changed meanwhile.")
        sync(copy)  # the last thing that may fail before the old database has two names
        return _keep(database, now)


def _proven(backup: Path) -> str:
    """Return the digest of a backup that is whole and sound."""
    expected, digest = _expected_checksum(backup), _digest(backup)
    if digest != expected:
        raise BackupError(f"{backup} was not restored: it is damaged, its checksum is not the one it was made with.")
    if problem := first_problem(backup):
        raise BackupError(f"{backup} was not restored: {problem}.")
    return digest


def checksum_file(backup: Path) -> Path:
    """Return where the checksum of a backup stands, in the form of sha256sum."""
    return backup.with_name(f"{backup.name}.sha256")


@contextmanager
def _told(outcome: str) -> Iterator[None]:
    """Make one line of what the disk or SQLite refuses."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{outcome}: {error}.") from error


def _copy_database(database: Path, copy: Path, progress: Progress) -> None:
    """Copy in steps. The reading transaction holds the state of this moment: no commit begins the copy anew."""
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        target.execute("PRAGMA synchronous = OFF")  # `new_file` writes it all through to the disk
        source.backup(
            target, pages=PAGES_A_STEP, progress=lambda _status, left, pages: progress(1 - left / max(pages, 1))
        )
        target.execute("PRAGMA journal_mode = DELETE")  # one file, which can be read where nothing can be written


def _copy_file(source: Path, copy: Path, progress: Progress) -> str:
    """Copy a file and return the digest of what was copied."""
    digest, size = hashlib.sha256(), max(source.stat().st_size, 1)
    with source.open("rb") as reading, copy.open("wb") as writing:
        while portion := reading.read(BYTES_A_STEP):
            writing.write(portion)
            digest.update(portion)
            progress(reading.tell() / size)
    return digest.hexdigest()


def _keep(database: Path, now: datetime) -> Path | None:
    """Give the database that is there a second name, and take away what stands beside it under the first.

    Left there, its log would be written into the new database.
    """
    kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
    there = database.exists()
    if there:
        os.link(database, kept)
        for log in LOGS:
            with suppress(FileNotFoundError):
                os.link(_beside(database, log), _beside(kept, log))
        _fold_log(database)
    for ending in (*LOGS, "-shm"):
        _beside(database, ending).unlink(missing_ok=True)
    return kept if there else None


def _fold_log(database: Path) -> None:
    """Write the log into the database; one that is too damaged for that keeps its log under the second name."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _beside(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_checksum(backup: Path, digest: str) -> None:
    with new_file(checksum_file(backup)) as file:
        file.write_text(f"{digest}  {backup.name}\n", encoding="utf-8")


def _expected_checksum(backup: Path) -> str:
    if not backup.is_file():
        raise BackupError(f"There is no backup {backup}.")
    try:
        return checksum_file(backup).read_text(encoding="utf-8").partition(" ")[0]
    except FileNotFoundError:
        raise BackupError(
            f"{backup} was not restored: its checksum is not beside it. If it is a whole backup, "
            f"`sha256sum {backup} > {checksum_file(backup)}` makes one."
        ) from None
