"""Figures about everybody, counted in a few statements over whole tables."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Select, Table, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatKind, ChatState
from delivery.outbox import Lane
from messages.statistics import ChatFigures, DayFigures, FollowedMost, Statistics
from petitions.petition import PetitionRef, Site
from storage.columns import UtcDateTime
from storage.database import Database
from storage.documents import KNOWN_SITES
from storage.schema import SENT, chats, follows, messages, petitions, subscriptions

DAYS = 14
MOST_FOLLOWED = 10

_SINCE = bindparam("since", type_=UtcDateTime)


def _by_day(table: Table, moment: Column[datetime]) -> Select[str, int]:
    """Count rows by the day (of UTC) on which they came."""
    day = func.date(moment)
    return (
        select(day.label("day"), func.count().label("number")).select_from(table).where(moment >= _SINCE).group_by(day)
    )


_CHATS = select(chats.c.kind, chats.c.state, func.count().label("number")).group_by(chats.c.kind, chats.c.state)
_FOLLOWS = select(func.count()).select_from(follows)
_SUBSCRIPTIONS = select(func.count()).select_from(subscriptions)
_counted = (
    select(follows.c.petition_id, func.count().label("followers"))
    .group_by(follows.c.petition_id)
    .order_by(func.count().desc(), follows.c.petition_id)
    .limit(MOST_FOLLOWED)
    .subquery()
)
_MOST_FOLLOWED = (
    select(petitions.c.site, petitions.c.number, petitions.c.title, _counted.c.followers)
    .join_from(_counted, petitions, petitions.c.id == _counted.c.petition_id)
    .where(petitions.c.site.in_(KNOWN_SITES))
    .order_by(_counted.c.followers.desc(), petitions.c.id)
)
_NEW_CHATS = _by_day(chats, chats.c.since)
_NEW_FOLLOWS = _by_day(follows, follows.c.followed_at)
_ALERTS_SENT = _by_day(messages, messages.c.settled_at).where(SENT, messages.c.lane == Lane.ALERT.value)


class StatisticsStore:
    """The figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, now: datetime) -> Statistics:
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
        async with self._database.read() as connection:
            of_chats = {(row.kind, row.state): row.number for row in await connection.execute(_CHATS)}
            follows = (await connection.execute(_FOLLOWS)).scalar_one()
            subscriptions = (await connection.execute(_SUBSCRIPTIONS)).scalar_one()
            most_followed = (await connection.execute(_MOST_FOLLOWED)).all()
            new_chats = await _counts(connection, _NEW_CHATS, days[0])
            new_follows = await _counts(connection, _NEW_FOLLOWS, days[0])
            alerts = await _counts(connection, _ALERTS_SENT, days[0])
        return Statistics(
            chats={
                kind.value: ChatFigures(
                    active=of_chats.get((kind, ChatState.ACTIVE), 0),
                    suspended=of_chats.get((kind, ChatState.SUSPENDED), 0),
                )
                for kind in ChatKind
            },
            follows=follows,
            subscriptions=subscriptions,
            most_followed=[
                FollowedMost(
                    ref=PetitionRef(site=Site(row.site), number=row.number), title=row.title, followers=row.followers
                )
                for row in most_followed
            ],
            days=[
                DayFigures(
                    day=day.date(),
                    chats=new_chats[day.date().isoformat()],
                    follows=new_follows[day.date().isoformat()],
                    alerts=alerts[day.date().isoformat()],
                )
                for day in days
            ],
        )


async def _counts(connection: AsyncConnection, by_day: Select[str, int], since: datetime) -> Counter[str]:
    return Counter({str(row.day): row.number for row in await connection.execute(by_day, {"since": since})})
