"""Carrying out a fault on an answer."""

import asyncio
import json
from http import HTTPStatus
from typing import Any, assert_never

from aiohttp import web

from sandbox.parliament.faults import Fault, FaultKind

SPOILS_THE_BODY = frozenset({FaultKind.TRUNCATED, FaultKind.WRONG_TYPE, FaultKind.EMPTY, FaultKind.HUGE})
_SORRY = "<!doctype html><title>Petitions</title><h1>Sorry, the site is busy</h1><p>Please try again later.</p>"


def instead(fault: Fault) -> web.Response | None:
    """The answer that a fault gives without asking the site; None for faults that need the right answer first."""
    match fault.kind:
        case FaultKind.UNAVAILABLE:
            return _html(HTTPStatus.SERVICE_UNAVAILABLE)
        case FaultKind.TOO_MANY_REQUESTS:
            response = _html(HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(round(fault.seconds))
            return response
        case FaultKind.FORBIDDEN:
            return web.Response(status=HTTPStatus.FORBIDDEN)
        case FaultKind.HTML:
            return _html(HTTPStatus.OK)
        case _:
            return None


async def spoiled(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    """The right answer after the fault has been at it."""
    body = response.body if isinstance(response.body, bytes) else b""
    match fault.kind:
        case FaultKind.TRUNCATED:
            response.body = body[: len(body) // 2]
        case FaultKind.WRONG_TYPE:
            response.body = _with_a_wrong_type(body, fault.item)
        case FaultKind.EMPTY:
            response.body = b""
        case FaultKind.HUGE:
            response.body = b" " * fault.size + body
        case FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        case FaultKind.CUT:
            if request.transport is not None:
                request.transport.abort()
        case (
            FaultKind.UNAVAILABLE | FaultKind.TOO_MANY_REQUESTS | FaultKind.FORBIDDEN | FaultKind.HTML | FaultKind.STALE
        ):
            pass
        case _:
            assert_never(fault.kind)
    return response


def _html(status: HTTPStatus) -> web.Response:
    return web.Response(status=status, text=_SORRY, content_type="text/html")


def _with_a_wrong_type(body: bytes, item: int) -> bytes:
    try:
        document: dict[str, Any] = json.loads(body)
    except ValueError:
        return body
    data = document.get("data", document)
    if isinstance(data, list):
        data = data[item] if item < len(data) else {}
    counted = data.get("attributes", data)
    if "signature_count" in counted:
        counted["signature_count"] = "many"
    return json.dumps(document, ensure_ascii=False).encode()
