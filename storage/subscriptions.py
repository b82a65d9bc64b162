"""Who is told of which streams of a whole site, and what has been in a stream."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from petitions.follows import ChatId, Followed, Place
from petitions.petition import Site
from petitions.streams import KINDS, SiteStream, Stream, StreamItem, Subscription, streams_of
from storage.alerts import stored_change
from storage.chats import reopen_topic
from storage.columns import AnyRow
from storage.database import Database
from storage.documents import KNOWN_SITES, SNAPSHOT
from storage.schema import (
    DEFERRED,
    NEWEST_CHANGE,
    OWED,
    AlertState,
    alerts,
    changes,
    chats,
    petitions,
    subscription_subjects,
    subscriptions,
)

MOST_LOOKED_THROUGH = 500
"""Petitions whose subjects are offered, and changes of a stream that are shown: the newest."""

_HERE = (subscriptions.c.chat_id == bindparam("chat"), subscriptions.c.thread == bindparam("topic"))
_THIS = (
    *_HERE,
    subscriptions.c.site == bindparam("of_site"),
    subscriptions.c.stream == bindparam("of_stream"),
)
_STREAMS = tuple(stream.value for stream in Stream)
_ID = select(subscriptions.c.id).where(*_THIS)
_COUNT_IN_CHAT = select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == bindparam("chat"))
_INSERT = insert(subscriptions).values(after_change=NEWEST_CHANGE)
_CANCEL = (
    update(alerts)
    .where(alerts.c.subscription_id == bindparam("subscription"), OWED | DEFERRED)
    .values(state=AlertState.CANCELLED)
)
_DELETE = delete(subscriptions).where(subscriptions.c.id == bindparam("subscription"))
_SET_CAP = (
    update(subscriptions).where(subscriptions.c.id == bindparam("subscription")).values(daily_cap=bindparam("cap"))
)
_SUBJECTS = select(subscription_subjects.c.subject).where(
    subscription_subjects.c.subscription_id == bindparam("subscription")
)
_SUBJECTS_CHOSEN = (
    update(subscriptions).where(subscriptions.c.id == bindparam("subscription")).values(subjects_after=NEWEST_CHANGE)
)
_DELETE_SUBJECTS = delete(subscription_subjects).where(
    subscription_subjects.c.subscription_id == bindparam("subscription")
)
_INSERT_SUBJECTS = insert(subscription_subjects)
_SUBSCRIPTIONS = (
    select(subscriptions, subscription_subjects.c.subject)
    .join_from(subscriptions, subscription_subjects, isouter=True)
    .where(*_HERE, subscriptions.c.site.in_(KNOWN_SITES), subscriptions.c.stream.in_(_STREAMS))
)
_LIMIT = select(chats.c.most_subscriptions).where(chats.c.id == bindparam("chat"))
_SINCE = select(func.min(subscriptions.c.since)).where(subscriptions.c.site == bindparam("site"))
_TOLD = (
    select(
        changes.c.id.label("change_id"),
        changes.c.petition_id,
        changes.c.key,
        changes.c.news,
        changes.c.happened_at,
        changes.c.seen_at,
        petitions.c.site,
        petitions.c.number,
        petitions.c.title,
        petitions.c.snapshot,
    )
    .join_from(changes, petitions, changes.c.petition_id == petitions.c.id)
    .where(
        changes.c.kind.in_(bindparam("kinds", expanding=True)),
        changes.c.seen_at >= bindparam("since"),
        petitions.c.site == bindparam("site"),
    )
    .order_by(changes.c.id.desc())
    .limit(MOST_LOOKED_THROUGH)
)
_SNAPSHOTS = (
    select(petitions.c.snapshot)
    .where(petitions.c.site == bindparam("site"))
    .order_by(petitions.c.id.desc())
    .limit(MOST_LOOKED_THROUGH)
)


class SubscriptionStore:
    """Who is told of which streams."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, place: Place, of: SiteStream, now: datetime, limit: int) -> Followed:
        """Subscribe from the newest stored change on, with the usual cap and to all subjects."""
        usual = Subscription(place=place, of=of, since=now)
        async with self._database.write() as connection:
            await reopen_topic(connection, place)
            if await _find(connection, place, of) is not None:
                return Followed.ALREADY
            if (await connection.execute(_COUNT_IN_CHAT, {"chat": place.chat})).scalar_one() >= limit:
                return Followed.FULL
            values = {
                "chat_id": place.chat,
                "thread": place.thread,
                "site": of.site,
                "stream": of.stream,
                "since": now,
                "daily_cap": usual.daily_cap,
            }
            await connection.execute(_INSERT, values)
        return Followed.NEW

    async def limit(self, chat: ChatId) -> int | None:
        return (await self._database.query(_LIMIT, {"chat": chat})).scalar_one_or_none()

    async def unsubscribe(self, place: Place, of: SiteStream) -> bool:
        async with self._database.write() as connection:
            subscription = await _find(connection, place, of)
            if subscription is None:
                return False
            for statement in (_CANCEL, _DELETE):
                await connection.execute(statement, {"subscription": subscription})
        return True

    async def change(self, subscription: Subscription) -> bool:
        async with self._database.write() as connection:
            number = await _find(connection, subscription.place, subscription.of)
            if number is None:
                return False
            key = {"subscription": number}
            await connection.execute(_SET_CAP, {**key, "cap": subscription.daily_cap})
            if set((await connection.execute(_SUBJECTS, key)).scalars()) != subscription.subjects:
                await connection.execute(_SUBJECTS_CHOSEN, key)
                await connection.execute(_DELETE_SUBJECTS, key)
                if subscription.subjects:
                    chosen = [{"subscription_id": number, "subject": each} for each in sorted(subscription.subjects)]
                    await connection.execute(_INSERT_SUBJECTS, chosen)
        return True

    async def subscriptions(self, place: Place) -> Sequence[Subscription]:
        rows = (await self._database.query(_SUBSCRIPTIONS, {"chat": place.chat, "topic": place.thread})).all()
        subjects: dict[int, set[str]] = {}
        for row in rows:
            subjects.setdefault(row.id, set()).update({row.subject} - {None})
        one_each = {row.id: row for row in rows}
        found = [_subscription(row, subjects[number]) for number, row in one_each.items()]
        return sorted(found, key=lambda each: (each.of.site, _STREAMS.index(each.of.stream)))

    async def subscribed_since(self, site: Site) -> datetime | None:
        since: datetime | None = (await self._database.query(_SINCE, {"site": site})).scalar_one()
        return since

    async def told_since(self, of: SiteStream, since: datetime) -> Sequence[StreamItem]:
        key = {"kinds": [kind.value for kind in KINDS[of.stream]], "since": since, "site": of.site}
        rows = (await self._database.query(_TOLD, key)).all()
        items = [
            StreamItem(change=change, subjects=_subjects_in(row.snapshot))
            for row in reversed(rows)
            if (change := stored_change(row)) is not None and of.stream in streams_of(change.change.news)
        ]
        return tuple(items)

    async def subjects(self, site: Site) -> Sequence[str]:
        snapshots = (await self._database.query(_SNAPSHOTS, {"site": site})).scalars().all()
        counted = Counter(subject for snapshot in snapshots for subject in _subjects_in(snapshot))
        return [subject for subject, _ in counted.most_common()]


async def _find(connection: AsyncConnection, place: Place, of: SiteStream) -> int | None:
    key = {"chat": place.chat, "topic": place.thread, "of_site": of.site, "of_stream": of.stream}
    number: int | None = (await connection.execute(_ID, key)).scalar_one_or_none()
    return number


def _subscription(row: AnyRow, subjects: Collection[str]) -> Subscription:
    return Subscription(
        place=Place(chat=ChatId(row.chat_id), thread=row.thread),
        of=SiteStream(site=Site(row.site), stream=Stream(row.stream)),
        since=row.since,
        daily_cap=row.daily_cap,
        subjects=frozenset(subjects),
    )


def _subjects_in(snapshot: str) -> frozenset[str]:
    """Read what a stored petition is about; one that cannot be read is about nothing."""
    try:
        return SNAPSHOT.read(snapshot).subjects
    except ValueError:
        return frozenset()
