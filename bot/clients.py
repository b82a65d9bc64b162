"""The clients of what is outside: one for each petition site, and one for the Bot API."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.clock import Monotonic
from bot.raw_updates import RawUpdate, read_updates
from bot.request import AiohttpRequest
from bot.settings import Settings
from petitions.petition import Site
from services.ports import SiteClient
from sites.http import SiteHttp
from sites.uk import UkSite

VERSION = "0.1.0"

CLIENTS: Mapping[Site, Callable[[SiteHttp], SiteClient]] = {Site.UK: UkSite}
"""The legislatures that are built. A new one takes its two files in `sites/`, a line here and its address's setting."""


def open_sites(settings: Settings, session: aiohttp.ClientSession, monotonic: Monotonic) -> Mapping[Site, SiteClient]:
    """Return a client for every site that is watched; each has a budget of its own."""
    return {
        site: CLIENTS[site](SiteHttp(session, url, settings.site_requests_per_second, monotonic))
        for site, url in settings.site_urls.items()
    }


class UpdatesRequest(AiohttpRequest):
    """The back end of `getUpdates`: reads updates one by one."""

    __slots__ = ()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; what of it is updates is read as far as possible."""
        updates = read_updates(payload)
        return AiohttpRequest.parse_json_payload(payload) if updates is None else {"result": updates}


class TelegramBot(ExtBot[Any]):
    """The Bot API client, knowing its connection pools."""

    @property
    def requests(self) -> tuple[BaseRequest, BaseRequest]:
        """Return the pools: one for long polling, one for everything else."""
        return self._request

    async def updates(self, parameters: Mapping[str, object], *, read_timeout: float) -> list[RawUpdate]:
        """Call `getUpdates` and return the updates as Telegram wrote them, as far as they can be read.

        The library's own method makes objects of them, which forget what they do not know; and its `do_api_request`
        would write the method's name in another way than Telegram does and take a refused token for a missing method.
        """
        request_data = RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])
        try:
            found: object = await self.requests[0].post(
                f"{self.base_url}/getUpdates", request_data=request_data, read_timeout=read_timeout
            )
        except KeyError:
            found = False
        if not isinstance(found, list):
            raise TelegramError("The answer holds no updates")
        return found


def telegram_bot(settings: Settings, *, rate_limiter: BaseRateLimiter[int] | None) -> TelegramBot:
    """Return the Bot API client, not initialised yet."""
    return TelegramBot(
        token=settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=UpdatesRequest(),
        rate_limiter=rate_limiter,
    )


@asynccontextmanager
async def open_bot(settings: Settings, *, rate_limiter: BaseRateLimiter[int] | None) -> AsyncIterator[TelegramBot]:
    """Hold the Bot API client with its connection pools open."""
    bot = telegram_bot(settings, rate_limiter=rate_limiter)
    for request in bot.requests:
        await request.initialize()
    try:
        yield bot
    finally:
        await bot.shutdown()  # which does nothing if the bot was never initialised
        for request in bot.requests:
            await request.shutdown()
