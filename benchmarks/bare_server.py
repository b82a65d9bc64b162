"""HTTP/1.1 as cheap as can be: the only server here beside the sandbox's.

A benchmark must not measure its server. A bare aiohttp loop posts about 17,000 messages a second on a machine on which
the sandbox's Telegram, an aiohttp server that keeps chats, answers a few thousand. So this one reads of a request no
more than its length, keeps the connection, and takes one request after the other. It is also the stranger that
`tests/bot/test_smallest_servers.py` lets the bot talk to: it shares no code with the sandbox.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Reply = Callable[..., None]
"""`reply(status, body, header=b"")`, called once for each request, now or later."""
Answer = Callable[[bytes, bytes, Reply], None]
"""Called with the path of a request (without its query), the whole request, and how to reply."""


class Connection(asyncio.Protocol):
    """One connection; requests are answered in the order in which they came."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            request, self._buffer = self._buffer[:whole], self._buffer[whole:]
            path = request[: request.index(b"\r\n")].split(b" ")[1].partition(b"?")[0]
            self._answer(path, request, self._reply)

    def _reply(self, status: int, body: bytes, header: bytes = b"") -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
            self._transport.write(head % (status, header, len(body)) + body)


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    """Listen on a free port of this machine and give the address."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(answer), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
