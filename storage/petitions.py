"""Petitions with their last snapshot, their readings and their changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, and_, bindparam, exists, extract, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from petitions.history import Marks
from petitions.news import Change
from petitions.petition import PetitionId, PetitionRef, PetitionState, Reading, Site, Snapshot
from petitions.planning import DueLook
from petitions.watched import Look, Schedule, WatchedPetition
from storage.columns import AnyRow, UtcDateTime
from storage.conflicts import insert
from storage.database import Database
from storage.documents import MARKS, NEWS, SNAPSHOT, SUBJECTS, read_validator, write_validator
from storage.reach import out_of_reach
from storage.schema import changes, follows, petitions, readings

_log = structlog.get_logger()

READING_EVERY = timedelta(hours=1)
"""An unchanged count is stored again after this time."""

MOST_PLANNED = 5_000
"""How many looks that are due are put in order at once; those planned further apart than all of these wait."""

MOST_COUNTED = 1_000
"""More followers of one petition than these do not make it more urgent."""

FOLLOWED = exists().where(
    follows.c.petition_id == petitions.c.id, ~follows.c.muted, ~out_of_reach(follows.c.chat_id, follows.c.thread)
)
_FIND = select(petitions).where(petitions.c.site == bindparam("site"), petitions.c.number == bindparam("number"))
_AMONG = and_(
    petitions.c.site.in_(bindparam("sites", expanding=True)),
    petitions.c.number.in_(bindparam("numbers", expanding=True)),
)
"""Petitions of these sites and numbers: more than are wanted where numbers of several sites are alike, but by index."""

_STORED_AMONG = select(petitions).where(_AMONG)
_FOLLOWED_AMONG = _STORED_AMONG.where(FOLLOWED)
_NUMBERS_AMONG = select(
    petitions.c.site, petitions.c.number, petitions.c.id, petitions.c.marks, FOLLOWED.label("followed")
).where(_AMONG)
_GET = select(petitions).where(petitions.c.id == bindparam("petition"))
_FIRST_FOLLOWERS = (
    select(follows.c.id)
    .where(follows.c.petition_id == petitions.c.id)
    .limit(MOST_COUNTED)
    .correlate(petitions)
    .subquery()
)
_FOLLOWERS = select(func.count()).select_from(_FIRST_FOLLOWERS).scalar_subquery()
_DUE = (
    select(
        petitions.c.id,
        petitions.c.due_at,
        petitions.c.page_due_at,
        petitions.c.every,
        petitions.c.seen_at,
        _FOLLOWERS.label("followers"),
    )
    .where(
        petitions.c.site == bindparam("site"),
        petitions.c.due_at.is_not(None),
        (petitions.c.due_at <= bindparam("now")) | (petitions.c.planned_at > bindparam("now")),
        FOLLOWED,
    )
    .order_by(petitions.c.every, petitions.c.due_at)
    .limit(MOST_PLANNED)
)
_DATED = (
    select(petitions.c.id)
    .where(petitions.c.news_at <= bindparam("now"), petitions.c.site.in_(bindparam("sites", expanding=True)))
    .order_by(petitions.c.news_at, petitions.c.id)
    .limit(MOST_PLANNED)
)
_MISSING = select(func.count(petitions.c.missing_since), func.count()).where(
    petitions.c.site == bindparam("site"), FOLLOWED
)
_COUNTED = select(func.count()).where(
    petitions.c.site == bindparam("site"), petitions.c.count_due_at.is_not(None), FOLLOWED
)
_VERSIONS_AMONG = (
    select(petitions.c.site, petitions.c.number, petitions.c.id, petitions.c.version).where(_AMONG).with_for_update()
)
_INSERT = insert(petitions)
_UPDATE = update(petitions).where(petitions.c.id == bindparam("petition"))
_ADD_UNSEEN = insert(petitions).values(version=1).returning(petitions.c.id)
_CATCH_UP = (
    update(petitions)
    .where(petitions.c.id == bindparam("petition"))
    .values(marks=bindparam("new_marks"), page_due_at=bindparam("now"), due_at=bindparam("now"))
)
_INSERT_CHANGE = insert(changes).on_conflict_do_nothing(index_elements=[changes.c.petition_id, changes.c.key])
_INSERT_READING = insert(readings).on_conflict_do_nothing(index_elements=[readings.c.petition_id, readings.c.at])
_EARLIER = readings.alias()
_LAST_OR_FIRST = func.coalesce(
    select(func.max(_EARLIER.c.at))
    .where(_EARLIER.c.petition_id == petitions.c.id, _EARLIER.c.at <= bindparam("moment", type_=UtcDateTime))
    .correlate(petitions)
    .scalar_subquery(),
    select(func.min(_EARLIER.c.at))
    .where(_EARLIER.c.petition_id == petitions.c.id)
    .correlate(petitions)
    .scalar_subquery(),
)
_READINGS_AT = (
    select(readings.c.petition_id, readings.c.at, readings.c.signatures)
    .join_from(petitions, readings, readings.c.petition_id == petitions.c.id)
    .where(petitions.c.id.in_(bindparam("petitions", expanding=True)), readings.c.at == _LAST_OR_FIRST)
)
_READINGS = (
    select(readings.c.at, readings.c.signatures)
    .where(readings.c.petition_id == bindparam("petition"), readings.c.at >= bindparam("since"))
    .order_by(readings.c.at)
)
_HOURLY_READINGS = (
    select(func.min(readings.c.at).label("at"), func.min(readings.c.signatures).label("signatures"))
    .where(readings.c.petition_id == bindparam("petition"), readings.c.at >= bindparam("since"))
    .group_by(*(extract(part, readings.c.at) for part in ("year", "doy", "hour")))
    .order_by("at")
)


class PetitionStore:
    """Petitions, their readings and their changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, ref: PetitionRef) -> WatchedPetition | None:
        row = (await self._database.query(_FIND, {"site": ref.site, "number": ref.number})).one_or_none()
        return None if row is None else watched_petition(row)

    async def followed_among(self, refs: Collection[PetitionRef]) -> Sequence[WatchedPetition]:
        return await self._among(_FOLLOWED_AMONG, refs)

    async def stored_among(self, refs: Collection[PetitionRef]) -> Sequence[WatchedPetition]:
        return await self._among(_STORED_AMONG, refs)

    async def _among(self, statement: Select[Any], refs: Collection[PetitionRef]) -> Sequence[WatchedPetition]:
        if not refs:
            return ()
        rows = [row for row in await self._database.query(statement, _names(refs)) if _ref(row) in refs]
        return tuple(watched for row in rows if (watched := _if_readable(row)) is not None)

    async def record(self, look: Look) -> WatchedPetition | None:
        """Store a look in one transaction."""
        return (await self.record_all([look]))[0]

    async def record_all(self, looks: Sequence[Look]) -> Sequence[WatchedPetition | None]:
        """Store looks at different petitions in one transaction.

        A reading is kept when the count differs from the last reading or `READING_EVERY` has passed since that.
        """
        async with self._database.write() as connection:
            ids = await _store_snapshots(connection, looks)
            happened = [
                {"petition_id": ids[look.ref], **_subjects(look), **change_values(change)}
                for look in looks
                if look.ref in ids
                for change in look.changes
            ]
            if happened:
                await connection.execute(_INSERT_CHANGE, happened)
            taken = {ids[look.ref]: look.reading for look in looks if look.ref in ids and look.reading is not None}
            await _store_readings(connection, taken)
        return [_stored(look, ids[look.ref]) if look.ref in ids else None for look in looks]

    async def reschedule(self, petition: PetitionId, schedule: Schedule) -> None:
        async with self._database.write() as connection:
            await connection.execute(_UPDATE, {"petition": petition, **_schedule_values(schedule)})

    async def expect(self, watched: WatchedPetition, now: datetime) -> None:
        async with self._database.write() as connection:
            await expected_petitions(connection, {watched.ref: (watched.snapshot.title, watched.seen_at)}, now)

    async def due(self, site: Site, now: datetime) -> Sequence[DueLook]:
        rows = (await self._database.query(_DUE, {"site": site, "now": now})).all()
        return tuple(
            DueLook(
                petition=PetitionId(row.id),
                due_at=row.due_at,
                every=row.every,
                followers=row.followers,
                seen_at=row.seen_at,
                count_alone=row.page_due_at is None or row.page_due_at > now,
            )
            for row in rows
        )

    async def dated(self, sites: Collection[Site], now: datetime) -> Sequence[PetitionId]:
        numbers = await self._database.query(_DATED, {"sites": list(sites), "now": now})
        return tuple(map(PetitionId, numbers.scalars()))

    async def get(self, petition: PetitionId) -> WatchedPetition | None:
        row = (await self._database.query(_GET, {"petition": petition})).one_or_none()
        return None if row is None else _if_readable(row)

    async def missing(self, site: Site) -> tuple[int, int]:
        missing, followed = (await self._database.query(_MISSING, {"site": site})).one()
        return missing, followed

    async def counted(self, site: Site) -> int:
        return (await self._database.query(_COUNTED, {"site": site})).scalar_one()

    async def readings_at(
        self, petitions: Collection[PetitionId], moments: Collection[datetime]
    ) -> Mapping[PetitionId, Sequence[Reading]]:
        async with self._database.read() as connection:
            return await _readings_at(connection, petitions, moments)

    async def readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        return await self._read(_READINGS, petition, since)

    async def hourly_readings(self, petition: PetitionId, since: datetime) -> Sequence[Reading]:
        return await self._read(_HOURLY_READINGS, petition, since)

    async def _read(self, statement: Select[datetime, int], petition: PetitionId, since: datetime) -> Sequence[Reading]:
        rows = (await self._database.query(statement, {"petition": petition, "since": since})).all()
        return tuple(Reading(at=row.at, signatures=row.signatures) for row in rows)


