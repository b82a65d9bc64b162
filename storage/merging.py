"""A group that becomes a supergroup gets a new Telegram id; when that id is known too, two chats become one."""

from sqlalchemy import ColumnElement, FromClause, Table, Update, and_, bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatKind
from petitions.follows import ChatId
from storage.columns import NUMBER
from storage.preferences import CHOSEN_ANEW
from storage.reach import hold, pause
from storage.schema import (
    CANCELLED,
    DROPPED,
    IN_OUTBOX,
    QUEUED,
    AlertState,
    alerts,
    bans,
    broadcast_recipients,
    chats,
    closed_topics,
    follows,
    is_state,
    messages,
    preferences,
    subscriptions,
)

_KEPT = bindparam("kept", type_=NUMBER)
_OTHER = bindparam("other", type_=NUMBER)

_mine = alerts.alias("mine")
_theirs = alerts.alias("theirs")


def _same_change(mine: FromClause, theirs: FromClause) -> ColumnElement[bool]:
    return and_(mine.c.change_id == theirs.c.change_id, mine.c.thread == theirs.c.thread)


def _told_twice(theirs: FromClause) -> ColumnElement[bool]:
    return exists().where(_mine.c.chat_id == _KEPT, _same_change(_mine, theirs))


_BY_TELEGRAM_ID = select(chats).where(chats.c.telegram_id == bindparam("telegram"))
_DROP_MY_DEAD_ALERTS = delete(alerts).where(
    alerts.c.chat_id == _KEPT,
    DROPPED,
    exists().where(
        _theirs.c.chat_id == _OTHER,
        _same_change(alerts, _theirs),
        is_state(_theirs.c.state, AlertState.OWED, AlertState.DEFERRED, AlertState.COMPOSED),
    ),
)
_CANCEL_DOUBLE_MESSAGES = (
    update(messages)
    .where(
        messages.c.chat_id == _OTHER,
        QUEUED,
        exists().where(_theirs.c.message_id == messages.c.id, _told_twice(_theirs)),
        ~exists().where(_theirs.c.message_id == messages.c.id, ~_told_twice(_theirs)),
    )
    .values(**CANCELLED)
)
_MOVE_ALERTS = (
    update(alerts).where(alerts.c.chat_id == _OTHER, ~_told_twice(alerts)).values(chat_id=bindparam("to_chat"))
)


def _move(table: Table, *same: str) -> Update:
    """Move the rows of which the chat that is kept has none that is the same."""
    mine = table.alias("mine")
    alike = [mine.c[name] == table.c[name] for name in same]
    return (
        update(table)
        .where(table.c.chat_id == _OTHER, ~exists().where(mine.c.chat_id == _KEPT, *alike))
        .values(chat_id=bindparam("to_chat"))
    )


_MOVE_FOLLOWS = _move(follows, "petition_id", "thread")
_MOVE_TOPICS = _move(closed_topics, "thread")
_MOVE_SUBSCRIPTIONS = _move(subscriptions, "thread", "site", "stream")
_MOVE_PREFERENCES = _move(preferences, "thread", "name")
_MOVE_BROADCASTS = _move(broadcast_recipients, "broadcast_id")
_mine_too = broadcast_recipients.alias("mine_too")
_ban_there = bans.alias("ban_there")
_CANCEL_DOUBLE_BROADCASTS = (
    update(messages)
    .where(
        messages.c.chat_id == _OTHER,
        QUEUED,
        exists().where(
            broadcast_recipients.c.message_id == messages.c.id,
            IN_OUTBOX,
            _mine_too.c.broadcast_id == broadcast_recipients.c.broadcast_id,
            _mine_too.c.chat_id == _KEPT,
        ),
    )
    .values(**CANCELLED)
)
_MOVE_MESSAGES = update(messages).where(messages.c.chat_id == _OTHER).values(chat_id=bindparam("to_chat"))
_MOVES = (
    *(_MOVE_ALERTS, _MOVE_FOLLOWS, _MOVE_PREFERENCES),
    *(_MOVE_SUBSCRIPTIONS, _MOVE_TOPICS, _MOVE_BROADCASTS, _MOVE_MESSAGES),
)
_MOVE_BAN = (
    update(bans)
    .where(
        bans.c.telegram_id == select(chats.c.telegram_id).where(chats.c.id == _KEPT).scalar_subquery(),
        ~exists().where(_ban_there.c.telegram_id == bindparam("new_id")),
    )
    .values(telegram_id=bindparam("new_id"))
)
_DELETE_OTHER = delete(chats).where(chats.c.id == _OTHER)
_UPDATE_KEPT = update(chats).where(chats.c.id == _KEPT)


async def move_chat(connection: AsyncConnection, chat: ChatId, telegram_id: int) -> None:
    """Give the chat its new Telegram id and keep everything.

    Another chat known under that id is merged into it: follows are united, alerts and messages move, what both would
    say is said once. Whether the new id can be reached is known better there, so its state wins.
    """
    values: dict[str, object] = {"telegram_id": telegram_id, "kind": ChatKind.SUPERGROUP}
    other = (await connection.execute(_BY_TELEGRAM_ID, {"telegram": telegram_id})).one_or_none()
    if other is not None and other.id == chat:
        return
    await connection.execute(_MOVE_BAN, {"kept": chat, "new_id": telegram_id})
    if other is not None:
        await _absorb(connection, chat, ChatId(other.id))
        values |= {name: getattr(other, name) for name in ("state", "suspended_at", "reason", "retry_at", "tries")}
        await pause(connection, chat, other.paused_until)
    await connection.execute(_UPDATE_KEPT, {"kept": chat, **values})
    await hold(connection, chat)


async def _absorb(connection: AsyncConnection, kept: ChatId, other: ChatId) -> None:
    both = {"kept": kept, "other": other}
    await connection.execute(_DROP_MY_DEAD_ALERTS, both)
    await connection.execute(_CANCEL_DOUBLE_MESSAGES, both)
    await connection.execute(_CANCEL_DOUBLE_BROADCASTS, both)
    for move in _MOVES:
        await connection.execute(move, {**both, "to_chat": kept})
    await connection.execute(CHOSEN_ANEW, {"chat": kept})
    await connection.execute(_DELETE_OTHER, both)
