"""The sandbox as a process: petition site, local Telegram, page and bot together, over HTTP, until asked to stop."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import run
from bot.settings import Settings
from sandbox.page.application import Page
from sandbox.saved_state import DATABASE, save
from sandbox.serving import serving
from sandbox.telegram.local import serve
from sandbox.world import SAVED_AHEAD, TOKEN, SandboxWorld

PORTS_TRIED = 10
WATCH_SECONDS = 60.0
"""As on the real site, but of the sandbox's time: at the usual speed the bot looks as often as its budget lets it."""

SITE_REQUESTS_PER_SECOND = 12.0
"""Real seconds: enough to hear of everything within a second or two, and little work."""

ANSWERS_LAST = timedelta(hours=10)
"""In a channel: a minute at the usual speed."""

_LAST_OF_REGISTRATION = "setmyshortdescription"
_SAVE_EVERY = SAVED_AHEAD / 3


class NoFreePortError(Exception):
    """Nobody could open the page: every port that was tried is taken."""


async def run_sandbox(
    world: SandboxWorld, host: str, port: int, folder: Path, *, keep: bool, on_ready: Callable[[str], None]
) -> None:
    """Run until SIGINT or SIGTERM. Raises `NoFreePortError`, and whatever ends the bot.

    The page is served at `host` and `port`, or at a port after it if that is taken; port 0 is any free one. With `keep`
    the world is saved in `folder`; the bot's database is there in any case.
    `on_ready` is given the page's address once the bot listens.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def save_now(*, ahead: float = SAVED_AHEAD) -> None:
        if keep:
            save(folder, world.state(ahead=ahead))

    async with AsyncExitStack() as stack:
        site_url = await stack.enter_async_context(world.site.serve())
        telegram_url = await stack.enter_async_context(serve(world.telegram))
        page = Page(world=world, site_url=site_url, on_change=save_now)
        address = await _serve_page(stack, page, host, port)
        settings = Settings(
            telegram_bot_token=SecretStr(TOKEN),
            telegram_api_url=telegram_url,
            site_uk_url=site_url,
            database_url=f"sqlite:///{folder / DATABASE}",
            watch_seconds=WATCH_SECONDS,
            site_requests_per_second=SITE_REQUESTS_PER_SECOND,
            operator_ids=frozenset({world.chats.you.id}),
            http_port=0,
        )
        save_now()
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(_save_often(save_now)),
                tasks.create_task(_say_ready(world, address, on_ready)),
            ]
            try:
                await run(settings, wall_clock=world.clock.now, stop=stop, idle=0.25, answers_last=ANSWERS_LAST)
            finally:
                for task in beside:
                    task.cancel()
        world.clock.pause()
        save_now(ahead=0)


async def _say_ready(world: SandboxWorld, address: str, on_ready: Callable[[str], None]) -> None:
    telegram = world.telegram
    await telegram.wait_for(
        lambda: any(request.method.lower() == _LAST_OF_REGISTRATION for request in telegram.requests), None
    )
    on_ready(address)


async def _save_often(save_now: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(_SAVE_EVERY)
        save_now()


async def _serve_page(stack: AsyncExitStack, page: Page, host: str, port: int) -> str:
    """Serve it on the port, or on one of those after it if that is taken, and give what to type into a browser here."""
    ports = range(port, min(port + PORTS_TRIED, 65_536)) if port else range(1)
    try:
        address = await stack.enter_async_context(serving(page.application(host), host, ports))
    except OSError as error:
        tried = f"port {port}" if len(ports) == 1 else f"the ports {ports[0]} to {ports[-1]}"
        raise NoFreePortError(f"cannot listen on {tried} of {host}: {error.strerror or error}") from error
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
