"""The sandbox as a person starts it, a browser to look at it with, and people for the town that a test lives in."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from sandbox.__main__ import main
from sandbox.telegram.people import User
from tests.journeys.town import Town
from tests.processes import Program, running

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTED_WITHIN = 60.0
STOPPED_WITHIN = 8.0


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """The sandbox as a process of its own."""

    program: Program
    address: str
    line: str

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code; it has as long as is promised."""
        self.program.send_signal(by)
        return await self.program.ended(STOPPED_WITHIN)


@asynccontextmanager
async def running_sandbox(folder: Path, *arguments: str) -> AsyncIterator[RunningSandbox]:
    """Start a sandbox on a free port, with its data in `folder`."""
    asked = ["--port", "0", "--data", str(folder), *arguments]
    with running(main, asked, folder=ROOT, environment=os.environ) as program:
        async with asyncio.timeout(STARTED_WITHIN):
            while not program.output.endswith("\n") and program.exit_code is None:  # noqa: ASYNC110 - it prints it
                await asyncio.sleep(0.02)
        found = re.search(r"http://127\.0\.0\.1:\d+", program.output)
        assert found is not None, f"no address in {program.output!r}: {program.errors}"
        yield RunningSandbox(program, found[0], program.output)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[RunningSandbox]:
    async with running_sandbox(tmp_path / "sandbox", "--fresh") as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture
def rosa(town: Town) -> User:
    """Somebody who has started the bot; where there is a group, she creates it."""
    return town.telegram.add_user("Rosa", started=True)


@pytest.fixture
def tom(town: Town) -> User:
    """Somebody else who has started the bot."""
    return town.telegram.add_user("Tom", started=True)
