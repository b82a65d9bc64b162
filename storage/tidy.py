"""What is dropped when its time is over. Large deletions go in portions, so that nothing else waits long."""

from collections.abc import Mapping, Sequence
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
    or_,
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
    pictures,
    preferences,
    readings,
    scoreboards,
    subscriptions,
    updates,
)

EVERY_READING_FOR = timedelta(days=2)
ONE_AN_HOUR_FOR = timedelta(days=30)
PORTION = 5_000

PETITIONS_AT_ONCE = 50
"""Of so many petitions the readings are thinned at once."""

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # older than any petition site

_BEFORE = bindparam("before", type_=UtcDateTime)
_SIZE = bindparam("size", type_=Integer)


def _thin(*period: str) -> Delete:
    """Drop all readings of petitions between two moments but the last of each period."""
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
        .where(
            readings.c.petition_id.in_(bindparam("petitions", expanding=True)),
            readings.c.at >= bindparam("since", type_=UtcDateTime),
            readings.c.at < _BEFORE,
        )
        .subquery()
    )
    superfluous = select(numbered.c.petition_id, numbered.c.at).where(numbered.c.place > 1)
    return delete(readings).where(tuple_(readings.c.petition_id, readings.c.at).in_(superfluous))


_THIN_TO_HOURS = _thin("year", "doy", "hour")
_THIN_TO_DAYS = _thin("year", "doy")
_PETITIONS = select(petitions.c.id).order_by(petitions.c.id)
_FIRST_READING = readings.alias()
_SEEN_MORE_THAN_ONCE = exists().where(
    readings.c.petition_id == petitions.c.id,
    readings.c.at
    > select(func.min(_FIRST_READING.c.at))
    .where(_FIRST_READING.c.petition_id == petitions.c.id)
    .correlate(petitions)
    .scalar_subquery(),
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
        for table in (alerts, messages, preferences, scoreboards, closed_topics)
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
            _portion(
                petitions,
                petitions.c.seen_at,
                ~exists().where(follows.c.petition_id == petitions.c.id),
                or_(petitions.c.seen_at < bindparam("histories_before", type_=UtcDateTime), ~_SEEN_MORE_THAN_ONCE),
            )
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

MOST_PICTURES = 3_000
_one_too_many = select(pictures.c.kept_at).order_by(pictures.c.kept_at.desc()).offset(bindparam("most")).limit(1)
_FORGET_PICTURES = delete(pictures).where(
    or_(pictures.c.kept_at < _BEFORE, pictures.c.kept_at <= _one_too_many.scalar_subquery())
)


_Span = tuple[datetime, datetime]


def _whole_hour(moment: datetime | None) -> datetime:
    return _BEGINNING if moment is None else moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _whole_day(moment: datetime | None) -> datetime:
    return _whole_hour(moment).replace(hour=0)


class TidyStore:
    """What is dropped when its time is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def thin_readings(self, now: datetime, done_at: datetime | None) -> int:
        """Keep every reading of two days, the last of each hour for 30 days, the last of each day after that.

        `done_at`: when this was last done; only what has grown old since is gone through.
        """
        hours = (_whole_hour(done_at and done_at - EVERY_READING_FOR), _whole_hour(now - EVERY_READING_FOR))
        days = (_whole_day(done_at and done_at - ONE_AN_HOUR_FOR), _whole_day(now - ONE_AN_HOUR_FOR))
        numbers = (await self._database.query(_PETITIONS)).scalars().all()
        return sum(
            [
                await self._thin(numbers[start : start + PETITIONS_AT_ONCE], hours, days)
                for start in range(0, len(numbers), PETITIONS_AT_ONCE)
            ]
        )

    async def _thin(self, petitions: Sequence[int], hours: _Span, days: _Span) -> int:
        async with self._database.write() as connection:
            return sum(
                [
                    (
                        await connection.execute(thin, {"petitions": petitions, "since": since, "before": before})
                    ).rowcount
                    for thin, (since, before) in ((_THIN_TO_HOURS, hours), (_THIN_TO_DAYS, days))
                    if since < before
                ]
            )

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

    async def forget_petitions(self, before: datetime, *, histories_before: datetime) -> int:
        """Drop petitions that nobody follows and that were last seen before then, with all that was read of them.

        Those that were seen more than once have a history, for which another moment counts.
        """
        return await self._forget_all((_FORGET_PETITIONS,), before, histories_before=histories_before)

    async def forget_pictures(self, before: datetime) -> int:
        """Drop pictures that were last kept before then, and all but the newest `MOST_PICTURES`."""
        async with self._database.write() as connection:
            return (await connection.execute(_FORGET_PICTURES, {"before": before, "most": MOST_PICTURES})).rowcount

    async def forget_sent(self, before: datetime) -> int:
        """Drop settled messages with their alerts, dropped alerts, and the ids of updates handled before then."""
        return await self._forget_all((_FORGET_MESSAGES, _FORGET_ALERTS, _FORGET_UPDATES), before)

    async def forget_broadcasts(self, before: datetime) -> int:
        """Drop broadcasts that ended before then, their many recipients first."""
        forgotten = await self._forget_all((_FORGET_RECIPIENTS,), before)
        await self._forget_all((_FORGET_BROADCASTS,), before)
        return forgotten

    async def _forget_all(self, kinds: Sequence[Sequence[Delete]], before: datetime, **moments: datetime) -> int:
        forgotten = 0
        for statements in kinds:
            while portion := await self._forget(statements, {"before": before, "size": PORTION, **moments}):
                forgotten += portion
        return forgotten

    async def _forget(self, statements: Sequence[Delete], limits: Mapping[str, object]) -> int:
        async with self._database.write() as connection:
            return sum([(await connection.execute(statement, limits)).rowcount for statement in statements])
