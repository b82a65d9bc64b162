"""The page over HTTP: its files, its events under `/sandbox/events`, and small JSON requests beside it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from sandbox.hosts import Handler, own_host_only
from sandbox.page.faults import set_faults
from sandbox.page.requests import ChangeChat, MakeHappen, MoveClock, PageRequest, Press, Say, SetFaults
from sandbox.page.stream import Stream
from sandbox.parliament.happenings import CannotHappenError
from sandbox.serving import beside
from sandbox.telegram.errors import ApiError
from sandbox.world import SandboxWorld

STATIC = Path(__file__).parent / "static"

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SAFE = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

Asked = TypeVar("Asked", bound=PageRequest)


class Page:
    """The page of one world. `on_change` is called after everything that should be saved."""

    def __init__(self, *, world: SandboxWorld, site_url: str, on_change: Callable[[], None]) -> None:
        self._world = world
        self._on_change = on_change
        self._stream = Stream(world, site_url)

    def application(self, host: str) -> web.Application:
        """The page as an application, which is told to listen on `host`."""
        world, telegram = self._world, self._world.telegram
        app = web.Application(middlewares=[own_host_only(host), _say_why_not])
        app.router.add_get("/", _static)
        app.router.add_get("/static/{name}", _static)
        app.router.add_get("/sandbox/events", self._events)
        app.router.add_get("/sandbox/commands", self._commands)
        app.router.add_get("/sandbox/files/{id}", self._file)
        self._add_post(app, "say", Say, self._say)
        self._add_post(
            app, "press", Press, lambda asked: telegram.press(asked.chat, asked.message, asked.data, asked.user)
        )
        self._add_post(app, "chat", ChangeChat, self._change_chat)
        self._add_post(app, "clock", MoveClock, self._move_clock)
        self._add_post(app, "happen", MakeHappen, lambda it: world.make_happen(it.petition, it.what))
        self._add_post(app, "faults", SetFaults, lambda it: set_faults(world, it))
        app.cleanup_ctx.append(beside(self._stream.run))
        app.on_shutdown.append(self._end_stream)
        return app

    def _add_post(self, app: web.Application, path: str, kind: type[Asked], act: Callable[[Asked], object]) -> None:
        """Let the page ask for one thing. Only JSON is taken: other sites' pages cannot send that here unasked."""

        async def answer(request: web.Request) -> web.Response:
            if request.content_type != "application/json":
                raise web.HTTPUnsupportedMediaType
            act(kind.model_validate_json(await request.read()))
            self._on_change()
            self._stream.tell_state()
            return web.json_response({})

        app.router.add_post(f"/sandbox/{path}", answer)

    async def _end_stream(self, _: web.Application) -> None:
        self._stream.close()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_SAFE, "Content-Type": "text/event-stream"})
        self._world.begin()
        events = self._stream.open()
        with suppress(ConnectionResetError):
            await response.prepare(request)
            async for event in events:
                await response.write(event)
        return response

    async def _commands(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.telegram.commands(int(request.query.get("chat", ""))))

    async def _file(self, request: web.Request) -> web.Response:
        """A file of a message: a picture is shown, anything else is downloaded and never opened in place."""
        upload = self._world.telegram.files.by_id(request.match_info["id"]).upload
        if upload.content_type == "image/png":
            return web.Response(body=upload.content, headers={**_SAFE, "Content-Type": upload.content_type})
        name = "".join(letter for letter in upload.filename if letter.isalnum() or letter in "._- ")
        headers = {**_SAFE, "Content-Disposition": f'attachment; filename="{name or "file"}"'}
        return web.Response(body=upload.content, headers=headers | {"Content-Type": "application/octet-stream"})

    def _say(self, asked: Say) -> None:
        telegram, thread, anonymous = self._world.telegram, asked.thread or None, asked.anonymous
        answered = telegram.chat(asked.chat).messages.get(asked.reply_to or 0)
        telegram.say(asked.chat, asked.user, asked.text, thread, as_anonymous_admin=anonymous, reply_to=answered)

    def _change_chat(self, asked: ChangeChat) -> None:
        telegram = self._world.telegram
        actions: Mapping[str, Callable[[int], object]] = {
            "block": telegram.block,
            "unblock": telegram.unblock,
            "kick": telegram.kick,
            "add": telegram.readd,
            "promote": telegram.promote,
            "demote": telegram.demote,
            "upgrade": telegram.migrate,
            "share": telegram.share_channel,
        }
        actions[asked.action](asked.chat)

    def _move_clock(self, asked: MoveClock) -> None:
        clock = self._world.clock
        if asked.speed is not None:
            clock.set_speed(asked.speed)
        if asked.paused is not None:
            clock.pause() if asked.paused else clock.resume()
        if asked.jump_seconds is not None:
            clock.jump(timedelta(seconds=asked.jump_seconds))


@web.middleware
async def _say_why_not(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse in words that are shown on the page."""
    try:
        return await handler(request)
    except LookupError as error:
        return _refusal(404, str(error.args[0]) if error.args else "There is no such thing.")
    except ApiError as error:
        return _refusal(409, error.description)
    except ValidationError as error:
        first = error.errors()[0]
        return _refusal(409, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except (CannotHappenError, ValueError) as error:
        return _refusal(409, str(error))


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason[:1].upper() + reason[1:]}, status=status)


async def _static(request: web.Request) -> web.FileResponse:
    path = STATIC / request.match_info.get("name", "index.html")
    if path.parent != STATIC or path.suffix not in _KINDS or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={**_SAFE, "Content-Type": f"{_KINDS[path.suffix]}; charset=utf-8"})
