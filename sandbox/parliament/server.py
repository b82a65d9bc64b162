"""The petition site over HTTP: what each address answers (`docs/petition-sites.md` §5), and who has asked for what."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.parliament.conditional import dated, tagged, unless_known
from sandbox.parliament.document import (
    GATHERING_SUPPORT,
    IN_MODERATION,
    Json,
    State,
    count_document,
    is_archived,
    is_public,
    was_taken_away,
)
from sandbox.parliament.faults import SPOILS_THE_BODY, FaultKind, Faults, answer_instead, spoil
from sandbox.parliament.lists import list_document, select
from sandbox.parliament.pages import list_page, petition_page
from sandbox.parliament.petition import Petition

_AT = web.RequestKey("at", datetime)
_VISITS_KEPT = 2_000
_DELETED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request and how it was answered; `status` is None when the connection was cut."""

    path: str
    query: str
    user_agent: str | None
    status: int | None


@dataclass(slots=True)
class Visits:
    """The last requests, and how many there have been in all."""

    total: int = 0
    recent: deque[Visit] = field(default_factory=lambda: deque(maxlen=_VISITS_KEPT))

    def record(self, visit: Visit) -> None:
        """Remember a request and forget the oldest if need be."""
        self.recent.append(visit)
        self.total += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionServer:
    """Answers from petitions by number, as they stand at the time of the request."""

    petitions: Mapping[int, Petition]
    now: Callable[[], datetime]
    faults: Faults
    visits: Visits

    def application(self) -> web.Application:
        """The site as it answers over HTTP."""
        app = web.Application(middlewares=[self._around])
        app.router.add_get("/", self._list_page)
        app.router.add_get("/petitions", self._list_page)
        app.router.add_get("/petitions.json", self._list)
        app.router.add_get(r"/petitions/{id:\d{1,18}}{form:(\.json)?}", self._petition)
        app.router.add_get(r"/petitions/{id:\d{1,18}}/count.json", self._count)
        app.router.add_get(r"/petitions/{id:\d{1,18}}/{waits_for:gathering-support|moderation-info}", self._waiting)
        app.router.add_get(r"/archived/petitions/{id:\d{1,18}}{form:(\.json)?}", self._archived)
        return app

    @web.middleware
    async def _around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        now = self.now()
        fault = self.faults.take(request.path_qs, now)
        request[_AT] = now - fault.age if fault and fault.kind is FaultKind.STALE else now
        response = answer_instead(fault, request) if fault else None
        if response is None:
            response = await _answer(handler, request)
            if fault is None or fault.kind not in SPOILS_THE_BODY:
                response = unless_known(request, response)
            if fault is not None:
                await spoil(fault, request, response)
        self.visits.record(
            Visit(
                path=request.path,
                query=request.query_string,
                user_agent=request.headers.get("User-Agent"),
                status=None if fault is not None and fault.kind is FaultKind.CUT else response.status,
            )
        )
        return response

    async def _petition(self, request: web.Request) -> web.Response:
        document = self._document(request)
        number, state = document["id"], document["attributes"]["state"]
        if is_archived(document):
            return _elsewhere(request, f"/archived/petitions/{number}{request.match_info['form']}")
        if state in GATHERING_SUPPORT:
            return _elsewhere(request, f"/petitions/{number}/gathering-support")
        if state in IN_MODERATION:
            return _elsewhere(request, f"/petitions/{number}/moderation-info")
        if state == State.STOPPED:
            return _elsewhere(request, "/")
        return _shown(document, request)

    async def _archived(self, request: web.Request) -> web.Response:
        document = self._document(request)
        if not is_archived(document) or document["attributes"]["state"] == State.STOPPED:
            raise web.HTTPNotFound
        return _shown(document, request)

    async def _count(self, request: web.Request) -> web.Response:
        """What an archived petition leaves behind still counts for a while."""
        document = self._document(request)
        if is_archived(document) and is_archived(self._document(request, ago=_DELETED_WITHIN)):
            raise web.HTTPNotFound
        _refuse_if_taken_away(document)
        return dated(count_document(document, request[_AT]), document)

    async def _waiting(self, request: web.Request) -> web.Response:
        document = self._document(request)
        if is_public(document):
            return _elsewhere(request, f"/petitions/{document['id']}")
        return _html(petition_page(document))

    async def _list(self, request: web.Request) -> web.Response:
        words = request.query.get("q", "").strip()
        named = self.petitions.get(int(words)) if words.isascii() and words.isdecimal() else None
        if named is not None and is_public(document := named.document(request[_AT])):
            return _elsewhere(request, f"/petitions/{document['id']}")
        found = self._selected(request)
        if found is None:
            return _elsewhere(request, "/petitions?state=all")
        return tagged(list_document(found, request.query, _base_url(request)))

    async def _list_page(self, request: web.Request) -> web.Response:
        found = self._selected(request)
        return _elsewhere(request, "/petitions?state=all") if found is None else _html(list_page(found))

    def _document(self, request: web.Request, ago: timedelta = timedelta()) -> Json:
        petition = self.petitions.get(int(request.match_info["id"]))
        if petition is None:
            raise web.HTTPNotFound
        return petition.document(request[_AT] - ago)

    def _selected(self, request: web.Request) -> list[Json] | None:
        documents = (petition.document(request[_AT]) for petition in self.petitions.values())
        live = (document for document in documents if not is_archived(document))
        return select(live, request.query, request[_AT])


async def _answer(handler: Handler, request: web.Request) -> web.Response:
    try:
        return cast(web.Response, await handler(request))
    except web.HTTPException as refused:
        return web.Response(status=refused.status, text=refused.reason)


def _shown(document: Json, request: web.Request) -> web.Response:
    _refuse_if_taken_away(document)
    if not request.match_info["form"]:
        return _html(petition_page(document))
    return dated({"links": {"self": _base_url(request) + request.path}, "data": document}, document)


def _refuse_if_taken_away(document: Json) -> None:
    """Gone when it was public once; not found when its moderators refused or parked it before."""
    if was_taken_away(document):
        raise web.HTTPGone
    if document["attributes"]["state"] in {State.HIDDEN, State.DORMANT}:
        raise web.HTTPNotFound


def _elsewhere(request: web.Request, path: str) -> web.Response:
    location = {"Location": _base_url(request) + path, "Cache-Control": "no-cache"}
    return web.Response(status=302, headers=location, content_type="text/html")


def _html(page: str) -> web.Response:
    return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})


def _base_url(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"
