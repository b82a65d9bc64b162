"""Alerts: which place is owed word of which change, until a message carries it."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import BigInteger, Integer, and_, bindparam, func, literal_column, select, update
from sqlalchemy import insert as insert_rows
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatKind
from delivery.outbox import AlertId, Announced, NewMessage, OwedAlert
from petitions.follows import ChatId, Place
from petitions.news import Change, ChangeId, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from storage.columns import NUMBER, AnyRow, UtcDateTime
from storage.conflicts import insert
from storage.database import Database
from storage.documents import NEWS
from storage.messages import message_values
from storage.reach import out_of_reach
from storage.schema import (
    HELD_ALERTS,
    OWED,
    REACHABLE,
    UNANNOUNCED,
    AlertState,
    alerts,
    changes,
    chats,
    follows,
    messages,
    petitions,
)
from storage.turns import last_turn

_log = structlog.get_logger()

_NOW = bindparam("now", type_=UtcDateTime)
_CHANGE = bindparam("change", type_=NUMBER)
_SIZE = bindparam("size", type_=Integer)

_UNANNOUNCED = (
    select(changes.c.id, changes.c.petition_id, changes.c.announced_to)
    .where(UNANNOUNCED)
    .order_by(changes.c.last_turn.nulls_first(), changes.c.id)
    .limit(1)
)
_WANTED = and_(
    follows.c.petition_id == bindparam("petition"),
    follows.c.id > bindparam("announced_to"),
    follows.c.after_change < _CHANGE,
    ~follows.c.muted,
)
_next_followers = select(follows.c.id).where(_WANTED).order_by(follows.c.id).limit(_SIZE).subquery()
_BATCH = select(func.count(), func.max(_next_followers.c.id))
_OWE = (
    insert(alerts)
    .from_select(
        ["change_id", "petition_id", "chat_id", "thread", "due_at", "turn", "state", "held"],
        select(
            _CHANGE,
            follows.c.petition_id,
            follows.c.chat_id,
            follows.c.thread,
            _NOW,
            bindparam("last_turn", type_=BigInteger) + func.row_number().over(order_by=follows.c.id),
            literal_column(f"'{AlertState.OWED}'"),
            out_of_reach(follows.c.chat_id, follows.c.thread),
        ).where(_WANTED, follows.c.id <= bindparam("last")),
    )
    .on_conflict_do_nothing(index_elements=[alerts.c.chat_id, alerts.c.thread, alerts.c.change_id])
    .execution_options(preserve_rowcount=True)
)
_ADVANCE = (
    update(changes)
    .where(changes.c.id == _CHANGE)
    .values(
        announced_to=bindparam("last"),
        announced_at=bindparam("finished_at", type_=UtcDateTime),
        last_turn=bindparam("reached"),
    )
)

_DUE = and_(REACHABLE, alerts.c.due_at <= _NOW)
_oldest = (
    select(alerts.c.id, alerts.c.chat_id, alerts.c.thread, alerts.c.petition_id, alerts.c.turn)
    .where(_DUE)
    .order_by(alerts.c.turn, alerts.c.id)
    .limit(_SIZE)
    .subquery("oldest")
)
_groups = (
    select(
        _oldest.c.chat_id,
        _oldest.c.thread,
        _oldest.c.petition_id,
        func.min(_oldest.c.turn).label("turn"),
        func.min(_oldest.c.id).label("first"),
    )
    .group_by(_oldest.c.chat_id, _oldest.c.thread, _oldest.c.petition_id)
    .subquery("groups")
)
_DUE_ALERTS = (
    select(
        alerts.c.id,
        alerts.c.chat_id,
        alerts.c.thread,
        alerts.c.petition_id,
        alerts.c.due_at,
        alerts.c.change_id,
        chats.c.kind,
        changes.c.key,
        changes.c.news,
        changes.c.happened_at,
        changes.c.seen_at,
        petitions.c.site,
        petitions.c.number,
        petitions.c.title,
    )
    .join_from(
        _groups,
        alerts,
        and_(
            alerts.c.chat_id == _groups.c.chat_id,
            alerts.c.thread == _groups.c.thread,
            alerts.c.petition_id == _groups.c.petition_id,
        ),
    )
    .join(changes, alerts.c.change_id == changes.c.id)
    .join(petitions, alerts.c.petition_id == petitions.c.id)
    .join(chats, alerts.c.chat_id == chats.c.id)
    .where(_DUE)
    .order_by(_groups.c.turn, _groups.c.first, alerts.c.change_id)
    .limit(_SIZE + 1)
)

_SET_ASIDE = update(alerts).where(alerts.c.id.in_(bindparam("ids", expanding=True)), OWED).values(held=True)
_TAKE_BACK_SET_ASIDE = (
    update(alerts).where(HELD_ALERTS, ~out_of_reach(alerts.c.chat_id, alerts.c.thread)).values(held=False)
)
_STILL_OWED = (
    select(alerts.c.id, alerts.c.held, alerts.c.turn)
    .where(alerts.c.id.in_(bindparam("ids", expanding=True)), OWED)
    .with_for_update()
)
_QUEUE = insert_rows(messages).returning(messages.c.id, messages.c.first_alert_id)
_COMPOSED = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"))
    .values(state=AlertState.COMPOSED, message_id=bindparam("message"))
)


class AlertStore:
    """Alerts owed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce_next(self, now: datetime, limit: int) -> Announced | None:
        """Owe a change to its next followers, in the order in which they followed, and give each alert its turn.

        Changes take turns: the next one is that which has come least far. It remembers how far, in the same
        transaction: a batch is done once or not at all.
        """
        async with self._database.write() as connection:
            change = (await connection.execute(_UNANNOUNCED)).one_or_none()
            if change is None:
                return None
            key = {"change": change.id, "petition": change.petition_id, "announced_to": change.announced_to}
            found, last = (await connection.execute(_BATCH, {**key, "size": limit})).one()
            turn = await last_turn(connection, change.petition_id, now)
            owed = 0
            if found:
                batch = {**key, "last": last, "now": now, "last_turn": turn}
                owed = (await connection.execute(_OWE, batch)).rowcount
            finished = found < limit
            progress = {"last": last or change.announced_to, "finished_at": now if finished else None}
            await connection.execute(_ADVANCE, {"change": change.id, **progress, "reached": turn + found})
        return Announced(change=ChangeId(change.id), alerts=owed, finished=finished)

    async def due(self, now: datetime, limit: int) -> Sequence[OwedAlert]:
        """Return at most `limit` alerts that are due, in the order of their turns.

        Those of one place and petition stand together, in the order of their changes, and are not split unless they
        alone are more than `limit`. Those whose news this version cannot read are set aside.
        """
        while True:
            async with self._database.read() as connection:
                rows = (await connection.execute(_DUE_ALERTS, {"now": now, "size": limit})).all()
            read = {row.change_id: row for row in rows}
            stored = {number: _stored_change(row) for number, row in read.items()}
            unreadable = [AlertId(row.id) for row in rows if stored[row.change_id] is None]
            await self.set_aside(unreadable)
            owed = [
                OwedAlert(
                    id=AlertId(row.id),
                    place=Place(chat=ChatId(row.chat_id), thread=row.thread),
                    chat_kind=ChatKind(row.kind),
                    change=change,
                    due_at=row.due_at,
                )
                for row in _whole_groups(rows, limit)
                if (change := stored[row.change_id]) is not None
            ]
            if owed or not unreadable:
                return owed

    async def set_aside(self, owed: Sequence[AlertId]) -> None:
        """Hold alerts of which no message can be made, until `take_back_set_aside`."""
        if owed:
            async with self._database.write() as connection:
                await connection.execute(_SET_ASIDE, {"ids": list(owed)})

    async def take_back_set_aside(self) -> int:
        """Try again what was set aside: a newer version may be able to read or to word it."""
        async with self._database.write() as connection:
            return (await connection.execute(_TAKE_BACK_SET_ASIDE)).rowcount

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        """Queue messages and settle their alerts, in bulk. A message without alerts belongs to `MessageStore.queue`."""
        async with self._database.write() as connection:
            ids = [alert for message in queued for alert in message.alerts]
            owed = {row.id: row for row in await connection.execute(_STILL_OWED, {"ids": ids})}
            ready = []
            for message in queued:
                if message.alerts and all(alert in owed for alert in message.alerts):
                    carried = [owed.pop(alert) for alert in message.alerts]  # no second message carries the same alert
                    ready.append((message, carried))
            if ready:
                await _queue(connection, ready)


