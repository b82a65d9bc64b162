"""Broadcasts: what they say, a snapshot of who gets them, and how far each recipient is.

Only a part of a broadcast is in the outbox at a time, so that it can be paused at once and is no weight on the rest.
How its messages end is read from the outbox, which keeps that for weeks: to be killed anywhere costs nothing.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import (
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.broadcasts import (
    ENDED,
    RUNNING,
    Action,
    Audience,
    Broadcast,
    BroadcastId,
    BroadcastState,
    Draft,
    Ended,
    Outcome,
    Recipient,
    Tally,
    outcome_after,
)
from delivery.chats import Announcement, ChatKind, ChatState
from delivery.outbox import Lane, MessageState, NewMessage
from messages.content import Content, Copy, Outgoing, Pin
from petitions.follows import ChatId, Place
from storage.audiences import members
from storage.columns import NUMBER, AnyRow, UtcDateTime
from storage.database import Database
from storage.documents import Document, read_content, write_content
from storage.messages import message_values
from storage.reach import is_banned, out_of_reach
from storage.schema import (
    CANCELLED,
    CLAIMED,
    IN_OUTBOX,
    PENDING,
    QUEUED,
    broadcast_recipients,
    broadcasts,
    chats,
    closed_topics,
    is_state,
    messages,
)

PATIENCE = timedelta(hours=24)
"""How long a chat that is closed for a while is waited for."""

SHOWN_FOR = timedelta(hours=1)
"""How long the page of a broadcast that has ended is brought up to date."""

COLLECTED_AT_ONCE = 500
READ_AT_ONCE = 2_000

_AUDIENCE = Document[Audience](TypeAdapter(Audience))
_VERSIONS = Document[dict[str, str]](TypeAdapter(dict[str, str]))
_NOW = bindparam("now", type_=UtcDateTime)
_ID = bindparam("broadcast", type_=NUMBER)

_recipients = broadcast_recipients
_WAITING = is_state(_recipients.c.state, Outcome.WAITING)
_BEGAN = func.coalesce(broadcasts.c.due_at, broadcasts.c.confirmed_at)
_GET = select(broadcasts).where(broadcasts.c.id == _ID)
_NEWEST = select(broadcasts).order_by(broadcasts.c.id.desc())
_SHOWN_SINCE = bindparam("shown_since", type_=UtcDateTime)
_TO_SHOW = (
    select(broadcasts)
    .where(
        broadcasts.c.page.is_not(None),
        or_(
            is_state(broadcasts.c.state, BroadcastState.SCHEDULED, *RUNNING),
            and_(
                is_state(broadcasts.c.state, *ENDED),
                or_(broadcasts.c.ended_at.is_(None), broadcasts.c.ended_at > _SHOWN_SINCE),
            ),
        ),
    )
    .order_by(broadcasts.c.id)
)
_HAS_WORK = select(
    exists().where(
        ~is_state(broadcasts.c.state, BroadcastState.DRAFT),
        or_(broadcasts.c.ended_at.is_(None), broadcasts.c.ended_at > _SHOWN_SINCE),
    )
)
_CHANGE = update(broadcasts).where(broadcasts.c.id == _ID, is_state(broadcasts.c.state, BroadcastState.DRAFT))
_MOVE_ON = update(broadcasts).where(
    broadcasts.c.id == _ID, broadcasts.c.state.in_(bindparam("from_states", expanding=True))
)
_START_DUE = (
    update(broadcasts)
    .where(is_state(broadcasts.c.state, BroadcastState.SCHEDULED), broadcasts.c.due_at <= _NOW)
    .values(state=BroadcastState.SENDING)
)
_DUE = select(broadcasts.c.id).where(
    is_state(broadcasts.c.state, BroadcastState.SCHEDULED), broadcasts.c.due_at <= _NOW
)
_SHOWN = update(broadcasts).where(broadcasts.c.id == _ID)
_TALLY = (
    select(_recipients.c.state, func.count().label("number"))
    .where(_recipients.c.broadcast_id == _ID)
    .group_by(_recipients.c.state)
)
_LEAVE_OUT = (
    update(_recipients).where(_recipients.c.broadcast_id == _ID, _WAITING).values(state=Outcome.LEFT_OUT, ended_at=_NOW)
)
_OF_BROADCAST = messages.c.id.in_(select(_recipients.c.message_id).where(_recipients.c.broadcast_id == _ID, IN_OUTBOX))
_TAKE_BACK = (
    update(messages).where(QUEUED, _OF_BROADCAST).values(**CANCELLED),
    update(messages).where(CLAIMED, _OF_BROADCAST).values(recalled=true()),
)
_original = _recipients.alias("original")
_NEXT = (
    select(
        _recipients.c.id,
        _recipients.c.chat_id,
        chats.c.kind,
        chats.c.language,
        chats.c.declines_news,
        chats.c.declines_service,
        or_(
            and_(is_state(chats.c.state, ChatState.SUSPENDED), chats.c.retry_at.is_(None)),
            is_banned(chats.c.telegram_id),
        ).label("lost"),
        out_of_reach(chats.c.id, literal(0)).label("held"),
        _original.c.telegram_message_id.label("original"),
    )
    .join_from(_recipients, broadcasts, _recipients.c.broadcast_id == broadcasts.c.id)
    .join(chats, _recipients.c.chat_id == chats.c.id, isouter=True)
    .join(
        _original,
        and_(_original.c.broadcast_id == broadcasts.c.original_id, _original.c.chat_id == _recipients.c.chat_id),
        isouter=True,
    )
    .where(_recipients.c.broadcast_id == _ID, _WAITING, is_state(broadcasts.c.state, BroadcastState.SENDING))
    .order_by(_recipients.c.id)
    .limit(bindparam("size"))
)
_UNDER_WAY = (
    select(func.count())
    .select_from(_recipients)
    .join(messages, _recipients.c.message_id == messages.c.id)
    .join(chats, messages.c.chat_id == chats.c.id)
    .where(
        _recipients.c.broadcast_id == _ID,
        IN_OUTBOX,
        PENDING,
        ~messages.c.held,
        or_(messages.c.not_before.is_(None), messages.c.not_before <= _NOW),
        or_(chats.c.paused_until.is_(None), chats.c.paused_until <= _NOW),
    )
)
_no_retry = and_(
    or_(~is_state(chats.c.state, ChatState.SUSPENDED), chats.c.retry_at.is_(None)),
    ~exists().where(
        closed_topics.c.chat_id == chats.c.id, closed_topics.c.thread == 0, closed_topics.c.retry_at.is_not(None)
    ),
)
_LOST = and_(QUEUED, messages.c.held, or_(_no_retry, bindparam("patient_since", type_=UtcDateTime) > _BEGAN))
_ENDED = (
    select(
        _recipients.c.id,
        _recipients.c.chat_id,
        _recipients.c.message_id,
        _recipients.c.broadcast_id,
        broadcasts.c.state.label("broadcast_state"),
        and_(broadcasts.c.pinned, broadcasts.c.action == Action.SEND.value).label("to_pin"),
        messages.c.state.label("message_state"),
        messages.c.telegram_message_id,
        messages.c.reason,
        func.coalesce(_LOST, false()).label("lost"),
    )
    .join_from(_recipients, broadcasts, _recipients.c.broadcast_id == broadcasts.c.id)
    .join(messages, _recipients.c.message_id == messages.c.id, isouter=True)
    .join(chats, _recipients.c.chat_id == chats.c.id, isouter=True)
    .where(IN_OUTBOX, or_(messages.c.id.is_(None), messages.c.settled_at.is_not(None), _LOST))
    .order_by(_recipients.c.id)
    .limit(COLLECTED_AT_ONCE)
)
_SETTLE = (
    update(_recipients)
    .where(_recipients.c.id == bindparam("recipient"))
    .values(
        state=bindparam("outcome"),
        message_id=bindparam("message"),
        telegram_message_id=bindparam("sent_as"),
        reason=bindparam("why"),
        ended_at=bindparam("at", type_=UtcDateTime),
    )
)
_CANCEL = update(messages).where(messages.c.id.in_(bindparam("ids", expanding=True)), QUEUED).values(**CANCELLED)
_UNFINISHED = exists().where(
    _recipients.c.broadcast_id == broadcasts.c.id, is_state(_recipients.c.state, Outcome.WAITING, Outcome.QUEUED)
)
_OVER = (
    select(broadcasts)
    .where(
        or_(
            is_state(broadcasts.c.state, *RUNNING),
            and_(is_state(broadcasts.c.state, BroadcastState.CANCELLED), broadcasts.c.ended_at.is_(None)),
        ),
        ~_UNFINISHED,
    )
    .order_by(broadcasts.c.id)
)
_HAS_WAITING = exists().where(_recipients.c.broadcast_id == broadcasts.c.id, _WAITING)
_CURRENT = (
    select(broadcasts)
    .where(is_state(broadcasts.c.state, BroadcastState.SENDING), _HAS_WAITING)
    .order_by(_BEGAN, broadcasts.c.id)
    .limit(1)
)
_QUEUE = insert(messages).returning(messages.c.id, messages.c.chat_id)
_REPORT = (
    select(_recipients, chats.c.telegram_id, chats.c.kind)
    .join_from(_recipients, chats, _recipients.c.chat_id == chats.c.id, isouter=True)
    .where(_recipients.c.broadcast_id == _ID, _recipients.c.id > bindparam("after"))
    .order_by(_recipients.c.id)
    .limit(READ_AT_ONCE)
)

Write = Callable[[Recipient], Outgoing]
"""Makes what one recipient gets."""


class BroadcastStore:
    """Broadcasts and their recipients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, draft: Draft, now: datetime) -> BroadcastId:
        values = {**_draft_values(draft), "state": BroadcastState.DRAFT, "created_at": now}
        async with self._database.write() as connection:
            inserted = await connection.execute(insert(broadcasts).values(**values).returning(broadcasts.c.id))
            return BroadcastId(inserted.scalar_one())

    async def get(self, broadcast: BroadcastId) -> Broadcast | None:
        row = (await self._database.query(_GET, {"broadcast": broadcast})).one_or_none()
        return None if row is None else _broadcast(row)

    async def newest(self, *, offset: int, limit: int) -> Sequence[Broadcast]:
        rows = (await self._database.query(_NEWEST.offset(offset).limit(limit))).all()
        return tuple(_broadcast(row) for row in rows)

    async def change(self, broadcast: BroadcastId, draft: Draft) -> bool:
        """Change a draft; false when it is none any more."""
        async with self._database.write() as connection:
            changed = await connection.execute(_CHANGE.values(**_draft_values(draft)), {"broadcast": broadcast})
        return changed.rowcount > 0

    async def counts(self, audience: Audience, announcement: Announcement | None) -> Mapping[ChatKind, int]:
        """Count the chats of an audience; without an announcement those too that can't be reached or decline it."""
        counted = select(chats.c.kind, func.count()).where(*members(audience, announcement)).group_by(chats.c.kind)
        found = (await self._database.query(counted)).all()
        return dict.fromkeys(ChatKind, 0) | {ChatKind(kind): number for kind, number in found}

    async def confirm(self, broadcast: BroadcastId, now: datetime) -> int | None:
        """Take the snapshot of recipients and begin, or wait until it is due; return how many they are.

        `None`, and nothing is done, when it is no draft any more: it was confirmed before.
        """
        async with self._database.write() as connection:
            row = (await connection.execute(_GET, {"broadcast": broadcast})).one_or_none()
            if row is None:
                return None
            waits = row.due_at is not None and row.due_at > now
            state = BroadcastState.SCHEDULED if waits else BroadcastState.SENDING
            confirmed = _CHANGE.values(state=state, confirmed_at=now)
            if not (await connection.execute(confirmed, {"broadcast": broadcast})).rowcount:
                return None
            draft = _broadcast(row).draft
            announcement = draft.announcement if draft.action is Action.SEND else None
            chosen = (
                select(literal(broadcast), chats.c.id, literal(Outcome.WAITING.value))
                .where(*members(draft.audience, announcement))
                .order_by(chats.c.id)
            )
            snapshot = insert(_recipients).from_select(["broadcast_id", "chat_id", "state"], chosen)
            await connection.execute(snapshot)
            return _total(await _tally(connection, broadcast))

    async def move_on(
        self, broadcast: BroadcastId, to: BroadcastState, *, since: Sequence[BroadcastState], note: str | None = None
    ) -> bool:
        """Let a broadcast go on to another state from one of those; what is in the outbox is taken back.

        False when it is in none of them.
        """
        async with self._database.write() as connection:
            return await _move_on(connection, broadcast, to, since, note)

    async def pay_nothing(self, broadcast: BroadcastId, note: str) -> None:
        """Send a broadcast at the usual pace, what is in the outbox too; `note` says why."""
        async with self._database.write() as connection:
            await connection.execute(_SHOWN.values(stars=None, note=note), {"broadcast": broadcast})
            await _take_back(connection, broadcast)

    async def cancel(self, broadcast: BroadcastId, now: datetime) -> bool:
        """Leave out whoever has not got it; false when it has ended."""
        since = (BroadcastState.SCHEDULED, *RUNNING)
        async with self._database.write() as connection:
            cancelled = await _move_on(connection, broadcast, BroadcastState.CANCELLED, since, None)
            if cancelled:
                await connection.execute(_LEAVE_OUT, {"broadcast": broadcast, "now": now})
        return cancelled

    async def discard(self, broadcast: BroadcastId) -> bool:
        """Delete a draft; false when it is none."""
        discarded = delete(broadcasts).where(broadcasts.c.id == _ID, is_state(broadcasts.c.state, BroadcastState.DRAFT))
        async with self._database.write() as connection:
            return (await connection.execute(discarded, {"broadcast": broadcast})).rowcount > 0

    async def has_work(self, now: datetime) -> bool:
        return bool((await self._database.query(_HAS_WORK, {"shown_since": now - SHOWN_FOR})).scalar_one())

    async def start_due(self, now: datetime) -> bool:
        """Begin what was scheduled and is due; false when nothing is."""
        due = (await self._database.query(_DUE, {"now": now})).first()
        if due is None:
            return False
        async with self._database.write() as connection:
            await connection.execute(_START_DUE, {"now": now})
        return True

    async def collect(self, now: datetime) -> Sequence[tuple[BroadcastId, Outcome]]:
        """Read from the outbox how messages have ended, in the order in which they were queued."""
        values = {"patient_since": now - PATIENCE}
        if (await self._database.query(_ENDED, values)).first() is None:
            return ()
        async with self._database.write() as connection:
            rows = (await connection.execute(_ENDED, values)).all()
            outcomes = [_outcome(row) for row in rows]
            settled = [_settled(row, outcome, now) for row, outcome in zip(rows, outcomes, strict=True)]
            await connection.execute(_SETTLE, settled)
            await connection.execute(_CANCEL, {"ids": [row.message_id for row in rows if row.lost]})
            pins = [_pin(row, now) for row in rows if row.to_pin and row.telegram_message_id and row.chat_id]
            if pins:
                await connection.execute(insert(messages), pins)
        return [(BroadcastId(row.broadcast_id), outcome) for row, outcome in zip(rows, outcomes, strict=True)]

    async def current(self) -> Broadcast | None:
        """Return the broadcast whose recipients are next: they are served one broadcast after another."""
        row = (await self._database.query(_CURRENT)).one_or_none()
        return None if row is None else _broadcast(row)

    async def under_way(self, broadcast: BroadcastId, now: datetime) -> int:
        """Count the messages of a broadcast that may leave as soon as it is their turn."""
        return (await self._database.query(_UNDER_WAY, {"broadcast": broadcast, "now": now})).scalar_one()

    async def queue_next(self, broadcast: Broadcast, limit: int, write: Write, now: datetime) -> int:
        """Put the messages to the next recipients into the outbox, and return how many recipients were dealt with.

        Those who decline it by now, were forgotten or have blocked the bot are left out or unreachable instead.
        """
        async with self._database.write() as connection:
            rows = (await connection.execute(_NEXT, {"broadcast": broadcast.id, "size": limit})).all()
            outcomes = {row.id: _outcome_at_once(row, broadcast.draft) for row in rows}
            served = [row for row in rows if outcomes[row.id] is Outcome.QUEUED]
            numbers: dict[int, int] = {}
            if served:
                lane = Lane.BROADCAST if broadcast.draft.stars is None else Lane.PAID
                inserted = await connection.execute(_QUEUE, [_message(row, write, lane, now) for row in served])
                numbers = {row.chat_id: row.id for row in inserted}
            settled = [
                {
                    "recipient": row.id,
                    "outcome": outcomes[row.id],
                    "message": numbers.get(row.chat_id),
                    "sent_as": None,
                    "why": None,
                    "at": None if outcomes[row.id] is Outcome.QUEUED else now,
                }
                for row in rows
            ]
            if settled:
                await connection.execute(_SETTLE, settled)
        return len(rows)

    async def over(self) -> Sequence[tuple[Broadcast, Tally]]:
        """Return the broadcasts that have nobody left, of which that is not yet said."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_OVER)).all()
            return [(_broadcast(row), await _tally(connection, row.id)) for row in rows]

    async def finish(self, broadcast: Broadcast, report: NewMessage, now: datetime) -> None:
        """Say that a broadcast has ended, with the report to whoever began it, once."""
        state = BroadcastState.CANCELLED if broadcast.state in ENDED else BroadcastState.FINISHED
        finished = _SHOWN.where(broadcasts.c.ended_at.is_(None)).values(state=state, ended_at=now)
        async with self._database.write() as connection:
            ended = await connection.execute(finished, {"broadcast": broadcast.id})
            if ended.rowcount:
                await connection.execute(insert(messages), [message_values(report)])

    async def to_show(self, now: datetime) -> Sequence[tuple[Broadcast, Tally]]:
        """Return the broadcasts whose page may have to be brought up to date."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_TO_SHOW, {"shown_since": now - SHOWN_FOR})).all()
            return [(_broadcast(row), await _tally(connection, row.id)) for row in rows]

    async def shown(self, broadcast: BroadcastId, page: int) -> None:
        """Remember which message is about to show a broadcast to its operator."""
        async with self._database.write() as connection:
            await connection.execute(_SHOWN.values(page=page, page_text=""), {"broadcast": broadcast})

    async def edited(self, broadcast: Broadcast, page: int | None, text: str) -> bool:
        """Remember which message shows a broadcast and what that says, unless another was shown since it was read."""
        as_read = (broadcasts.c.page == broadcast.page, broadcasts.c.page_text == broadcast.page_text)
        edited = _SHOWN.where(*as_read).values(page=page, page_text=text)
        async with self._database.write() as connection:
            return (await connection.execute(edited, {"broadcast": broadcast.id})).rowcount == 1

    async def tally(self, broadcast: BroadcastId) -> Tally:
        """Count the recipients by how the broadcast stands with them."""
        async with self._database.read() as connection:
            return await _tally(connection, broadcast)

    async def recipients(self, broadcast: BroadcastId) -> AsyncIterator[Ended]:
        """Give every recipient, in portions read one after another."""
        after = 0
        while True:
            rows = (await self._database.query(_REPORT, {"broadcast": broadcast, "after": after})).all()
            for row in rows:
                yield _ended(row)
            if len(rows) < READ_AT_ONCE:
                return
            after = rows[-1].id