async def expected_petitions(
    connection: AsyncConnection, expected: Mapping[PetitionRef, tuple[str, datetime]], now: datetime
) -> Mapping[PetitionRef, PetitionId]:
    """Return the ids of petitions that are to be followed from now on without a look at the site.

    `expected`: their titles, and when they were certainly there. Those that nobody watches yet are looked at next, and
    what has happened to them before `now` is old news.
    """
    rows = [row for row in await connection.execute(_NUMBERS_AMONG, _names(expected)) if _ref(row) in expected]
    for row in rows:
        if not row.followed:
            marks = MARKS.write(replace(MARKS.read(row.marks), old_before=now))
            await connection.execute(_CATCH_UP, {"petition": row.id, "new_marks": marks, "now": now})
    known = {_ref(row): PetitionId(row.id) for row in rows}
    unseen = {ref: said for ref, said in expected.items() if ref not in known}
    return known | {ref: await _add_unseen(connection, ref, *said, now) for ref, said in unseen.items()}


async def _add_unseen(
    connection: AsyncConnection, ref: PetitionRef, title: str, there_at: datetime, now: datetime
) -> PetitionId:
    nothing = Snapshot(ref=ref, title=title or ref.number, state=PetitionState.OPEN, signatures=0)
    values = {
        "site": ref.site,
        "number": ref.number,
        "title": nothing.title,
        "snapshot": SNAPSHOT.write(nothing),
        "marks": MARKS.write(Marks(old_before=now)),
        "seen_at": there_at,
        **_schedule_values(Schedule(count_at=None, page_at=now)),
    }
    return PetitionId((await connection.execute(_ADD_UNSEEN, values)).scalar_one())


