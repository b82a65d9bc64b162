"""Which petitions have been compared with others, and the words of their titles by which those are found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Integer, Text, bindparam, delete, func, or_, select, update
from sqlalchemy import insert as insert_rows

from petitions.news import Change, Kind
from petitions.petition import PetitionId, PetitionState, Site, Snapshot
from petitions.successors import ENDED, Candidate, Uncompared
from storage.columns import AnyRow, UtcDateTime
from storage.conflicts import insert
from storage.database import Database
from storage.documents import SNAPSHOT
from storage.petitions import FOLLOWED, change_values
from storage.schema import UNCOMPARED, changes, petitions, title_words

_log = structlog.get_logger()

_SIZE = bindparam("size", type_=Integer)
_UNCOMPARED = (
    select(petitions.c.id, petitions.c.state, petitions.c.snapshot)
    .where(UNCOMPARED, or_(petitions.c.state == PetitionState.OPEN.value, petitions.c.state.in_(ENDED) & FOLLOWED))
    .order_by(petitions.c.id)
    .limit(_SIZE)
)
_FORGET_WORDS = delete(title_words).where(title_words.c.petition_id.in_(bindparam("petitions", expanding=True)))
_ADD_WORDS = insert_rows(title_words)
_SHARING = (
    select(title_words.c.petition_id, func.count().label("shared"))
    .where(title_words.c.word.in_(bindparam("words", expanding=True)))
    .group_by(title_words.c.petition_id)
    .having(func.count() >= bindparam("least", type_=Integer))
    .subquery()
)
_CANDIDATES = (
    select(petitions.c.id, petitions.c.snapshot)
    .join_from(_SHARING, petitions, _SHARING.c.petition_id == petitions.c.id)
    .where(
        petitions.c.site == bindparam("site"),
        petitions.c.state.in_(bindparam("states", expanding=True)),
        or_(
            petitions.c.state != PetitionState.OPEN.value, petitions.c.seen_at >= bindparam("since", type_=UtcDateTime)
        ),
    )
    .order_by(_SHARING.c.shared.desc(), petitions.c.id.desc())
    .limit(_SIZE)
)
_OFFERED = select(changes.c.petition_id).where(
    changes.c.petition_id.in_(bindparam("petitions", expanding=True)),
    changes.c.kind == Kind.SUCCESSOR.value,
    changes.c.seen_at > bindparam("since", type_=UtcDateTime),
)
_COMPARED = (
    update(petitions)
    .where(petitions.c.id == bindparam("petition"))
    .values(compared_as=bindparam("as_state", type_=Text))
)
_INSERT_CHANGE = insert(changes).on_conflict_do_nothing(index_elements=[changes.c.petition_id, changes.c.key])


class SuccessorStore:
    """Which petitions have been compared with others, and the words by which those are found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def uncompared(self, limit: int) -> Sequence[Uncompared]:
        rows = (await self._database.query(_UNCOMPARED, {"size": limit})).all()
        return [
            Uncompared(petition=PetitionId(row.id), state=PetitionState(row.state), snapshot=_snapshot(row))
            for row in rows
        ]

    async def index(self, words: Mapping[PetitionId, Collection[str]]) -> None:
        rows = [{"petition_id": petition, "word": word} for petition, each in words.items() for word in each]
        async with self._database.write() as connection:
            await connection.execute(_FORGET_WORDS, {"petitions": list(words)})
            if rows:
                await connection.execute(_ADD_WORDS, rows)

    async def candidates(
        self,
        site: Site,
        words: Collection[str],
        states: Collection[PetitionState],
        *,
        seen_since: datetime,
        shared: int,
        limit: int,
    ) -> Sequence[Candidate]:
        wanted = {
            "site": site,
            "words": list(words),
            "states": list(states),
            "since": seen_since,
            "least": shared,
            "size": limit,
        }
        rows = (await self._database.query(_CANDIDATES, wanted)).all()
        read = [(PetitionId(row.id), _snapshot(row)) for row in rows]
        return [Candidate(petition=petition, snapshot=shown) for petition, shown in read if shown is not None]

    async def offered_since(self, petitions: Collection[PetitionId], since: datetime) -> Collection[PetitionId]:
        if not petitions:
            return ()
        rows = await self._database.query(_OFFERED, {"petitions": list(petitions), "since": since})
        return {PetitionId(petition) for petition in rows.scalars()}

    async def compared(
        self, states: Mapping[PetitionId, PetitionState], found: Sequence[tuple[PetitionId, Change]]
    ) -> None:
        happened = [{"petition_id": petition, **change_values(change)} for petition, change in found]
        async with self._database.write() as connection:
            if happened:
                await connection.execute(_INSERT_CHANGE, happened)
            as_states = [{"petition": petition, "as_state": state} for petition, state in states.items()]
            await connection.execute(_COMPARED, as_states)


def _snapshot(row: AnyRow) -> Snapshot | None:
    try:
        return SNAPSHOT.read(row.snapshot)
    except ValueError:
        _log.warning("petition.unreadable", petition_id=row.id)
        return None
