"""Messages that were given up, and putting them into the queue a second time: never a third."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, null, or_, select, true, update

from delivery.outbox import BROADCASTS, GIVEN_UP, MessageId, MessageState
from storage.columns import NUMBER, UtcDateTime
from storage.database import Database
from storage.reach import out_of_reach
from storage.schema import ENDED_BADLY, alerts, follows, is_state, messages, subscriptions
from storage.turns import turn_at

PORTION = 1_000

_follows_it = exists().where(
    follows.c.chat_id == messages.c.chat_id,
    follows.c.thread == messages.c.thread,
    follows.c.petition_id == messages.c.petition_id,
)
_subscribes_to_it = exists().where(
    alerts.c.message_id == messages.c.id, alerts.c.subscription_id.in_(select(subscriptions.c.id))
)
_RESENDABLE = and_(
    ENDED_BADLY,
    ~messages.c.resent,
    messages.c.lane.not_in([lane.value for lane in BROADCASTS]),  # these are repeated as such
    or_(messages.c.petition_id.is_(None), _follows_it, _subscribes_to_it),
)
_ALL = {state: and_(_RESENDABLE, is_state(messages.c.state, state)) for state in GIVEN_UP}
_ONE = and_(_RESENDABLE, messages.c.id == bindparam("number", type_=NUMBER))
_RESEND = (
    update(messages)
    .where(messages.c.id.in_(bindparam("ids", type_=NUMBER, expanding=True)))
    .values(
        state=MessageState.QUEUED,
        resent=true(),
        recalled=false(),
        held=out_of_reach(messages.c.chat_id, messages.c.thread),
        due_at=bindparam("now", type_=UtcDateTime),
        turn=bindparam("new_turn"),
        not_before=null(),
        attempts=0,
        uncertain=0,
        settled_at=null(),
        reason=null(),
    )
)

Which = MessageState | MessageId
"""All messages that were given up in that way, or one by its number."""


class GivenUpStore:
    """Messages that were given up, and have not been queued again before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, which: Which) -> int:
        return (await self._database.query(_count(which), {"number": which})).scalar_one()

    async def resend(self, which: Which, now: datetime) -> int:
        resent = 0
        while portion := await self._resend(which, now):
            resent += portion
        return resent

    async def _resend(self, which: Which, now: datetime) -> int:
        async with self._database.write() as connection:
            ids = (await connection.execute(_next(which), {"number": which})).scalars().all()
            if ids:
                await connection.execute(_RESEND, {"ids": ids, "now": now, "new_turn": turn_at(now)})
        return len(ids)


def _those(which: Which) -> ColumnElement[bool]:
    return _ALL[which] if isinstance(which, MessageState) else _ONE


def _count(which: Which) -> Select[int]:
    return select(func.count()).select_from(messages).where(_those(which))


def _next(which: Which) -> Select[int]:
    return select(messages.c.id).where(_those(which)).order_by(messages.c.id).limit(PORTION)
