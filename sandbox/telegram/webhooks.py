"""Delivery of updates to the bot's webhook: in order, again and again until it says 200."""

import asyncio
from collections.abc import Callable

import aiohttp

from sandbox.telegram.errors import Json
from sandbox.telegram.updates import UpdateQueue

FIRST_RETRY = 1.0
"""Seconds to wait after a second failure, doubled each time."""

_SLOWEST_RETRY = 60.0
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)


class Webhook:
    """Where updates go instead of waiting for `getUpdates`; an empty `url` is none. Updates are posted one by one.

    `timestamp` dates what went wrong last, `changed` is called after it.
    """

    def __init__(self, updates: UpdateQueue, timestamp: Callable[[], int], changed: Callable[[], None]) -> None:
        self.url = ""
        self.secret_token = ""
        self.last_error: tuple[int, str] | None = None
        self._updates = updates
        self._timestamp = timestamp
        self._changed = changed
        self._set_anew = asyncio.Event()

    def set(self, url: str, secret_token: str = "") -> None:
        """Deliver there from now on."""
        self.url, self.secret_token = url, secret_token
        self.last_error = None
        self._set_anew.set()

    async def deliver(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session:
            failures = 0
            while True:
                while not self.url:
                    self._set_anew.clear()
                    await self._set_anew.wait()
                update = await self._updates.wait_for_first()
                if not self.url:
                    continue
                self._set_anew.clear()
                problem = await self._post(session, update)
                if problem is None:
                    failures = 0
                    self._updates.confirm(update["update_id"] + 1)
                elif not self._set_anew.is_set():
                    self.last_error = self._timestamp(), problem
                    self._changed()
                    backoff = FIRST_RETRY * 2 ** (failures - 1) if failures else 0.0
                    failures += 1
                    await self._pause(min(_SLOWEST_RETRY, backoff))

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until the webhook is set anew."""
        try:
            async with asyncio.timeout(seconds):
                await self._set_anew.wait()
        except TimeoutError:
            pass

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str | None:
        """What went wrong; None when the update was taken."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret_token} if self.secret_token else {}
        try:
            async with session.post(self.url, json=update, headers=headers) as response:
                await response.read()
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except aiohttp.ClientError:
            return "Webhook connection closed"
        return None if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
