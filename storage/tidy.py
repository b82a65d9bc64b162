"""What is dropped when its time is over. Large deletions go in portions, so that nothing else waits long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    extract,
    func,
    select,
    tuple_,
    update,
)

from delivery.chats import ChatState
from delivery.outbox import MessageState
from storage.columns import UtcDateTime
from storage.database import Database
from storage.schema import (
    DROPPED,
    HELD_ALERTS,
    HELD_MESSAGES,
    SETTLED,
    AlertState,
    alerts,
    broadcast_recipients,
    broadcasts,
    chats,
    closed_topics,
    follows,
    is_state,
    messages,
    petitions,
    readings,
    scoreboards,
    subscriptions,
    updates,
)

EVERY_READING_FOR = timedelta(days=2)
ONE_AN_HOUR_FOR = timedelta(days=60)
PORTION = 5_000

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # older than any petition site

_BEFORE = bindparam("before", type_=UtcDateTime)
_SIZE = bindparam("size", type_=Integer)


def _superfluous(*period: str) -> Select[int, datetime]:
    """All readings between two moments but the last of each period."""
    numbered = (
        select(
            readings.c.petition_id,
            readings.c.at,
            func.row_number()
            .over(
                partition_by=[readings.c.petition_id, *(extract(part, readings.c.at) for part in period)],
                order_by=readings.c.at.desc(),
            )
            .label("place"),
        )
        .where(readings.c.at >= bindparam("since", type_=UtcDateTime), readings.c.at < _BEFORE)
        .subquery()
    )
    return select(numbered.c.petition_id, numbered.c.at).where(numbered.c.place > 1)


_IN_THE_HOUR = _superfluous("year", "doy", "hour")
_IN_THE_DAY = _superfluous("year", "doy")
_DELETE_READING = delete(readings).where(
    readings.c.petition_id == bindparam("petition"), readings.c.at == bindparam("moment")
)

_EXPIRE_ALERTS = update(alerts).where(HELD_ALERTS, alerts.c.due_at < _BEFORE).values(state=AlertState.EXPIRED)
_EXPIRE_MESSAGES = (
    update(messages)
    .where(HELD_MESSAGES, messages.c.due_at < _BEFORE)
    .values(state=MessageState.EXPIRED, settled_at=messages.c.due_at)
)
_OLD_CHATS = (is_state(chats.c.state, ChatState.SUSPENDED), chats.c.suspended_at < _BEFORE)
_OLD_TOPICS = select(closed_topics.c.chat_id, closed_topics.c.thread).where(
    closed_topics.c.since < _BEFORE, ~closed_topics.c.on_trial
)
_DELETE_FOLLOWS = tuple(
    delete(table).where(old)
    for table in (follows, subscriptions)
    for old in (
        table.c.chat_id.in_(select(chats.c.id).where(*_OLD_CHATS)),
        tuple_(table.c.chat_id, table.c.thread).in_(_OLD_TOPICS),
    )
)
_DELETE_PLACES = (
    delete(chats).where(*_OLD_CHATS),
    *(
        delete(table).where(tuple_(table.c.chat_id, table.c.thread).in_(_OLD_TOPICS))
        for table in (alerts, messages, scoreboards, closed_topics)
    ),
)


def _portion(table: Table, over: Column[datetime], *conditions: ColumnElement[bool]) -> Select[int]:
    return select(table.c.id).where(*conditions, over < _BEFORE).order_by(over, table.c.id).limit(_SIZE)


_SETTLED_MESSAGES = _portion(messages, messages.c.settled_at, SETTLED)
_FORGET_MESSAGES = (
    delete(alerts).where(alerts.c.message_id.in_(_SETTLED_MESSAGES)),
    delete(messages).where(messages.c.id.in_(_SETTLED_MESSAGES)),
)
_FORGET_ALERTS = (delete(alerts).where(alerts.c.id.in_(_portion(alerts, alerts.c.due_at, DROPPED))),)
_FORGET_PETITIONS = (
    delete(petitions).where(
        petitions.c.id.in_(
            _portion(petitions, petitions.c.seen_at, ~exists().where(follows.c.petition_id == petitions.c.id))
        )
    ),
)
_FORGET_UPDATES = (delete(updates).where(updates.c.id.in_(_portion(updates, updates.c.handled_at))),)


_OLD_BROADCASTS = _portion(broadcasts, broadcasts.c.ended_at)
_FORGET_RECIPIENTS = (
    delete(broadcast_recipients).where(
        broadcast_recipients.c.id.in_(
            select(broadcast_recipients.c.id)
            .join_from(broadcast_recipients, broadcasts)
            .where(broadcasts.c.ended_at < _BEFORE)
            .limit(_SIZE)
        )
    ),
)
_FORGET_BROADCASTS = (delete(broadcasts).where(broadcasts.c.id.in_(_OLD_BROADCASTS)),)


class TidyStore:
    """What is dropped when its time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def thin_readings(self, now: datetime) -> int:
        """Keep every reading of two days, the last of each hour for 60 days, the last of each day after that."""
        recent, old = now - EVERY_READING_FOR, now - ONE_AN_HOUR_FOR
        async with self._database.read() as connection:
            hourly = (await connection.execute(_IN_THE_HOUR, {"since": old, "before": recent})).all()
            daily = (await connection.execute(_IN_THE_DAY, {"since": _BEGINNING, "before": old})).all()
        doomed = [{"petition": row.petition_id, "moment": row.at} for row in (*hourly, *daily)]
        for start in range(0, len(doomed), PORTION):
            async with self._database.write() as connection:
                await connection.execute(_DELETE_READING, doomed[start : start + PORTION])
        return len(doomed)

    async def expire_held(self, before: datetime) -> int:
        """Drop what places out of reach were owed before then."""
        async with self._database.write() as connection:
            return sum(
                [
                    (await connection.execute(expire, {"before": before})).rowcount
                    for expire in (_EXPIRE_ALERTS, _EXPIRE_MESSAGES)
                ]
            )

    async def forget_unreachable(self, before: datetime) -> int:
        """Forget chats and topics that were lost before then; return how many follows went with them."""
        async with self._database.write() as connection:
            follows = [(await connection.execute(delete, {"before": before})).rowcount for delete in _DELETE_FOLLOWS]
            for forget in _DELETE_PLACES:
                await connection.execute(forget, {"before": before})
        return sum(follows)

    async def forget_petitions(self, before: datetime) -> int:
        """Drop petitions that nobody follows and that were last seen before then, with all that was read of them."""
        return await self._forget_all((_FORGET_PETITIONS,), before)

    async def forget_sent(self, before: datetime) -> int:
        """Drop settled messages with their alerts, dropped alerts, and the ids of updates handled before then."""
        return await self._forget_all((_FORGET_MESSAGES, _FORGET_ALERTS, _FORGET_UPDATES), before)

    async def forget_broadcasts(self, before: datetime) -> int:
        """Drop broadcasts that ended before then, their many recipients first."""
        forgotten = await self._forget_all((_FORGET_RECIPIENTS,), before)
        await self._forget_all((_FORGET_BROADCASTS,), before)
        return forgotten

    async def _forget_all(self, kinds: Sequence[Sequence[Delete]], before: datetime) -> int:
        forgotten = 0
        for statements in kinds:
            while portion := await self._forget(statements, before):
                forgotten += portion
        return forgotten

    async def _forget(self, statements: Sequence[Delete], before: datetime) -> int:
        async with self._database.write() as connection:
            return sum(
                [
                    (await connection.execute(statement, {"before": before, "size": PORTION})).rowcount
                    for statement in statements
                ]
            )
