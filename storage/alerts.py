"""Alerts: which place is owed word of which change, until a message carries it.

`AlertStore.announce_next` alone decides where an alert goes: to who follows the petition, unmuted, since before the
change, unless it does not want such news; and to who subscribes to a stream that the change is in, for petitions on
such subjects. A place gets one alert of a change, however many of these apply.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import insert as insert_rows
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatKind
from delivery.outbox import AlertId, Announced, MessageState, NewMessage, OwedAlert
from petitions.follows import ChatId, Place
from petitions.kinds import TREATMENTS
from petitions.news import Change, ChangeId, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from petitions.preferences import Media, Preference
from petitions.streams import streams_of
from storage.approvals import tell_those_who_look_after
from storage.chats import read_style
from storage.columns import NUMBER, AnyRow, UtcDateTime
from storage.conflicts import Insert, insert
from storage.database import Database
from storage.documents import NEWS, SNAPSHOT, SUBJECTS
from storage.messages import message_values
from storage.reach import out_of_reach
from storage.schema import (
    AWAITING,
    DEFERRED,
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
    preferences,
    subscription_subjects,
    subscriptions,
)
from storage.turns import last_turn

_log = structlog.get_logger()

_NOW = bindparam("now", type_=UtcDateTime)
_CHANGE = bindparam("change", type_=NUMBER)
_SIZE = bindparam("size", type_=Integer)

_UNANNOUNCED = (
    select(changes, petitions.c.site, petitions.c.snapshot)
    .join_from(changes, petitions, changes.c.petition_id == petitions.c.id)
    .where(UNANNOUNCED)
    .order_by(changes.c.last_turn.nulls_first(), changes.c.id)
    .limit(1)
)
_TREATED = {
    kind.value: {"group": treatment.group, "by_default": treatment.wanted} for kind, treatment in TREATMENTS.items()
}
_NOT_KNOWN = {"group": "", "by_default": True}


def wanted(
    by: Table, preference: ColumnElement[str] | Preference, by_default: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Tell whether the place of a row of `by` wants something; `by_default`: where it has chosen nothing."""
    chosen = (
        select(preferences.c.wanted)
        .where(
            preferences.c.chat_id == by.c.chat_id,
            preferences.c.thread == by.c.thread,
            preferences.c.name == preference,
        )
        .scalar_subquery()
    )
    return func.coalesce(chosen, by_default, type_=Boolean)


_WANTED = and_(
    follows.c.petition_id == bindparam("petition"),
    follows.c.id > bindparam("announced_to"),
    follows.c.after_change < _CHANGE,
    ~follows.c.muted,
    wanted(follows, bindparam("group", type_=Text), bindparam("by_default", type_=Boolean)),
)
_next_followers = select(follows.c.id).where(_WANTED).order_by(follows.c.id).limit(_SIZE).subquery()
_BATCH = select(func.count(), func.max(_next_followers.c.id))


def _owed(
    to: Table, due_at: ColumnElement[datetime], state: ColumnElement[str], **more: ColumnElement[int]
) -> Mapping[str, ColumnElement[Any]]:
    """Return the columns of alerts of a change that are owed to rows of `to`, with consecutive turns."""
    return {
        "change_id": _CHANGE,
        "petition_id": bindparam("petition", type_=NUMBER),
        "chat_id": to.c.chat_id,
        "thread": to.c.thread,
        "due_at": due_at,
        "turn": bindparam("last_turn", type_=BigInteger) + func.row_number().over(order_by=to.c.id),
        "state": state,
        "held": out_of_reach(to.c.chat_id, to.c.thread),
        **more,
    }


def _owe(columns: Mapping[str, ColumnElement[Any]], wanted: ColumnElement[bool], number: Column[int]) -> Insert:
    """Owe a change to a batch of rows, of which the last has that `number`."""
    return (
        insert(alerts)
        .from_select(list(columns), select(*columns.values()).where(wanted, number <= bindparam("last")))
        .on_conflict_do_nothing(index_elements=PLACE_AND_CHANGE)
        .execution_options(preserve_rowcount=True)
    )


PLACE_AND_CHANGE = (alerts.c.chat_id, alerts.c.thread, alerts.c.change_id)
_IS_OWED = literal_column(f"'{AlertState.OWED}'", Text)
OWED_TO_FOLLOWERS = _owed(follows, _NOW, _IS_OWED)
_OWE = _owe(OWED_TO_FOLLOWERS, _WANTED, follows.c.id)