async def _move_on(
    connection: AsyncConnection,
    broadcast: BroadcastId,
    to: BroadcastState,
    since: Sequence[BroadcastState],
    note: str | None,
) -> bool:
    values = {"broadcast": broadcast, "from_states": list(since)}
    if not (await connection.execute(_MOVE_ON.values(state=to, note=note), values)).rowcount:
        return False
    if to is not BroadcastState.SENDING:
        await _take_back(connection, broadcast)
    return True


async def _take_back(connection: AsyncConnection, broadcast: BroadcastId) -> None:
    for statement in _TAKE_BACK:
        await connection.execute(statement, {"broadcast": broadcast})


async def _tally(connection: AsyncConnection, broadcast: BroadcastId) -> Tally:
    rows = (await connection.execute(_TALLY, {"broadcast": broadcast})).all()
    return dict.fromkeys(Outcome, 0) | {Outcome(row.state): row.number for row in rows}


def _total(tally: Tally) -> int:
    return sum(tally.values())


def _outcome_at_once(row: AnyRow, draft: Draft) -> Outcome:
    """Return how it stands with a recipient before anything is queued for it."""
    declines = {Announcement.NEWS: row.declines_news, Announcement.SERVICE: row.declines_service}[draft.announcement]
    if row.chat_id is None or (draft.action is Action.SEND and declines):
        return Outcome.LEFT_OUT
    return Outcome.UNREACHABLE if row.lost else Outcome.QUEUED


