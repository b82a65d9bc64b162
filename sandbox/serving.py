"""Serving an application over HTTP for as long as a context lasts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress

from aiohttp import web


@asynccontextmanager
async def serving(app: web.Application, host: str = "127.0.0.1", ports: Sequence[int] = (0,)) -> AsyncIterator[str]:
    """Serve on the first of `ports` that is free, and give the address, `http://host:port`; port 0 is any free one.

    Raises `OSError` when none is.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        for port in ports:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError:
                if port == ports[-1]:
                    raise
            else:
                break
        yield f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def beside(run: Callable[[], Coroutine[None, None, None]]) -> Callable[[web.Application], AsyncIterator[None]]:
    """For an application's `cleanup_ctx`: `run` goes on as long as it is served, and is cancelled then."""

    async def running(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return running
