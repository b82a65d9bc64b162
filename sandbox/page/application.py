"""The page over HTTP: its files, its news under `/sandbox/events`, and small JSON requests beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, assert_never

from aiohttp import web
from pydantic import BaseModel, ValidationError

from sandbox.page.stream import Stream
from sandbox.page.troubles import Troubles
from sandbox.page.wishes import ChangeChat, ChatAction, MakeHappen, MoveClock, Press, Say, Trouble
from sandbox.parliament.happenings import CannotHappenError
from sandbox.telegram.errors import ApiError
from sandbox.world import SandboxWorld

STATIC = Path(__file__).parent / "static"

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SHOWN_IN_PLACE = frozenset({"image/png", "image/jpeg"})
_SAFE = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Wish = TypeVar("Wish", bound=BaseModel)


class _RefusedError(Exception):
    """The page asked for something that cannot be; the message is shown there."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one world. `on_change` is called after everything that should be remembered."""

    world: SandboxWorld
    site_url: str
    on_change: Callable[[], None]

    def application(self) -> web.Application:
        """The page as an aiohttp application."""
        troubles = Troubles(self.world.site.faults, self.world.telegram)
        stream = Stream(self.world, self.site_url, troubles)
        return _Routes(self, stream, troubles).application()


@dataclass(frozen=True, slots=True)
class _Routes:
    page: Page
    stream: Stream
    troubles: Troubles

    def application(self) -> web.Application:
        app = web.Application(middlewares=[_say_what_cannot_be])
        app.router.add_get("/", self.front)
        app.router.add_get("/static/{name}", self.static)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_get("/sandbox/commands", self.commands)
        app.router.add_get("/sandbox/files/{id}", self.file)
        app.router.add_post("/sandbox/say", self.say)
        app.router.add_post("/sandbox/press", self.press)
        app.router.add_post("/sandbox/chat", self.change_chat)
        app.router.add_post("/sandbox/clock", self.move_clock)
        app.router.add_post("/sandbox/happen", self.make_happen)
        app.router.add_post("/sandbox/trouble", self.trouble)
        app.cleanup_ctx.append(self._telling)
        app.on_shutdown.append(self._let_go)
        return app

    async def _telling(self, _: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self.stream.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _let_go(self, _: web.Application) -> None:
        self.stream.close()

    async def front(self, _: web.Request) -> web.FileResponse:
        return _file("index.html")

    async def static(self, request: web.Request) -> web.FileResponse:
        return _file(request.match_info["name"])

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_SAFE, "Content-Type": "text/event-stream"})
        self.page.world.begin()
        listener = self.stream.join()
        try:
            await response.prepare(request)
            async for news in listener:
                await response.write(news)
        except ConnectionResetError:
            pass
        finally:
            self.stream.part(listener)
        return response

    async def commands(self, request: web.Request) -> web.Response:
        chat, user = _number(request, "chat"), _number(request, "user")
        return web.json_response(self.page.world.telegram.commands(chat, user))

    async def file(self, request: web.Request) -> web.Response:
        upload = self.page.world.telegram.file(request.match_info["id"]).upload
        if upload.content_type in _SHOWN_IN_PLACE:
            return web.Response(body=upload.content, headers={**_SAFE, "Content-Type": upload.content_type})
        name = "".join(letter for letter in upload.filename if letter.isalnum() or letter in "._- ")
        headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{name or "file"}"'}
        return web.Response(body=upload.content, headers=headers | {"Content-Type": "application/octet-stream"})

    async def say(self, request: web.Request) -> web.Response:
        wish = await _wish(request, Say)
        said = self.page.world.telegram.say(
            wish.chat, wish.user, wish.text, wish.thread or None, as_anonymous_admin=wish.anonymous
        )
        self.page.on_change()
        return web.json_response({"message_id": said.message_id})

    async def press(self, request: web.Request) -> web.Response:
        wish = await _wish(request, Press)
        self.page.world.telegram.press(wish.chat, wish.message, wish.data, wish.user)
        return web.json_response({})

    async def change_chat(self, request: web.Request) -> web.Response:
        wish = await _wish(request, ChangeChat)
        telegram = self.page.world.telegram
        chat = telegram.chat(wish.chat)
        match wish.action:
            case ChatAction.BLOCK:
                telegram.block(_person(self.page.world, wish))
            case ChatAction.UNBLOCK:
                telegram.unblock(_person(self.page.world, wish))
            case ChatAction.KICK:
                telegram.kick(chat)
            case ChatAction.ADD:
                telegram.readd(chat)
            case ChatAction.PROMOTE:
                telegram.promote(chat)
            case ChatAction.DEMOTE:
                telegram.demote(chat)
            case ChatAction.UPGRADE:
                telegram.migrate(chat)
            case _:
                assert_never(wish.action)
        self.page.on_change()
        return web.json_response({})

    async def move_clock(self, request: web.Request) -> web.Response:
        wish = await _wish(request, MoveClock)
        clock = self.page.world.clock
        if wish.speed is not None:
            clock.set_speed(wish.speed)
        if wish.paused is not None:
            clock.pause() if wish.paused else clock.resume()
        if wish.jump_seconds is not None:
            clock.jump(timedelta(seconds=wish.jump_seconds))
        self.page.on_change()
        self.stream.tell_clock()
        self.stream.tell_petitions()
        return web.json_response({})

    async def make_happen(self, request: web.Request) -> web.Response:
        wish = await _wish(request, MakeHappen)
        self.page.world.make_happen(wish.petition, wish.what)
        self.page.on_change()
        self.stream.tell_petitions()
        return web.json_response({})

    async def trouble(self, request: web.Request) -> web.Response:
        wish = await _wish(request, Trouble)
        if wish.site is not None:
            self.troubles.trouble_site(wish.site)
        if wish.telegram is not None:
            self.troubles.trouble_telegram(wish.telegram, wish.times)
        if wish.spare_telegram:
            self.troubles.spare_telegram()
        if wish.limits is not None:
            self.troubles.limit_telegram(wish.limits)
        self.stream.tell_troubles()
        return web.json_response({})


@web.middleware
async def _say_what_cannot_be(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except LookupError as error:
        return _refusal(404, str(error.args[0]) if error.args else "There is no such thing.")
    except ApiError as error:
        return _refusal(409, error.payload()["description"])
    except (_RefusedError, CannotHappenError, ValueError) as error:
        return _refusal(409, str(error))


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason[:1].upper() + reason[1:]}, status=status)


async def _wish(request: web.Request, kind: type[Wish]) -> Wish:
    """The body as a wish. Only JSON is taken: other sites' pages cannot send that here unasked."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return kind.model_validate_json(await request.read())
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise _RefusedError(message) from error


def _person(world: SandboxWorld, wish: ChangeChat) -> int:
    chat = world.telegram.chat(wish.chat)
    if chat.person is None:
        message = "only a private chat can be blocked"
        raise _RefusedError(message)
    return chat.person.id


def _number(request: web.Request, name: str) -> int:
    return int(request.query.get(name, ""))


def _file(name: str) -> web.FileResponse:
    path = STATIC / name
    if path.parent != STATIC or path.suffix not in _KINDS or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={**_SAFE, "Content-Type": f"{_KINDS[path.suffix]}; charset=utf-8"})