def _outcome(row: AnyRow) -> Outcome:
    if row.lost:
        return Outcome.UNREACHABLE
    if row.message_state is None:  # it went with its chat, or somebody has deleted it
        return Outcome.LEFT_OUT if row.chat_id is None else Outcome.UNCERTAIN
    over = row.chat_id is None or row.broadcast_state == BroadcastState.CANCELLED
    return outcome_after(MessageState(row.message_state), over=over)


def _settled(row: AnyRow, outcome: Outcome, now: datetime) -> dict[str, object]:
    return {
        "recipient": row.id,
        "outcome": outcome,
        "message": None,
        "sent_as": row.telegram_message_id,
        "why": row.reason,
        "at": None if outcome is Outcome.WAITING else now,
    }


def _message(row: AnyRow, write: Write, lane: Lane, now: datetime) -> dict[str, object]:
    content = write(Recipient(kind=ChatKind(row.kind), language=row.language, original=row.original))
    place = Place(chat=ChatId(row.chat_id))
    values = message_values(NewMessage(place=place, lane=lane, content=content, due_at=now))
    return values | {"held": row.held}


def _pin(row: AnyRow, now: datetime) -> dict[str, object]:
    pin = Pin(message=row.telegram_message_id)
    place = Place(chat=ChatId(row.chat_id))
    return message_values(NewMessage(place=place, lane=Lane.BROADCAST, content=pin, due_at=now))


