"""Whether a place can be reached, now or at all, and what is held because it cannot.

A place is out of reach while its chat is suspended or banned, or its topic closed. Alerts owed and messages queued
carry a copy of that in `held`, so that what is due is found by an index alone however much is held for chats that left.
Whoever inserts such rows sets `held`; whoever suspends, bans or restores calls `hold`, in the same transaction.
Messages in flight carry it too: they may come back to the queue. Alerts of which no message can be made are held, too
(`AlertStore.set_aside`). A chat that is paused for a while holds nothing: claiming passes it over. A place that may be
open again has a `retry_at`; then it is on trial: a chat that is active but remembers `suspended_at`, a topic that is
`on_trial`.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatState
from petitions.follows import ChatId
from storage.columns import NUMBER, UtcDateTime
from storage.schema import OWED, PENDING, alerts, bans, chats, closed_topics, is_state, messages

RETRIED_AT_ONCE = 100

_chat = chats.alias("its_chat")  # so that a statement about `chats` itself may ask, too


def is_banned(telegram_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell, inside a statement, whether the chat of that Telegram id is sent nothing because an operator says so."""
    return telegram_id.in_(select(bans.c.telegram_id))


def out_of_reach(chat_id: ColumnElement[int], thread: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell, inside a statement, whether the place these expressions name is out of reach."""
    lost = or_(is_state(_chat.c.state, ChatState.SUSPENDED), is_banned(_chat.c.telegram_id))
    suspended = exists().where(_chat.c.id == chat_id, lost)
    closed = exists().where(
        closed_topics.c.chat_id == chat_id, closed_topics.c.thread == thread, ~closed_topics.c.on_trial
    )
    return or_(suspended, closed)


_CHAT = bindparam("chat", type_=NUMBER)
_HOLD_ALERTS = (
    update(alerts).where(OWED, alerts.c.chat_id == _CHAT).values(held=out_of_reach(alerts.c.chat_id, alerts.c.thread))
)
_UNTIL = bindparam("until", type_=UtcDateTime)
_PAUSE = (
    update(chats)
    .where(chats.c.id == _CHAT, or_(chats.c.paused_until.is_(None), chats.c.paused_until < _UNTIL))
    .values(paused_until=_UNTIL)
)
_NOW = bindparam("now", type_=UtcDateTime)
_TO_RETRY = union_all(
    select(chats.c.id).where(chats.c.retry_at <= _NOW),
    select(closed_topics.c.chat_id).where(closed_topics.c.retry_at <= _NOW),
).limit(RETRIED_AT_ONCE)
_RETRY_CHAT = (
    update(chats).where(chats.c.id == _CHAT, chats.c.retry_at <= _NOW).values(state=ChatState.ACTIVE, retry_at=None)
)
_RETRY_TOPICS = (
    update(closed_topics)
    .where(closed_topics.c.chat_id == _CHAT, closed_topics.c.retry_at <= _NOW)
    .values(on_trial=True, retry_at=None)
)
_HOLD_MESSAGES = (
    update(messages)
    .where(PENDING, messages.c.chat_id == _CHAT)
    .values(held=out_of_reach(messages.c.chat_id, messages.c.thread))
)


async def retry_lost(connection: AsyncConnection, now: datetime) -> None:
    """Let what is held for some of the chats and topics whose next try is due go out; the next send decides."""
    for chat in (await connection.execute(_TO_RETRY, {"now": now})).scalars().all():
        for retry in (_RETRY_CHAT, _RETRY_TOPICS):
            await connection.execute(retry, {"chat": chat, "now": now})
        await hold(connection, chat)


async def pause(connection: AsyncConnection, chat: ChatId, until: datetime | None) -> None:
    """Send the chat nothing before that moment; a longer pause is not shortened."""
    await connection.execute(_PAUSE, {"chat": chat, "until": until})


async def hold(connection: AsyncConnection, chat: ChatId) -> None:
    """Bring `held` of all that waits for the chat up to date."""
    await connection.execute(_HOLD_ALERTS, {"chat": chat})
    await connection.execute(_HOLD_MESSAGES, {"chat": chat})
