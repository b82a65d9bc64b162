"""What is kept for chats, as JSON: all of one for whoever asks there, the choices of all for another database."""

import json
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from messages.content import Content
from storage.columns import NUMBER, AnyRow
from storage.database import Database
from storage.documents import read_content
from storage.export_format import FORMAT, VERSION
from storage.schema import (
    DEFERRED,
    OWED,
    WAITING,
    alerts,
    bans,
    broadcast_recipients,
    channel_links,
    chats,
    closed_topics,
    follows,
    messages,
    petitions,
    preferences,
    scoreboards,
    subscription_subjects,
    subscriptions,
    updates,
)
from storage.updates import chat_keys

CHATS_A_PAGE = 500

_THESE = bindparam("chats", type_=NUMBER, expanding=True)
_CHAT = select(chats).where(chats.c.telegram_id == bindparam("telegram"))
_PAGE = select(chats).where(chats.c.id > bindparam("after")).order_by(chats.c.id).limit(bindparam("size"))
_COUNT = select(func.count()).select_from(chats)
_BAN = select(bans).where(bans.c.telegram_id == bindparam("telegram"))
_FOLLOWS = (
    select(
        follows.c.chat_id,
        petitions.c.site,
        petitions.c.number,
        petitions.c.title,
        follows.c.thread,
        follows.c.muted,
        follows.c.followed_at,
    )
    .join_from(follows, petitions, follows.c.petition_id == petitions.c.id)
    .where(follows.c.chat_id.in_(_THESE))
    .order_by(follows.c.id)
)
_SUBSCRIPTIONS = select(subscriptions).where(subscriptions.c.chat_id.in_(_THESE)).order_by(subscriptions.c.id)
_SUBJECTS = (
    select(subscription_subjects)
    .join_from(subscription_subjects, subscriptions)
    .where(subscriptions.c.chat_id.in_(_THESE))
    .order_by(subscription_subjects.c.subject)
)
_PREFERENCES = (
    select(preferences).where(preferences.c.chat_id.in_(_THESE)).order_by(preferences.c.thread, preferences.c.name)
)
_SCOREBOARDS = select(scoreboards).where(scoreboards.c.chat_id.in_(_THESE)).order_by(scoreboards.c.thread)
_PEOPLE = select(channel_links).where(channel_links.c.chat_id.in_(_THESE)).order_by(channel_links.c.person)
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
    [choices] = await _choices(connection, [chat])
    del choices["people"]  # who else looks after a channel is told to nobody
    ban = (await connection.execute(_BAN, {"telegram": telegram_id})).one_or_none()
    return {
        **choices,
        "banned_since": None if ban is None else _moment(ban.since),
        "banned_because": None if ban is None else ban.reason,
        "channels": [row.telegram_id for row in await connection.execute(_CHANNELS, {"telegram": telegram_id})],
        "broadcasts": [_broadcast(row) for row in await connection.execute(_BROADCASTS, key)],
        "closed_topics": [_topic(row) for row in await connection.execute(_TOPICS, key)],
        "alerts_owed": (await connection.execute(_ALERTS, key)).scalar_one(),
        "messages": [_message(row) for row in await connection.execute(_MESSAGES, key)],
        "updates_waiting": (await connection.execute(_UPDATES, {"keys": chat_keys(telegram_id)})).scalar_one(),
    }


async def export_all(database: Database, now: datetime) -> AsyncGenerator[str, None]:
    """Yield what all chats have chosen, as of one moment: a line that names the format, then a line a chat."""
    async with database.read() as connection:
        count = (await connection.execute(_COUNT)).scalar_one()
        yield _line({"format": FORMAT, "version": VERSION, "exported_at": _moment(now), "chats": count})
        last = 0
        while page := (await connection.execute(_PAGE, {"after": last, "size": CHATS_A_PAGE})).all():
            last = page[-1].id
            for choices in await _choices(connection, page):
                yield _line(choices)


def _line(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def _choices(connection: AsyncConnection, page: Sequence[AnyRow]) -> list[dict[str, object]]:
    """Return what each of these chats has chosen."""
    these = [chat.id for chat in page]
    subjects: dict[int, list[str]] = defaultdict(list)
    for row in await connection.execute(_SUBJECTS, {"chats": these}):
        subjects[row.subscription_id].append(row.subject)

    async def of_each(statement: Select[object], write: Callable[[AnyRow], object]) -> Mapping[int, list[object]]:
        found: dict[int, list[object]] = defaultdict(list)
        for row in await connection.execute(statement, {"chats": these}):
            found[row.chat_id].append(write(row))
        return found

    followed = await of_each(_FOLLOWS, _follow)
    subscribed = await of_each(_SUBSCRIPTIONS, lambda row: _subscription(row, subjects[row.id]))
    preferred = await of_each(_PREFERENCES, _preference)
    boards = await of_each(_SCOREBOARDS, _scoreboard)
    people = await of_each(_PEOPLE, lambda row: row.person)
    return [
        {
            **_chat(chat),
            "follows": followed[chat.id],
            "subscriptions": subscribed[chat.id],
            "preferences": preferred[chat.id],
            "scoreboards": boards[chat.id],
            "people": people[chat.id],
        }
        for chat in page
    ]


def _chat(row: AnyRow) -> dict[str, object]:
    return {
        "telegram_id": row.telegram_id,
        "kind": row.kind,
        "state": row.state,
        "since": _moment(row.since),
        "suspended_at": _moment(row.suspended_at),
        "suspended_because": row.reason,
        "language": row.language,
        "members_may": row.members_may,
        "short_posts": row.short_posts,
        "signature": row.signature,
        "ask_first": row.ask_first,
        "declines_news": row.declines_news,
        "declines_service": row.declines_service,
        "heard_at": _moment(row.heard_at),
        "most_follows": row.most_follows,
        "most_subscriptions": row.most_subscriptions,
    }


def _follow(row: AnyRow) -> dict[str, object]:
    return {
        "petition": f"{row.site}:{row.number}",
        "title": row.title,
        "topic": row.thread,
        "muted": row.muted,
        "since": _moment(row.followed_at),
    }


def _subscription(row: AnyRow, subjects: Sequence[str]) -> dict[str, object]:
    return {
        "stream": f"{row.site}:{row.stream}",
        "topic": row.thread,
        "since": _moment(row.since),
        "daily_cap": row.daily_cap,
        "subjects": subjects,
    }


def _preference(row: AnyRow) -> dict[str, object]:
    return {"name": row.name, "topic": row.thread, "wanted": row.wanted}


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
