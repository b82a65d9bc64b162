"""Answers that can be asked for conditionally (`docs/petition-sites.md` §9): validators, and 304 for what is known."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import ETag, web

from sandbox.parliament.document import Json, is_archived
from sandbox.parliament.times import instant_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LIVE_SECONDS, _ARCHIVED_SECONDS = 60, 120


def dated(content: Json, of: Json) -> web.Response:
    """What the site says of a petition: caches may keep it, and it is as new as the petition's `updated_at`.

    That is cut to ten seconds, so that two changes within them look like one, but not in the archive.
    """
    response = web.json_response(content)
    changed_at = instant_of(of["attributes"].get("updated_at") or of["attributes"]["created_at"])
    slot = timedelta(seconds=1 if is_archived(of) else 10)
    seconds = _ARCHIVED_SECONDS if is_archived(of) else _LIVE_SECONDS
    response.last_modified = changed_at - (changed_at - _EPOCH) % slot
    response.headers["Cache-Control"] = (
        f"max-age={seconds}, public, stale-while-revalidate={2 * seconds}, stale-if-error={5 * seconds}"
    )
    return response


def tagged(content: Json) -> web.Response:
    """A list: private, with a weak ETag of the whole body."""
    body = json.dumps(content).encode()
    response = web.Response(body=body, content_type="application/json")
    response.etag = ETag(value=hashlib.sha256(body).hexdigest()[:32], is_weak=True)
    response.headers["Cache-Control"] = "max-age=0, private, must-revalidate"
    return response


def unless_known(request: web.Request, response: web.Response) -> web.Response:
    """304 in place of what the visitor has: by exact ETag, else by date; an If-None-Match makes the date void."""
    tags, since, changed_at = request.if_none_match, request.if_modified_since, response.last_modified
    if tags is not None:
        known = response.etag in tags
    else:
        known = since is not None and changed_at is not None and since >= changed_at
    if not known:
        return response
    validators = {name: value for name, value in response.headers.items() if not name.startswith("Content-")}
    return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=validators)
