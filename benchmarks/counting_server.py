"""A Bot API that counts messages, and an empty petition site: what every sender of a benchmark meets.

`python -m benchmarks.counting_server [none|L|S|P]` applies one of the sandbox's models of Telegram's flood control. It
writes lines of JSON: where it listens, when it was first asked for updates, and, once its standard input ends, what it
has received. `counting_server` runs it as a process of its own.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from time import monotonic

from benchmarks.bare_server import Reply, listening
from benchmarks.children import Child, child
from benchmarks.messages import EXAMPLE_ANSWER, MARK
from sandbox.telegram.flood_control import FloodControl, flood_control

_CHAT = re.compile(rb"chat_id(?:=|\": ?)(-?\d+)")
_MARK = re.compile(MARK.encode() + rb"(\d+)")
_TIMEOUT = re.compile(rb"timeout(?:=|\": ?)(\d+)")

BOT = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot", "can_join_groups": True}
EMPTY_LIST = {"links": {"self": "", "first": "", "last": "", "next": None, "prev": None}, "data": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the server has to say at the end. `doubled`: of `messages`, those that had been taken before."""

    messages: int
    doubled: int
    refused: int


class Server:
    """A counting server that runs."""

    def __init__(self, process: Child, url: str) -> None:
        self._process = process
        self.url = url

    async def polled_at(self) -> float:
        """Wait until the server is asked for updates, and return when that was on the monotonic clock."""
        return float((await self._process.line())["polled_at"])

    async def received(self) -> Received:
        """End the server and return what it has received."""
        self._process.close_input()
        return Received(**await self._process.line())


@asynccontextmanager
async def counting_server(model: str = "none") -> AsyncIterator[Server]:
    """Run one with a model of Telegram's flood control."""
    async with child("benchmarks.counting_server", model) as process:
        yield Server(process, (await process.line())["url"])


class _Counting:
    """Tells messages apart by the mark that every one carries."""

    def __init__(self, model: FloodControl | None) -> None:
        self._model = model
        self._messages = 0
        self._marks: set[bytes] = set()
        self._polled = False

    def answer(self, path: bytes, request: bytes, reply: Reply) -> None:
        method = path.rpartition(b"/")[2].lower()
        if method == b"sendmessage":
            self._take(request, reply)
        elif method == b"getupdates":
            self._hold(request, reply)
        elif method.endswith(b".json"):
            reply(200, json.dumps(EMPTY_LIST).encode())
        else:
            reply(200, _ok(BOT if method == b"getme" else True))

    def received(self) -> dict[str, int]:
        refused = 0 if self._model is None else self._model.refused
        return {"messages": self._messages, "doubled": self._messages - len(self._marks), "refused": refused}

    def _take(self, request: bytes, reply: Reply) -> None:
        chat, mark = _CHAT.search(request), _MARK.search(request)
        if chat is None or mark is None:
            reply(400, b'{"ok":false,"error_code":400,"description":"Bad Request: no chat_id or no mark"}')
            return
        number = int(chat[1])
        wait = self._model.admit(number, is_group=number < 0, at=monotonic()) if self._model else 0.0
        if wait:
            reply(429, _too_many(ceil(wait)))
            return
        self._messages += 1
        self._marks.add(mark[1])
        reply(200, EXAMPLE_ANSWER % (self._messages, number))

    def _hold(self, request: bytes, reply: Reply) -> None:
        """Long polling in a world where nobody writes."""
        if not self._polled:
            self._polled = True
            _say({"polled_at": monotonic()})
        timeout = _TIMEOUT.search(request)
        asyncio.get_running_loop().call_later(int(timeout[1]) if timeout else 0, reply, 200, _ok([]))


def _ok(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


def _too_many(seconds: int) -> bytes:
    description = f"Too Many Requests: retry after {seconds}"
    refusal = {"ok": False, "error_code": 429, "description": description, "parameters": {"retry_after": seconds}}
    return json.dumps(refusal).encode()


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


async def _main(model: str) -> None:
    counting = _Counting(flood_control(model))
    async with listening(counting.answer) as url:
        _say({"url": url})
        await asyncio.to_thread(sys.stdin.read)
        _say(counting.received())


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1] if len(sys.argv) > 1 else "none"))
