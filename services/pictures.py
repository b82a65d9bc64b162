"""Pictures of messages: drawn when one is about to leave, uploaded once, and done without where that fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from cachetools import LRUCache, TTLCache

from messages.charts import Drawing
from services.ports import Drawer, NotDrawnError, PictureStore

log = structlog.get_logger(__name__)

READY_SECONDS = 10.0
"""How long a message waits for its picture, with those that are drawn before it."""

UPLOAD_SECONDS = 2.0
"""How long a message waits while another one brings the same picture to Telegram."""

FAILED_SECONDS = 600.0
"""How long a picture that could not be drawn is not tried again."""

MOST_UPLOADED = 2_000
MOST_DRAWN = 16
MOST_FAILED = 1_000
"""How many pictures are remembered: by their ids in Telegram, until they are uploaded, and as failed."""


class Pictures:
    """Pictures by their keys. `now` returns aware UTC datetimes, `monotonic` seconds."""

    def __init__(
        self,
        *,
        pictures: PictureStore,
        drawer: Drawer,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._pictures = pictures
        self._drawer = drawer
        self._now = now
        self._uploaded: LRUCache[str, str] = LRUCache(MOST_UPLOADED)
        self._drawn: LRUCache[str, bytes] = LRUCache(MOST_DRAWN)
        self._failed: TTLCache[str, None] = TTLCache(MOST_FAILED, FAILED_SECONDS, monotonic)
        self._first: dict[str, asyncio.Future[None]] = {}
        self._preparing: dict[str, asyncio.Task[None]] = {}
        self._remembering: dict[str, asyncio.Task[None]] = {}
        self._turns: LRUCache[str, asyncio.Lock] = LRUCache(MOST_UPLOADED)

    async def keep(self, drawing: Drawing) -> str:
        """Remember what is to be drawn, and return the key by which messages carry it."""
        return await self._pictures.keep(drawing, self._now())

    def begin(self, key: str) -> asyncio.Future[None] | None:
        """Begin to draw a picture, unless Telegram has it; return what ends with that, `None` when it has ended."""
        if not key or key in self._uploaded or key in self._drawn or key in self._failed:
            return None
        task = self._preparing.get(key)
        if task is None:
            task = self._preparing[key] = asyncio.create_task(self._prepare(key))
            task.add_done_callback(lambda _: self._preparing.pop(key))
        return task

    def prepare(self, key: str) -> asyncio.Future[None] | None:
        """Return what a message with that picture waits for before it asks for a turn to be sent, `None` for nothing.

        That is the drawing, and for all but the first message that the first one has brought it to Telegram.
        """
        if not key or key in self._uploaded or key in self._failed:
            return None
        if key in self._first:
            return self._first[key]
        loop = asyncio.get_running_loop()
        self._first[key] = loop.create_future()
        loop.call_later(READY_SECONDS, self._first_has_ended, key, self._first[key])
        return self.begin(key)

    @asynccontextmanager
    async def in_turn(self, key: str) -> AsyncIterator[str | bytes | None]:
        """Give what a picture can be sent by, `None` when the message has to do without it.

        That is Telegram's id of it, or the PNG, which nobody else uploads before the block ends.
        """
        if (drawing := self.begin(key)) is not None:
            await asyncio.wait([drawing])
        if key in self._uploaded or key not in self._drawn:
            yield self._uploaded.get(key)
            return
        turn = self._turns.setdefault(key, asyncio.Lock())
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                await turn.acquire()
        except TimeoutError:
            yield None
            return
        try:
            yield self._uploaded.get(key) or self._drawn.get(key)
        finally:
            turn.release()
            self._first_has_ended(key)

    def uploaded(self, key: str, file_id: str | None) -> None:
        """Remember what Telegram calls a picture; `None`: it has not said."""
        if file_id is not None:
            self._uploaded[key] = file_id
            self._drawn.pop(key, None)
            self._remember(key, file_id)

    def refused(self, key: str, file_id: str) -> None:
        """Forget what Telegram does not know any more."""
        if self._uploaded.get(key) == file_id:
            del self._uploaded[key]
            self._remember(key, None)

    async def close(self) -> None:
        """Draw nothing more."""
        for task in self._preparing.values():
            task.cancel()
        await asyncio.gather(*self._preparing.values(), *self._remembering.values(), return_exceptions=True)

    def _remember(self, key: str, file_id: str | None) -> None:
        """Store it behind the back of the message that taught it: that must not fail or wait for its picture's sake."""
        self._remembering[key] = asyncio.create_task(self._store(key, file_id, after=self._remembering.get(key)))

    async def _store(self, key: str, file_id: str | None, *, after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait([after])  # the last word is the one that stays
        try:
            await self._pictures.uploaded(key, file_id)
        except Exception:
            log.exception("picture.not_remembered", picture=key)
        if self._remembering.get(key) is asyncio.current_task():
            del self._remembering[key]

    async def _prepare(self, key: str) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                if (remembering := self._remembering.get(key)) is not None:
                    await asyncio.wait([remembering])  # or an id that Telegram has just refused would be found
                kept = await self._pictures.find(key)
                if kept is not None and kept.file_id is not None:
                    self._uploaded[key] = kept.file_id
                elif kept is not None:
                    self._drawn[key] = await self._drawer.draw(kept.drawing)
        except (NotDrawnError, TimeoutError) as error:
            log.warning("picture.not_drawn", picture=key, reason=str(error) or type(error).__name__)
        except Exception:
            log.exception("picture.failed", picture=key)
        if key not in self._uploaded and key not in self._drawn:
            self._failed[key] = None
        if key not in self._drawn:
            self._first_has_ended(key)

    def _first_has_ended(self, key: str, first: asyncio.Future[None] | None = None) -> None:
        """Let the others go on: the picture is there or is not, or the first message is not heard of any more."""
        if first is None or self._first.get(key) is first:
            ended = self._first.pop(key, None)
            if ended is not None:
                ended.set_result(None)
