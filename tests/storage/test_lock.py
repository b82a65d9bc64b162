import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.lock import LockedError, is_held, process_lock
from storage.migrations.migrate import migrate
from storage.storage import open_storage

HOLD = """
import sys
from pathlib import Path
from storage.lock import process_lock
with process_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(database: Path) -> subprocess.Popen[str]:
    """Start a process that holds the lock until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


async def test_a_second_process_is_told_who_holds_the_database(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    with hold(database) as other:
        for opening in (enter(database), migrate(f"sqlite:///{database}")):
            with pytest.raises(LockedError, match=rf"Another instance .* {database} \(process {other.pid}\)"):
                await opening
        assert not database.exists()
        other.send_signal(signal.SIGKILL)


def test_whoever_has_not_said_so_yet_is_another_process() -> None:
    assert str(LockedError(Path("bot.db"), "")).endswith("bot.db (another process).")


async def enter(database: Path) -> None:
    async with open_storage(f"sqlite:///{database}"):
        pass


async def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    with hold(database) as other:
        other.send_signal(signal.SIGKILL)
        await asyncio.to_thread(other.wait)
        await enter(database)


def test_the_same_process_cannot_open_a_database_twice(tmp_path: Path) -> None:
    with process_lock(tmp_path / "bot.db"):
        again = process_lock(tmp_path / "bot.db")
        with pytest.raises(LockedError, match=str(os.getpid())):
            again.__enter__()
    with process_lock(tmp_path / "bot.db"):
        pass


def test_a_link_to_a_database_has_the_same_lock(tmp_path: Path) -> None:
    database, link = tmp_path / "bot.db", tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(database)
    with process_lock(database):
        with pytest.raises(LockedError):
            process_lock(link).__enter__()
        assert is_held(link)
    assert not is_held(link)


def test_whether_it_is_held_is_found_out_without_making_a_file(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "bot.db")
    assert list(tmp_path.iterdir()) == []


async def test_nobody_else_can_read_what_is_kept(tmp_path: Path) -> None:
    async with open_storage(f"sqlite:///{tmp_path}/bot.db") as storage:
        assert await storage.writable()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert {"bot.db", "bot.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}
