"""The one way to ask a petition site: politely, within bounds, and with a value for every answer."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Never

import aiohttp
from yarl import URL

from petitions.answers import Busy, Gone, NotFound, Ok, Unchanged, Unreadable, Validator
from sites.budget import Budget
from sites.headers import conditions, retry_after_of, validator_of
from sites.throttle import PriorityThrottle

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""A whole list page is a tenth of this."""

TIMEOUT: Final = aiohttp.ClientTimeout(total=20, connect=8)

LONGEST_ANSWER_SECONDS: Final = 8.0
"""A person waits no longer than this for a turn and an answer: what we know already is then more use."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({403, 408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """The site points elsewhere: to `path` on `host` (with its port if that is unusual). It was not followed."""

    host: str
    path: str


Fetched = Ok[object] | Unchanged | Redirected | Gone | NotFound | Busy | Unreadable


def user_agent(version: str, contact: str | None) -> str:
    """Return how we name ourselves to the sites: `PetitionAlerts/1.0 (+contact)`, without the rest if not known yet."""
    if contact is None:
        return f"PetitionAlerts/{version}"
    reachable_at = "".join(character for character in contact if character.isascii() and character.isprintable())
    return f"PetitionAlerts/{version} (+{reachable_at})"


def site_session(user_agent: str) -> aiohttp.ClientSession:
    """Open the session that all sites share: no cookies, bounded times. Whoever opens it closes it."""
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT, headers={"User-Agent": user_agent}
    )


class SiteHttp:
    """Asks one site for JSON: within its budget, never following a redirect, never raising.

    Nothing is tried again here: `services/back_off.py` decides when a site that fails is asked again.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        requests_per_second: float,
        monotonic: Callable[[], float],
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        """Ask the site at `base_url` through a session that somebody else closes."""
        self._session = session
        self.address = base_url.rstrip("/")
        self._headers = {"Accept": "application/json"}
        self._timeout = timeout
        self._monotonic = monotonic
        self._patience = min(timeout.total or LONGEST_ANSWER_SECONDS, LONGEST_ANSWER_SECONDS)
        self._throttle = PriorityThrottle(Budget(requests_per_second), monotonic=monotonic)

    @property
    def host(self) -> str:
        """The host that is asked, with its port if that is unusual."""
        return _host(URL(self.address))

    async def get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        validator: Validator | None = None,
        prefer_etag: bool = False,
        urgent: bool = False,
    ) -> Fetched:
        """Ask for `path`. With a validator conditionally (by one header only), without it past caches."""
        headers = self._headers | conditions(validator, prefer_etag=prefer_etag)
        asked_at: float | None = None
        try:
            url = URL(self.address + path).update_query(query or {})
            async with (
                asyncio.timeout(self._patience if urgent else None),
                self._throttle.turn(urgent=urgent),
            ):
                asked_at = self._monotonic()
                async with self._session.get(
                    url, headers=headers, allow_redirects=False, timeout=self._timeout
                ) as response:
                    return await _sorted(response, conditional="Cache-Control" not in headers)
        except (aiohttp.ClientError, OSError) as fault:
            ours = isinstance(fault, TimeoutError) and urgent and self._had_little_time(asked_at)
            if ours:
                return Busy(reason="many people are asking", ours=True)
            return Busy(reason=f"not reachable: {type(fault).__name__}")
        except ValueError as fault:
            return Unreadable(reason=f"not a request that can be made: {fault}")

    def _had_little_time(self, asked_at: float | None) -> bool:
        """Tell whether most of a person's patience was used up by waiting for a turn."""
        return asked_at is None or self._monotonic() - asked_at < self._patience / 2


async def _sorted(response: aiohttp.ClientResponse, *, conditional: bool) -> Fetched:
    """Make a value of an answer: the status first, then the type, and only then the body."""
    status = response.status
    if status in _BUSY or status >= 500:
        return Busy(reason=f"status {status}", retry_after=retry_after_of(response.headers))
    if status in _REDIRECTS:
        return _redirected(response)
    match status:
        case 200:
            return await _body(response)
        case 304 if conditional:
            return Unchanged()
        case 404:
            return NotFound()
        case 410:
            return Gone()
        case _:
            return Unreadable(reason=f"status {status}")


def _redirected(response: aiohttp.ClientResponse) -> Redirected | Unreadable:
    try:
        target = response.url.join(URL(response.headers["Location"]))
        return Redirected(host=_host(target), path=target.path)
    except (KeyError, ValueError):
        return Unreadable(reason=f"status {response.status} to nowhere")


async def _body(response: aiohttp.ClientResponse) -> Ok[object] | Unreadable:
    if response.content_type != "application/json":
        return Unreadable(reason=f"{response.content_type} instead of JSON")
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            response.close()
            return Unreadable(reason=f"more than {MAX_BODY_BYTES} bytes")
    try:
        value = json.loads(bytes(body), parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        return Unreadable(reason=f"broken JSON: {fault}")
    return Ok(body=value, validator=validator_of(response.headers))


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


def _host(url: URL) -> str:
    return url.host_port_subcomponent or ""
