"""Where a sandbox keeps its things: one folder, used by one sandbox at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.saved_state import FILE

DATABASE = "petition-alerts.db"

_KEPT = (FILE, f"{FILE}.new", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")


class FolderTakenError(Exception):
    """Another sandbox is running there."""


@contextmanager
def only_user(folder: Path) -> Iterator[None]:
    """Make the folder if need be and keep it for ourselves; a kill gives it free. Raises `FolderTakenError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sandbox.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderTakenError(f"another sandbox is running on {folder}") from error
        yield


def empty(folder: Path) -> None:
    """Delete what a sandbox keeps there, and nothing else."""
    for name in _KEPT:
        (folder / name).unlink(missing_ok=True)


def database_url(folder: Path) -> str:
    """The address of the bot's database there."""
    return f"sqlite:///{folder / DATABASE}"
