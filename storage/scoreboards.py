"""Scoreboards: which message of a place is kept up to date, and what it was made of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from delivery.chats import ChatState
from delivery.outbox import Scoreboard
from petitions.follows import ChatId, Place
from storage.conflicts import insert
from storage.database import Database
from storage.reach import is_banned
from storage.schema import chats, follows, is_state, petitions, scoreboards

_THIS = (scoreboards.c.chat_id == bindparam("chat"), scoreboards.c.thread == bindparam("topic"))
_followed = (
    select(func.coalesce(func.sum(petitions.c.id * 1_000_000 + petitions.c.version), 0))
    .join_from(follows, petitions, follows.c.petition_id == petitions.c.id)
    .where(follows.c.chat_id == scoreboards.c.chat_id, follows.c.thread == scoreboards.c.thread)
    .correlate(scoreboards)
    .scalar_subquery()
)
_INSERT = insert(scoreboards)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[scoreboards.c.chat_id, scoreboards.c.thread],
    set_={
        "message_id": _INSERT.excluded.message_id,
        "text": _INSERT.excluded.text,
        "stamp": None,
        "edited_at": _INSERT.excluded.edited_at,
    },
)
_DELETE = delete(scoreboards).where(*_THIS)
_SHOWN = (
    update(scoreboards)
    .where(*_THIS, scoreboards.c.message_id == bindparam("message"))
    .values(text=bindparam("new_text"), stamp=bindparam("new_stamp", type_=BigInteger), edited_at=bindparam("now"))
)
_OUTDATED = (
    select(scoreboards, chats.c.telegram_id, _followed.label("followed"))
    .join_from(scoreboards, chats, scoreboards.c.chat_id == chats.c.id)
    .where(
        is_state(chats.c.state, ChatState.ACTIVE),
        ~is_banned(chats.c.telegram_id),
        scoreboards.c.stamp.is_distinct_from(_followed),
    )
    .order_by(scoreboards.c.edited_at)
    .limit(bindparam("size"))
)


class ScoreboardStore:
    """The scoreboards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, place: Place, message: int, text: str, now: datetime) -> None:
        shown = {"message_id": message, "text": text, "edited_at": now}
        values = {"chat_id": place.chat, "thread": place.thread, **shown}
        async with self._database.write() as connection:
            await connection.execute(_PUT, values)

    async def end(self, place: Place) -> bool:
        async with self._database.write() as connection:
            return (await connection.execute(_DELETE, {"chat": place.chat, "topic": place.thread})).rowcount > 0

    async def outdated(self, limit: int) -> Sequence[Scoreboard]:
        rows = (await self._database.query(_OUTDATED, {"size": limit})).all()
        return tuple(
            Scoreboard(
                place=Place(chat=ChatId(row.chat_id), thread=row.thread),
                telegram_chat=row.telegram_id,
                message=row.message_id,
                text=row.text,
                stamp=row.followed,
            )
            for row in rows
        )

    async def shown(self, scoreboard: Scoreboard, text: str, stamp: int | None, now: datetime) -> None:
        key = {"chat": scoreboard.place.chat, "topic": scoreboard.place.thread, "message": scoreboard.message}
        async with self._database.write() as connection:
            await connection.execute(_SHOWN, {**key, "new_text": text, "new_stamp": stamp, "now": now})
