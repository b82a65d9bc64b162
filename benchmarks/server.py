"""Starting the local server, and asking it what it has received."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.children import Child, child


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the server has to say at the end. `doubled`: of `messages`, those that had been taken before."""

    messages: int
    doubled: int
    refused: int


class Server:
    """A local server that runs."""

    def __init__(self, process: Child, port: int) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{port}"

    async def polled_at(self) -> float:
        """Wait until the server is asked for updates, and return when that was on the monotonic clock."""
        return float((await self._process.line())["polled_at"])

    async def received(self) -> Received:
        """End the server and return what it has received."""
        self._process.close_input()
        return Received(**await self._process.line())


@asynccontextmanager
async def local_server(limits: str = "none") -> AsyncIterator[Server]:
    """Run `local_server` with one of its models of Telegram's limits."""
    async with child("benchmarks.local_server", limits) as process:
        yield Server(process, (await process.line())["port"])
