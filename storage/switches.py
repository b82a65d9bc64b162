"""What operators have switched, by name, and since when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.conflicts import insert
from storage.database import Database
from storage.schema import switches

_ALL = select(switches)
_SET = insert(switches).on_conflict_do_nothing(index_elements=[switches.c.name])
_UNSET = delete(switches).where(switches.c.name == bindparam("of_name"))


class SwitchStore:
    """The switches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, datetime]:
        return {row.name: row.since for row in await self._database.query(_ALL)}

    async def set(self, name: str, now: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(_SET, {"name": name, "since": now})

    async def unset(self, name: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(_UNSET, {"of_name": name})
