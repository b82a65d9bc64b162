"""How many connections to the web port may be open, and how long one may be held without an answer."""

import asyncio
from collections.abc import Callable
from typing import cast

from aiohttp import web

MOST_CONNECTIONS = 200
"""Far fewer than the files a process may open: the bot needs those for its own work."""

SECONDS_TO_AN_ANSWER = 30.0
"""From the opening of a connection, or its last answer, until the next: slow senders and silent ones do not last."""


class Connections:
    """The open connections of a web server. When there are too many, the one that has waited longest is closed."""

    def __init__(self, *, most: int = MOST_CONNECTIONS, seconds: float = SECONDS_TO_AN_ANSWER) -> None:
        self._most = most
        self._seconds = seconds
        self._open: dict[asyncio.Transport, asyncio.TimerHandle] = {}  # who has waited longest comes first

    async def listen(self, server: Callable[[], asyncio.BaseProtocol], host: str, port: int) -> asyncio.Server:
        """Accept connections for the server, a factory of protocols; raises `OSError` where that is impossible."""

        def protocol() -> asyncio.Protocol:
            return _Connection(self, cast("asyncio.Protocol", server()))

        return await asyncio.get_running_loop().create_server(protocol, host, port)

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
    """Hands everything on to the protocol of the web server, and lets it be counted."""

    def __init__(self, connections: Connections, server: asyncio.Protocol) -> None:
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._server = server
        self.data_received = server.data_received  # type: ignore[method-assign]
        self.eof_received = server.eof_received  # type: ignore[method-assign]
        self.pause_writing = server.pause_writing  # type: ignore[method-assign]
        self.resume_writing = server.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.opened(self._transport)
        self._server.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._connections.closed(self._transport)
        self._server.connection_lost(exc)
