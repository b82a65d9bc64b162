"""Who follows what, and from which change on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from petitions.follows import ChatId, Followed, Place
from petitions.petition import PetitionId
from petitions.watched import FollowedPetition
from storage.chats import reopen_topic
from storage.columns import AnyRow
from storage.database import Database
from storage.documents import KNOWN_SITES
from storage.petitions import watched_petition
from storage.reach import hold
from storage.schema import (
    AWAITING,
    CANCELLED,
    CLAIMED,
    NEWEST_CHANGE,
    OWED,
    PENDING,
    QUEUED,
    AlertState,
    alerts,
    chats,
    follows,
    messages,
    petitions,
)


def _here(table: FromClause) -> list[ColumnElement[bool]]:
    return [table.c.chat_id == bindparam("chat"), table.c.thread == bindparam("topic")]


def _this(table: FromClause) -> list[ColumnElement[bool]]:
    return [*_here(table), table.c.petition_id == bindparam("petition")]


_here_already, _carried = alerts.alias("here_already"), alerts.alias("carried")
_FOLLOW = select(follows.c.id).where(*_this(follows))
_COUNT = select(func.count()).select_from(follows).where(*_here(follows))
_COUNT_IN_CHAT = select(func.count()).select_from(follows).where(follows.c.chat_id == bindparam("chat"))
_LIMIT = select(chats.c.most_follows).where(chats.c.id == bindparam("chat"))
_INSERT = insert(follows).values(after_change=NEWEST_CHANGE)
_DELETE = delete(follows).where(*_this(follows))
_MUTE = update(follows).where(*_this(follows)).values(muted=True)
_UNMUTE = update(follows).where(*_this(follows), follows.c.muted).values(muted=False, after_change=NEWEST_CHANGE)
_FOLLOWED_ELSEWHERE = (
    select(follows.c.thread)
    .where(
        follows.c.chat_id == bindparam("chat"),
        follows.c.petition_id == bindparam("petition"),
        follows.c.thread != bindparam("topic"),
    )
    .order_by(follows.c.id)
)


def _brought(table: Table, *conditions: ColumnElement[bool]) -> Update:
    """Put what another topic of the chat has of the petition into this one."""
    there = (
        table.c.chat_id == bindparam("chat"),
        table.c.petition_id == bindparam("petition"),
        table.c.thread == bindparam("from_topic"),
    )
    return update(table).where(*there, *conditions).values(thread=bindparam("to_topic"))


_CHANGES_HERE = select(_here_already.c.change_id).where(*_this(_here_already))
_BRING_ALERTS = _brought(alerts, alerts.c.subscription_id.is_(None), OWED, alerts.c.change_id.not_in(_CHANGES_HERE))
_BRING_MESSAGES = _brought(
    messages,
    PENDING,  # what is in flight comes here when that fails
    ~exists().where(_carried.c.message_id == messages.c.id, _carried.c.change_id.in_(_CHANGES_HERE)),
)
_BRING_FOLLOW = _brought(follows).values(choices_after=NEWEST_CHANGE)
_CANCEL_ALERTS = (
    update(alerts).where(*_this(alerts), OWED, alerts.c.subscription_id.is_(None)).values(state=AlertState.CANCELLED)
)
_ROUND_UPS = (
    select(messages.c.id)
    .join_from(messages, alerts, alerts.c.message_id == messages.c.id)
    .where(*_here(messages), messages.c.petition_id.is_(None), QUEUED, alerts.c.petition_id == bindparam("petition"))
)
_TAKE_APART = (
    update(alerts)
    .where(alerts.c.message_id.in_(bindparam("round_ups", expanding=True)))
    .values(state=AlertState.OWED, message_id=None),
    update(messages).where(messages.c.id.in_(bindparam("round_ups", expanding=True))).values(**CANCELLED),
)
_CANCEL_QUEUED = update(messages).where(*_this(messages), or_(QUEUED, AWAITING)).values(**CANCELLED)
_RECALL_CLAIMED = update(messages).where(*_this(messages), CLAIMED).values(recalled=True)
_FOLLOWED = (
    select(petitions, follows.c.muted, follows.c.followed_at)
    .join_from(follows, petitions, follows.c.petition_id == petitions.c.id)
    .where(*_here(follows), petitions.c.site.in_(KNOWN_SITES))
    .order_by(follows.c.id.desc())
)
_FOLLOWED_PAGE = _FOLLOWED.limit(bindparam("size")).offset(bindparam("skip"))
_FOLLOWED_ONE = _FOLLOWED.where(follows.c.petition_id == bindparam("petition"))


class FollowStore:
    """Who follows what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(self, petition: PetitionId, place: Place, now: datetime, limit: int) -> Followed:
        """Follow from the newest stored change on. A topic in which somebody follows can evidently be reached."""
        key = _key(petition, place)
        async with self._database.write() as connection:
            await reopen_topic(connection, place)
            if (await connection.execute(_FOLLOW, key)).scalar_one_or_none() is not None:
                return Followed.ALREADY
            if (await connection.execute(_COUNT_IN_CHAT, {"chat": place.chat})).scalar_one() >= limit:
                return Followed.FULL
            values = {"petition_id": petition, "chat_id": place.chat, "thread": place.thread, "followed_at": now}
            await connection.execute(_INSERT, values)
        return Followed.NEW

    async def unfollow(self, petition: PetitionId, place: Place) -> bool:
        """End a follow and cancel what waits for it; a message in flight is not put back into the queue either."""
        key = _key(petition, place)
        async with self._database.write() as connection:
            await _cancel(connection, key)
            return (await connection.execute(_DELETE, key)).rowcount > 0

    async def move_here(self, petition: PetitionId, place: Place) -> bool:
        key = _key(petition, place)
        async with self._database.write() as connection:
            await reopen_topic(connection, place)
            elsewhere = (await connection.execute(_FOLLOWED_ELSEWHERE, key)).scalars().all()
            for topic in elsewhere:
                bring = {**key, "from_topic": topic, "to_topic": place.thread}
                await _take_round_ups_apart(connection, {**key, "topic": topic})
                for statement in (_BRING_ALERTS, _BRING_MESSAGES):
                    await connection.execute(statement, bring)
                if (await connection.execute(_FOLLOW, key)).scalar_one_or_none() is None:
                    await connection.execute(_BRING_FOLLOW, bring)
                else:
                    await _cancel(connection, {**key, "topic": topic})
                    await connection.execute(_DELETE, {**key, "topic": topic})
            if elsewhere:
                await hold(connection, place.chat)
        return bool(elsewhere)

    async def set_muted(self, petition: PetitionId, place: Place, *, muted: bool) -> bool:
        key = _key(petition, place)
        async with self._database.write() as connection:
            if (await connection.execute(_FOLLOW, key)).scalar_one_or_none() is None:
                return False
            if muted:
                await _cancel(connection, key)
            await connection.execute(_MUTE if muted else _UNMUTE, key)
        return True

    async def is_following(self, petition: PetitionId, place: Place) -> FollowedPetition | None:
        row = (await self._database.query(_FOLLOWED_ONE, _key(petition, place))).one_or_none()
        return None if row is None else _followed(row)

    async def followed(self, place: Place, *, offset: int, limit: int) -> Sequence[FollowedPetition]:
        page = {"chat": place.chat, "topic": place.thread, "skip": offset, "size": limit}
        rows = (await self._database.query(_FOLLOWED_PAGE, page)).all()
        return tuple(_followed(row) for row in rows)

    async def count_in_chat(self, chat: ChatId) -> int:
        return (await self._database.query(_COUNT_IN_CHAT, {"chat": chat})).scalar_one()

    async def limit(self, chat: ChatId) -> int | None:
        return (await self._database.query(_LIMIT, {"chat": chat})).scalar_one_or_none()

    async def count(self, place: Place) -> int:
        result = await self._database.query(_COUNT, {"chat": place.chat, "topic": place.thread})
        return result.scalar_one()


def _key(petition: PetitionId, place: Place) -> dict[str, int]:
    return {"petition": petition, "chat": place.chat, "topic": place.thread}


def _followed(row: AnyRow) -> FollowedPetition:
    return FollowedPetition(petition=watched_petition(row), muted=row.muted, followed_at=row.followed_at)


async def _cancel(connection: AsyncConnection, key: dict[str, int]) -> None:
    """Cancel what waits; a message that tells of other petitions, too, is composed again without this one."""
    await _take_round_ups_apart(connection, key)
    for statement in (_CANCEL_ALERTS, _CANCEL_QUEUED, _RECALL_CLAIMED):
        await connection.execute(statement, key)


async def _take_round_ups_apart(connection: AsyncConnection, key: dict[str, int]) -> None:
    """Owe anew what waits in a message that tells of other petitions, too."""
    round_ups = (await connection.execute(_ROUND_UPS, key)).scalars().all()
    if round_ups:
        for take_apart in _TAKE_APART:
            await connection.execute(take_apart, {"round_ups": round_ups})
