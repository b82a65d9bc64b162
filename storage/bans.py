"""Chats and people that are sent nothing and answered nothing because an operator says so."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from petitions.follows import ChatId
from storage.conflicts import insert
from storage.database import Database
from storage.reach import hold
from storage.schema import bans, chats

_ALL = select(bans)
_BAN = insert(bans)
_BAN_AGAIN = _BAN.on_conflict_do_update(index_elements=[bans.c.telegram_id], set_={"reason": _BAN.excluded.reason})
_UNBAN = delete(bans).where(bans.c.telegram_id == bindparam("telegram"))
_CHAT = select(chats.c.id).where(chats.c.telegram_id == bindparam("telegram"))


class BanStore:
    """The bans, by Telegram id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[int, datetime]:
        return {row.telegram_id: row.since for row in await self._database.query(_ALL)}

    async def ban(self, telegram_id: int, reason: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(_BAN_AGAIN, {"telegram_id": telegram_id, "since": now, "reason": reason})
            await _hold(connection, telegram_id)

    async def unban(self, telegram_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(_UNBAN, {"telegram": telegram_id})
            await _hold(connection, telegram_id)


async def _hold(connection: AsyncConnection, telegram_id: int) -> None:
    """Hold what waits for the chat, or let it go out again; a chat that is not known has nothing."""
    chat = (await connection.execute(_CHAT, {"telegram": telegram_id})).scalar_one_or_none()
    if chat is not None:
        await hold(connection, ChatId(chat))
