"""Handling stored updates: in order within a chat, in parallel across chats, forgotten once handled."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.clock import WallClock
from bot.loops import WakeEvent, calling
from bot.metrics import INBOX, UPDATES
from storage.updates import UpdateStore, WaitingUpdate

log = structlog.get_logger(__name__)

PLACES = 64
"""Updates that are begun at once, of as many chats."""

PLACE_SECONDS = 0.25
"""An update that takes longer goes on without a place: people who wait for a slow site hold up nobody else."""

PAGE = 1_000
IDLE_SECONDS = 1.0
ATTEMPTS = 3
"""An update that was begun so often without an end has killed the process each time: it is given up."""

Handle = Callable[[dict[str, object]], Awaitable[None]]


class Inbox:
    """Takes updates from the store and hands them to `handle`, one at a time of each chat.

    Only their numbers are held in memory while they wait; how many those of one chat can be, the intake limits.
    """

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
        self._places = asyncio.Semaphore(PLACES)
        self._queues: dict[str, deque[int]] = defaultdict(deque)
        self._last = 0

    def waiting(self, chat_key: str) -> int:
        """Return how many updates of a chat are not handled yet."""
        return len(self._queues.get(chat_key, ()))

    def all_waiting(self) -> int:
        """Return how many updates are not handled yet."""
        return sum(map(len, self._queues.values()))

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates until `stop`; what is being handled then is finished first."""
        INBOX.set_function(self.all_waiting)
        async with asyncio.TaskGroup() as tasks, calling(self._wake.set, at=stop):
            while not stop.is_set():
                if not self._begin.is_set() or not await self._take(tasks, stop):
                    await self._wake.wait(IDLE_SECONDS)

    async def _take(self, tasks: asyncio.TaskGroup, stop: asyncio.Event) -> bool:
        """Take up what is new in the store; false when there was nothing."""
        found = await self._read()
        for update in found:
            self._last = update.id
            queue = self._queues[update.chat_key]
            queue.append(update.id)
            if len(queue) == 1:
                tasks.create_task(self._serve(update.chat_key, tasks, stop))
        return bool(found)

    async def _read(self) -> Sequence[WaitingUpdate]:
        try:
            return await self._updates.waiting(PAGE, after=self._last)
        except Exception:
            log.exception("inbox.unreadable")
            return ()

    async def _serve(self, chat: str, tasks: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        """Handle the updates of one chat in the order of their arrival; between two of them other chats have a turn."""
        queue = self._queues[chat]
        while queue and not stop.is_set():
            async with self._places:
                handling = tasks.create_task(self._finish(queue[0]))
                await asyncio.wait([handling], timeout=PLACE_SECONDS)
            await handling
            queue.popleft()
        if not queue:
            del self._queues[chat]

    async def _finish(self, update: int) -> None:
        """Handle an update and forget it; whatever goes wrong is logged."""
        try:
            begun = await self._updates.begin(update)
            if begun is None:
                return
            if begun.attempts <= ATTEMPTS:
                await self._handle(json.loads(begun.body))
                UPDATES.labels("handled").inc()
            else:
                UPDATES.labels("failed").inc()
                log.error("update.given_up", update_id=begun.update_id, attempts=begun.attempts)
        except Exception:
            UPDATES.labels("failed").inc()
            log.exception("update.failed", update=update)
        try:
            await self._updates.handled(update, self._wall_clock())
        except Exception:
            log.exception("update.not_forgotten", update=update)
