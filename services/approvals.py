"""Posts of channels that wait for the word of those who look after the channel wait no longer than two days."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from messages.content import Content
from services.ports import ApprovalStore

WAITS = timedelta(hours=48)
"""How long a post waits for a word."""

log = structlog.get_logger(__name__)


class ApprovalExpiry:
    """Ends the wait of posts. `notice` says of a channel (a Telegram id) how many were not posted."""

    def __init__(self, *, store: ApprovalStore, notice: Callable[[int, int], Content]) -> None:
        self._store = store
        self._notice = notice

    async def step(self, now: datetime) -> bool:
        """End what has waited too long, and say so to those who look after the channel."""
        before = now - WAITS
        for channel, telegram_chat, posts in await self._store.overdue(before):
            await self._store.expire(channel, before, now, self._notice(telegram_chat, posts))
            log.info("approvals.expired", chat_id=channel, posts=posts)
        return False
