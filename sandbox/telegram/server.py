"""The Bot API over HTTP: checks the token, meets the planned faults, calls the method, records what happened."""

import asyncio
import inspect
import json

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.serving import beside
from sandbox.telegram.errors import ApiError, Json
from sandbox.telegram.faults import Cut, Delay, Fault, Moment, Page, Refuse, TruncatedJson
from sandbox.telegram.files import MAX_FILE_BYTES
from sandbox.telegram.methods import METHODS
from sandbox.telegram.requests import Call, RecordedRequest, read_call
from sandbox.telegram.world import World

_UNAUTHORIZED = ApiError(401, "Unauthorized")
_NOT_FOUND = ApiError(404, "Not Found")


class BotApiServer:
    """Answers at `/bot{token}/{method}`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def application(self, guard: Middleware) -> web.Application:
        """The server with its webhook delivery, which lives as long as it runs."""
        app = web.Application(middlewares=[guard], client_max_size=MAX_FILE_BYTES + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.cleanup_ctx.append(beside(self._world.webhook.deliver))
        app.on_shutdown.append(self._end_poll)
        return app

    async def _end_poll(self, _: web.Application) -> None:
        self._world.updates.end_poll()

    async def _answer(self, request: web.Request) -> web.Response:
        method, faults = request.match_info["method"], self._world.faults
        call = Call(method, {}, {})
        if request.match_info["token"] != self._world.token:
            return _response(401, _UNAUTHORIZED.payload())
        if faults.take(method.lower(), None, unread=True):
            return self._cut(request, call)
        try:
            call = await read_call(request, method)
        except ApiError as error:
            return self._respond(call, error.code, error.payload())
        fault = faults.take(method.lower(), _chat_id(call))
        if fault is not None:
            return await self._meet(fault, request, call)
        return self._respond(call, *await self._act(call))

    async def _act(self, call: Call) -> tuple[int, Json]:
        """Status and JSON of the answer."""
        try:
            if (method := METHODS.get(call.method.lower())) is None:
                raise _NOT_FOUND
            result = method(self._world, call)
            return 200, {"ok": True, "result": await result if inspect.isawaitable(result) else result}
        except ApiError as error:
            return error.code, error.payload()

    async def _meet(self, fault: Fault, request: web.Request, call: Call) -> web.Response:
        """Answer a call as a planned fault has it."""
        match fault:
            case Refuse():
                if fault.acts:
                    await self._act(call)
                refusal = ApiError(fault.status, fault.description, fault.parameters)
                return self._respond(call, fault.status, refusal.payload())
            case Cut():
                if fault.moment is Moment.AFTER_ACTING:
                    await self._act(call)
                return self._cut(request, call)
            case Delay():
                if not fault.after_acting:
                    await asyncio.sleep(fault.seconds)
                response = self._respond(call, *await self._act(call))
                if fault.after_acting:
                    await asyncio.sleep(fault.seconds)
                return response
            case Page():
                if fault.acts:
                    await self._act(call)
                self._record(call, fault.status, None)
                return web.Response(status=fault.status, text=fault.body, content_type="text/html")
            case TruncatedJson():
                status, payload = await self._act(call)
                self._record(call, status, None)
                body = _encode(payload)
                return web.Response(status=status, body=body[: len(body) // 2], content_type="application/json")

    def _cut(self, request: web.Request, call: Call) -> web.Response:
        """Drop the connection; what is returned reaches nobody."""
        self._record(call, 0, None)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _respond(self, call: Call, status: int, payload: Json) -> web.Response:
        self._record(call, status, payload)
        return _response(status, payload)

    def _record(self, call: Call, status: int, answer: Json | None) -> None:
        request = RecordedRequest(
            method=call.method, params=call.params, files=call.files, at=self._world.now(), status=status, answer=answer
        )
        self._world.recorded.append(request)
        self._world.changed()


def _response(status: int, payload: Json) -> web.Response:
    return web.Response(status=status, body=_encode(payload), content_type="application/json")


def _encode(payload: Json) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()


def _chat_id(call: Call) -> int | None:
    try:
        return int(call.params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None
