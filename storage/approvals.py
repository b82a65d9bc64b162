"""Posts of channels that wait for the word of those who look after them; a post is named by the first of its alerts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text, bindparam, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.outbox import AlertId, Lane, MessageState
from messages.content import Content
from petitions.follows import ChatId
from storage.columns import NUMBER, UtcDateTime
from storage.database import Database
from storage.documents import write_content
from storage.reach import out_of_reach
from storage.schema import AWAITING, alerts, channel_links, chats, messages
from storage.turns import turn_at

_private_chats = chats.alias("private_chats")
_NO_TOPIC = literal(0, BigInteger)
_TELL = insert(messages).from_select(
    ["chat_id", "thread", "lane", "content", "due_at", "turn", "state", "held"],
    select(
        _private_chats.c.id,
        _NO_TOPIC,
        literal(Lane.ALERT, Integer),
        bindparam("content", type_=Text),
        bindparam("due_at", type_=UtcDateTime),
        bindparam("turn", type_=BigInteger),
        literal(MessageState.QUEUED, Text),
        out_of_reach(_private_chats.c.id, _NO_TOPIC),
    )
    .join_from(channel_links, _private_chats, _private_chats.c.telegram_id == channel_links.c.person)
    .where(channel_links.c.chat_id == bindparam("channel", type_=NUMBER)),
)
_OF_ALERT = select(alerts.c.message_id).where(alerts.c.id == bindparam("alert"))
_THIS = (messages.c.id == _OF_ALERT.scalar_subquery(), messages.c.chat_id == bindparam("channel"))
_APPROVE = (
    update(messages)
    .where(*_THIS, AWAITING)
    .values(
        state=MessageState.QUEUED,
        due_at=bindparam("now", type_=UtcDateTime),
        held=out_of_reach(messages.c.chat_id, messages.c.thread),
    )
)
_DECLINE = (
    update(messages)
    .where(*_THIS, AWAITING)
    .values(state=MessageState.CANCELLED, settled_at=bindparam("now", type_=UtcDateTime))
)
_STATE = select(messages.c.state).where(*_THIS)
_OVERDUE = (AWAITING, messages.c.due_at < bindparam("before", type_=UtcDateTime))
_CHANNELS_OVERDUE = (
    select(chats.c.id, chats.c.telegram_id, func.count().label("posts"))
    .join_from(messages, chats, messages.c.chat_id == chats.c.id)
    .where(*_OVERDUE)
    .group_by(chats.c.id, chats.c.telegram_id)
    .order_by(chats.c.id)
)
_EXPIRE = (
    update(messages)
    .where(*_OVERDUE, messages.c.chat_id == bindparam("channel"))
    .values(state=MessageState.EXPIRED, settled_at=bindparam("now", type_=UtcDateTime))
)
_AWAITING = select(func.count()).where(AWAITING, messages.c.chat_id == bindparam("channel"))


class ApprovalStore:
    """Posts that wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def decide(self, channel: ChatId, alert: AlertId, now: datetime, *, post: bool) -> MessageState | None:
        async with self._database.write() as connection:
            named = {"channel": channel, "alert": alert}
            await connection.execute(_APPROVE if post else _DECLINE, {**named, "now": now})
            state = (await connection.execute(_STATE, named)).scalar_one_or_none()
        return None if state is None else MessageState(state)

    async def awaiting(self, channel: ChatId) -> int:
        return (await self._database.query(_AWAITING, {"channel": channel})).scalar_one()

    async def overdue(self, before: datetime) -> Sequence[tuple[ChatId, int, int]]:
        rows = (await self._database.query(_CHANNELS_OVERDUE, {"before": before})).all()
        return tuple((ChatId(row.id), row.telegram_id, row.posts) for row in rows)

    async def expire(self, channel: ChatId, before: datetime, now: datetime, notice: Content) -> None:
        async with self._database.write() as connection:
            await connection.execute(_EXPIRE, {"channel": channel, "before": before, "now": now})
            await tell_those_who_look_after(connection, channel, notice, now)


async def tell_those_who_look_after(
    connection: AsyncConnection, channel: ChatId, content: Content, due_at: datetime
) -> int:
    """Queue a message for the private chat of everybody who looks after a channel, and return how many these are."""
    values = {"channel": channel, "content": write_content(content), "due_at": due_at, "turn": turn_at(due_at)}
    return (await connection.execute(_TELL, values)).rowcount
