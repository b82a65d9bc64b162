"""A page of somebody else's, whose name leads to this machine, gets nothing from the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from sandbox.hosts import own_host_only
from sandbox.serving import serving


async def _hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def served(host: str) -> AsyncIterator[int]:
    app = web.Application(middlewares=[own_host_only(host)])
    app.router.add_get("/", _hello)
    async with serving(app, host) as url:
        yield int(url.rpartition(":")[2])


async def status(port: int, host: str) -> int:
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/", headers={"Host": host.format(port=port)}) as response,
    ):
        return response.status


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
async def test_its_own_names_are_served(host: str) -> None:
    async with served("127.0.0.1") as port:
        assert await status(port, host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", ""]
)
async def test_other_names_are_refused(host: str) -> None:
    async with served("127.0.0.1") as port:
        assert await status(port, host) == 421


async def test_the_host_it_was_told_to_listen_on_and_the_address_that_was_reached_are_its_own() -> None:
    async with served("0.0.0.0") as port:  # noqa: S104 - other machines may reach it, which is the point
        assert await status(port, "127.0.0.1:{port}") == 200
        assert await status(port, "0.0.0.0:{port}") == 200
        assert await status(port, "evil.example:{port}") == 421
