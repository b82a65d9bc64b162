"""The inbox: updates from Telegram, stored before they are acknowledged, until they are handled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, null, select, update

from storage.conflicts import insert
from storage.database import Database
from storage.grouped import Grouped
from storage.schema import WAITING, updates


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """An update as it came. Those with the same `chat_key` keep their order (see `chat_keys`)."""

    update_id: int
    chat_key: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingUpdate:
    """An update that is not handled yet. `id` numbers updates in the order of arrival: Telegram's ids may restart."""

    id: int
    chat_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunUpdate:
    """An update that is being handled. `attempts`: how often that was begun, this time included."""

    update_id: int
    body: str
    attempts: int


def chat_keys(telegram_id: int) -> tuple[str, str]:
    """Return the keys of updates that belong to a chat: those in it, and those of a person outside of any chat."""
    return f"chat:{telegram_id}", f"person:{telegram_id}"


_STORE = (
    insert(updates)
    .on_conflict_do_nothing(index_elements=[updates.c.update_id])
    .execution_options(preserve_rowcount=True)
)
_WAITING = (
    select(updates.c.id, updates.c.chat_key)
    .where(WAITING, updates.c.id > bindparam("after"))
    .order_by(updates.c.id)
    .limit(bindparam("size"))
)
_HANDLED = (
    update(updates)
    .where(updates.c.id == bindparam("update"), WAITING)
    .values(handled_at=bindparam("now"), body=null(), chat_key=null())
)
_BEGIN = (
    update(updates)
    .where(updates.c.id.in_(bindparam("ids", expanding=True)), WAITING)
    .values(attempts=updates.c.attempts + 1)
    .returning(updates.c.id, updates.c.update_id, updates.c.body, updates.c.attempts)
)


class UpdateStore:
    """The inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begin = Grouped(self._begin_all)
        self._handled = Grouped(self._handled_all)

    async def store(self, batch: Sequence[NewUpdate], now: datetime) -> int:
        """Store the updates in one transaction and return how many were new; ids already known are left out."""
        if not batch:
            return 0
        rows = [
            {"update_id": one.update_id, "chat_key": one.chat_key, "body": one.body, "received_at": now}
            for one in batch
        ]
        async with self._database.write() as connection:
            return (await connection.execute(_STORE, rows)).rowcount

    async def store_unreadable(self, update_ids: Sequence[int], now: datetime) -> None:
        """Remember the ids of updates that cannot be read: there is nothing to handle, and they may arrive again."""
        rows = [{"update_id": number, "received_at": now, "handled_at": now} for number in update_ids]
        async with self._database.write() as connection:
            await connection.execute(_STORE, rows)

    async def waiting(self, limit: int, *, after: int = 0) -> Sequence[WaitingUpdate]:
        """Return updates that are not handled yet, numbered above `after`, in the order of arrival."""
        rows = (await self._database.query(_WAITING, {"after": after, "size": limit})).all()
        return [WaitingUpdate(id=row.id, chat_key=row.chat_key) for row in rows]

    async def begin(self, update: int) -> BegunUpdate | None:
        """Count an attempt at handling the update and return it; `None` when it was forgotten meanwhile."""
        return await self._begin(update)

    async def handled(self, update: int, now: datetime) -> None:
        """Forget the update itself; its id stays for a while, as Telegram may deliver it a second time."""
        await self._handled((update, now))

    async def _begin_all(self, ids: Sequence[int]) -> Mapping[int, BegunUpdate]:
        async with self._database.write() as connection:
            rows = (await connection.execute(_BEGIN, {"ids": ids})).all()
        return {row.id: BegunUpdate(update_id=row.update_id, body=row.body, attempts=row.attempts) for row in rows}

    async def _handled_all(self, handled: Sequence[tuple[int, datetime]]) -> Mapping[tuple[int, datetime], None]:
        async with self._database.write() as connection:
            await connection.execute(_HANDLED, [{"update": update, "now": now} for update, now in handled])
        return {}
