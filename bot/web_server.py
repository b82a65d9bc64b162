"""Serving the web endpoints: how many connections may be open, and how long one is held without an answer."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import structlog
from aiohttp import web

from bot.settings import SettingsError

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 200
"""Far fewer than the files a process may open: the bot needs those for its own work."""

SECONDS_TO_AN_ANSWER = 30.0
"""From the opening of a connection, or its last answer, until the next: slow senders and silent ones do not last."""


@asynccontextmanager
async def served(
    endpoints: web.Application,
    host: str,
    port: int,
    *,
    most: int = MOST_CONNECTIONS,
    seconds: float = SECONDS_TO_AN_ANSWER,
) -> AsyncIterator[int]:
    """Serve the endpoints until the block ends, and give the port. Raises `SettingsError` where that is impossible.

    When more than `most` connections are open, the one that has waited longest for a whole request and its answer is
    closed, and so is each after so many `seconds`.
    """
    connections = _Connections(most, seconds)
    endpoints.on_response_prepare.append(connections.answered)
    runner = web.AppRunner(endpoints, access_log=None)
    await runner.setup()
    try:
        listening = await _listen(connections, runner, host, port)
        addresses = [socket.getsockname()[:2] for socket in listening.sockets]
        log.info("web.listening", addresses=[f"{host}:{port}" for host, port in addresses])
        try:
            yield addresses[0][1]
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class _Connections:
    """The open connections of a web server."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._open: dict[asyncio.Transport, asyncio.TimerHandle] = {}  # who has waited longest comes first

    def opened(self, transport: asyncio.Transport) -> None:
        """Begin to count a connection."""
        if len(self._open) >= self._most:
            longest = next(iter(self._open))
            self.closed(longest)
            longest.abort()
        self._open[transport] = asyncio.get_running_loop().call_later(self._seconds, transport.abort)

    def closed(self, transport: asyncio.Transport) -> None:
        """Count a connection no longer."""
        timer = self._open.pop(transport, None)
        if timer is not None:
            timer.cancel()

    async def answered(self, request: web.Request, _response: web.StreamResponse) -> None:
        """Give a connection the time for another request (a signal of aiohttp)."""
        transport = request.transport
        if isinstance(transport, asyncio.Transport) and transport in self._open:
            self.closed(transport)
            self.opened(transport)


class _Connection(asyncio.Protocol):
    """Hands everything on to the protocol of the web server, and lets itself be counted."""

    def __init__(self, connections: _Connections, server: asyncio.Protocol) -> None:
        self._connections = connections
        self._server = server
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.opened(self._transport)
        self._server.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._connections.closed(self._transport)
        self._server.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._server.data_received(data)

    def eof_received(self) -> bool | None:
        return self._server.eof_received()

    def pause_writing(self) -> None:
        self._server.pause_writing()

    def resume_writing(self) -> None:
        self._server.resume_writing()


async def _listen(connections: _Connections, runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    server = runner.server
    if server is None:
        raise AssertionError("the web server is set up before it listens")

    def protocol() -> asyncio.Protocol:
        return _Connection(connections, cast("asyncio.Protocol", server()))

    try:
        return await asyncio.get_running_loop().create_server(protocol, host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        raise SettingsError((f"HTTP_HOST, HTTP_PORT: cannot listen on {host}:{port}: {reason}",)) from error