_its_subjects = subscription_subjects.c.subscription_id == subscriptions.c.id
IN_ITS_STREAMS = and_(
    subscriptions.c.site == bindparam("of_site"),
    subscriptions.c.stream.in_(bindparam("streams", expanding=True)),
    subscriptions.c.since <= bindparam("happened_at", type_=UtcDateTime),
    or_(
        ~exists().where(_its_subjects),
        exists().where(_its_subjects, subscription_subjects.c.subject.in_(bindparam("subjects", expanding=True))),
    ),
)
_SUBSCRIBED = and_(
    IN_ITS_STREAMS, subscriptions.c.id > bindparam("announced_to"), subscriptions.c.after_change < _CHANGE
)
_next_subscribers = select(subscriptions.c.id).where(_SUBSCRIBED).order_by(subscriptions.c.id).limit(_SIZE).subquery()
_SUBSCRIBED_BATCH = select(func.count(), func.max(_next_subscribers.c.id))
_TOLD_TODAY = (
    select(func.count())
    .select_from(alerts)
    .where(
        alerts.c.subscription_id == subscriptions.c.id,
        alerts.c.due_at > bindparam("day_begins", type_=UtcDateTime),
        alerts.c.due_at < bindparam("day_ends", type_=UtcDateTime),
    )
    .scalar_subquery()
)
_BELOW_CAP = subscriptions.c.daily_cap > _TOLD_TODAY
OWED_TO_SUBSCRIBERS = _owed(
    subscriptions,
    case((_BELOW_CAP, _NOW), else_=bindparam("day_ends", type_=UtcDateTime)),
    case((_BELOW_CAP, _IS_OWED), else_=literal_column(f"'{AlertState.DEFERRED}'", Text)),
    subscription_id=subscriptions.c.id,
)
_OWE_SUBSCRIBERS = _owe(OWED_TO_SUBSCRIBERS, _SUBSCRIBED, subscriptions.c.id)
_ADVANCE = (
    update(changes)
    .where(changes.c.id == _CHANGE)
    .values(
        announced_to=bindparam("last"),
        announced_to_subscription=bindparam("last_subscription"),
        announced_at=bindparam("finished_at", type_=UtcDateTime),
        last_turn=bindparam("reached"),
    )
)

