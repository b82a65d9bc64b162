"""The petition site over HTTP: routes, and what happens around every request."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web

from sandbox.parliament.answers import (
    archived_page,
    dated,
    elsewhere,
    failure,
    floored,
    live_count,
    live_page,
    tagged,
    tagged_csv,
    unless_known,
    wants_only_json,
)
from sandbox.parliament.counting import counting_run
from sandbox.parliament.documents import (
    constituencies_document,
    count_document,
    list_item,
    page_document,
    petitions_csv,
    topics_document,
    trending_document,
)
from sandbox.parliament.entries import Entry
from sandbox.parliament.facets import archived_facet, live_facet
from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.lists import page_links, page_of, read_query
from sandbox.parliament.mischief import SPOILS_THE_BODY, instead, spoiled
from sandbox.parliament.pages import home_page, list_page, petition_page, waiting_page
from sandbox.parliament.source import Source
from sandbox.parliament.visits import Visit

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_AT = web.RequestKey("at", datetime)
_REFERENCE_SECONDS = 60
_ARCHIVED_SECONDS = 120


def application(source: Source) -> web.Application:
    """The site as an aiohttp application."""
    return _Pages(source, source.now()).application()


@asynccontextmanager
async def serve(source: Source, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the site while the context lasts; gives its URL, without a slash at the end."""
    runner = web.AppRunner(application(source), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound_host, bound_port = runner.addresses[0][:2]
        yield f"http://{bound_host}:{bound_port}"
    finally:
        await runner.cleanup()


@dataclass(frozen=True, slots=True)
class _Pages:
    source: Source
    started_at: datetime

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._around])
        app.router.add_get("/", self.home)
        app.router.add_get("/petitions.json", self.live_list)
        app.router.add_get("/petitions.csv", self.live_csv)
        app.router.add_get("/petitions", self.live_html_list)
        app.router.add_get("/petitions/{id}.json", self.live_petition)
        app.router.add_get("/petitions/{id}/count.json", self.count)
        app.router.add_get("/petitions/{id}/gathering-support", self.waiting)
        app.router.add_get("/petitions/{id}/moderation-info", self.waiting)
        app.router.add_get("/petitions/{id}", self.live_html)
        app.router.add_get("/archived/petitions.json", self.archived_list)
        app.router.add_get("/archived/petitions", self.archived_html_list)
        app.router.add_get("/archived/petitions/{id}.json", self.archived_petition)
        app.router.add_get("/archived/petitions/{id}", self.archived_html)
        app.router.add_get("/trending.json", self.trending)
        app.router.add_get("/topics.json", self.topics)
        app.router.add_get("/constituencies.json", self.constituencies)
        app.router.add_get("/parliaments.json", self.parliaments)
        return app

    @web.middleware
    async def _around(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        now = self.source.now()
        fault = self.source.faults.take(request.path, now)
        request[_AT] = now - fault.age if fault and fault.kind is FaultKind.STALE else now
        response = await self._answer(request, handler, fault)
        cut = fault is not None and fault.kind is FaultKind.CUT
        self.source.visits.record(_visit(request, now, None if cut else response.status, fault))
        return response

    async def _answer(self, request: web.Request, handler: Handler, fault: Fault | None) -> web.StreamResponse:
        if fault is not None and (bad := instead(fault)) is not None:
            return bad
        if "\0" in request.path or any("\0" in value for value in request.query.values()):
            return failure(request, HTTPStatus.BAD_REQUEST)
        try:
            response = await handler(request)
        except web.HTTPNotFound:
            response = failure(request, HTTPStatus.NOT_FOUND)
        if not isinstance(response, web.Response):
            return response
        if fault is None or fault.kind not in SPOILS_THE_BODY:
            response = unless_known(request, response)
        return response if fault is None else await spoiled(fault, request, response)

    async def live_petition(self, request: web.Request) -> web.Response:
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        match live_page(self.source.entry(petition_id, request[_AT])):
            case Entry() as entry:
                return dated(page_document(entry, _base_url(request)), floored(entry.updated_at))
            case str() as path:
                return elsewhere(_base_url(request) + path)
            case HTTPStatus() as status:
                return failure(request, status)

    async def count(self, request: web.Request) -> web.Response:
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        match live_count(self.source.entry(petition_id, request[_AT])):
            case Entry() as entry:
                return dated(count_document(entry), floored(entry.updated_at))
            case HTTPStatus() as status:
                return failure(request, status)

    async def archived_petition(self, request: web.Request) -> web.Response:
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        match archived_page(self.source.entry(petition_id, request[_AT])):
            case Entry() as entry:
                document = page_document(entry, _base_url(request))
                return dated(document, entry.updated_at, seconds=_ARCHIVED_SECONDS)
            case HTTPStatus() as status:
                return failure(request, status)

    async def live_list(self, request: web.Request) -> web.Response:
        petition_id = _as_id(request.query.get("q", ""))
        entry = None if petition_id is None else self.source.entry(petition_id, request[_AT])
        if entry is not None and entry.visible and not entry.archived:
            return elsewhere(f"{_base_url(request)}/petitions/{entry.id}")
        return self._list(request, archived=False)

    async def archived_list(self, request: web.Request) -> web.Response:
        return self._list(request, archived=True)

    def _list(self, request: web.Request, *, archived: bool) -> web.Response:
        query = read_query(request.query)
        path = "/archived/petitions" if archived else "/petitions"
        facet = archived_facet(query.facet) if archived else live_facet(query.facet)
        if facet is None:
            return elsewhere(f"{_base_url(request)}{path}?{_all_instead(request)}")
        found = query.selected(facet, self._entries(request, archived=archived))
        base_url = _base_url(request)
        return tagged(
            {
                "links": page_links(query, len(found), _requested_url(request), f"{base_url}{path}.json"),
                "data": [list_item(entry, base_url) for entry in page_of(query, found)],
            }
        )

    async def live_csv(self, request: web.Request) -> web.Response:
        query = read_query(request.query)
        facet = live_facet(query.facet)
        if facet is None:
            return elsewhere(f"{_base_url(request)}/petitions?{_all_instead(request)}")
        found = query.selected(facet, self._entries(request, archived=False))
        return tagged_csv(petitions_csv(found, _base_url(request)))

    async def trending(self, request: web.Request) -> web.Response:
        minute = counting_run(request[_AT])
        before, after = self.source.entries(minute - timedelta(hours=1)), self.source.entries(minute)
        return dated(trending_document(before, after, minute, _base_url(request), _requested_url(request)), minute)

    async def parliaments(self, request: web.Request) -> web.Response:
        entries = self._entries(request, archived=True)
        periods = {entry.parliament["period"]: entry.parliament for entry in entries if entry.parliament}
        newest_first = [periods[period] for period in sorted(periods, reverse=True)]
        return dated(newest_first, self.started_at, seconds=_REFERENCE_SECONDS)

    async def topics(self, request: web.Request) -> web.Response:
        return dated(topics_document(), self.started_at, seconds=_REFERENCE_SECONDS)

    async def constituencies(self, request: web.Request) -> web.Response:
        return dated(constituencies_document(), self.started_at, seconds=_REFERENCE_SECONDS)

    async def home(self, request: web.Request) -> web.Response:
        return self._html(request, home_page(self._entries(request, archived=False)))

    async def live_html_list(self, request: web.Request) -> web.Response:
        return self._html_list(request, archived=False)

    async def archived_html_list(self, request: web.Request) -> web.Response:
        return self._html_list(request, archived=True)

    def _html_list(self, request: web.Request, *, archived: bool) -> web.Response:
        query = read_query(request.query)
        facet = archived_facet(query.facet) if archived else live_facet(query.facet)
        if facet is None:
            return elsewhere(f"{_base_url(request)}{request.path}?{_all_instead(request)}")
        return self._html(request, list_page(query.selected(facet, self._entries(request, archived=archived))))

    async def live_html(self, request: web.Request) -> web.Response:
        path, dot, _ = request.path.rpartition(".")
        if dot:
            return elsewhere(_base_url(request) + path)
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        match live_page(self.source.entry(petition_id, request[_AT])):
            case Entry() as entry if wants_only_json(request):
                return dated(page_document(entry, _base_url(request)), floored(entry.updated_at))
            case Entry() as entry:
                return self._html(request, petition_page(entry))
            case str() as location:
                return elsewhere(_base_url(request) + location.removesuffix(".json"))
            case HTTPStatus() as status:
                return failure(request, status)

    async def archived_html(self, request: web.Request) -> web.Response:
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        match archived_page(self.source.entry(petition_id, request[_AT])):
            case Entry() as entry:
                return self._html(request, petition_page(entry))
            case HTTPStatus() as status:
                return failure(request, status)

    async def waiting(self, request: web.Request) -> web.Response:
        petition_id = _petition_id(request)
        if petition_id is None:
            return failure(request, HTTPStatus.BAD_REQUEST)
        entry = self.source.entry(petition_id, request[_AT])
        if entry is None or entry.archived:
            return failure(request, HTTPStatus.NOT_FOUND)
        if entry.visible:
            return elsewhere(f"{_base_url(request)}/petitions/{entry.id}")
        return self._html(request, waiting_page(entry))

    def _html(self, request: web.Request, page: str) -> web.Response:
        if wants_only_json(request):
            return failure(request, HTTPStatus.NOT_ACCEPTABLE)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    def _entries(self, request: web.Request, *, archived: bool) -> list[Entry]:
        return [entry for entry in self.source.entries(request[_AT]) if entry.archived is archived]


def _petition_id(request: web.Request) -> int | None:
    return _as_id(request.match_info["id"])


def _as_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _base_url(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _requested_url(request: web.Request) -> str:
    return _base_url(request) + request.raw_path


def _all_instead(request: web.Request) -> str:
    """An unknown facet leads to the HTML list of everything, which keeps only the page and the words."""
    kept = [(key, request.query[key]) for key in ("page", "q") if key in request.query]
    return urlencode([*kept, ("state", "all")])


def _visit(request: web.Request, at: datetime, status: int | None, fault: Fault | None) -> Visit:
    return Visit(
        at=at,
        method=request.method,
        path=request.path,
        query=request.query_string,
        if_none_match=request.headers.get("If-None-Match"),
        if_modified_since=request.headers.get("If-Modified-Since"),
        user_agent=request.headers.get("User-Agent"),
        status=status,
        fault=fault.kind if fault else None,
    )
