"""Updates for the bot: numbered, kept until confirmed, handed out to one poller or to a webhook."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

from sandbox.telegram.errors import Json, bad_request, conflict

UPDATE_KINDS = frozenset(
    "message edited_message channel_post edited_channel_post inline_query chosen_inline_result callback_query "
    "my_chat_member chat_member message_reaction message_reaction_count".split()
)
# What a bot gets that never said what it wants.
DEFAULT_KINDS = UPDATE_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
_FUTURE = 10
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """The updates that the bot has not confirmed yet, oldest first; `changed` is called when that is different."""

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self.next_id = first_id
        self.allowed = DEFAULT_KINDS
        self._pending: deque[Json] = deque()
        self._changed = changed
        self._poller: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def is_polled(self) -> bool:
        """Whether a poll is waiting for the next update."""
        return self._poller is not None

    def add(self, kind: str, content: Json) -> None:
        """Queue an update, unless the bot does not want this kind."""
        if kind not in self.allowed:
            return
        self._pending.append({"update_id": self.next_id, kind: content})
        self.next_id += 1
        self._arrived.set()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self._changed()

    def allow(self, kinds: list[str]) -> None:
        """Choose the kinds of updates from now on; an empty list means the default ones."""
        self.allowed = frozenset(kinds) & UPDATE_KINDS if kinds else DEFAULT_KINDS

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps only that many of the newest.

        An offset from far in the future is one from before the numbers restarted, and confirms nothing.
        """
        pending = self._pending
        if offset < 0:
            while len(pending) > -offset:
                pending.popleft()
        elif offset <= self.next_id + _FUTURE:
            while pending and pending[0]["update_id"] < offset:
                pending.popleft()
        self._changed()

    def drop(self) -> None:
        """Forget all pending updates."""
        self._pending.clear()

    def renumber(self, next_id: int) -> None:
        """Go on from another number, as Telegram does at random after a quiet week."""
        if self._pending:
            raise ValueError("updates are pending: Telegram renumbers only a quiet bot")
        self.next_id = next_id

    def first(self) -> Json | None:
        """The oldest pending update."""
        return self._pending[0] if self._pending else None

    async def poll(self, *, offset: int | None, limit: int, timeout: float) -> list[Json]:
        """Up to `limit` updates, waiting up to `timeout` seconds for the first. An older one gets 409."""
        self.end_poll(_OTHER_POLLER)
        if offset is not None:
            self.confirm(offset)
        if not self._pending and timeout > 0:
            await self._wait(timeout)
        return list(islice(self._pending, limit))

    async def _wait(self, timeout: float) -> None:
        poller = asyncio.get_running_loop().create_future()
        self._poller = poller
        self._changed()
        try:
            async with asyncio.timeout(timeout):
                await poller
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def end_poll(self, reason: str | None = None) -> None:
        """End the poll that is waiting: with a 409 for that reason, or with an empty answer."""
        poller, self._poller = self._poller, None
        if poller is None or poller.done():
            return
        if reason is None:
            poller.set_result(None)
        else:
            poller.set_exception(conflict(reason))

    async def wait_for_first(self) -> Json:
        """The oldest pending update, as soon as there is one."""
        while not self._pending:
            self._arrived.clear()
            await self._arrived.wait()
        return self._pending[0]


def poll_limits(limit: int | None, timeout: int | None) -> tuple[int, float]:
    """The numbers that Telegram accepts for `limit` and `timeout`, others brought into range."""
    if timeout is not None and timeout < 0:
        raise bad_request("timeout must be non-negative")
    return (limit if limit is not None and 1 <= limit <= 100 else 100), float(min(timeout or 0, 50))
