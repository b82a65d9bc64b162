"""Turns: in which order alerts of the same lane leave, so that small crowds need not wait for big ones.

A turn is a number; the lowest goes first. The alerts of one petition get consecutive turns, in the order in which its
changes were found and its followers followed. A petition with nothing in line begins where sending is at the moment,
and not at the end: from there on petitions that have something to say leave in turns, one alert each. Turns are counted
in microseconds of time, so that what begins when nothing waits comes after all there has been.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.outbox import Lane
from storage.columns import NUMBER
from storage.schema import CLAIMED, REACHABLE, READY, alerts, changes, messages

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALERT = messages.c.lane == Lane.ALERT.value

_LEFT = func.coalesce(
    select(func.max(messages.c.turn)).where(CLAIMED, _ALERT).scalar_subquery(),
    select(func.min(messages.c.turn) - 1).where(READY, _ALERT).scalar_subquery(),
    select(func.min(alerts.c.turn) - 1).where(REACHABLE).scalar_subquery(),
)
_LAST_OF_PETITION = (
    select(func.max(changes.c.last_turn)).where(changes.c.petition_id == bindparam("petition", type_=NUMBER))
).scalar_subquery()
_LAST_TURNS = select(_LEFT.label("that_left"), _LAST_OF_PETITION.label("of_petition"))


def turn_at(moment: datetime) -> int:
    """Return the turn of what begins at that moment while nothing else waits."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


async def last_turn(connection: AsyncConnection, petition: int | None, now: datetime) -> int:
    """Return the turn after which the next alert comes: of that petition, or of many."""
    last = (await connection.execute(_LAST_TURNS, {"petition": petition})).one()
    return max(turn_at(now) if last.that_left is None else last.that_left, last.of_petition or 0)
