"""Where the reading of the sites' lists stands."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from petitions.feeds import FeedState
from petitions.petition import Site
from storage.conflicts import insert
from storage.database import Database
from storage.documents import read_validator, write_validator
from storage.schema import feeds

_FEEDS = select(feeds).where(feeds.c.site == bindparam("site")).order_by(feeds.c.facet)
_INSERT = insert(feeds)
_SAVE = _INSERT.on_conflict_do_update(
    index_elements=[feeds.c.site, feeds.c.facet],
    set_={
        "page": _INSERT.excluded.page,
        "due_at": _INSERT.excluded.due_at,
        "validator": _INSERT.excluded.validator,
        "complete_since": _INSERT.excluded.complete_since,
    },
)


class FeedStore:
    """The lists that serve as change feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feeds(self, site: Site) -> Sequence[FeedState]:
        rows = (await self._database.query(_FEEDS, {"site": site})).all()
        return tuple(
            FeedState(
                facet=row.facet,
                page=row.page,
                due_at=row.due_at,
                validator=read_validator(row.validator),
                complete_since=row.complete_since,
            )
            for row in rows
        )

    async def save(self, site: Site, state: FeedState) -> None:
        values = {
            "site": site,
            "facet": state.facet,
            "page": state.page,
            "due_at": state.due_at,
            "validator": write_validator(state.validator),
            "complete_since": state.complete_since,
        }
        async with self._database.write() as connection:
            await connection.execute(_SAVE, values)
