"""Processes of the benchmark: each is a module of this repository, and all of them end with it."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 180.0


class ChildFailedError(Exception):
    """A process ended, or fell silent, before it said what it was asked for."""


class Child:
    """A process that answers in lines of JSON. `began` is when it was started, on the machine's monotonic clock."""

    def __init__(self, process: asyncio.subprocess.Process, errors: IO[bytes], began: float) -> None:
        self._process = process
        self._errors = errors
        self.began = began

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def line(self) -> dict[str, Any]:
        """Return what it says next. Raises `ChildFailedError`."""
        output = self._process.stdout
        assert output is not None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                line = await output.readline()
        except TimeoutError:
            raise self._failed("said nothing in time") from None
        if not line:
            raise self._failed("ended early")
        said: dict[str, Any] = json.loads(line)
        return said

    def close_input(self) -> None:
        """Tell it that no more is wanted."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def stop(self) -> None:
        """End it, gently at first."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def _failed(self, how: str) -> ChildFailedError:
        self._errors.seek(0)
        complaint = self._errors.read()[-4_000:].decode(errors="replace")
        return ChildFailedError(f"process {self.pid} {how}:\n{complaint}")


@asynccontextmanager
async def child(
    module: str, *arguments: str, folder: Path = ROOT, variables: Mapping[str, str] | None = None
) -> AsyncIterator[Child]:
    """Run `python -m module arguments` in a folder until the block ends; of our environment only PATH goes along."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), **(variables or {})}
    with tempfile.TemporaryFile() as errors:
        began = monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
        running = Child(process, errors, began)
        try:
            yield running
        finally:
            await running.stop()
