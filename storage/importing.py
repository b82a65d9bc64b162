"""Taking in what chats have chosen, from an export of another database."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from petitions.follows import ChatId
from storage.conflicts import insert
from storage.database import Database
from storage.export_format import ExportedChat, ExportedSubscription, read_export
from storage.petitions import expected_petitions
from storage.preferences import CHOSEN_ANEW
from storage.schema import (
    NEWEST_CHANGE,
    channel_links,
    chats,
    follows,
    preferences,
    scoreboards,
    subscription_subjects,
    subscriptions,
)

ROWS_A_BATCH = 500

_ADD_CHATS = insert(chats).on_conflict_do_nothing(index_elements=[chats.c.telegram_id])
_CHATS = select(chats.c.telegram_id, chats.c.id).where(chats.c.telegram_id.in_(bindparam("ids", expanding=True)))
_ADD_FOLLOWS = insert(follows).values(after_change=NEWEST_CHANGE).on_conflict_do_nothing()
_ADD_SUBSCRIPTION = (
    insert(subscriptions).values(after_change=NEWEST_CHANGE).on_conflict_do_nothing().returning(subscriptions.c.id)
)
_ADD_SUBJECTS = insert(subscription_subjects).on_conflict_do_nothing()
_ADD_SCOREBOARDS = insert(scoreboards).on_conflict_do_nothing()
_ADD_PEOPLE = insert(channel_links).on_conflict_do_nothing()
_ADD_PREFERENCES = insert(preferences).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many chats were read, and what was new of what they hold."""

    read: int = 0
    chats: int = 0
    follows: int = 0
    subscriptions: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        """Return both together."""
        return Imported(
            read=self.read + other.read,
            chats=self.chats + other.chats,
            follows=self.follows + other.follows,
            subscriptions=self.subscriptions + other.subscriptions,
        )


async def import_export(database: Database, path: Path, now: datetime) -> AsyncGenerator[Imported, None]:
    """Take in an export that has been checked, one transaction a batch, and yield what each batch brought.

    What is there already stays as it is, so that an import which was cut short goes on when it is made again.
    Only what happens from `now` on will be announced.
    """
    for batch in _batches(read_export(path)):
        async with database.write() as connection:
            imported = await _import_batch(connection, batch, now)
        yield imported


def _batches(exported: Iterator[ExportedChat]) -> Iterator[list[ExportedChat]]:
    batch, rows = list[ExportedChat](), 0
    for chat in exported:
        batch.append(chat)
        rows += 1 + len(chat.follows)
        if rows >= ROWS_A_BATCH:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


async def _import_batch(connection: AsyncConnection, batch: Sequence[ExportedChat], now: datetime) -> Imported:
    added = (await connection.execute(_ADD_CHATS, [_chat_values(chat) for chat in batch])).rowcount
    rows = await connection.execute(_CHATS, {"ids": [chat.telegram_id for chat in batch]})
    ids = {row.telegram_id: ChatId(row.id) for row in rows}
    followed = await _add_follows(connection, batch, ids, now)
    subscribed = 0
    for chat in batch:
        of = ids[chat.telegram_id]
        subscribed += sum([await _subscribe(connection, of, each, now) for each in chat.subscriptions])
        boards = [
            {"chat_id": of, "thread": board.topic, "message_id": board.message, "text": "", "edited_at": now}
            for board in chat.scoreboards
        ]
        people = [{"chat_id": of, "person": person} for person in chat.people]
        chosen = [
            {"chat_id": of, "thread": each.topic, "name": each.name, "wanted": each.wanted} for each in chat.preferences
        ]
        if chosen:
            await connection.execute(CHOSEN_ANEW, {"chat": of})
        for statement, values in ((_ADD_SCOREBOARDS, boards), (_ADD_PEOPLE, people), (_ADD_PREFERENCES, chosen)):
            if values:
                await connection.execute(statement, values)
    return Imported(read=len(batch), chats=added, follows=followed, subscriptions=subscribed)


async def _add_follows(
    connection: AsyncConnection, batch: Sequence[ExportedChat], ids: dict[int, ChatId], now: datetime
) -> int:
    expected = {follow.ref: (follow.title, min(follow.since, now)) for chat in batch for follow in chat.follows}
    petitions = await expected_petitions(connection, expected, now)
    values = [
        {
            "petition_id": petitions[follow.ref],
            "chat_id": ids[chat.telegram_id],
            "thread": follow.topic,
            "muted": follow.muted,
            "followed_at": follow.since,
        }
        for chat in batch
        for follow in chat.follows
    ]
    return (await connection.execute(_ADD_FOLLOWS, values)).rowcount if values else 0


async def _subscribe(connection: AsyncConnection, chat: ChatId, each: ExportedSubscription, now: datetime) -> bool:
    """Subscribe from now on: the lists are compared as of the oldest subscription, and what is older would be told."""
    values = {
        "chat_id": chat,
        "thread": each.topic,
        "site": each.of.site,
        "stream": each.of.stream,
        "since": now,
        "daily_cap": each.daily_cap,
    }
    number = (await connection.execute(_ADD_SUBSCRIPTION, values)).scalar_one_or_none()
    if number is not None and each.subjects:
        subjects = [{"subscription_id": number, "subject": subject} for subject in each.subjects]
        await connection.execute(_ADD_SUBJECTS, subjects)
    return number is not None


def _chat_values(chat: ExportedChat) -> dict[str, object]:
    return {
        "telegram_id": chat.telegram_id,
        "kind": chat.kind,
        "state": chat.state,
        "since": chat.since,
        "suspended_at": chat.suspended_at,
        "reason": chat.suspended_because,
        "language": chat.language,
        "members_may": chat.members_may,
        "short_posts": chat.short_posts,
        "signature": chat.signature,
        "ask_first": chat.ask_first,
        "declines_news": chat.declines_news,
        "declines_service": chat.declines_service,
        "heard_at": chat.heard_at,
        "most_follows": chat.most_follows,
        "most_subscriptions": chat.most_subscriptions,
    }
