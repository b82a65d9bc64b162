"""The lock that makes one process the only one to send from a database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.database import UnsupportedDatabaseError


class LockedError(Exception):
    """Another instance holds the database."""

    def __init__(self, database: Path, holder: str) -> None:
        who = f"process {holder}" if holder else "another process"
        super().__init__(f"Another instance of the bot is using the database {database} ({who}).")


@contextmanager
def process_lock(database: Path) -> Iterator[None]:
    """Hold `<database>.lock`; raises `LockedError` when somebody else does, `UnsupportedDatabaseError` if nobody can.

    A symbolic link to the database is followed: it has the same lock.
    The operating system lets go of it when the process ends, however it ends. The file stays: removing it would let
    two processes hold locks on two files of the same name.
    """
    path = _lock_of(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnsupportedDatabaseError(f"{database}.lock cannot be written: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(database, os.read(descriptor, 20).decode("ascii", "replace").strip()) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def is_held(database: Path) -> bool:
    """Tell whether a process holds the lock, without making the file."""
    try:
        descriptor = os.open(_lock_of(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock_of(database: Path) -> Path:
    resolved = database.resolve()
    return resolved.with_name(resolved.name + ".lock")