async def _queue(connection: AsyncConnection, ready: Sequence[tuple[NewMessage, Sequence[AnyRow]]]) -> None:
    values = [
        {
            **message_values(message),
            "first_alert_id": message.alerts[0],
            "turn": min(alert.turn for alert in carried),
            "held": any(alert.held for alert in carried),
        }
        for message, carried in ready
    ]
    rows = await connection.execute(_QUEUE, values)
    numbers = {row.first_alert_id: row.id for row in rows}
    settled = [
        {"alert": alert, "message": numbers[message.alerts[0]]} for message, _ in ready for alert in message.alerts
    ]
    await connection.execute(_COMPOSED, settled)


def _whole_groups(rows: Sequence[AnyRow], limit: int) -> Sequence[AnyRow]:
    """Leave out the last group of rows that are one more than asked for: it may go on."""
    if len(rows) <= limit:
        return rows
    cut = _group(rows[-1])
    whole = [row for row in rows if _group(row) != cut]
    return whole or rows[:limit]


def _group(row: AnyRow) -> tuple[int, int, int]:
    return row.chat_id, row.thread, row.petition_id


def _stored_change(row: AnyRow) -> StoredChange | None:
    try:
        return StoredChange(
            id=ChangeId(row.change_id),
            petition=PetitionId(row.petition_id),
            ref=PetitionRef(site=Site(row.site), number=row.number),
            title=row.title,
            change=Change(key=row.key, news=NEWS.read(row.news), happened_at=row.happened_at, seen_at=row.seen_at),
        )
    except ValueError as error:
        _log.error("news.unreadable", change_id=row.change_id, error=str(error))
        return None
