"""The client of the UK site, and a local site for it to ask."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from sandbox.serving import serving
from sites.http import SiteHttp, site_session
from sites.uk import UkSite
from tests.sites.scripted_site import Clock, ScriptedSite


@pytest.fixture
async def site() -> AsyncIterator[ScriptedSite]:
    site = ScriptedSite()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.respond)
    async with serving(app) as site.url:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with site_session("PetitionAlerts/test (+https://example.org)") as session:
        yield session


@pytest.fixture
def http(site: ScriptedSite, session: aiohttp.ClientSession, clock: Clock) -> SiteHttp:
    return SiteHttp(
        session,
        site.url,
        float("inf"),
        clock,
        timeout=aiohttp.ClientTimeout(total=5, connect=2),
    )


@pytest.fixture
def uk(http: SiteHttp) -> UkSite:
    return UkSite(http)
