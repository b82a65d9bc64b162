"""Chats and people that operators have banned: who writes costs a look into memory, and nothing else."""

from collections.abc import Callable, Collection
from datetime import datetime

import structlog

from services.ports import BanStore

log = structlog.get_logger(__name__)


class Bans:
    """Who is banned, by Telegram id. Kept in memory too, because every update is asked about."""

    def __init__(self, *, bans: BanStore, recall: Callable[[int], None], never: Collection[int]) -> None:
        """`recall` stops a sender that holds messages to a chat; those of `never` can't be banned."""
        self._bans = bans
        self._recall = recall
        self._never = frozenset(never)
        self._banned: frozenset[int] = frozenset()

    async def load(self) -> None:
        """Read who is banned."""
        self._banned = frozenset(await self._bans.all())

    def include(self, *telegram_ids: int | None) -> bool:
        """Tell whether one of these is banned."""
        return not self._banned.isdisjoint(telegram_ids)

    def __len__(self) -> int:
        """Return how many are banned."""
        return len(self._banned)

    async def ban(self, telegram_id: int, reason: str, now: datetime) -> bool:
        """Send and answer nothing from now on, and hold what waits; false when that chat can't be banned."""
        if telegram_id in self._never:
            return False
        await self._bans.ban(telegram_id, reason, now)
        self._banned |= {telegram_id}
        self._recall(telegram_id)
        log.info("chat.banned", telegram_chat=telegram_id)
        return True

    async def unban(self, telegram_id: int) -> None:
        """Take a ban back, and let what was held go out."""
        await self._bans.unban(telegram_id)
        self._banned -= {telegram_id}
        log.info("chat.unbanned", telegram_chat=telegram_id)
