"""HTTP answers in the site's manner: which state answers what, validators, caching, errors and redirects.

The rules are those of `docs/petition-sites.md` §5 (which state answers what where) and §9 (caching).
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import web

from sandbox.parliament.counting import COUNT_INTERVAL
from sandbox.parliament.entries import Entry, Json
from sandbox.parliament.life import GATHERING, IN_MODERATION, State
from sandbox.parliament.times import http_date, parse_http_date

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Accept",
}
_VALIDATOR_GRAIN = timedelta(seconds=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def live_page(entry: Entry | None) -> Entry | str | HTTPStatus:
    """What `/petitions/{id}.json` has: the petition, the path it redirects to, or an error."""
    if entry is None or entry.state is State.DORMANT:
        return HTTPStatus.NOT_FOUND
    if entry.archived:
        return f"/archived/petitions/{entry.id}.json"
    if entry.gone:
        return HTTPStatus.GONE
    if entry.state in GATHERING:
        return f"/petitions/{entry.id}/gathering-support"
    if entry.state in IN_MODERATION:
        return f"/petitions/{entry.id}/moderation-info"
    if entry.state is State.STOPPED:
        return "/"
    return entry if entry.visible else HTTPStatus.NOT_FOUND


def live_count(entry: Entry | None) -> Entry | HTTPStatus:
    """What `count.json` has: unpublished petitions as well, archived ones no more."""
    if entry is None or entry.archived or entry.state is State.DORMANT:
        return HTTPStatus.NOT_FOUND
    if entry.gone:
        return HTTPStatus.GONE
    return HTTPStatus.NOT_FOUND if entry.state is State.HIDDEN else entry


def archived_page(entry: Entry | None) -> Entry | HTTPStatus:
    """What `/archived/petitions/{id}.json` has."""
    if entry is None or not entry.archived:
        return HTTPStatus.NOT_FOUND
    if entry.gone:
        return HTTPStatus.GONE
    return entry if entry.visible else HTTPStatus.NOT_FOUND


def dated(document: object, changed_at: datetime, *, seconds: int | None = None) -> web.Response:
    """A document that caches may keep for `seconds` (default: the counting interval), with Last-Modified."""
    seconds = int(COUNT_INTERVAL.total_seconds()) if seconds is None else seconds
    headers = {
        "Cache-Control": f"max-age={seconds}, public, stale-while-revalidate={2 * seconds}, "
        f"stale-if-error={5 * seconds}",
        "Last-Modified": http_date(changed_at),
        **CORS,
    }
    return web.json_response(document, dumps=_dumps, headers=headers)


def floored(instant: datetime) -> datetime:
    """Petitions round their Last-Modified down to ten seconds: two changes in one slot look like one."""
    return instant - (instant - _EPOCH) % _VALIDATOR_GRAIN


def tagged(document: Json) -> web.Response:
    """A list page: private, with a weak ETag of the whole body."""
    return _with_etag(web.json_response(document, dumps=_dumps, headers=CORS))


def tagged_csv(text: str) -> web.Response:
    """A CSV dump, validated like a list page."""
    return _with_etag(web.Response(text=text, content_type="text/csv"))


def unless_known(request: web.Request, response: web.Response) -> web.Response:
    """304 in place of what the visitor has: by exact ETag, else by date; an If-None-Match makes the date void."""
    tag, known = request.headers.get("If-None-Match"), False
    if "ETag" in response.headers:
        known = tag == response.headers["ETag"]
    elif tag is None and (changed_at := parse_http_date(response.headers.get("Last-Modified"))) is not None:
        since = parse_http_date(request.headers.get("If-Modified-Since"))
        known = since is not None and since >= changed_at
    if not known:
        return response
    headers = {
        name: value for name, value in response.headers.items() if name not in {"Content-Type", "Content-Length"}
    }
    return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)


def elsewhere(location: str) -> web.Response:
    """302. The target is often HTML even for a JSON request."""
    headers = {"Location": location, "Cache-Control": "no-cache", **CORS}
    return web.Response(
        status=HTTPStatus.FOUND,
        text=f'<html><body>You are being <a href="{location}">redirected</a>.</body></html>',
        content_type="text/html",
        headers=headers,
    )


def failure(request: web.Request, status: HTTPStatus) -> web.Response:
    """An error: JSON for a JSON path, a short HTML page otherwise."""
    headers = {"Cache-Control": "no-cache"}
    if request.path.endswith(".json"):
        body = {"status": status.value, "error": status.phrase}
        return web.json_response(body, status=status, headers=headers)
    page = f"<!doctype html><title>{status.phrase}</title><h1>{status.phrase}</h1>"
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)


def wants_only_json(request: web.Request) -> bool:
    """Whether the Accept header rules HTML out."""
    accept = request.headers.get("Accept", "*/*")
    return "application/json" in accept and "text/html" not in accept and "*/*" not in accept


def _dumps(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _with_etag(response: web.Response) -> web.Response:
    body = response.body if isinstance(response.body, bytes) else b""
    response.headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = "max-age=0, private, must-revalidate"
    return response