_DUE = and_(REACHABLE, alerts.c.due_at <= _NOW)
_oldest = (
    select(alerts.c.id, alerts.c.chat_id, alerts.c.thread, alerts.c.petition_id, alerts.c.turn)
    .where(_DUE, alerts.c.chat_id.not_in(bindparam("resting", expanding=True)))
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
        alerts.c.subscription_id,
        chats.c.kind,
        chats.c.telegram_id,
        chats.c.short_posts,
        chats.c.signature,
        chats.c.ask_first,
        wanted(alerts, Media.PICTURES, chats.c.kind == ChatKind.PRIVATE).label("pictures"),
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

_DEFERRED_DUE = (
    select(alerts.c.id).where(DEFERRED, alerts.c.due_at <= _NOW).order_by(alerts.c.due_at, alerts.c.id).limit(_SIZE)
)
_HAS_WORK = select(or_(exists().where(UNANNOUNCED), exists().where(DEFERRED, alerts.c.due_at <= _NOW)))
_RELEASE = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"), DEFERRED)
    .values(
        state=AlertState.OWED,
        turn=bindparam("its_turn"),
        held=out_of_reach(alerts.c.chat_id, alerts.c.thread),
    )
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
_QUEUE_UNASKED = (
    update(messages).where(messages.c.id == bindparam("message"), AWAITING).values(state=MessageState.QUEUED)
)
_COMPOSED = (
    update(alerts)
    .where(alerts.c.id == bindparam("alert"))
    .values(state=AlertState.COMPOSED, message_id=bindparam("message"))
)


class AlertStore:
    """Alerts owed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has_work(self, now: datetime) -> bool:
        return bool((await self._database.query(_HAS_WORK, {"now": now})).scalar_one())

    async def announce_next(self, now: datetime, limit: int, day: tuple[datetime, datetime]) -> Announced | None:
        """Owe a change to its next followers, then to subscribers, in the order in which they came, each in its turn.

        Changes take turns: the next one is that which has come least far. It remembers how far, in the same
        transaction: a batch is done once or not at all.
        """
        async with self._database.write() as connection:
            change = (await connection.execute(_UNANNOUNCED)).one_or_none()
            if change is None:
                return None
            turn = await last_turn(connection, change.petition_id, now)
            key = {"change": change.id, "petition": change.petition_id, "now": now}
            treated = _TREATED.get(change.kind, _NOT_KNOWN)  # what a later version stored, it may read again
            followers = {**key, **treated, "announced_to": change.announced_to, "last_turn": turn, "size": limit}
            found = await _owe_batch(connection, _BATCH, _OWE, followers)
            subscribers = {
                **key,
                **stream_values(change),
                "announced_to": change.announced_to_subscription,
                "last_turn": turn + found.reached,
                "size": limit - found.reached,
                "day_begins": day[0],
                "day_ends": day[1],
            }
            more = await _owe_batch(connection, _SUBSCRIBED_BATCH, _OWE_SUBSCRIBERS, subscribers)
            reached = found.reached + more.reached
            finished = reached < limit
            progress = {
                "last": found.last or change.announced_to,
                "last_subscription": more.last or change.announced_to_subscription,
                "finished_at": now if finished else None,
            }
            await connection.execute(_ADVANCE, {"change": change.id, **progress, "reached": turn + reached})
        return Announced(change=ChangeId(change.id), alerts=found.owed + more.owed, finished=finished)

    async def release_deferred(self, now: datetime, limit: int) -> int:
        """Let alerts be composed whose time has come, in turns that begin where sending is at the moment."""
        ids = (await self._database.query(_DEFERRED_DUE, {"now": now, "size": limit})).scalars().all()
        if ids:
            async with self._database.write() as connection:
                turn = await last_turn(connection, None, now)
                released = [{"alert": number, "its_turn": turn + place} for place, number in enumerate(ids, start=1)]
                await connection.execute(_RELEASE, released)
        return len(ids)

    async def due(self, now: datetime, limit: int, resting: Collection[ChatId] = ()) -> Sequence[OwedAlert]:
        """Return at most `limit` alerts that are due, in the order of their turns, none for the chats in `resting`.

        Those of one place and petition stand together, in the order of their changes, and are not split unless they
        alone are more than `limit`. Those whose news this version cannot read are set aside.
        """
        while True:
            rows = (
                await self._database.query(_DUE_ALERTS, {"now": now, "size": limit, "resting": list(resting)})
            ).all()
            read = {row.change_id: row for row in rows}
            stored = {number: stored_change(row) for number, row in read.items()}
            unreadable = [AlertId(row.id) for row in rows if stored[row.change_id] is None]
            await self.set_aside(unreadable)
            owed = [
                OwedAlert(
                    id=AlertId(row.id),
                    place=Place(chat=ChatId(row.chat_id), thread=row.thread),
                    chat_kind=ChatKind(row.kind),
                    telegram_chat=row.telegram_id,
                    style=read_style(row),
                    followed=row.subscription_id is None,
                    pictures=row.pictures,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """So many rows were reached, the last of them with that id, and so many of them are newly owed an alert."""

    reached: int
    last: int | None
    owed: int


async def _owe_batch(
    connection: AsyncConnection, batch: Select[int, Any], owe: Insert, values: Mapping[str, object]
) -> _Batch:
    reached, last = (await connection.execute(batch, values)).one()
    owed = (await connection.execute(owe, {**values, "last": last})).rowcount if reached else 0
    return _Batch(reached=reached, last=last, owed=owed)


def stream_values(change: AnyRow) -> dict[str, object]:
    """Return which streams the change is in, what its petition is about, and when it happened or was seen."""
    try:
        streams = streams_of(NEWS.read(change.news))
        known = change.subjects is not None
        subjects = SUBJECTS.read(change.subjects) if known else SNAPSHOT.read(change.snapshot).subjects
    except ValueError:
        streams, subjects = frozenset(), ()
    return {
        "of_site": change.site,
        "streams": sorted(streams),
        "subjects": sorted(subjects),
        "happened_at": change.happened_at or change.seen_at,
    }


async def _queue(connection: AsyncConnection, ready: Sequence[tuple[NewMessage, Sequence[AnyRow]]]) -> None:
    values = [
        {
            **message_values(message),
            "first_alert_id": message.alerts[0],
            "state": MessageState.AWAITING if message.question is not None else MessageState.QUEUED,
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
    for message, _ in ready:
        if message.question is not None and not await tell_those_who_look_after(
            connection, message.place.chat, message.question, message.due_at
        ):
            await connection.execute(_QUEUE_UNASKED, {"message": numbers[message.alerts[0]]})


def _whole_groups(rows: Sequence[AnyRow], limit: int) -> Sequence[AnyRow]:
    """Leave out the last group of rows that are one more than asked for: it may go on."""
    if len(rows) <= limit:
        return rows
    cut = _group(rows[-1])
    whole = [row for row in rows if _group(row) != cut]
    return whole or rows[:limit]


def _group(row: AnyRow) -> tuple[int, int, int]:
    return row.chat_id, row.thread, row.petition_id


def stored_change(row: AnyRow) -> StoredChange | None:
    """Read a change from a row; `None`, and a line in the log, when this version cannot read its news."""
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
