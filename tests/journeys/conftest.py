"""The sandbox as a person starts it, and people for the town that a test lives in."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.telegram.people import User
from tests.journeys.town import Town
from tests.processes import Program, running

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 120.0
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
def rosa(town: Town) -> User:
    """Somebody who has started the bot; where there is a group, she creates it."""
    return town.telegram.add_user("Rosa", started=True)


@pytest.fixture
def tom(town: Town) -> User:
    """Somebody else who has started the bot."""
    return town.telegram.add_user("Tom", started=True)