def _names(refs: Collection[PetitionRef]) -> dict[str, object]:
    return {"sites": list({ref.site for ref in refs}), "numbers": [ref.number for ref in refs]}


def _ref(row: AnyRow) -> PetitionRef:
    return PetitionRef(site=Site(row.site), number=row.number)


def _if_readable(row: AnyRow) -> WatchedPetition | None:
    """Read such a row; one that cannot be read is logged and passed over, so that it stops no other."""
    try:
        return watched_petition(row)
    except ValueError as error:
        _log.error("petition.row_unreadable", petition_id=row.id, error=str(error))
        return None


def watched_petition(row: AnyRow) -> WatchedPetition:
    """Read a row that holds the columns of `petitions`."""
    return WatchedPetition(
        id=PetitionId(row.id),
        version=row.version,
        snapshot=SNAPSHOT.read(row.snapshot),
        marks=MARKS.read(row.marks),
        schedule=Schedule(
            count_at=row.count_due_at,
            page_at=row.page_due_at,
            news_at=row.news_at,
            every=row.every,
            planned_at=row.planned_at,
        ),
        seen_at=row.seen_at,
        full_at=row.full_at,
        page_validator=read_validator(row.page_validator),
        count_validator=read_validator(row.count_validator),
    )


async def _store_snapshots(connection: AsyncConnection, looks: Sequence[Look]) -> Mapping[PetitionRef, PetitionId]:
    """Store what the petitions look like now; return the ids of those that have not moved on meanwhile."""
    refs = [look.ref for look in looks]
    known = await _versions(connection, refs)
    current = [look for look in looks if look.version == (known[look.ref][1] if look.ref in known else 0)]
    if again := [{"petition": known[look.ref][0], **_values(look)} for look in current if look.version]:
        await connection.execute(_UPDATE, again)
    if met := [
        {"site": look.ref.site, "number": look.ref.number, **_values(look)} for look in current if not look.version
    ]:
        await connection.execute(_INSERT, met)
        known = await _versions(connection, refs)
    return {look.ref: known[look.ref][0] for look in current}


