from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest

from sandbox.serving import serving
from sandbox.telegram.local import LocalTelegram


@dataclass(slots=True)
class Hook:
    """A bot's endpoint: answers with the given statuses, then 200, and remembers what came."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.texts.append(update["message"]["text"])
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    async with serving(app) as url:
        hook.url = f"{url}/hook"
        yield hook


async def delivered(telegram: LocalTelegram) -> None:
    await telegram.wait_for(lambda: len(telegram.updates.pending) == 0, timeout=30)


async def test_updates_are_posted_in_order_with_the_secret(telegram: LocalTelegram, bot: Bot, hook: Hook) -> None:
    ann = telegram.add_user("Ann")
    telegram.say(ann, ann, "before")
    await bot.set_webhook(hook.url, secret_token="s3cret_-")
    telegram.say(ann, ann, "after")
    await delivered(telegram)
    assert hook.texts == ["before", "after"]
    assert hook.secrets == ["s3cret_-", "s3cret_-"]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.last_error_message) == (hook.url, 0, None)


async def test_an_update_is_posted_until_it_is_taken(telegram: LocalTelegram, bot: Bot, hook: Hook) -> None:
    ann = telegram.add_user("Ann")
    hook.statuses = [503]
    await bot.set_webhook(hook.url)
    telegram.say(ann, ann, "first")
    telegram.say(ann, ann, "second")
    await delivered(telegram)
    assert hook.texts == ["first", "first", "second"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_that_refuses_connections_is_tried_again(telegram: LocalTelegram, bot: Bot, hook: Hook) -> None:
    ann = telegram.add_user("Ann")
    telegram.say(ann, ann, "patience")
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await telegram.wait_for(lambda: telegram.webhook.last_error, timeout=30)
    await bot.set_webhook(hook.url)
    await delivered(telegram)
    assert hook.texts == ["patience"]


async def test_a_strange_secret_or_address_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="no spaces")
    with pytest.raises(BadRequest, match="Bad webhook"):
        await bot.set_webhook("ftp://127.0.0.1")
