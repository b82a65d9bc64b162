"""Everything that is kept for one chat, for the person who asks for it."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.content import Content
from storage.columns import AnyRow
from storage.documents import read_content
from storage.schema import (
    DEFERRED,
    OWED,
    WAITING,
    alerts,
    broadcast_recipients,
    channel_links,
    chats,
    closed_topics,
    follows,
    messages,
    petitions,
    scoreboards,
    subscription_subjects,
    subscriptions,
    updates,
)
from storage.updates import chat_keys

_CHAT = select(chats).where(chats.c.telegram_id == bindparam("telegram"))
_FOLLOWS = (
    select(
        petitions.c.site,
        petitions.c.number,
        petitions.c.title,
        follows.c.thread,
        follows.c.muted,
        follows.c.followed_at,
    )
    .join_from(follows, petitions, follows.c.petition_id == petitions.c.id)
    .where(follows.c.chat_id == bindparam("chat"))
    .order_by(follows.c.id)
)
_SUBSCRIPTIONS = (
    select(subscriptions, func.aggregate_strings(subscription_subjects.c.subject, ", ").label("subjects"))
    .join_from(subscriptions, subscription_subjects, isouter=True)
    .where(subscriptions.c.chat_id == bindparam("chat"))
    .group_by(subscriptions.c.id)
    .order_by(subscriptions.c.id)
)
_SCOREBOARDS = select(scoreboards).where(scoreboards.c.chat_id == bindparam("chat")).order_by(scoreboards.c.thread)
_CHANNELS = (
    select(chats.c.telegram_id)
    .join_from(channel_links, chats, channel_links.c.chat_id == chats.c.id)
    .where(channel_links.c.person == bindparam("telegram"))
    .order_by(chats.c.id)
)
_BROADCASTS = (
    select(broadcast_recipients)
    .where(broadcast_recipients.c.chat_id == bindparam("chat"))
    .order_by(broadcast_recipients.c.id)
)
_TOPICS = select(closed_topics).where(closed_topics.c.chat_id == bindparam("chat")).order_by(closed_topics.c.thread)
_ALERTS = select(func.count()).select_from(alerts).where(alerts.c.chat_id == bindparam("chat"), OWED | DEFERRED)
_MESSAGES = select(messages).where(messages.c.chat_id == bindparam("chat")).order_by(messages.c.id)
_UPDATES = (
    select(func.count()).select_from(updates).where(WAITING, updates.c.chat_key.in_(bindparam("keys", expanding=True)))
)


async def export_chat(connection: AsyncConnection, telegram_id: int) -> dict[str, object] | None:
    """Return everything kept for the chat in a form that can be written as JSON, or `None`."""
    chat = (await connection.execute(_CHAT, {"telegram": telegram_id})).one_or_none()
    if chat is None:
        return None
    key = {"chat": chat.id}
    return {
        "telegram_id": chat.telegram_id,
        "kind": chat.kind,
        "state": chat.state,
        "since": _moment(chat.since),
        "suspended_at": _moment(chat.suspended_at),
        "suspended_because": chat.reason,
        "language": chat.language,
        "members_may": chat.members_may,
        "short_posts": chat.short_posts,
        "signature": chat.signature,
        "declines_news": chat.declines_news,
        "declines_service": chat.declines_service,
        "heard_at": _moment(chat.heard_at),
        "follows": [_follow(row) for row in await connection.execute(_FOLLOWS, key)],
        "subscriptions": [_subscription(row) for row in await connection.execute(_SUBSCRIPTIONS, key)],
        "scoreboards": [_scoreboard(row) for row in await connection.execute(_SCOREBOARDS, key)],
        "channels": [row.telegram_id for row in await connection.execute(_CHANNELS, {"telegram": telegram_id})],
        "broadcasts": [_broadcast(row) for row in await connection.execute(_BROADCASTS, key)],
        "closed_topics": [_topic(row) for row in await connection.execute(_TOPICS, key)],
        "alerts_owed": (await connection.execute(_ALERTS, key)).scalar_one(),
        "messages": [_message(row) for row in await connection.execute(_MESSAGES, key)],
        "updates_waiting": (await connection.execute(_UPDATES, {"keys": chat_keys(telegram_id)})).scalar_one(),
    }


def _follow(row: AnyRow) -> dict[str, object]:
    return {
        "petition": f"{row.site}:{row.number}",
        "title": row.title,
        "topic": row.thread,
        "muted": row.muted,
        "since": _moment(row.followed_at),
    }


def _subscription(row: AnyRow) -> dict[str, object]:
    return {
        "stream": f"{row.site}:{row.stream}",
        "topic": row.thread,
        "since": _moment(row.since),
        "daily_cap": row.daily_cap,
        "subjects": row.subjects,
    }


def _scoreboard(row: AnyRow) -> dict[str, object]:
    return {"topic": row.thread, "message": row.message_id}


def _broadcast(row: AnyRow) -> dict[str, object]:
    return {"number": row.broadcast_id, "state": row.state, "ended_at": _moment(row.ended_at)}


def _topic(row: AnyRow) -> dict[str, object]:
    return {"topic": row.thread, "since": _moment(row.since), "because": row.reason}


def _message(row: AnyRow) -> dict[str, object]:
    content = None if row.content is None else read_content(row.content)
    return {
        "topic": row.thread,
        "state": row.state,
        "due_at": _moment(row.due_at),
        "settled_at": _moment(row.settled_at),
        "text": content.text if isinstance(content, Content) else None,
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