async def _versions(
    connection: AsyncConnection, refs: Collection[PetitionRef]
) -> Mapping[PetitionRef, tuple[PetitionId, int]]:
    """Return the ids and versions of those that are known."""
    rows = await connection.execute(_VERSIONS_AMONG, _names(refs))
    return {_ref(row): (PetitionId(row.id), row.version) for row in rows}


def _values(look: Look) -> dict[str, object]:
    return {
        "version": look.version + 1,
        "title": look.snapshot.title,
        "state": look.snapshot.state,
        "snapshot": SNAPSHOT.write(look.snapshot),
        "marks": MARKS.write(look.marks),
        "missing_since": look.marks.missing_since if look.marks.misses else None,
        "seen_at": look.seen_at,
        "full_at": look.full_at,
        "page_validator": write_validator(look.page_validator),
        "count_validator": write_validator(look.count_validator),
        **_schedule_values(look.schedule),
    }


def _subjects(look: Look) -> dict[str, str]:
    return {"subjects": SUBJECTS.write(tuple(sorted(look.snapshot.subjects)))}


def _stored(look: Look, petition: PetitionId) -> WatchedPetition:
    return WatchedPetition(
        id=petition,
        version=look.version + 1,
        snapshot=look.snapshot,
        marks=look.marks,
        schedule=look.schedule,
        seen_at=look.seen_at,
        full_at=look.full_at,
        page_validator=look.page_validator,
        count_validator=look.count_validator,
    )


def _schedule_values(schedule: Schedule) -> dict[str, datetime | int | None]:
    moments = [moment for moment in (schedule.count_at, schedule.page_at) if moment is not None]
    return {
        "count_due_at": schedule.count_at,
        "page_due_at": schedule.page_at,
        "due_at": min(moments, default=None),
        "news_at": schedule.news_at,
        "every": schedule.every,
        "planned_at": schedule.planned_at,
    }


def change_values(change: Change) -> dict[str, object]:
    """Return the columns of a change that are the same whatever its petition is about."""
    return {
        "key": change.key,
        "kind": change.news.kind,
        "news": NEWS.write(change.news),
        "happened_at": change.happened_at,
        "seen_at": change.seen_at,
    }


async def _readings_at(
    connection: AsyncConnection, petitions: Collection[PetitionId], moments: Collection[datetime]
) -> Mapping[PetitionId, Sequence[Reading]]:
    found: dict[PetitionId, set[Reading]] = {}
    for moment in moments if petitions else ():
        rows = await connection.execute(_READINGS_AT, {"petitions": list(petitions), "moment": moment})
        for row in rows:
            found.setdefault(PetitionId(row.petition_id), set()).add(Reading(at=row.at, signatures=row.signatures))
    return {petition: sorted(each, key=lambda reading: reading.at) for petition, each in found.items()}


async def _store_readings(connection: AsyncConnection, taken: Mapping[PetitionId, Reading]) -> None:
    moments = {max(reading.at for reading in taken.values())} if taken else ()
    last = await _readings_at(connection, taken.keys(), moments)
    rows = [
        {"petition_id": petition, "at": reading.at, "signatures": reading.signatures}
        for petition, reading in taken.items()
        if petition not in last or _is_worth_keeping(reading, last[petition][-1])
    ]
    if rows:
        await connection.execute(_INSERT_READING, rows)


def _is_worth_keeping(reading: Reading, last: Reading) -> bool:
    return last.signatures != reading.signatures or reading.at >= last.at + READING_EVERY
