"""The outbox: messages from the queue to their final state."""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from delivery.chats import ChatState
from delivery.outbox import (
    GIVEN_UP,
    ClaimedMessage,
    Lane,
    MessageId,
    MessageState,
    NewMessage,
    OutboxFigures,
    SentRecord,
    Settlement,
)
from messages.content import Content, Html
from petitions.follows import ChatId, Place
from storage.columns import NUMBER, AnyRow, UtcDateTime
from storage.database import Database
from storage.documents import read_content, write_content
from storage.pairs import pairs, written_pairs
from storage.reach import out_of_reach, retry_lost
from storage.schema import (
    CANCELLED,
    CLAIMED,
    ENDED_BADLY,
    REACHABLE,
    READY,
    SENT,
    alerts,
    chats,
    closed_topics,
    is_state,
    messages,
)
from storage.settling import settle, settle_or_set_aside
from storage.turns import turn_at

_log = structlog.get_logger()

_NO_CONTENT = Content(text=Html(""))

_NOW = bindparam("now", type_=UtcDateTime)
_IDS = bindparam("ids", type_=NUMBER, expanding=True)

_CLAIMABLE = (
    select(
        messages.c.id,
        messages.c.chat_id,
        messages.c.thread,
        messages.c.lane,
        messages.c.content,
        messages.c.petition_id,
        messages.c.attempts,
        messages.c.uncertain,
        chats.c.telegram_id,
        func.coalesce(closed_topics.c.tries, chats.c.tries),
    )
    .join_from(messages, chats, messages.c.chat_id == chats.c.id)
    .join(
        closed_topics,
        and_(closed_topics.c.chat_id == messages.c.chat_id, closed_topics.c.thread == messages.c.thread),
        isouter=True,
    )
    .where(
        READY,
        messages.c.due_at <= _NOW,
        or_(messages.c.not_before.is_(None), messages.c.not_before <= _NOW),
        or_(chats.c.paused_until.is_(None), chats.c.paused_until <= _NOW),
        chats.c.telegram_id.not_in(bindparam("busy", expanding=True)),
        messages.c.lane.not_in(bindparam("waiting", expanding=True)),
    )
    .order_by(messages.c.lane, messages.c.turn, messages.c.id)
    .limit(bindparam("size", type_=Integer))
    .with_for_update(of=messages, skip_locked=True)
)
_CLAIMED_ID, _ = pairs("claimed")
_CLAIM = update(messages).where(messages.c.id.in_(select(_CLAIMED_ID))).values(state=MessageState.CLAIMED)

_QUEUE = insert(messages).from_select(
    ["chat_id", "thread", "lane", "petition_id", "content", "due_at", "turn", "state", "held"],
    select(
        chats.c.id,
        bindparam("thread", type_=BigInteger),
        bindparam("lane", type_=Integer),
        bindparam("petition_id", type_=NUMBER),
        bindparam("content", type_=Text),
        bindparam("due_at", type_=UtcDateTime),
        bindparam("turn", type_=BigInteger),
        bindparam("state", type_=Text),
        out_of_reach(chats.c.id, bindparam("thread", type_=BigInteger)),
    ).where(chats.c.id == bindparam("chat_id")),
)

_TAKE_BACK = update(messages).where(CLAIMED).values(state=MessageState.QUEUED)
_CANCEL_RECALLED = update(messages).where(CLAIMED, messages.c.recalled).values(**CANCELLED)
_RELEASE = _TAKE_BACK.where(messages.c.id.in_(_IDS))
_CANCEL_RELEASED = _CANCEL_RECALLED.where(messages.c.id.in_(_IDS))

_SENT_SINCE = (
    select(chats.c.telegram_id, messages.c.settled_at)
    .join_from(messages, chats, messages.c.chat_id == chats.c.id)
    .where(SENT, messages.c.settled_at >= bindparam("moment"))
    .order_by(messages.c.settled_at)
)

_QUEUED_BY_LANE = (
    select(messages.c.lane, func.count().label("number"), func.min(messages.c.due_at).label("oldest"))
    .where(READY)
    .group_by(messages.c.lane)
)
_ENDED_BADLY = select(messages.c.state, func.count().label("number")).where(ENDED_BADLY).group_by(messages.c.state)
_COUNTS = select(
    select(func.count()).select_from(alerts).where(REACHABLE).scalar_subquery().label("owed"),
    select(func.min(alerts.c.due_at)).where(REACHABLE).scalar_subquery().label("oldest"),
    select(func.count()).select_from(chats).where(chats.c.paused_until > _NOW).scalar_subquery().label("paused"),
    select(func.count())
    .select_from(chats)
    .where(is_state(chats.c.state, ChatState.SUSPENDED))
    .scalar_subquery()
    .label("suspended"),
)


