"""The invented site, served over HTTP on a clock that tests move."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.parliament.invented import invented_petitions
from sandbox.parliament.site import PetitionSite

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class HandClock:
    """The site's time, moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def to(self, hours: float) -> datetime:
        self.time = START + timedelta(hours=hours)
        return self.time


class Browser:
    """Asks the site without following redirects and without reading more into the answers than there is."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    def get(self, path: str, **headers: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.get(self.url + path, headers=asked, allow_redirects=False)

    async def json(self, path: str) -> dict[str, Any]:
        async with self.get(path) as response:
            assert response.status == 200, path
            assert response.content_type == "application/json"
            document: dict[str, Any] = await response.json()
            return document

    async def attributes(self, path: str) -> dict[str, Any]:
        attributes: dict[str, Any] = (await self.json(path))["data"]["attributes"]
        return attributes

    async def status(self, path: str) -> tuple[int, str | None]:
        async with self.get(path) as response:
            location = response.headers.get("Location")
            return response.status, location.removeprefix(self.url) if location is not None else None

    async def ids(self, path: str) -> list[int]:
        return [item["id"] for item in (await self.json(path))["data"]]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def site(clock: HandClock) -> PetitionSite:
    return PetitionSite(invented_petitions(START), clock)


@pytest.fixture
async def browser(site: PetitionSite) -> AsyncIterator[Browser]:
    async with site.serve() as url, aiohttp.ClientSession() as session:
        yield Browser(session, url)
