"""The world outside, as cheap as can be: a Bot API and an empty petition site, in a process of its own.

`python -m benchmarks.local_server [none|L|S|P]`. Every sender meets the same server, and it must not be what holds the
fastest of them back; so it is a bare protocol that reads of a request only what it needs, and gives whole answers.
It writes lines of JSON: where it listens, when it was first asked for updates, and, once its standard input ends, what
it has received.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from math import ceil
from time import monotonic

from benchmarks.messages import EXAMPLE_ANSWER, MARK
from sandbox.telegram.flood_control import FloodControl, flood_control

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb"chat_id(?:=|\": ?)(-?\d+)")
_MARK = re.compile(MARK.encode() + rb"(\d+)")
_TIMEOUT = re.compile(rb"timeout(?:=|\": ?)(\d+)")

_BOT = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot", "can_join_groups": True}
_EMPTY_LIST = {"links": {"self": "", "first": "", "last": "", "next": None, "prev": None}, "data": []}


class Receipts:
    """What was received, told apart by the mark that every message carries."""

    def __init__(self, limits: FloodControl | None) -> None:
        self.limits = limits
        self.messages = 0
        self.marks: set[bytes] = set()
        self.polled = False

    def wait(self, chat: int) -> float:
        """Seconds that Telegram would ask to wait, 0 when it takes the message."""
        if self.limits is None:
            return 0.0
        return self.limits.admit(chat, is_group=chat < 0, at=monotonic())

    def add(self, mark: bytes) -> int:
        """Count a message that was taken, and number it."""
        self.messages += 1
        self.marks.add(mark)
        return self.messages

    def report(self) -> dict[str, int]:
        """Return how many were taken, how many of those for a second time, and how many refused."""
        refused = 0 if self.limits is None else self.limits.refused
        return {"messages": self.messages, "doubled": self.messages - len(self.marks), "refused": refused}


class Connection(asyncio.Protocol):
    """HTTP/1.1 with the connection kept, one request after the other."""

    def __init__(self, receipts: Receipts) -> None:
        self._receipts = receipts
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
            self._answer(path.rpartition(b"/")[2].lower(), request)

    def _answer(self, method: bytes, request: bytes) -> None:
        if method == b"sendmessage":
            self._take(request)
        elif method == b"getupdates":
            self._hold(request)
        elif method == b"getme":
            self._write(200, _ok(_BOT))
        elif method.endswith(b".json"):
            self._write(200, json.dumps(_EMPTY_LIST).encode())
        else:
            self._write(200, _ok(True))  # noqa: FBT003 - Telegram's answer to whatever it has done

    def _take(self, request: bytes) -> None:
        chat, mark = _CHAT.search(request), _MARK.search(request)
        if chat is None or mark is None:
            self._write(400, b'{"ok":false,"error_code":400,"description":"Bad Request: no chat_id or no mark"}')
        elif wait := self._receipts.wait(int(chat[1])):
            self._write(429, _too_many(ceil(wait)))
        else:
            self._write(200, EXAMPLE_ANSWER % (self._receipts.add(mark[1]), int(chat[1])))

    def _hold(self, request: bytes) -> None:
        """Long polling in a world where nobody writes."""
        if not self._receipts.polled:
            self._receipts.polled = True
            _say({"polled_at": monotonic()})
        timeout = _TIMEOUT.search(request)
        seconds = int(timeout[1]) if timeout else 0
        asyncio.get_running_loop().call_later(seconds, self._write, 200, _ok([]))

    def _write(self, status: int, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (
                status,
                len(body),
            )
            self._transport.write(head + body)


def _ok(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


def _too_many(seconds: int) -> bytes:
    return json.dumps(
        {
            "ok": False,
            "error_code": 429,
            "description": f"Too Many Requests: retry after {seconds}",
            "parameters": {"retry_after": seconds},
        }
    ).encode()


def _say(what: Mapping[str, float]) -> None:
    print(json.dumps(what), flush=True)


async def _serve(limits: str) -> None:
    receipts = Receipts(flood_control(limits))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(receipts), "127.0.0.1", 0)
    _say({"port": server.sockets[0].getsockname()[1]})
    await asyncio.to_thread(sys.stdin.read)
    _say(receipts.report())


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1] if len(sys.argv) > 1 else "none"))
