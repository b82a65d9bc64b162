"""A backup is the database of one moment, is sound or refused, and never costs the database that was there."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from storage import backup as backups
from storage import new_file
from storage.backup import BackupError, back_up, checksum_file, restore
from storage.integrity import first_problem
from storage.lock import LockedError, process_lock
from storage.storage import Storage, open_storage
from tests.processes import completed
from tests.storage.samples import NOW, change, compose_due, follower, happen, known_chat, milestone, stored_petition

RESTORED_AT = datetime(2026, 3, 5, 6, 7, 8, tzinfo=UTC)
KEPT = "bot.db.before-20260305T060708Z"


def nobody(share: float) -> None:
    """Nobody looks how far it is."""
    assert 0 <= share <= 1


async def lived_in(path: Path) -> None:
    """Make a database in which something has happened and something waits."""
    async with open_storage(f"sqlite:///{path}") as storage:
        await live(storage)


async def live(storage: Storage) -> None:
    for number in range(1, 4):
        petition = await stored_petition(storage, number)
        for telegram_id in range(7, 27):
            await follower(storage, petition, telegram_id)
        await happen(storage, petition, change(f"milestone:{number}", milestone(1_000)))
    assert await compose_due(storage) == 60


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database and its backup, to be copied."""
    folder = tmp_path_factory.mktemp("original")
    asyncio.run(lived_in(folder / "bot.db"))
    back_up(folder / "bot.db", folder / "backups" / "monday.db", nobody)
    return folder


@pytest.fixture
def database(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path, dirs_exist_ok=True)
    return tmp_path / "bot.db"


@pytest.fixture
def backup(database: Path) -> Path:
    return database.parent / "backups" / "monday.db"


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a database holds."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608


def query(path: Path, *statements: str) -> object:
    with closing(sqlite3.connect(path)) as connection, connection:
        found = [connection.execute(statement).fetchone() for statement in statements]
    return found[-1]


def sign(path: Path) -> None:
    """Give a backup the checksum of what it holds by now."""
    checksum_file(path).write_text(f"{backups._digest(path)}  {path.name}\n", encoding="utf-8")


def test_a_backup_that_is_restored_is_the_same_database(database: Path, backup: Path) -> None:
    before = rows(database)
    assert rows(backup) == before
    query(database, "DELETE FROM chats")
    kept = restore(backup, database, RESTORED_AT, nobody)
    assert kept == database.with_name(KEPT)
    assert rows(database) == before
    assert rows(kept)["chats"] == []


async def test_a_bot_goes_on_with_a_restored_database(database: Path, backup: Path) -> None:
    restore(backup, database, RESTORED_AT, nobody)
    async with open_storage(f"sqlite:///{database}") as storage:
        assert await storage.writable()
        assert len(await storage.messages.claim(NOW, 1_000, ())) == 60


def test_a_backup_is_one_file_and_a_checksum_that_nobody_else_can_read(backup: Path) -> None:
    assert {path.name for path in backup.parent.iterdir()} == {"monday.db", "monday.db.sha256"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.parent.iterdir()} == {0o600}


def test_a_restored_database_can_be_read_by_nobody_else(database: Path, backup: Path) -> None:
    backup.chmod(0o644)
    restore(backup, database, RESTORED_AT, nobody)
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_a_backup_is_never_written_over_another(database: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match=r"monday\.db is there already"):
        back_up(database, backup, nobody)
    assert backup.read_bytes() == before


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no database"):
        back_up(tmp_path / "bot.db", tmp_path / "backup.db", nobody)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_damaged_makes_no_backup(database: Path, tmp_path: Path) -> None:
    query(database, "PRAGMA foreign_keys = OFF", "DELETE FROM petitions")
    with pytest.raises(
        BackupError, match=r"the copy of .*bot\.db is damaged: a row of \w+ refers to a row of petitions"
    ):
        back_up(database, tmp_path / "new" / "backup.db", nobody)
    assert list((tmp_path / "new").iterdir()) == []


@contextmanager
def busy_writer(database: Path) -> Iterator[list[int]]:
    """Commit as fast as the disk lets us, each time the same number in two tables."""
    over, commits = threading.Event(), [0]

    def write() -> None:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=5)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            while not over.is_set():
                number = commits[0] + 1
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE petitions SET version = ?", (number,))
                connection.execute("INSERT OR REPLACE INTO checks VALUES (1, ?)", (number,))
                connection.execute("UPDATE messages SET attempts = ?, reason = ?", (number, "x" * (number % 500)))
                connection.execute("COMMIT")
                commits[0] = number

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield commits
    finally:
        over.set()
        writer.join()