class MessageStore:
    """The outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def queue(self, message: NewMessage) -> None:
        """Queue a message that settles no alert; one for a chat that has been forgotten is dropped."""
        async with self._database.write() as connection:
            await connection.execute(_QUEUE, message_values(message))

    async def claim(
        self, now: datetime, limit: int, busy: Collection[int], waiting: Collection[Lane] = ()
    ) -> Sequence[ClaimedMessage]:
        async with self._database.write() as connection:
            wanted = {"now": now, "size": limit, "busy": list(busy), "waiting": [lane.value for lane in waiting]}
            await retry_lost(connection, now)
            rows = (await connection.execute(_CLAIMABLE, wanted)).all()
            if rows:
                await connection.execute(_CLAIM, {"claimed": written_pairs({row[0]: None for row in rows})})
        return [_claimed(row) for row in rows]

    async def settle(self, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
        """Store how attempts ended. What is no longer claimed, as its chat was forgotten, is ignored.

        When one of them cannot be stored, each is stored for itself, and that one's message is set aside.
        """
        if not settlements:
            return ()
        try:
            async with self._database.write() as connection:
                await settle(connection, settlements)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not stop the rest
            _log.warning("outbox.settled_one_by_one", settlements=len(settlements), error=str(error))
            async with self._database.write() as connection:
                return [await settle_or_set_aside(connection, settlement) for settlement in settlements]
        return settlements

    async def release(self, messages: Sequence[MessageId]) -> None:
        if messages:
            async with self._database.write() as connection:
                await connection.execute(_CANCEL_RELEASED, {"ids": list(messages)})
                await connection.execute(_RELEASE, {"ids": list(messages)})

    async def take_back_orphans(self) -> int:
        async with self._database.write() as connection:
            await connection.execute(_CANCEL_RECALLED)
            return (await connection.execute(_TAKE_BACK)).rowcount

    async def sent_since(self, moment: datetime) -> Sequence[SentRecord]:
        rows = (await self._database.query(_SENT_SINCE, {"moment": moment})).all()
        return tuple(SentRecord(telegram_chat=row.telegram_id, at=row.settled_at) for row in rows)

    async def figures(self, now: datetime) -> OutboxFigures:
        """Count what waits and what was given up; with 100,000 messages in line that takes some 50 milliseconds."""
        async with self._database.read() as connection:
            queued = (await connection.execute(_QUEUED_BY_LANE)).all()
            ended = (await connection.execute(_ENDED_BADLY)).all()
            counts = (await connection.execute(_COUNTS, {"now": now})).one()
        lanes = {row.lane: row.number for row in queued}
        states = {row.state: row.number for row in ended}
        oldest = [moment for moment in (counts.oldest, *(row.oldest for row in queued)) if moment is not None]
        return OutboxFigures(
            alerts_owed=counts.owed,
            queued={lane: lanes.get(lane.value, 0) for lane in Lane},
            oldest_due_at=min(oldest, default=None),
            ended={state: states.get(state.value, 0) for state in GIVEN_UP},
            paused_chats=counts.paused,
            suspended_chats=counts.suspended,
        )


def message_values(message: NewMessage) -> dict[str, object]:
    """Return the columns of a message that is new in the queue."""
    return {
        "chat_id": message.place.chat,
        "thread": message.place.thread,
        "lane": message.lane,
        "petition_id": message.petition,
        "content": write_content(message.content),
        "due_at": message.due_at,
        "turn": turn_at(message.due_at),
        "state": MessageState.QUEUED,
    }


def _claimed(row: AnyRow) -> ClaimedMessage:
    # By place, in the order of _CLAIMABLE: to look for each name costs more than all the rest.
    number, chat, thread, lane, content, petition, attempts, uncertain, telegram_chat, place_tries = row
    unreadable = None
    try:
        known_lane, readable = Lane(lane), read_content(content)
    except ValueError as error:
        _log.error("message.unreadable", message_id=number, error=str(error))
        known_lane, readable, unreadable = Lane.BROADCAST, _NO_CONTENT, "unreadable content"
    return ClaimedMessage(
        id=MessageId(number),
        place=Place(chat=ChatId(chat), thread=thread),
        telegram_chat=telegram_chat,
        lane=known_lane,
        content=readable,
        petition=petition,
        attempts=attempts,
        uncertain=uncertain,
        unreadable=unreadable,
        place_tries=place_tries,
    )
