"""The audit's reading of what was told to whom, and its repairs.

Everything is judged within one reading transaction, in which what is announced has alerts and what is composed has
messages, whatever is under way. A repair judges again inside of the transaction that writes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.audit import Accounts, Amiss, Fault, Outcome, Position
from delivery.outbox import GIVEN_UP, Lane, MessageState
from petitions.kinds import TREATMENTS
from petitions.news import Change, ChangeId, Kind
from petitions.petition import PetitionId, PetitionRef, Site
from petitions.streams import KINDS
from storage.alerts import (
    IN_ITS_STREAMS,
    OWED_TO_FOLLOWERS,
    OWED_TO_SUBSCRIBERS,
    PLACE_AND_CHANGE,
    stream_values,
    wanted,
)
from storage.columns import NUMBER, AnyRow, UtcDateTime
from storage.conflicts import Insert, insert
from storage.database import Database
from storage.documents import KNOWN_SITES
from storage.petitions import change_values
from storage.schema import (
    UNANNOUNCED,
    AlertState,
    alerts,
    changes,
    follows,
    is_state,
    messages,
    petitions,
    repairs,
    subscriptions,
)
from storage.turns import last_turn


def _said(name: StrEnum) -> ColumnElement[str]:
    return literal_column(f"'{name}'", Text)


_LAST = Position(change=2**62, number=2**62)

_alert = alerts.alias("its_alert")
_other = alerts.alias("other_alert")
_message = messages.alias("its_message")
_orphan = messages.alias("orphan")
_follow_there = follows.alias("follow_there")

_NOW = bindparam("now", type_=UtcDateTime)
_SINCE = bindparam("since", type_=UtcDateTime)
_CHANGE = bindparam("change", type_=NUMBER)
_AFTER_CHANGE = bindparam("after_change", type_=NUMBER)
_UNTIL_CHANGE = bindparam("until_change", type_=NUMBER)

_TOLD_IN_ANOTHER_TOPIC = exists().where(
    _other.c.chat_id == follows.c.chat_id,
    _other.c.change_id == changes.c.id,
    _other.c.subscription_id.is_(None),
    ~exists().where(
        _follow_there.c.petition_id == _other.c.petition_id,
        _follow_there.c.chat_id == _other.c.chat_id,
        _follow_there.c.thread == _other.c.thread,
        _follow_there.c.after_change < _other.c.change_id,
    ),
)
_ENDINGS = {
    MessageState.SENT: Outcome.TOLD,
    MessageState.CANCELLED: Outcome.CANCELLED,
    MessageState.EXPIRED: Outcome.EXPIRED,
    **dict.fromkeys(GIVEN_UP, Outcome.GIVEN_UP),
}
_STAGES = {
    AlertState.OWED: Outcome.WAITING,
    AlertState.DEFERRED: Outcome.DEFERRED,
    AlertState.CANCELLED: Outcome.CANCELLED,
    AlertState.EXPIRED: Outcome.EXPIRED,
}
_GROUP = case({kind.value: _said(treatment.group) for kind, treatment in TREATMENTS.items()}, value=changes.c.kind)
_BY_DEFAULT = changes.c.kind.not_in([kind.value for kind, treatment in TREATMENTS.items() if not treatment.wanted])
_TO_REPAIR = (Outcome.UNTOLD, Outcome.LOST)


def _told_by_an_orphan(to: Table) -> ColumnElement[bool]:
    """Tell whether the place has a message about the petition, made since the change, whose alert is gone."""
    return exists().where(
        _orphan.c.chat_id == to.c.chat_id,
        _orphan.c.thread == to.c.thread,
        _orphan.c.petition_id == changes.c.petition_id,
        _orphan.c.lane == Lane.ALERT.value,
        _orphan.c.due_at >= func.coalesce(changes.c.happened_at, changes.c.seen_at),
        ~is_state(_orphan.c.state, MessageState.CANCELLED),
        ~exists().where(_other.c.message_id == _orphan.c.id),
    )


def _outcome(
    to: Table,
    *excused: tuple[ColumnElement[bool], Outcome],
    elsewhere: ColumnElement[bool],
    unwanted: ColumnElement[bool],
) -> ColumnElement[str]:
    """Return what became of a change for a row of `to` with its alert and its message, the first that applies."""
    repaired = exists().where(
        repairs.c.change_id == changes.c.id, repairs.c.chat_id == to.c.chat_id, repairs.c.thread == to.c.thread
    )
    untold = _alert.c.id.is_(None)
    held = or_(_message.c.held, and_(is_state(_alert.c.state, AlertState.OWED), _alert.c.held))
    outcomes: list[tuple[ColumnElement[bool], Outcome]] = [
        *excused,
        (and_(untold, elsewhere), Outcome.ELSEWHERE),
        (and_(untold, unwanted), Outcome.UNWANTED),
        *((is_state(_message.c.state, state), outcome) for state, outcome in _ENDINGS.items()),
        (held, Outcome.HELD),
        (_message.c.id.is_not(None), Outcome.WAITING),
        *((is_state(_alert.c.state, state), outcome) for state, outcome in _STAGES.items()),
        (_alert.c.ended, Outcome.TOLD),
        (repaired, Outcome.AGAIN),
        (untold, Outcome.UNTOLD),
    ]
    return case(*((when, _said(outcome)) for when, outcome in outcomes), else_=_said(Outcome.LOST))


class _Statements(NamedTuple):
    """What is asked and changed of one kind of those who are told.

    `end`: the position after a batch. `outcomes` and `amiss`: what became of the changes up to there. `owe_again`: owe
    a change to some of them that were not told. `remember`: that this was done.
    """

    end: Select[int, int]
    outcomes: Select[str, int]
    amiss: Select[int, str, str, str, int]
    owe_again: Insert
    remember: Insert


def _statements(
    to: Table, told: ColumnElement[bool], outcome: ColumnElement[str], owed: Mapping[str, ColumnElement[Any]]
) -> _Statements:
    """Return the statements about the rows of `to`, which are told of a change where `told` holds."""
    pairs = changes.join(to, told)
    joined = pairs.outerjoin(
        _alert,
        and_(_alert.c.chat_id == to.c.chat_id, _alert.c.thread == to.c.thread, _alert.c.change_id == changes.c.id),
    ).outerjoin(_message, _alert.c.message_id == _message.c.id)
    pair = tuple_(changes.c.id, to.c.id)
    audited = and_(
        changes.c.id.between(_AFTER_CHANGE, _UNTIL_CHANGE),
        changes.c.seen_at >= _SINCE,
        ~UNANNOUNCED,
        pair > tuple_(_AFTER_CHANGE, bindparam("after_number", type_=NUMBER)),
        pair <= tuple_(_UNTIL_CHANGE, bindparam("until_number", type_=NUMBER)),
    )
    these = and_(changes.c.id == _CHANGE, to.c.id.in_(bindparam("numbers", expanding=True)))
    found = outcome.label("outcome")
    return _Statements(
        end=select(changes.c.id, to.c.id)
        .select_from(pairs)
        .where(audited)
        .order_by(changes.c.id, to.c.id)
        .limit(1)
        .offset(bindparam("size", type_=Integer)),
        outcomes=select(found, func.count().label("number")).select_from(joined).where(audited).group_by(found),
        amiss=select(changes.c.id, petitions.c.site, petitions.c.number, found, to.c.id)
        .select_from(joined.join(petitions, changes.c.petition_id == petitions.c.id))
        .where(
            audited,
            petitions.c.site.in_(KNOWN_SITES),
            outcome.in_([_said(each) for each in (*_TO_REPAIR, Outcome.AGAIN)]),
        )
        .order_by(changes.c.id, to.c.id),
        owe_again=insert(alerts)
        .from_select(
            list(owed),
            select(*owed.values()).select_from(joined).where(these, outcome.in_([_said(each) for each in _TO_REPAIR])),
        )
        .on_conflict_do_update(
            index_elements=PLACE_AND_CHANGE,
            set_={name: insert(alerts).excluded[name] for name in ("due_at", "turn", "state", "held")},
            where=and_(is_state(alerts.c.state, AlertState.COMPOSED), alerts.c.message_id.is_(None), ~alerts.c.ended),
        )
        .execution_options(preserve_rowcount=True),
        remember=insert(repairs)
        .from_select(
            ["change_id", "chat_id", "thread"],
            select(changes.c.id, to.c.chat_id, to.c.thread).select_from(pairs).where(these),
        )
        .on_conflict_do_nothing(),
    )


_FOLLOWERS = _statements(
    follows,
    follows.c.petition_id == changes.c.petition_id,
    _outcome(
        follows,
        (follows.c.after_change >= changes.c.id, Outcome.LATER),
        (and_(changes.c.announced_to == 0, follows.c.followed_at > changes.c.happened_at), Outcome.LATER),
        (follows.c.muted, Outcome.MUTED),
        elsewhere=or_(_TOLD_IN_ANOTHER_TOPIC, _told_by_an_orphan(follows)),
        unwanted=or_(~wanted(follows, _GROUP, _BY_DEFAULT), follows.c.choices_after >= changes.c.id),
    ),
    OWED_TO_FOLLOWERS,
)
_SUBSCRIBERS = _statements(
    subscriptions,
    IN_ITS_STREAMS,
    _outcome(
        subscriptions,
        (subscriptions.c.after_change >= changes.c.id, Outcome.LATER),
        (subscriptions.c.subjects_after >= changes.c.id, Outcome.LATER),
        elsewhere=_told_by_an_orphan(subscriptions),
        unwanted=false(),
    ),
    OWED_TO_SUBSCRIBERS,
)
_FIRST = select(func.min(changes.c.id)).where(
    changes.c.kind.in_([kind.value for kind in Kind]), changes.c.seen_at >= _SINCE
)
_STREAMED = sorted({kind.value for kinds in KINDS.values() for kind in kinds})
_CHANGES = select(changes, petitions.c.site, petitions.c.snapshot).join_from(
    changes, petitions, changes.c.petition_id == petitions.c.id
)
_NEXT_IN_STREAMS = (
    _CHANGES.where(
        changes.c.id >= _AFTER_CHANGE,
        changes.c.kind.in_(_STREAMED),
        ~UNANNOUNCED,
        exists().where(subscriptions.c.site == petitions.c.site),
    )
    .order_by(changes.c.id)
    .limit(1)
)
_THIS_CHANGE = _CHANGES.where(changes.c.id == _CHANGE)
_KEYS = select(changes.c.key).where(changes.c.petition_id == bindparam("petition"))
_RESTORED = {
    **{name: bindparam(name, type_=changes.c[name].type) for name in ("key", "kind", "news", "happened_at", "seen_at")},
    "petition_id": petitions.c.id,
    "announced_at": bindparam("seen_at", type_=UtcDateTime),
}
_RESTORE = (
    insert(changes)
    .from_select(
        list(_RESTORED),
        select(*_RESTORED.values()).where(
            petitions.c.id == bindparam("petition"),
            exists().where(
                follows.c.petition_id == petitions.c.id,
                follows.c.followed_at < bindparam("happened_at", type_=UtcDateTime),
            ),
        ),
    )
    .on_conflict_do_nothing(index_elements=[changes.c.petition_id, changes.c.key])
    .execution_options(preserve_rowcount=True)
)
_LOOK_AGAIN = (
    update(petitions)
    .where(petitions.c.id == bindparam("petition"))
    .values(page_due_at=_NOW, due_at=_NOW, planned_at=_NOW, full_at=None)
)


class AuditStore:
    """What was told to whom, and what has to be told after all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def followers(self, since: datetime, after: Position, limit: int) -> Accounts:
        async with self._database.read() as connection:
            after = await _begin(connection, since, after)
            return await _account(connection, _FOLLOWERS, _window(since, after), limit)

    async def subscribers(self, since: datetime, after: Position, limit: int) -> Accounts:
        """Account for one change only: which streams it is in is not known to SQL."""
        async with self._database.read() as connection:
            after = await _begin(connection, since, after)
            change = (await connection.execute(_NEXT_IN_STREAMS, {"after_change": after.change})).one_or_none()
            if change is None:
                return Accounts(outcomes={}, amiss=(), reached=None)
            until = Position(change=change.id, number=_LAST.number)
            window = _window(since, max(after, Position(change=change.id)), until)
            found = await _account(connection, _SUBSCRIBERS, window | stream_values(change), limit)
        return found if found.reached is not None else replace(found, reached=Position(change=change.id + 1))

    async def tell_followers(self, amiss: Amiss, now: datetime) -> int:
        return await self._tell(_FOLLOWERS, amiss, now, {})

    async def tell_subscribers(self, amiss: Amiss, now: datetime, day: tuple[datetime, datetime]) -> int:
        return await self._tell(_SUBSCRIBERS, amiss, now, {"day_begins": day[0], "day_ends": day[1]})

    async def keys(self, petition: PetitionId) -> Collection[str]:
        return set((await self._database.query(_KEYS, {"petition": petition})).scalars())

    async def restore(self, petition: PetitionId, lost: Sequence[Change]) -> int:
        async with self._database.write() as connection:
            values = [{"petition": petition, **change_values(change)} for change in lost]
            return sum([(await connection.execute(_RESTORE, each)).rowcount for each in values])

    async def look_again(self, petition: PetitionId, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(_LOOK_AGAIN, {"petition": petition, "now": now})

    async def _tell(self, statements: _Statements, amiss: Amiss, now: datetime, values: Mapping[str, object]) -> int:
        async with self._database.write() as connection:
            change = (await connection.execute(_THIS_CHANGE, {"change": amiss.change})).one_or_none()
            if change is None:
                return 0
            turn = await last_turn(connection, change.petition_id, now)
            these = {"change": amiss.change, "numbers": list(amiss.numbers), **stream_values(change)}
            owed = {**these, **values, "petition": change.petition_id, "last_turn": turn, "now": now}
            told = (await connection.execute(statements.owe_again, owed)).rowcount
            await connection.execute(statements.remember, these)
        return told


async def _begin(connection: AsyncConnection, since: datetime, after: Position) -> Position:
    """Begin with the first change that was seen since then."""
    if after != Position():
        return after
    first = (await connection.execute(_FIRST, {"since": since})).scalar_one()
    return _LAST if first is None else Position(change=first)


def _window(since: datetime, after: Position, until: Position = _LAST) -> dict[str, object]:
    return {
        "since": since,
        "after_change": after.change,
        "after_number": after.number,
        "until_change": until.change,
        "until_number": until.number,
    }


async def _account(
    connection: AsyncConnection, statements: _Statements, window: Mapping[str, object], limit: int
) -> Accounts:
    end = (await connection.execute(statements.end, {**window, "size": limit - 1})).one_or_none()
    reached = None if end is None else Position(change=end[0], number=end[1])
    if reached is not None:
        window = {**window, "until_change": reached.change, "until_number": reached.number}
    rows = await connection.execute(statements.outcomes, window)
    outcomes = {Outcome(row.outcome): row.number for row in rows}
    faulty = outcomes.keys() & {*_TO_REPAIR, Outcome.AGAIN}
    amiss = (await connection.execute(statements.amiss, window)).all() if faulty else ()
    return Accounts(outcomes=outcomes, amiss=_grouped(amiss), reached=reached)


def _grouped(rows: Sequence[AnyRow]) -> tuple[Amiss, ...]:
    """Put together those with the same fault of the same change."""
    groups: dict[tuple[int, str, str, str], list[int]] = {}
    for *of, number in rows:
        groups.setdefault((of[0], of[1], of[2], of[3]), []).append(number)
    return tuple(
        Amiss(
            change=ChangeId(change),
            petition=PetitionRef(site=Site(site), number=petition),
            fault=Fault(outcome),
            numbers=tuple(numbers),
        )
        for (change, site, petition, outcome), numbers in groups.items()
    )