def test_a_backup_under_load_is_of_one_moment_and_holds_up_no_writer(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PAGES_A_STEP", 1)
    backup = tmp_path / "busy.db"
    seen: list[int] = []
    shares: list[float] = []

    def wait_for_a_commit(share: float) -> None:
        shares.append(share)
        before = commits[0]
        while commits[0] == before:
            pass
        seen.append(commits[0])

    with busy_writer(database) as commits:
        while not commits[0]:
            pass
        back_up(database, backup, wait_for_a_commit)
    assert len(seen) == query(backup, "PRAGMA page_count")[0] > 20, "every step met a commit, and none began anew"  # type: ignore[index]
    assert shares == sorted(shares)
    assert shares[-1] == 1

    restore(backup, database, RESTORED_AT, nobody)
    assert first_problem(database) is None
    [(_, moment)] = rows(database)["checks"]
    assert query(database, "SELECT min(version), max(version) FROM petitions") == (moment, moment)
    assert query(database, "SELECT min(attempts), max(attempts), count(*) FROM messages") == (moment, moment, 60)
    assert isinstance(moment, int)
    assert moment <= seen[0]  # the last commit may not have been counted yet when the first step began


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(where: float) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        place = int(where * (len(data) - 1))
        return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]

    return flip


DAMAGES = {
    "truncated": cut_short,
    "empty": lambda _data: b"",
    "not SQLite": lambda data: b"A photograph" * (len(data) // 12),
    "a longer file": lambda data: data + b"x",
    **{f"a byte flipped at {where}": flipped(where) for where in (0.0, 0.001, 0.2, 0.4, 0.6, 0.8, 1.0)},
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_backup_is_refused_and_the_database_stays(
    database: Path, backup: Path, damage: Callable[[bytes], bytes]
) -> None:
    before = rows(database)
    backup.write_bytes(damage(backup.read_bytes()))
    refused(backup, database, "it is damaged")
    assert rows(database) == before


def refused(backup: Path, database: Path, why: str) -> None:
    """See that one clear line is all that comes of it."""
    with pytest.raises(BackupError) as caught:
        restore(backup, database, RESTORED_AT, nobody)
    assert re.search(why, str(caught.value))
    assert "\n" not in str(caught.value)
    there = {path.name for path in database.parent.iterdir()}
    assert there <= {"bot.db", "bot.db.lock", "backups", "bot.db-wal", "bot.db-shm"}


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (cut_short, "malformed|not there|never used|Page|page"),
        (lambda _data: b"", "it is not a database of this bot"),
        (lambda data: b"A photograph" * (len(data) // 12), "file is not a database"),
    ],
)
def test_a_checksum_alone_makes_no_sound_backup(
    database: Path, backup: Path, damage: Callable[[bytes], bytes], why: str
) -> None:
    backup.write_bytes(damage(backup.read_bytes()))
    sign(backup)
    refused(backup, database, why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "it has version 9999, .*: update the bot"),
        ("UPDATE alembic_version SET version_num = 'f00d'", "it has version f00d"),
        ("DELETE FROM alembic_version", "it has version 0"),
        ("DROP TABLE alembic_version", "it is not a database of this bot"),
        ("DROP TABLE alerts", "no such table: alerts"),
        ("UPDATE alerts SET petition_id = 1 + petition_id % 3", "an alert is about another petition than its change"),
        ("UPDATE messages SET content = NULL", "a message that waits has no content"),
        ("UPDATE messages SET settled_at = due_at", "both waiting and settled"),
        ("UPDATE messages SET state = 'sent'", "both waiting and settled, or neither"),
        ("UPDATE follows SET after_change = 1000", "a follow waits for changes"),
        ("UPDATE changes SET announced_to = 1000", "a change was announced to follows that are yet to come"),
        ("DELETE FROM chats", "a row of .* refers to a row of chats that is not there"),
    ],
)
def test_a_database_of_another_kind_or_one_that_contradicts_itself_is_refused(
    database: Path, backup: Path, change: str, why: str
) -> None:
    query(backup, change)
    sign(backup)
    refused(backup, database, why)


def test_a_backup_without_its_checksum_is_refused_with_what_to_do(database: Path, backup: Path) -> None:
    checksum_file(backup).unlink()
    refused(backup, database, "its checksum is not beside it.*sha256sum")
    refused(backup.with_name("tuesday.db"), database, "There is no backup")


