"""Silent and slow clients of the web port use nothing up that others need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web

from bot.connections import Connections


@asynccontextmanager
async def served(connections: Connections) -> AsyncIterator[int]:
    """A web server on a port of this machine."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=(await request.read()).decode())

    application = web.Application()
    application.router.add_route("*", "/", answer)
    application.on_response_prepare.append(connections.answered)
    runner = web.AppRunner(application)
    await runner.setup()
    assert runner.server is not None
    listening = await connections.listen(runner.server, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()
    await runner.cleanup()


async def test_of_too_many_connections_the_one_that_has_waited_longest_is_closed() -> None:
    async with served(Connections(most=3)) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        async with ClientSession() as session, session.post(f"http://127.0.0.1:{port}/", data="hello") as answer:
            assert await answer.text() == "hello"
        for reader, _ in silent[:17]:
            assert await reader.read() == b""
        assert not silent[-1][0].at_eof()
        for _, writer in silent:
            writer.close()


async def test_who_is_answered_is_not_the_one_that_has_waited_longest() -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    async with served(Connections(most=2)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        silent, silent_writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(request)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        third, third_writer = await asyncio.open_connection("127.0.0.1", port)
        assert await silent.read() == b""
        writer.write(request)
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        for each in (writer, silent_writer, third_writer):
            each.close()
        del third


async def test_a_request_that_never_ends_is_given_up() -> None:
    async with served(Connections(seconds=0.1)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
        assert await reader.read() == b""
        writer.close()
