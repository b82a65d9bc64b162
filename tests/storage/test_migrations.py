import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage import migrations
from storage.database import UnsupportedDatabaseError
from storage.migrations.migrate import NewerDatabaseError, migrate, newest_version, upgrade
from storage.migrations.upgrading import BrokenReferencesError, run_migrations
from storage.schema import metadata
from storage.storage import open_storage
from tests.storage.samples import stored_petition, texts

FOLDER = Path(migrations.__file__).parent


def tables(path: Path) -> dict[str, str]:
    """What each table and index was created with, without the accidents of spacing and the order of clauses."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: shape(sql) for name, sql in rows if name not in ("alembic_version", "sqlite_sequence")}


def shape(sql: str) -> str:
    tight = re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql))
    head, _, clauses = tight.partition("(")
    return f"{head}({sorted(clauses.removesuffix(')').split(','))}"


async def test_migrating_from_nothing_builds_the_tables_of_the_schema(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path}/migrated.db")
    engine = create_engine(f"sqlite:///{tmp_path}/created.db")
    metadata.create_all(engine)
    engine.dispose()
    assert tables(tmp_path / "migrated.db") == tables(tmp_path / "created.db")


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    async with open_storage(f"sqlite:///{tmp_path}/some/where/bot.db") as storage:
        assert await storage.writable()


async def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with open_storage(f"sqlite:///{path}") as storage:
        petition = await stored_petition(storage)
    before = tables(path)
    run_migrations(path, FOLDER)
    await migrate(f"sqlite:///{path}")
    assert tables(path) == before
    async with open_storage(f"sqlite:///{path}") as storage:
        assert await storage.petitions.find(petition.ref) == petition


async def test_the_newest_version_is_the_one_alembic_ends_at(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == newest_version()


async def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabaseError, match="update the bot"):
        await migrate(f"sqlite:///{path}")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_text("Dear diary, " * 1_000)
    with pytest.raises(UnsupportedDatabaseError, match="file is not a database"):
        await migrate(f"sqlite:///{path}")


async def test_a_migration_that_fails_halfway_leaves_no_trace(tmp_path: Path) -> None:
    path, folder = tmp_path / "bot.db", tmp_path / "migrations"
    upgrade(path)
    copy_migrations(folder, "op.create_table('extra', sa.Column('id', sa.Integer()))\n    raise RuntimeError('no')")
    before = tables(path)
    with pytest.raises(RuntimeError, match="no"):
        run_migrations(path, folder)
    assert tables(path) == before


async def test_rebuilding_a_table_keeps_what_refers_to_it(tmp_path: Path) -> None:
    path, folder = tmp_path / "bot.db", tmp_path / "migrations"
    upgrade(path)
    fill(path)
    copy_migrations(
        folder, "with op.batch_alter_table('chats', recreate='always') as batch:\n        batch.drop_column('reason')"
    )
    run_migrations(path, folder)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (1,)
        assert "reason" not in [row[1] for row in connection.execute("PRAGMA table_info(chats)")]


async def test_a_migration_that_leaves_rows_referring_to_nothing_is_undone(tmp_path: Path) -> None:
    path, folder = tmp_path / "bot.db", tmp_path / "migrations"
    upgrade(path)
    fill(path)
    copy_migrations(folder, "op.execute('DELETE FROM chats')")
    with pytest.raises(BrokenReferencesError, match="messages"):
        run_migrations(path, folder)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM chats").fetchone() == (1,)


async def test_what_waited_in_a_database_of_the_first_version_leaves_in_its_order(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    run_migrations(path, copied_up_to(tmp_path / "migrations", "0001"))
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE chats SET since = '2026-01-01 00:00:00.000000'")
        connection.execute(
            'INSERT INTO messages (chat_id, lane, state, due_at, content) SELECT 1, lane, state, due_at, \'{"text":"b"}\' FROM messages'
        )
        connection.execute(
            "UPDATE messages SET due_at = '2026-01-01 00:00:00.000000', content = coalesce(content, '{\"text\":\"a\"}')"
        )
    async with open_storage(f"sqlite:///{path}") as storage:
        assert await texts(storage) == ["a", "b"]


async def test_what_was_told_before_there_was_an_audit_is_taken_for_told(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    run_migrations(path, copied_up_to(tmp_path / "migrations", "0005"))
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO petitions (site, number, version, title, snapshot, marks, seen_at) VALUES ('uk', '1', 1, '', '', '', '')"
        )
        for _ in range(3):
            connection.execute(
                "INSERT INTO changes (petition_id, key, kind, news, seen_at) SELECT 1, count(*), '', '', '' FROM changes"
            )
        connection.execute(
            "INSERT INTO messages (chat_id, lane, state, due_at, settled_at) VALUES (1, 1, 'sent', '', '')"
        )
        connection.executemany(
            "INSERT INTO alerts (change_id, petition_id, chat_id, due_at, state, message_id) VALUES (?, 1, 1, '', 'composed', ?)",
            [(1, 1), (2, 2), (3, None)],
        )
        connection.execute(
            "INSERT INTO subscriptions (site, stream, chat_id, since, after_change, daily_cap) VALUES ('uk', '', 1, '', 1, 10)"
        )
    upgrade(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT ended FROM alerts ORDER BY change_id").fetchall() == [(0,), (1,), (1,)]
        assert connection.execute("SELECT subjects_after FROM subscriptions").fetchall() == [(3,)]


def copied_up_to(folder: Path, version: str) -> Path:
    """Lay out the migrations up to that one."""
    copy_migrations(folder, "pass")
    for file in folder.glob("versions/*.py"):
        if file.name[:4] > version:
            file.unlink()
    return folder


def fill(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO chats (telegram_id, kind, state, since) VALUES (7, 'private', 'active', '')")
        connection.execute("INSERT INTO messages (chat_id, lane, state, due_at) VALUES (1, 0, 'queued', '')")


def copy_migrations(folder: Path, steps: str) -> None:
    """Lay out the migrations with one more at the end that does `steps`."""
    (folder / "versions").mkdir(parents=True)
    for file in (*FOLDER.glob("*.py"), FOLDER / "script.py.mako", *FOLDER.glob("versions/*.py")):
        (folder / file.relative_to(FOLDER)).write_text(file.read_text())
    (folder / "versions" / "9000_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '9000'\ndown_revision = '{newest_version()}'\n"
        f"def upgrade():\n    {steps}\n"
    )
