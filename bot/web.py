"""The web endpoints: health, metrics, and the webhook when there is one."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.health import Condition, Examine
from bot.raw_updates import RawUpdate, read_update

WEBHOOK_HEADER = "X-Telegram-Bot-Api-Secret-Token"
WEBHOOK_PATH = "/telegram"
LARGEST_UPDATE = 1024 * 1024

Receive = Callable[[RawUpdate], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where updates are posted to: `receive` returns once an update is safely stored."""

    secret: str
    receive: Receive


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The handlers of the endpoints."""

    examine: Examine
    webhook: Webhook | None

    def application(self) -> web.Application:
        """Return them as an application."""
        application = web.Application(client_max_size=LARGEST_UPDATE)
        application.router.add_get("/healthz", self.healthz)
        application.router.add_get("/readyz", self.readyz)
        application.router.add_get("/metrics", self.metrics)
        if self.webhook is not None:
            application.router.add_post(WEBHOOK_PATH, self.post_update)
        return application

    async def healthz(self, _request: web.Request) -> web.Response:
        """Answer 200 unless restarting the process might help."""
        report = self.examine()
        return web.json_response(report.as_json(), status=503 if report.condition is Condition.FAILING else 200)

    async def readyz(self, _request: web.Request) -> web.Response:
        """Answer 200 when the bot works and hears what people write."""
        report = self.examine()
        return web.json_response(report.as_json(), status=200 if report.ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Answer Prometheus."""
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def post_update(self, request: web.Request) -> web.Response:
        """Store an update, then say 200; anything else makes Telegram send it again."""
        webhook = self.webhook
        if webhook is None:
            return web.Response(status=404)
        given = request.headers.get(WEBHOOK_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), webhook.secret.encode()):
            return web.Response(status=403)
        update = read_update(await request.read())
        if update is None:
            return web.Response(status=400)
        await webhook.receive(update)
        return web.Response()
