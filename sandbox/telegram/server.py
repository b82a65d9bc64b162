"""The Bot API over HTTP: checks the token, meets the planned faults, calls the method, records what happened."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import web

from sandbox.telegram.call import Call, read_call
from sandbox.telegram.errors import ApiError, Json
from sandbox.telegram.faults import Cut, Delay, Fault, Faults, HtmlPage, Moment, Refuse, TruncatedJson
from sandbox.telegram.files import MAX_FILE_BYTES
from sandbox.telegram.methods.receiving import Described, get_updates
from sandbox.telegram.methods.table import METHODS
from sandbox.telegram.recording import CUT, RecordedRequest, Recording
from sandbox.telegram.webhooks import WebhookDelivery
from sandbox.telegram.world import World

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_JSON = {"Content-Type": "application/json"}
_UNAUTHORIZED = ApiError(401, "Unauthorized")
_NOT_FOUND = ApiError(404, "Not Found")
_WEBHOOK_RETRY = 1.0


class BotApiServer:
    """Answers at `/bot{token}/{method}` and `/file/bot{token}/{path}`."""

    def __init__(self, world: World, faults: Faults, recording: Recording | None) -> None:
        self._world = world
        self._faults = faults
        self._recording = recording

    def attach(self, app: web.Application) -> None:
        """Add the routes to an application, with the webhook delivery that lives as long as it runs."""
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.cleanup_ctx.append(self._lifespan)
        app.on_shutdown.append(self._end_poll)

    async def _lifespan(self, _: web.Application) -> AsyncIterator[None]:
        world = self._world
        delivery = WebhookDelivery(
            world.webhook, world.updates, first_retry=_WEBHOOK_RETRY, changed=world.events.changed
        )
        task = asyncio.create_task(delivery.run(world.timestamp))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _end_poll(self, _: web.Application) -> None:
        self._world.updates.end_poll()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self._world.token:
            return _response(401, _UNAUTHORIZED.payload())
        if self._faults and self._faults.take_unread(method.lower()):
            return self._cut(request, Call(method, {}, {}))
        try:
            call = await read_call(request, method)
        except ApiError as error:
            self._record(Call(method, {}, {}), error.code, error.payload())
            return _response(error.code, error.payload())
        if self._faults:
            fault = self._faults.take(method.lower(), _chat_id(call))
            if fault is not None:
                return await self._meet(fault, request, call)
        status, payload = await self._act(call)
        if self._recording is not None:
            self._record(call, status, payload)
        return _response(status, payload)

    async def _act(self, call: Call) -> tuple[int, Json]:
        """Status and JSON of the answer."""
        name = call.method.lower()
        try:
            if name == "getupdates":
                return 200, {"ok": True, "result": await get_updates(self._world, call)}
            if (method := METHODS.get(name)) is None:
                raise _NOT_FOUND
            result = method(self._world, call)
        except ApiError as error:
            return error.code, error.payload()
        if isinstance(result, Described):
            return 200, {"ok": True, "result": result.result, "description": result.description}
        return 200, {"ok": True, "result": result}

    async def _meet(self, fault: Fault, request: web.Request, call: Call) -> web.StreamResponse:
        """Answer a call as a planned fault has it."""
        match fault:
            case Refuse():
                if fault.acts:
                    await self._act(call)
                refusal = ApiError(fault.status, fault.description, fault.parameters).payload()
                self._record(call, fault.status, refusal)
                return _response(fault.status, refusal)
            case Cut():
                if fault.moment is Moment.AFTER_ACTING:
                    await self._act(call)
                return self._cut(request, call)
            case Delay():
                return await self._delayed(fault, call)
            case HtmlPage():
                if fault.acts:
                    await self._act(call)
                self._record(call, fault.status, None)
                return web.Response(status=fault.status, text=fault.body, content_type="text/html")
            case TruncatedJson():
                status, payload = await self._act(call)
                self._record(call, status, None)
                body = _encode(payload).encode()
                return web.Response(status=status, body=body[: len(body) // 2], headers=_JSON)

    async def _delayed(self, fault: Delay, call: Call) -> web.Response:
        if not fault.after_acting:
            await asyncio.sleep(fault.seconds)
        status, payload = await self._act(call)
        self._record(call, status, payload)
        if fault.after_acting:
            await asyncio.sleep(fault.seconds)
        return _response(status, payload)

    def _cut(self, request: web.Request, call: Call) -> web.Response:
        """Drop the connection; what is returned reaches nobody."""
        self._record(call, CUT, None)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _record(self, call: Call, status: int, answer: Json | None) -> None:
        if self._recording is not None:
            at = self._world.now()
            self._recording.add(
                RecordedRequest(
                    method=call.method, params=call.params, files=call.files, at=at, status=status, answer=answer
                )
            )
            self._world.events.changed()

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self._world.token:
            return _response(401, _UNAUTHORIZED.payload())
        file = self._world.files.by_path(request.match_info["path"])
        if file is None:
            return _response(404, _NOT_FOUND.payload())
        return web.Response(body=file.upload.content, headers={"Content-Type": file.upload.content_type})


def application(server: BotApiServer) -> web.Application:
    """An application that serves nothing else."""
    app = web.Application(client_max_size=MAX_FILE_BYTES + 1024 * 1024)
    server.attach(app)
    return app


def _response(status: int, payload: Any) -> web.Response:
    return web.Response(status=status, body=_encode(payload).encode(), headers=_JSON)


def _chat_id(call: Call) -> int | None:
    try:
        return int(call.params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None
