"""Handling stored updates: in order within a chat, in parallel across chats, forgotten once handled."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from bot.clock import WallClock
from bot.loops import WakeEvent
from bot.metrics import UPDATES
from storage.updates import StoredUpdate, UpdateStore

log = structlog.get_logger(__name__)

CHATS_AT_ONCE = 64
IN_HAND = 1_000
IDLE_SECONDS = 1.0
ATTEMPTS = 3
"""An update that was begun so often without an end has killed the process each time: it is given up."""

Handle = Callable[[dict[str, object]], Awaitable[None]]


class Inbox:
    """Takes updates from the store and hands them to `handle`, one worker a chat."""

    def __init__(
        self,
        *,
        updates: UpdateStore,
        handle: Handle,
        wall_clock: WallClock,
        wake: WakeEvent,
        begin: asyncio.Event,
    ) -> None:
        """Take the store, what handles an update, and the event that is set when there is something new.

        Nothing is handled before `begin` is set: answers need a Telegram that is there.
        """
        self._updates = updates
        self._handle = handle
        self._wall_clock = wall_clock
        self._wake = wake
        self._begin = begin
        self._places = asyncio.Semaphore(CHATS_AT_ONCE)
        self._waiting: dict[str, deque[StoredUpdate]] = defaultdict(deque)
        self._in_hand: set[int] = set()
        self._last = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates until `stop`; what is being handled then is finished first."""
        async with asyncio.TaskGroup() as workers:
            while not stop.is_set():
                if not self._begin.is_set() or not await self._take(workers):
                    await self._wake.wait(IDLE_SECONDS, stop)
            self._waiting.clear()

    async def _take(self, workers: asyncio.TaskGroup) -> bool:
        """Take what waits into hand; false when there was nothing new."""
        found = await self._read(IN_HAND - len(self._in_hand))
        for update in found:
            self._last = update.id
            self._in_hand.add(update.id)
            queue = self._waiting[update.chat_key]
            queue.append(update)
            if len(queue) == 1:
                workers.create_task(self._serve(update.chat_key))
        return bool(found)

    async def _read(self, room: int) -> Sequence[StoredUpdate]:
        try:
            return await self._updates.waiting(room, after=self._last) if room > 0 else ()
        except Exception:
            log.exception("inbox.unreadable")
            return ()

    async def _serve(self, chat: str) -> None:
        """Handle the updates of one chat in the order of their arrival."""
        async with self._places:
            while queue := self._waiting.get(chat):
                update = queue[0]
                await self._finish(update)
                self._in_hand.discard(update.id)
                with suppress(IndexError):
                    queue.popleft()
            self._waiting.pop(chat, None)

    async def _finish(self, update: StoredUpdate) -> None:
        try:
            if update.attempts < ATTEMPTS:
                await self._updates.attempted(update.id)
                await self._handle(json.loads(update.body))
                UPDATES.labels("handled").inc()
            else:
                UPDATES.labels("failed").inc()
                log.error("update.given_up", update_id=update.update_id, attempts=update.attempts)
        except Exception:
            UPDATES.labels("failed").inc()
            log.exception("update.failed", update_id=update.update_id)
        try:
            await self._updates.handled(update.id, self._wall_clock())
        except Exception:
            log.exception("update.not_forgotten", update_id=update.update_id)
