"""The chats, and the topics of forums that are closed to the bot."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import Chat, ChatKind, ChatState
from petitions.follows import ChatId, Place
from storage.columns import AnyRow
from storage.conflicts import insert
from storage.database import Database
from storage.export import export_chat
from storage.merging import move_chat
from storage.reach import hold
from storage.schema import WAITING, chats, closed_topics, is_state, updates
from storage.updates import chat_keys

_FIND = select(chats).where(chats.c.telegram_id == bindparam("telegram"))
_INSERT = insert(chats).on_conflict_do_nothing(index_elements=[chats.c.telegram_id])
_SET_KIND = update(chats).where(chats.c.id == bindparam("chat")).values(kind=bindparam("new_kind"))
_SUSPEND = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), is_state(chats.c.state, ChatState.ACTIVE))
    .values(state=ChatState.SUSPENDED, suspended_at=bindparam("now"), reason=bindparam("why"))
)
_RESTORE = (
    update(chats).where(chats.c.id == bindparam("chat")).values(state=ChatState.ACTIVE, suspended_at=None, reason=None)
)
_REOPEN_TOPICS = delete(closed_topics).where(closed_topics.c.chat_id == bindparam("chat"))
_CLOSED_TOPIC = select(closed_topics.c.thread).where(
    closed_topics.c.chat_id == bindparam("chat"), closed_topics.c.thread == bindparam("topic")
)
_REOPEN_TOPIC = delete(closed_topics).where(
    closed_topics.c.chat_id == bindparam("chat"), closed_topics.c.thread == bindparam("topic")
)
_CLOSE_TOPIC = insert(closed_topics).on_conflict_do_nothing(
    index_elements=[closed_topics.c.chat_id, closed_topics.c.thread]
)
_DELETE = delete(chats).where(chats.c.id == bindparam("chat"))
_FORGET_UPDATES = (
    # The ids stay for a while: Telegram may deliver an update a second time.
    update(updates)
    .where(WAITING, updates.c.chat_key.in_(bindparam("keys", expanding=True)))
    .values(chat_key=None, body=None, handled_at=updates.c.received_at)
)


class ChatStore:
    """The chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, telegram_id: int, kind: ChatKind, now: datetime) -> Chat:
        chat = await self.find(telegram_id)
        if chat is not None and chat.state is ChatState.ACTIVE and chat.kind is kind:
            return chat  # the usual case needs no writing
        async with self._database.write() as connection:
            new = {"telegram_id": telegram_id, "kind": kind, "state": ChatState.ACTIVE, "since": now}
            await connection.execute(_INSERT, new)
            chat = await _known(connection, telegram_id)
            if chat.kind is not kind:
                await connection.execute(_SET_KIND, {"chat": chat.id, "new_kind": kind})
            if chat.state is ChatState.SUSPENDED:
                await restore_chat(connection, chat.id)
            return await _known(connection, telegram_id)

    async def find(self, telegram_id: int) -> Chat | None:
        async with self._database.read() as connection:
            return await _find(connection, telegram_id)

    async def suspend(self, telegram_id: int, reason: str, now: datetime) -> bool:
        async with self._database.write() as connection:
            chat = await _find(connection, telegram_id)
            if chat is not None:
                await suspend_chat(connection, chat.id, reason, now)
        return chat is not None

    async def restore(self, telegram_id: int, now: datetime) -> bool:
        """Resume with a chat that is back, its topics included; false when it was not suspended."""
        async with self._database.write() as connection:
            chat = await _find(connection, telegram_id)
            if chat is None or chat.state is not ChatState.SUSPENDED:
                return False
            await restore_chat(connection, chat.id)
        return True

    async def reopen_topic(self, place: Place) -> bool:
        key = {"chat": place.chat, "topic": place.thread}
        async with self._database.read() as connection:
            if (await connection.execute(_CLOSED_TOPIC, key)).first() is None:
                return False  # the usual case needs no writing
        async with self._database.write() as connection:
            await reopen_topic(connection, place)
        return True

    async def migrate(self, old_telegram_id: int, new_telegram_id: int, now: datetime) -> bool:
        """Give a group its new Telegram id; false when the old id is not known."""
        async with self._database.write() as connection:
            chat = await _find(connection, old_telegram_id)
            if chat is not None:
                await move_chat(connection, chat.id, new_telegram_id)
        return chat is not None

    async def forget(self, telegram_id: int) -> bool:
        """Delete the chat and all that hangs on it; of updates only their ids stay for a while."""
        async with self._database.write() as connection:
            forgotten = await connection.execute(_FORGET_UPDATES, {"keys": chat_keys(telegram_id)})
            chat = await _find(connection, telegram_id)
            if chat is not None:
                await connection.execute(_DELETE, {"chat": chat.id})
        return chat is not None or forgotten.rowcount > 0

    async def export(self, telegram_id: int) -> dict[str, object] | None:
        async with self._database.read() as connection:
            return await export_chat(connection, telegram_id)


async def suspend_chat(connection: AsyncConnection, chat: ChatId, reason: str, now: datetime) -> None:
    """Hold everything for the chat; a chat that is suspended already keeps its first moment and reason."""
    if (await connection.execute(_SUSPEND, {"chat": chat, "why": reason, "now": now})).rowcount:
        await hold(connection, chat)


async def restore_chat(connection: AsyncConnection, chat: ChatId) -> None:
    """Let everything for the chat and its topics go out again."""
    await connection.execute(_RESTORE, {"chat": chat})
    await connection.execute(_REOPEN_TOPICS, {"chat": chat})
    await hold(connection, chat)


async def close_topic(connection: AsyncConnection, place: Place, reason: str, now: datetime) -> None:
    """Hold everything for one topic."""
    values = {"chat_id": place.chat, "thread": place.thread, "since": now, "reason": reason}
    await connection.execute(_CLOSE_TOPIC, values)
    await hold(connection, place.chat)


async def reopen_topic(connection: AsyncConnection, place: Place) -> None:
    """Let what is held for one topic go out again, unless its chat is suspended."""
    if (await connection.execute(_REOPEN_TOPIC, {"chat": place.chat, "topic": place.thread})).rowcount:
        await hold(connection, place.chat)


async def _find(connection: AsyncConnection, telegram_id: int) -> Chat | None:
    row = (await connection.execute(_FIND, {"telegram": telegram_id})).one_or_none()
    return None if row is None else _chat(row)


async def _known(connection: AsyncConnection, telegram_id: int) -> Chat:
    return _chat((await connection.execute(_FIND, {"telegram": telegram_id})).one())


def _chat(row: AnyRow) -> Chat:
    return Chat(
        id=ChatId(row.id),
        telegram_id=row.telegram_id,
        kind=ChatKind(row.kind),
        state=ChatState(row.state),
        since=row.since,
        language=row.language,
    )
