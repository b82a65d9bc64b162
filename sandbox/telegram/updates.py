"""Updates for the bot: numbered, kept until confirmed, handed out to one poller or to a webhook."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

from sandbox.telegram.errors import ApiError, Json, conflict

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
        self.pending: deque[Json] = deque()
        self._changed = changed
        self._poller: asyncio.Future[ApiError | None] | None = None
        self._arrived = asyncio.Event()

    @property
    def is_polled(self) -> bool:
        """Whether a poll is waiting for the next update."""
        return self._poller is not None

    def add(self, kind: str, content: Json) -> None:
        """Queue an update, unless the bot does not want this kind."""
        if kind not in self.allowed:
            return
        self.pending.append({"update_id": self.next_id, kind: content})
        self.next_id += 1
        self._arrived.set()
        self.end_poll()
        self._changed()

    def allow(self, kinds: list[str]) -> None:
        """Choose the kinds of updates from now on; an empty list means the default ones."""
        self.allowed = frozenset(kinds) & UPDATE_KINDS if kinds else DEFAULT_KINDS

    def confirm(self, offset: int) -> None:
        """Forget everything before `offset`; a negative one keeps only that many of the newest.

        An offset from far in the future is one from before the numbers restarted, and confirms nothing.
        """
        while self.pending and (
            len(self.pending) > -offset
            if offset < 0
            else self.pending[0]["update_id"] < offset <= self.next_id + _FUTURE
        ):
            self.pending.popleft()
        self._changed()

    async def poll(self, *, offset: int | None, limit: int, timeout: float) -> list[Json]:
        """Up to `limit` updates, waiting up to `timeout` seconds for the first. An older poll gets 409."""
        self.end_poll(conflict(_OTHER_POLLER))
        if offset is not None:
            self.confirm(offset)
        if not self.pending and timeout > 0:
            poller = self._poller = asyncio.get_running_loop().create_future()
            self._changed()
            try:
                await asyncio.wait([poller], timeout=timeout)
            finally:
                if self._poller is poller:
                    self._poller = None
            if poller.done() and (refusal := poller.result()) is not None:
                raise refusal
        return list(islice(self.pending, limit))

    def end_poll(self, refusal: ApiError | None = None) -> None:
        """End the poll that is waiting: with that refusal, or with the updates there are."""
        if self._poller is not None:
            self._poller.set_result(refusal)
            self._poller = None

    async def wait_for_first(self) -> Json:
        """The oldest pending update, as soon as there is one."""
        while not self.pending:
            self._arrived.clear()
            await self._arrived.wait()
        return self.pending[0]
