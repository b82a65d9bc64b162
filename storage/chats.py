"""The chats, and the topics of forums that are closed to the bot."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, delete, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import Announcement, Chat, ChatKind, ChatState, Limited, PostStyle
from messages.chat_profile import ChatProfile
from petitions.follows import ChatId, Place
from storage.chat_profile import chat_profile
from storage.columns import AnyRow, UtcDateTime
from storage.conflicts import insert
from storage.database import Database
from storage.export import export_chat
from storage.merging import move_chat
from storage.reach import hold
from storage.schema import WAITING, channel_links, chats, closed_topics, is_state, updates
from storage.updates import chat_keys

HEARD_EVERY = timedelta(days=1)
"""How exactly it is remembered when a chat was last heard from."""

_FIND = select(chats).where(chats.c.telegram_id == bindparam("telegram"))
_FIND_PLACE = (
    select(chats, closed_topics.c.since.label("closed_at"))
    .join_from(
        chats,
        closed_topics,
        and_(closed_topics.c.chat_id == chats.c.id, closed_topics.c.thread == bindparam("topic")),
        isouter=True,
    )
    .where(chats.c.telegram_id == bindparam("telegram"))
)
_INSERT = insert(chats).on_conflict_do_nothing(index_elements=[chats.c.telegram_id])
_SET_KIND = update(chats).where(chats.c.id == bindparam("chat")).values(kind=bindparam("new_kind"))
_SUSPEND = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), is_state(chats.c.state, ChatState.ACTIVE))
    .values(
        state=ChatState.SUSPENDED,
        suspended_at=func.coalesce(chats.c.suspended_at, bindparam("now", type_=UtcDateTime)),
        reason=bindparam("why"),
        retry_at=bindparam("next_try"),
        tries=chats.c.tries + 1,
    )
)
_RESTORE = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values(state=ChatState.ACTIVE, suspended_at=None, reason=None, retry_at=None, tries=0)
)
_END_TRIAL = _RESTORE.where(is_state(chats.c.state, ChatState.ACTIVE))
_REOPEN_TOPICS = delete(closed_topics).where(closed_topics.c.chat_id == bindparam("chat"))
_REOPEN_TOPIC = delete(closed_topics).where(
    closed_topics.c.chat_id == bindparam("chat"), closed_topics.c.thread == bindparam("topic")
)
_CLOSED = insert(closed_topics)
_CLOSE_TOPIC = _CLOSED.on_conflict_do_update(
    index_elements=[closed_topics.c.chat_id, closed_topics.c.thread],
    set_={
        "reason": _CLOSED.excluded.reason,
        "retry_at": _CLOSED.excluded.retry_at,
        "tries": closed_topics.c.tries + 1,
        "on_trial": false(),
    },
    where=closed_topics.c.on_trial,
)
_LET_MEMBERS = (
    update(chats).where(chats.c.telegram_id == bindparam("telegram")).values(members_may=bindparam("allowed"))
)
_SET_STYLE = (
    update(chats)
    .where(chats.c.telegram_id == bindparam("telegram"))
    .values(short_posts=bindparam("short"), signature=bindparam("signed"), ask_first=bindparam("ask"))
)
_DECLINE = {
    each: update(chats)
    .where(chats.c.telegram_id == bindparam("telegram"))
    .values({f"declines_{each}": bindparam("declined")})
    for each in Announcement
}
_SET_LIMIT = {
    each: update(chats)
    .where(chats.c.telegram_id == bindparam("telegram"))
    .values({f"most_{each}": bindparam("most", type_=Integer)})
    for each in Limited
}
_HEARD = update(chats).where(chats.c.id == bindparam("chat")).values(heard_at=bindparam("now", type_=UtcDateTime))
_DELETE = delete(chats).where(chats.c.id == bindparam("chat"))
_FORGET_LINKS = delete(channel_links).where(channel_links.c.person == bindparam("of_person"))
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

    async def ensure(self, telegram_id: int, kind: ChatKind, now: datetime, *, thread: int = 0) -> Chat:
        row = (await self._database.query(_FIND_PLACE, {"telegram": telegram_id, "topic": thread})).one_or_none()
        heard = row is not None and row.heard_at is not None and now - row.heard_at < HEARD_EVERY
        if row is not None and heard and row.kind == kind and row.suspended_at is None and row.closed_at is None:
            return read_chat(row)  # the usual case needs no writing
        async with self._database.write() as connection:
            new = {"telegram_id": telegram_id, "kind": kind, "state": ChatState.ACTIVE, "since": now}
            await connection.execute(_INSERT, new)
            row = (await connection.execute(_FIND, {"telegram": telegram_id})).one()
            if row.kind != kind:
                await connection.execute(_SET_KIND, {"chat": row.id, "new_kind": kind})
            if row.suspended_at is not None:
                await restore_chat(connection, row.id)
            await reopen_topic(connection, Place(chat=row.id, thread=thread))
            await connection.execute(_HEARD, {"chat": row.id, "now": now})
            return read_chat((await connection.execute(_FIND, {"telegram": telegram_id})).one())

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
            row = (await connection.execute(_FIND, {"telegram": telegram_id})).one_or_none()
            if row is None or row.suspended_at is None:
                return False
            await restore_chat(connection, row.id)
        return True

    async def migrate(self, old_telegram_id: int, new_telegram_id: int, now: datetime) -> bool:
        """Give a group its new Telegram id; false when the old id is not known."""
        async with self._database.write() as connection:
            chat = await _find(connection, old_telegram_id)
            if chat is not None:
                await move_chat(connection, chat.id, new_telegram_id)
        return chat is not None

    async def let_members(self, telegram_id: int, *, allowed: bool) -> None:
        async with self._database.write() as connection:
            await connection.execute(_LET_MEMBERS, {"telegram": telegram_id, "allowed": allowed})

    async def decline(self, telegram_id: int, what: Announcement, *, declined: bool) -> None:
        async with self._database.write() as connection:
            await connection.execute(_DECLINE[what], {"telegram": telegram_id, "declined": declined})

    async def set_limit(self, telegram_id: int, what: Limited, most: int | None) -> bool:
        async with self._database.write() as connection:
            limited = await connection.execute(_SET_LIMIT[what], {"telegram": telegram_id, "most": most})
        return limited.rowcount > 0

    async def profile(self, telegram_id: int) -> ChatProfile | None:
        async with self._database.read() as connection:
            return await chat_profile(connection, telegram_id)

    async def set_style(self, telegram_id: int, style: PostStyle) -> None:
        chosen = {"short": style.short, "signed": style.signature, "ask": style.ask_first}
        values = {"telegram": telegram_id, **chosen}
        async with self._database.write() as connection:
            await connection.execute(_SET_STYLE, values)

    async def forget(self, telegram_id: int) -> bool:
        """Delete the chat and all that hangs on it; of updates only their ids stay for a while."""
        async with self._database.write() as connection:
            forgotten = await connection.execute(_FORGET_UPDATES, {"keys": chat_keys(telegram_id)})
            await connection.execute(_FORGET_LINKS, {"of_person": telegram_id})
            chat = await _find(connection, telegram_id)
            if chat is not None:
                await connection.execute(_DELETE, {"chat": chat.id})
        return chat is not None or forgotten.rowcount > 0

    async def export(self, telegram_id: int) -> dict[str, object] | None:
        async with self._database.read() as connection:
            return await export_chat(connection, telegram_id)


async def suspend_chat(
    connection: AsyncConnection, chat: ChatId, reason: str, now: datetime, retry_at: datetime | None = None
) -> None:
    """Hold everything for the chat; one that is suspended already keeps its reason, one on trial its first moment."""
    values = {"chat": chat, "why": reason, "now": now, "next_try": retry_at}
    if (await connection.execute(_SUSPEND, values)).rowcount:
        await hold(connection, chat)


async def restore_chat(connection: AsyncConnection, chat: ChatId) -> None:
    """Let everything for the chat and its topics go out again."""
    await connection.execute(_RESTORE, {"chat": chat})
    await connection.execute(_REOPEN_TOPICS, {"chat": chat})
    await hold(connection, chat)


async def close_topic(
    connection: AsyncConnection, place: Place, reason: str, now: datetime, retry_at: datetime | None = None
) -> None:
    """Hold everything for one topic."""
    key = {"chat_id": place.chat, "thread": place.thread}
    values = {**key, "since": now, "reason": reason, "retry_at": retry_at, "tries": 1}
    await connection.execute(_CLOSE_TOPIC, values)
    await hold(connection, place.chat)


async def reopen_topic(connection: AsyncConnection, place: Place) -> None:
    """Let what is held for one topic go out again, unless its chat is suspended."""
    if (await connection.execute(_REOPEN_TOPIC, {"chat": place.chat, "topic": place.thread})).rowcount:
        await hold(connection, place.chat)


async def place_reached(connection: AsyncConnection, place: Place) -> None:
    """End the trial of a chat and a topic: they are as if they had never been lost."""
    await connection.execute(_END_TRIAL, {"chat": place.chat})
    await reopen_topic(connection, place)


async def _find(connection: AsyncConnection, telegram_id: int) -> Chat | None:
    row = (await connection.execute(_FIND, {"telegram": telegram_id})).one_or_none()
    return None if row is None else read_chat(row)


def read_chat(row: AnyRow) -> Chat:
    """Read a row that holds the columns of `chats`."""
    return Chat(
        id=ChatId(row.id),
        telegram_id=row.telegram_id,
        kind=ChatKind(row.kind),
        state=ChatState(row.state),
        since=row.since,
        language=row.language,
        members_may=row.members_may,
        style=read_style(row),
        declines=frozenset(each for each in Announcement if getattr(row, f"declines_{each}")),
    )


def read_style(row: AnyRow) -> PostStyle:
    """Read a row that holds the columns of `chats` that say how alerts are posted."""
    return PostStyle(short=row.short_posts, signature=row.signature, ask_first=row.ask_first)
