"""Silent and slow clients of the web port use nothing up that others need."""

import asyncio

from aiohttp import ClientSession, web

from bot.web_server import served


def application() -> web.Application:
    """A web server's endpoint that says what it was told."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=(await request.read()).decode())

    endpoints = web.Application()
    endpoints.router.add_route("*", "/", answer)
    return endpoints


async def test_of_too_many_connections_the_one_that_has_waited_longest_is_closed() -> None:
    async with served(application(), "127.0.0.1", 0, most=3) as port:
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
    async with served(application(), "127.0.0.1", 0, most=2) as port:
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
    async with served(application(), "127.0.0.1", 0, seconds=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel")
        assert await reader.read() == b""
        writer.close()
