"""Chats that come, go, move and want to be forgotten."""

from collections.abc import Callable
from datetime import datetime

import structlog

from delivery.chats import Announcement, Chat, ChatKind, Limited, PostStyle
from messages.chat_profile import ChatProfile
from services.ports import ChatStore

log = structlog.get_logger(__name__)


class Chats:
    """What is remembered of the chats."""

    def __init__(self, *, chats: ChatStore, recall: Callable[[int], None]) -> None:
        """Take the store, and `recall`, which stops a sender that already holds messages to a chat (a Telegram id)."""
        self._chats = chats
        self._recall = recall

    async def arrived(self, telegram_id: int, kind: ChatKind, now: datetime, *, thread: int = 0) -> Chat:
        """Return the chat that has just spoken, remembering it first when it is new.

        It can be reached, and so can the topic it has spoken in: what was held for them goes out again.
        """
        return await self._chats.ensure(telegram_id, kind, now, thread=thread)

    async def find(self, telegram_id: int) -> Chat | None:
        """Return the chat if it is known."""
        return await self._chats.find(telegram_id)

    async def left(self, telegram_id: int, reason: str, now: datetime) -> None:
        """The chat has blocked or removed the bot: hold everything for it."""
        if await self._chats.suspend(telegram_id, reason, now):
            log.info("chat.suspended", telegram_chat=telegram_id, reason=reason)

    async def returned(self, telegram_id: int, now: datetime) -> None:
        """The chat can be reached again: give it back what was held."""
        if await self._chats.restore(telegram_id, now):
            log.info("chat.restored", telegram_chat=telegram_id)

    async def migrated(self, old_telegram_id: int, new_telegram_id: int, now: datetime) -> None:
        """A group has become a supergroup: it keeps everything under its new Telegram id."""
        if await self._chats.migrate(old_telegram_id, new_telegram_id, now):
            log.info("chat.migrated", old_telegram_chat=old_telegram_id, telegram_chat=new_telegram_id)

    async def set_style(self, telegram_id: int, style: PostStyle) -> None:
        """Remember how alerts are written in a channel."""
        await self._chats.set_style(telegram_id, style)

    async def let_members(self, telegram_id: int, *, allowed: bool) -> None:
        """Let the members of a group change what is followed, or only its admins."""
        await self._chats.let_members(telegram_id, allowed=allowed)

    async def decline(self, telegram_id: int, what: Announcement, *, declined: bool) -> None:
        """Remember that a chat wants no announcements of that sort, or wants them."""
        await self._chats.decline(telegram_id, what, declined=declined)

    async def set_limit(self, telegram_id: int, what: Limited, most: int | None) -> bool:
        """Let a chat have that many, `None`: as many as usual; false when it is not known."""
        return await self._chats.set_limit(telegram_id, what, most)

    async def profile(self, telegram_id: int) -> ChatProfile | None:
        """Return what is known of a chat without a text of any message; `None` when that is nothing."""
        return await self._chats.profile(telegram_id)

    async def export(self, telegram_id: int) -> dict[str, object] | None:
        """Return everything kept for the chat in a form that can be written as JSON; `None` when nothing is."""
        return await self._chats.export(telegram_id)

    async def forget(self, telegram_id: int) -> bool:
        """Delete everything kept for the chat; false when nothing was."""
        forgotten = await self._chats.forget(telegram_id)
        if forgotten:
            self._recall(telegram_id)
            log.info("chat.forgotten")
        return forgotten
