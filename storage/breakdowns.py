"""Where the petitions are signed that somebody has asked about, for what is usual."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import bindparam, delete, select

from petitions.breakdown import Counts
from petitions.petition import PetitionId
from storage.conflicts import insert
from storage.database import Database
from storage.documents import COUNTS
from storage.schema import breakdowns

_log = structlog.get_logger()

MOST_KEPT = 60
"""Of 650 constituencies each; they are all read whenever somebody asks."""

_INSERT = insert(breakdowns)
_LEARN = _INSERT.on_conflict_do_update(
    index_elements=[breakdowns.c.petition_id],
    set_={"counts": _INSERT.excluded.counts, "read_at": _INSERT.excluded.read_at},
)
_newest = select(breakdowns.c.petition_id).order_by(breakdowns.c.read_at.desc()).limit(bindparam("most"))
_FORGET = delete(breakdowns).where(breakdowns.c.petition_id.not_in(_newest))
_OTHERS = select(breakdowns.c.petition_id, breakdowns.c.counts).where(breakdowns.c.petition_id != bindparam("petition"))


class BreakdownStore:
    """The breakdowns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def learn(self, petition: PetitionId, counts: Counts, now: datetime) -> None:
        values = {"petition_id": petition, "counts": COUNTS.write(counts), "read_at": now}
        async with self._database.write() as connection:
            await connection.execute(_LEARN, values)
            await connection.execute(_FORGET, {"most": MOST_KEPT})

    async def others(self, petition: PetitionId) -> Sequence[Counts]:
        rows = (await self._database.query(_OTHERS, {"petition": petition})).all()
        return [counts for row in rows if (counts := _read(row.petition_id, row.counts)) is not None]


def _read(petition: int, text: str) -> Counts | None:
    try:
        return COUNTS.read(text)
    except ValueError as error:
        _log.error("breakdown.unreadable", petition_id=petition, error=str(error))
        return None
