"""Telling the operator what the log alone might not make heard."""

from dataclasses import dataclass

import structlog

from bot.clock import WallClock
from delivery.chats import ChatKind
from delivery.outbox import ClaimedMessage, Lane, NewMessage
from messages import operator_reports
from messages.content import Content
from messages.words import Words
from petitions.follows import Place
from storage.storage import Storage

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class OperatorReports:
    """Queues reports for the operator's chat, if there is one.

    A report that is refused is not reported again, and a loop is reported once until it has recovered.
    """

    storage: Storage
    wall_clock: WallClock
    telegram_chat: int | None

    async def rejected(self, message: ClaimedMessage, reason: str) -> None:
        """A message will never be sent."""
        if message.telegram_chat != self.telegram_chat:
            await self._queue(operator_reports.rejected(Words(), message=message.id, reason=reason))

    async def crashed(self, loop: str, in_a_row: int) -> None:
        """A loop has raised."""
        if in_a_row == 1:
            await self._queue(operator_reports.crashed(Words(), loop=loop))

    async def _queue(self, content: Content) -> None:
        if self.telegram_chat is None:
            return
        now = self.wall_clock()
        kind = ChatKind.PRIVATE if self.telegram_chat > 0 else ChatKind.SUPERGROUP
        chat = await self.storage.chats.find(self.telegram_chat) or await self.storage.chats.ensure(
            self.telegram_chat, kind, now
        )
        await self.storage.messages.queue(
            NewMessage(place=Place(chat=chat.id), lane=Lane.REPLY, content=content, due_at=now)
        )
