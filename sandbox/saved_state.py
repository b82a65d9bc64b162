"""What a sandbox saves from one start to the next, in a folder that one sandbox uses at a time.

Saved are the time, what was made to happen, and where the bot is. The petitions' lives follow from the time, and what
people follow stands in the bot's own database. The chats' messages are not kept: they start empty.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from sandbox.parliament.happenings import Happening
from sandbox.telegram.people import MemberStatus

DATABASE = "petition-alerts.db"
STATE = "world.json"

_FILES = (STATE, f"{STATE}.new", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")


class Happened(BaseModel):
    """Something that was made to happen to a petition, or to all that it could happen to."""

    model_config = ConfigDict(frozen=True)

    petition: int | None
    what: Happening
    at: AwareDatetime


class SavedChats(BaseModel):
    """What the bot is in each kind of chat, whether you have written to it, and whether the group was upgraded."""

    model_config = ConfigDict(frozen=True)

    bot: dict[str, MemberStatus]
    started: bool
    upgraded: bool


class SavedState(BaseModel):
    """Where a sandbox goes on. `starts` counts the starts so far."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    starts: int
    now: AwareDatetime
    speed: float = Field(gt=0)
    happened: tuple[Happened, ...]
    chats: SavedChats


class FolderTakenError(Exception):
    """Another sandbox is running there."""


class UnreadableStateError(Exception):
    """The file does not hold what a sandbox saves."""


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
    for name in _FILES:
        (folder / name).unlink(missing_ok=True)


def load(folder: Path) -> SavedState | None:
    """What was saved in `folder`, or None. Raises `UnreadableStateError`."""
    try:
        return SavedState.model_validate_json((folder / STATE).read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise UnreadableStateError(f"{folder / STATE} cannot be read") from error


def save(folder: Path, state: SavedState) -> None:
    """Keep it for the next start; a kill meanwhile leaves the old state whole."""
    unfinished = folder / f"{STATE}.new"
    unfinished.write_text(state.model_dump_json(indent=1), encoding="utf-8")
    unfinished.replace(folder / STATE)
