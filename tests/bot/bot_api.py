"""A Bot API of a few lines: it records what is asked and answers, or fails, as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from telegram.ext import BaseRateLimiter, ExtBot

from bot.request import AiohttpRequest

TOKEN = "123456:ThisIsTheSecretHalf"

Reaction = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class BotApi:
    """`reactions` are used up one by one; after the last every request succeeds."""

    url: str = ""
    reactions: list[Reaction] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        body = await request.json() if request.content_type == "application/json" else await _form(request)
        self.calls.append((method, body))
        if self.reactions:
            return await self.reactions.pop(0)(request)
        sent = {"message_id": 100 + len(self.calls), "date": 1, "chat": {"id": 5, "type": "private"}}
        return web.json_response({"ok": True, "result": sent})


async def _form(request: web.Request) -> dict[str, object]:
    return {
        name: (value.filename, value.content_type, value.file.read()) if isinstance(value, web.FileField) else value
        for name, value in (await request.post()).items()
    }


def refusing(status: int, description: str, **parameters: int) -> Reaction:
    """Answer as Telegram does when something is wrong."""

    async def react(_: web.Request) -> web.Response:
        answer = {"ok": False, "error_code": status, "description": description}
        return web.json_response(answer | ({"parameters": parameters} if parameters else {}), status=status)

    return react


def saying(status: int, text: str, content_type: str = "text/html") -> Reaction:
    """Answer with anything."""

    async def react(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=content_type)

    return react


async def cut(request: web.Request) -> web.StreamResponse:
    """Close the connection after the request has been read."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def cut_in_the_middle(request: web.Request) -> web.StreamResponse:
    """Promise a long answer and close the connection after its beginning."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"ok": true, "resu')
    assert request.transport is not None
    request.transport.close()
    return response


async def hang(_: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """Serve it on a free port."""
    api = BotApi()
    application = web.Application(client_max_size=10_000_000)
    application.router.add_post("/bot{token}/{method}", api.handle)
    async with TestServer(application) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api


@asynccontextmanager
async def bot_of(
    url: str, *, rate_limiter: BaseRateLimiter[int] | None = None, read_timeout: float = 5.0
) -> AsyncIterator[ExtBot[Any]]:
    """A bot that talks to that address."""
    request = AiohttpRequest(read_timeout=read_timeout)
    await request.initialize()
    try:
        yield ExtBot(
            TOKEN,
            base_url=f"{url}/bot",
            request=request,
            get_updates_request=AiohttpRequest(),  # never used; the library's own would load every certificate
            rate_limiter=rate_limiter,
        )
    finally:
        await request.shutdown()


def nobody() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{unused_port()}"