def _draft_values(draft: Draft) -> dict[str, object]:
    return {
        "action": draft.action,
        "content": None if draft.content is None else write_content(draft.content),
        "versions": _VERSIONS.write({language: write_content(each) for language, each in draft.versions.items()}),
        "announcement": draft.announcement,
        "audience": _AUDIENCE.write(draft.audience),
        "pinned": draft.pinned,
        "original_id": draft.original,
        "operator": draft.operator,
        "due_at": draft.due_at,
        "stars": draft.stars,
    }


def _broadcast(row: AnyRow) -> Broadcast:
    content = None if row.content is None else read_content(row.content)
    versions = {language: read_content(each) for language, each in _VERSIONS.read(row.versions).items()}
    return Broadcast(
        id=BroadcastId(row.id),
        draft=Draft(
            operator=row.operator,
            action=Action(row.action),
            content=content if isinstance(content, Content | Copy) else None,
            versions={language: each for language, each in versions.items() if isinstance(each, Content)},
            announcement=Announcement(row.announcement),
            audience=_AUDIENCE.read(row.audience),
            pinned=row.pinned,
            original=None if row.original_id is None else BroadcastId(row.original_id),
            due_at=row.due_at,
            stars=row.stars,
        ),
        state=BroadcastState(row.state),
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        page=row.page,
        page_text=row.page_text,
        note=row.note,
    )


def _ended(row: AnyRow) -> Ended:
    return Ended(
        chat=row.telegram_id,
        kind=None if row.kind is None else ChatKind(row.kind),
        outcome=Outcome(row.state),
        telegram_message_id=row.telegram_message_id,
        reason=row.reason,
        at=row.ended_at,
    )
