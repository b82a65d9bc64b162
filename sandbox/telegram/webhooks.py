"""Delivery of updates to the bot's webhook: in order, again and again until it says 200."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from sandbox.telegram.errors import Json
from sandbox.telegram.updates import UpdateQueue

_SLOWEST_RETRY = 60.0
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)


@dataclass(slots=True)
class Webhook:
    """Where updates go instead of waiting for `getUpdates`; an empty `url` is none."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error: tuple[int, str] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def set(self, url: str, secret_token: str, max_connections: int) -> None:
        """Deliver there from now on."""
        self.url, self.secret_token, self.max_connections = url, secret_token, max_connections
        self.last_error = None
        self.changed.set()


class WebhookDelivery:
    """Posts pending updates one by one; `first_retry` is the wait after a second failure, doubled each time."""

    def __init__(
        self, webhook: Webhook, updates: UpdateQueue, *, first_retry: float, changed: Callable[[], None]
    ) -> None:
        self._webhook = webhook
        self._updates = updates
        self._first_retry = first_retry
        self._changed = changed

    async def run(self, timestamp: Callable[[], int]) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session:
            while True:
                await self._wait_for_webhook()
                update = await self._updates.wait_for_first()
                if self._webhook.url:
                    await self._deliver(session, update, timestamp)

    async def _wait_for_webhook(self) -> None:
        while not self._webhook.url:
            self._webhook.changed.clear()
            await self._webhook.changed.wait()

    async def _deliver(self, session: aiohttp.ClientSession, update: Json, timestamp: Callable[[], int]) -> None:
        """Post one update until it is taken or the webhook is another one."""
        url, failures = self._webhook.url, 0
        while self._webhook.url == url and self._updates.first() is update:
            problem, retry_after = await self._post(session, update)
            if problem is None:
                self._updates.confirm(update["update_id"] + 1)
                return
            self._webhook.last_error = timestamp(), problem
            self._changed()
            failures += 1
            backoff = 0.0 if failures == 1 else min(_SLOWEST_RETRY, self._first_retry * 2 ** (failures - 2))
            await self._pause(max(backoff, retry_after))

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until the webhook is set anew."""
        self._webhook.changed.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._webhook.changed.wait()
        except TimeoutError:
            pass

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> tuple[str | None, float]:
        """What went wrong (None: the update was taken), and how long the bot asked to be left alone."""
        headers = {}
        if self._webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._webhook.secret_token
        try:
            async with session.post(self._webhook.url, json=update, headers=headers) as response:
                await response.read()
        except TimeoutError:
            return "Read timeout expired", 0.0
        except aiohttp.ClientConnectorError:
            return "Connection refused", 0.0
        except aiohttp.ClientError:
            return "Webhook connection closed", 0.0
        if response.ok:
            return None, 0.0
        wait = response.headers.get("Retry-After", "")
        problem = f"Wrong response from the webhook: {response.status} {response.reason}"
        return problem, float(wait) if wait.isdecimal() else 0.0
