"""The command line: exit codes that tell whoever started us what to do."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from storage.lock import process_lock
from tests.processes import completed

pytestmark = pytest.mark.slow  # each test starts processes

ROOT = Path(__file__).resolve().parents[2]
CLOSED_PORT = "http://127.0.0.1:9"


def bot(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_API_URL": CLOSED_PORT,
        "SITE_UK_URL": CLOSED_PORT,
        **settings,
    }
    return completed(main, arguments, folder=folder, environment=environment)


def test_run_without_a_token_exits_2_and_names_the_sandbox(tmp_path: Path) -> None:
    ended = bot(tmp_path, "run")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[0] == "TELEGRAM_BOT_TOKEN is missing"
    assert "python -m sandbox" in ended.stderr


def test_wrong_settings_exit_2_with_a_line_each(tmp_path: Path) -> None:
    ended = bot(tmp_path, "run", TELEGRAM_BOT_TOKEN="1:a", HTTP_PORT="x", SITES="mars")
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 2


def test_postgresql_is_refused_until_it_is_built(tmp_path: Path) -> None:
    ended = bot(tmp_path, "run", TELEGRAM_BOT_TOKEN="1:a", DATABASE_URL="postgresql://localhost/bot")
    assert ended.returncode == 2
    assert ended.stderr.startswith("DATABASE_URL: PostgreSQL is not supported yet")


def test_a_database_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for command in ("run", "migrate"):
        ended = bot(tmp_path, command, TELEGRAM_BOT_TOKEN="1:a", DATABASE_URL="sqlite:///file/bot.db")
        assert ended.returncode == 2
        assert ended.stderr == "DATABASE_URL: file/bot.db.lock cannot be written: File exists.\n"


def test_a_host_that_cannot_be_listened_on_is_said_in_one_line(tmp_path: Path) -> None:
    ended = bot(tmp_path, "run", TELEGRAM_BOT_TOKEN="1:a", HTTP_HOST="256.1.1.1")
    assert ended.returncode == 2
    [line] = [line for line in ended.stderr.splitlines() if line.startswith("HTTP_HOST")]
    assert "Unknown error" not in line


def test_a_bot_that_is_asked_to_stop_while_it_is_still_loading_stops_as_asked(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "bot", "run"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.rstrip().endswith(b"asyncio"))
        process.terminate()
        process.stderr.read()
        assert process.wait(timeout=30) == 0


def test_migrate_makes_a_database_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    ended = bot(tmp_path, "migrate", TELEGRAM_BOT_TOKEN="1:a")
    assert ended.returncode == 0
    assert (tmp_path / "data" / "petition-alerts.db").exists()


def test_check_tells_what_cannot_be_reached_and_fails(tmp_path: Path) -> None:
    ended = bot(tmp_path, "check", TELEGRAM_BOT_TOKEN="1:a")
    assert ended.returncode == 1
    said = [line.split(":")[0] for line in ended.stdout.splitlines()]
    assert [line for line in said if "disk" not in line] == ["ok   database", "FAIL Telegram", "FAIL uk"]


def test_check_makes_and_changes_no_database(tmp_path: Path) -> None:
    said = bot(tmp_path, "check", TELEGRAM_BOT_TOKEN="1:a").stdout
    assert "ok   database: data/petition-alerts.db does not exist yet; `run` will make it\n" in said
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "old.db").touch()
    said = bot(tmp_path, "check", TELEGRAM_BOT_TOKEN="1:a", DATABASE_URL="sqlite:///old.db").stdout
    assert "ok   database: old.db has version 0; `run` will bring it to 0" in said
    assert [(path.name, path.stat().st_size) for path in tmp_path.iterdir()] == [("old.db", 0)]


@pytest.mark.parametrize(
    "address", [CLOSED_PORT, "http://127.0.0.1:9/with space", "http://[::1", "http://nowhere.invalid"]
)
def test_check_prints_no_token(tmp_path: Path, address: str) -> None:
    secret = "AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
    ended = bot(tmp_path, "check", TELEGRAM_BOT_TOKEN=f"123456789:{secret}", TELEGRAM_API_URL=address)
    assert ended.returncode in (1, 2)
    assert secret not in ended.stdout + ended.stderr


def test_a_backup_is_made_and_restored_with_a_line_a_tenth_where_there_is_no_terminal(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate", TELEGRAM_BOT_TOKEN="1:a").returncode == 0
    made = bot(tmp_path, "backup", "monday.db", TELEGRAM_BOT_TOKEN="1:a")
    assert (made.returncode, made.stdout) == (
        0,
        "monday.db is a whole copy of data/petition-alerts.db, and sound.\n",
    )
    assert made.stderr.splitlines()[-1] == "Copying 100 %"
    restored = bot(tmp_path, "restore", "monday.db", TELEGRAM_BOT_TOKEN="1:a")
    assert restored.returncode == 0
    said, kept = restored.stdout.splitlines()
    assert said == "data/petition-alerts.db is what monday.db holds, and sound."
    assert Path(tmp_path, kept.removeprefix("What was there before is in ").removesuffix(".")).exists()


def test_a_backup_that_cannot_be_made_or_restored_is_said_in_one_line(tmp_path: Path) -> None:
    for command, line in (
        ("backup", "There is no database data/petition-alerts.db yet.\n"),
        ("restore", "There is no backup monday.db.\n"),
    ):
        ended = bot(tmp_path, command, "monday.db", TELEGRAM_BOT_TOKEN="1:a")
        assert (ended.returncode, ended.stderr) == (1, line)


def test_nothing_is_restored_or_imported_into_the_database_of_a_running_bot(tmp_path: Path) -> None:
    (tmp_path / "export.jsonl").write_text(
        '{"format":"petition-alerts-export","version":1,"exported_at":"2026-03-04T05:06:07+00:00","chats":0}\n'
    )
    with process_lock(tmp_path / "bot.db"):
        for command, file in (("restore", "x.db"), ("import", "export.jsonl")):
            ended = bot(tmp_path, command, file, TELEGRAM_BOT_TOKEN="1:a", DATABASE_URL="sqlite:///bot.db")
            assert ended.returncode == 3
            assert ended.stderr.startswith("Another instance of the bot is using the database")


def test_an_export_goes_to_standard_output_or_to_a_file_and_is_imported(tmp_path: Path) -> None:
    assert (
        bot(tmp_path, "export", TELEGRAM_BOT_TOKEN="1:a").stderr
        == "There is no database data/petition-alerts.db yet.\n"
    )
    (tmp_path / "export.jsonl").write_text(
        '{"format":"petition-alerts-export","version":1,"exported_at":"2026-03-04T05:06:07+00:00","chats":1}\n'
        '{"telegram_id":7,"kind":"private","since":"2026-03-04T05:06:07+00:00"}\n'
    )
    taken_in = bot(tmp_path, "import", "export.jsonl", TELEGRAM_BOT_TOKEN="1:a")
    assert (taken_in.returncode, taken_in.stderr.splitlines()[-1]) == (0, "Importing 100 %")
    assert taken_in.stdout.startswith("New were 1 of 1 chats, 0 follows and 0 subscriptions.")
    shown = bot(tmp_path, "export", TELEGRAM_BOT_TOKEN="1:a").stdout
    assert shown.splitlines()[1].startswith('{"telegram_id":7,"kind":"private","state":"active"')
    assert bot(tmp_path, "export", "again.jsonl", TELEGRAM_BOT_TOKEN="1:a").returncode == 0
    assert (tmp_path / "again.jsonl").read_text().splitlines()[1:] == shown.splitlines()[1:]
    assert stat.S_IMODE((tmp_path / "again.jsonl").stat().st_mode) == 0o600
    assert "is there already" in bot(tmp_path, "export", "again.jsonl", TELEGRAM_BOT_TOKEN="1:a").stderr


def test_a_reader_of_an_export_that_has_read_enough_is_no_crash(tmp_path: Path) -> None:
    lines = [
        f'{{"telegram_id":{number},"kind":"private","since":"2026-03-04T05:06:07Z"}}' for number in range(1, 2_001)
    ]
    header = '{"format":"petition-alerts-export","version":1,"exported_at":"2026-03-04T05:06:07Z","chats":2000}'
    (tmp_path / "export.jsonl").write_text("\n".join([header, *lines]))
    assert bot(tmp_path, "import", "export.jsonl", TELEGRAM_BOT_TOKEN="1:a").returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "export"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TELEGRAM_BOT_TOKEN": "1:a"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b"The export was not written: Broken pipe.\n"
        assert process.wait(timeout=30) == 1


def test_an_export_with_mistakes_is_refused_with_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "export.jsonl").write_text("nonsense")
    ended = bot(tmp_path, "import", "export.jsonl", TELEGRAM_BOT_TOKEN="1:a")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 2)
    assert ended.stderr.endswith("Nothing was imported.\n")
    assert bot(tmp_path, "import", "none.jsonl", TELEGRAM_BOT_TOKEN="1:a").stderr.startswith(
        "none.jsonl cannot be read"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["run", "check", "migrate", "backup", "restore", "export", "import", "broadcast"])
def test_every_command_tells_what_it_does(tmp_path: Path, command: str) -> None:
    ended = bot(tmp_path, command, "--help")
    assert ended.returncode == 0
    assert ended.stdout.startswith(f"usage: python -m bot {command}")


def test_help_is_given_without_any_setting(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "python -m sandbox" in ended.stdout.replace("\n", " ")