async def test_nothing_is_restored_while_a_bot_uses_the_database(database: Path, backup: Path) -> None:
    with process_lock(database), pytest.raises(LockedError):
        restore(backup, database, RESTORED_AT, nobody)
    assert not database.with_name(KEPT).exists()


def leave_a_log(database: Path) -> None:
    """Leave a database as a killed bot does: the last that it has stored stands in the log only."""
    with closing(sqlite3.connect(database)) as bot, bot:
        bot.execute("PRAGMA journal_mode = WAL")
        bot.execute("INSERT INTO checks VALUES (2, 42)")
        bot.commit()
        left = {ending: database.with_name(database.name + ending).read_bytes() for ending in ("-wal", "-shm")}
        shutil.copy(database, database.with_name("killed.db"))
    database.with_name("killed.db").replace(database)
    for ending, content in left.items():
        database.with_name(database.name + ending).write_bytes(content)


def test_what_stood_in_the_log_of_the_old_database_stays_with_it(database: Path, backup: Path) -> None:
    """A killed bot leaves a log beside the database; written into the new one it would ruin it."""
    leave_a_log(database)
    kept = restore(backup, database, RESTORED_AT, nobody)
    assert kept is not None
    assert rows(kept)["checks"] == [(2, 42)]
    assert rows(database) == rows(backup)


def test_a_database_too_damaged_to_be_opened_is_kept_with_its_log(database: Path, backup: Path) -> None:
    database.write_bytes(b"no database at all")
    log = database.with_name("bot.db-wal")
    log.write_bytes(b"a log")
    kept = restore(backup, database, RESTORED_AT, nobody)
    assert kept is not None
    assert kept.read_bytes() == b"no database at all"
    assert kept.with_name(f"{KEPT}-wal").read_bytes() == b"a log"
    assert rows(database) == rows(backup)


def test_a_backup_is_restored_where_there_was_no_database(tmp_path: Path, backup: Path) -> None:
    elsewhere = tmp_path / "new" / "bot.db"
    assert restore(backup, elsewhere, RESTORED_AT, nobody) is None
    assert rows(elsewhere) == rows(backup)


def dying_restore(arguments: Sequence[str]) -> int:
    """Restore a backup, and be killed before the file system is changed for the given time."""
    backup, database, last = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    done = count()

    def dying(change: Callable[..., None]) -> Callable[..., None]:
        def change_or_die(*args: object, **options: object) -> None:
            if next(done) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            change(*args, **options)

        return change_or_die

    for name in ("link", "replace", "unlink", "fsync", "rename"):
        setattr(os, name, dying(getattr(os, name)))
    restore(backup, database, RESTORED_AT, nobody)
    return 0


def test_killed_at_any_step_of_restoring_there_is_a_whole_database_and_the_old_one_is_not_lost(
    original: Path, tmp_path: Path
) -> None:
    new = rows(original / "backups" / "monday.db")
    old = {**new, "checks": [(2, 42)]}
    ends: list[int] = []
    while not ends or ends[-1] != 0:
        folder = tmp_path / str(len(ends))
        shutil.copytree(original, folder)
        database, backup = folder / "bot.db", folder / "backups" / "monday.db"
        leave_a_log(database)
        given = (str(backup), str(database), str(len(ends)))
        ends.append(completed(dying_restore, given, folder=folder, environment={"PATH": os.environ["PATH"]}).returncode)
        found = rows(database)
        assert found == old or (found == new and rows(folder / KEPT) == old)
        assert first_problem(database) is None
    assert set(ends) == {-signal.SIGKILL, 0}
    assert len(ends) > 6


def test_a_link_to_a_database_stays_a_link(database: Path, backup: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    restore(backup, link, RESTORED_AT, nobody)
    assert link.is_symlink()
    assert rows(database) == rows(backup)


@pytest.mark.parametrize("step", ["link", "fsync", "mkstemp"])
def test_whatever_the_disk_refuses_the_old_database_is_there(
    database: Path, backup: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    before = rows(database)
    monkeypatch.setattr(new_file if step == "mkstemp" else os, step, full)
    refused(backup, database, "No space left on device")
    assert rows(database) == before


async def test_a_backup_of_an_empty_database_holds_what_comes_first(tmp_path: Path) -> None:
    async with open_storage(f"sqlite:///{tmp_path}/bot.db") as storage:
        await known_chat(storage)
        back_up(tmp_path / "bot.db", tmp_path / "backup.db", nobody)
    assert len(rows(tmp_path / "backup.db")["chats"]) == 1
