"""Things that go wrong on request: which answers are spoiled, how, how often and for how long."""

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from http import HTTPStatus

from aiohttp import web


class FaultKind(StrEnum):
    """What the site does instead of answering well."""

    UNAVAILABLE = "unavailable"  # 503, with Retry-After when `seconds` are given
    TOO_MANY_REQUESTS = "too_many_requests"  # 429 with Retry-After
    FORBIDDEN = "forbidden"  # 403
    NOT_FOUND = "not_found"  # 404
    SENT_HOME = "sent_home"  # 302 to the home page, as during maintenance
    HTML = "html"  # an HTML page with status 200
    TRUNCATED = "truncated"  # half of the JSON
    WRONG_TYPE = "wrong_type"  # "many" as signature_count of one item
    STALE = "stale"  # the document as it was earlier
    SLOW = "slow"  # the right answer after `seconds`; a long time is a request that hangs
    CUT = "cut"  # the connection closed without an answer
    EMPTY = "empty"  # 200 without a body
    HUGE = "huge"  # valid JSON behind megabytes of spaces


SPOILS_THE_BODY = frozenset({FaultKind.TRUNCATED, FaultKind.WRONG_TYPE, FaultKind.EMPTY, FaultKind.HUGE})

_STATUSES = {
    FaultKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    FaultKind.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    FaultKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    FaultKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    FaultKind.SENT_HOME: HTTPStatus.FOUND,
    FaultKind.HTML: HTTPStatus.OK,
}
_SORRY = "<!doctype html><title>Petitions</title><h1>Sorry, the site is busy</h1><p>Please try again later.</p>"
_PATIENCE = 5
_HUGE = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault for paths with their query that match the glob `path`.

    It comes for the next `times` requests, until a site time, or for good.

    `seconds` is Retry-After, or real time for SLOW; `age` is site time for STALE; `item` is the place in a list that
    WRONG_TYPE spoils.
    """

    kind: FaultKind
    path: str = "*"
    times: int | None = None
    until: datetime | None = None
    seconds: float | None = None
    age: timedelta = timedelta(minutes=10)
    item: int = 0

    def lasts(self, now: datetime) -> bool:
        """Whether it is still to come."""
        return (self.times is None or self.times > 0) and (self.until is None or now < self.until)


class Faults:
    """The faults that are asked for at present. The oldest one that matches a request is the one that happens."""

    def __init__(self) -> None:
        """Begin without any."""
        self._asked: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault."""
        self._asked.append(fault)

    def clear(self) -> None:
        """Let everything go well again."""
        self._asked.clear()

    def pending(self, now: datetime) -> tuple[Fault, ...]:
        """The faults still to come, each with the number of times that is left."""
        return tuple(fault for fault in self._asked if fault.lasts(now))

    def take(self, path: str, now: datetime) -> Fault | None:
        """The fault for this request, counted off; None when it shall go well."""
        self._asked = list(self.pending(now))
        for place, fault in enumerate(self._asked):
            if fnmatchcase(path, fault.path):
                if fault.times is not None:
                    self._asked[place] = replace(fault, times=fault.times - 1)
                return fault
        return None


def answer_instead(fault: Fault, request: web.Request) -> web.Response | None:
    """The answer that a fault gives without asking the site; None for faults that need the right answer first."""
    if (status := _STATUSES.get(fault.kind)) is None:
        return None
    response = web.Response(status=status, text=_SORRY, content_type="text/html")
    if fault.kind is FaultKind.SENT_HOME:
        response.headers["Location"] = f"{request.scheme}://{request.host}/"
    if fault.kind is FaultKind.TOO_MANY_REQUESTS or fault.seconds is not None:
        response.headers["Retry-After"] = str(round(fault.seconds or _PATIENCE))
    return response


async def spoil(fault: Fault, request: web.Request, response: web.Response) -> None:
    """Spoil or delay the right answer, as the fault says."""
    body = response.body if isinstance(response.body, bytes) else b""
    match fault.kind:
        case FaultKind.TRUNCATED:
            response.body = body[: len(body) // 2]
        case FaultKind.WRONG_TYPE:
            response.body = _with_a_wrong_type(body, fault.item)
        case FaultKind.EMPTY:
            response.body = b""
        case FaultKind.HUGE:
            response.body = b" " * _HUGE + body
        case FaultKind.SLOW:
            await asyncio.sleep(_PATIENCE if fault.seconds is None else fault.seconds)
        case FaultKind.CUT if request.transport is not None:
            request.transport.abort()
        case _:
            pass


def _with_a_wrong_type(body: bytes, item: int) -> bytes:
    for counted in list(re.finditer(rb'"signature_count": (\d+)', body))[item : item + 1]:
        return body[: counted.start(1)] + b'"many"' + body[counted.end(1) :]
    return body
