"""Who looks after which channel from their private chat."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from delivery.chats import Chat
from petitions.follows import ChatId
from storage.chats import read_chat
from storage.conflicts import insert
from storage.database import Database
from storage.schema import channel_links, chats

_LINK = insert(channel_links).on_conflict_do_nothing()
_UNLINK = delete(channel_links).where(
    channel_links.c.chat_id == bindparam("chat"), channel_links.c.person == bindparam("of_person")
)
_LINKED = (
    select(chats)
    .join_from(chats, channel_links, channel_links.c.chat_id == chats.c.id)
    .where(channel_links.c.person == bindparam("of_person"))
    .order_by(chats.c.id)
)


class ChannelStore:
    """Links between people and channels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def link(self, channel: ChatId, person: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(_LINK, {"chat_id": channel, "person": person})

    async def unlink(self, channel: ChatId, person: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(_UNLINK, {"chat": channel, "of_person": person})

    async def linked(self, person: int) -> Sequence[Chat]:
        rows = (await self._database.query(_LINKED, {"of_person": person})).all()
        return tuple(read_chat(row) for row in rows)
