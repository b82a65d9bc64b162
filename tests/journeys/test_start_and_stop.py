"""The sandbox as a process: what it prints, how it stops, where it goes on."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.__main__ import main
from tests.journeys.conftest import ROOT, RunningSandbox, running_sandbox
from tests.processes import completed

HEDGEHOGS = 750101


async def follow(sandbox: RunningSandbox) -> dict[str, Any]:
    """Follow a petition over the page's own requests; returns the bot's answer."""
    async with ClientSession() as session, session.get(f"{sandbox.address}/sandbox/events") as events:
        asked = {"chat": 1001, "user": 1001, "text": f"/follow {HEDGEHOGS}"}
        async with session.post(f"{sandbox.address}/sandbox/say", json=asked) as response:
            assert response.status == 200
        async with asyncio.timeout(20):
            while line := await events.content.readline():
                news = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if news.get("by_bot") and news["chat_id"] == 1001 and " following" in news["message"]["text"]:
                    return dict(news["message"])
    raise AssertionError


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_stops_cleanly(sandbox: RunningSandbox, by: signal.Signals) -> None:
    assert sandbox.line == (f"Petition Alerts sandbox: {sandbox.address} — open it in a browser, Ctrl-C stops it.\n")
    async with ClientSession() as session, session.get(f"{sandbox.address}/sandbox/events") as events:
        await events.content.readline()
        assert await sandbox.stop(by) == 0


@pytest.mark.parametrize(("by", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
async def test_a_restart_knows_what_is_followed_and_fresh_forgets_it(
    tmp_path: Path, by: signal.Signals, code: int
) -> None:
    async with running_sandbox(tmp_path) as first:
        followed = await follow(first)
        assert "Now following" in followed["text"]
        assert await first.stop(by) == code
    stopped_at = json.loads((tmp_path / "world.json").read_text())["now"]
    async with running_sandbox(tmp_path) as second:
        known = await follow(second)
        assert "lready" in known["text"]
        assert known["date"] >= followed["date"]
        assert await second.stop() == 0
    assert json.loads((tmp_path / "world.json").read_text())["now"] >= stopped_at
    async with running_sandbox(tmp_path, "--fresh") as third:
        assert "Now following" in (await follow(third))["text"]


async def test_a_second_one_on_the_same_folder_is_refused_and_spoils_nothing(
    sandbox: RunningSandbox, tmp_path: Path
) -> None:
    second = _run("--data", str(tmp_path / "sandbox"), "--fresh")
    assert second.returncode == 3
    assert second.stderr.startswith("Another sandbox is running on ")
    assert "Now following" in (await follow(sandbox))["text"]


def test_a_recording_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    refused = _run("--data", str(tmp_path), "--replay", str(tmp_path / "nowhere.csv"))
    assert refused.returncode == 2
    assert refused.stderr.splitlines() == [f"{tmp_path / 'nowhere.csv'}: there is no such file or folder."]


async def test_a_taken_port_is_passed_over(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with running_sandbox(tmp_path, "--port", str(port)) as running:
            assert port < int(running.address.rpartition(":")[2]) <= port + 9


async def test_no_environment_and_no_env_file_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "nonsense")
    monkeypatch.setenv("WATCH_SECONDS", "-1")
    async with running_sandbox(tmp_path) as running:
        assert await running.stop() == 0


def test_help_says_what_this_is() -> None:
    command = [sys.executable, "-m", "sandbox", "--help"]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
    assert "without a token" in text
    assert "--fresh" in text


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return completed(main, arguments, folder=ROOT, environment=os.environ)
