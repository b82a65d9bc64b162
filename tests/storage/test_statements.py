"""Every statement can be run by PostgreSQL too, and the hot ones are answered by an index."""

import importlib
import pkgutil

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import Delete, Insert, Select, Update

import storage as package
from delivery.outbox import MessageId, MessageState, Settlement
from petitions.petition import PetitionId, Reading, Site
from petitions.successors import ENDED
from storage.schema import metadata
from storage.storage import Storage
from tests.storage.samples import DAY, NOW, TODAY, first_look, next_look, ref, stored_petition

POSTGRESQL = make_url("postgresql://").get_dialect()()

STATEMENTS = [
    pytest.param(statement, id=f"{module.name}.{name}")
    for module in pkgutil.iter_modules(package.__path__)
    for name, value in vars(importlib.import_module(f"storage.{module.name}")).items()
    for statement in (value if isinstance(value, tuple) else (value,))
    if isinstance(statement, Select | Insert | Update | Delete)
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_can_be_said_to_postgresql(statement: Select[*tuple[object, ...]]) -> None:
    assert str(statement.compile(dialect=POSTGRESQL))


def test_the_tables_can_be_built_by_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=POSTGRESQL))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=POSTGRESQL))


def test_claims_of_two_processes_do_not_wait_for_each_other_on_postgresql() -> None:
    claim = importlib.import_module("storage.messages")._CLAIMABLE
    assert "FOR UPDATE OF messages SKIP LOCKED" in str(claim.compile(dialect=POSTGRESQL))


async def test_looking_for_work_never_reads_a_whole_table(storage: Storage) -> None:
    said: list[tuple[str, object]] = []

    def remember(
        _connection: Connection, _cursor: object, statement: str, parameters: object, _context: object, _many: bool
    ) -> None:
        said.append((statement, parameters))

    engines = (storage.database._readers.sync_engine, storage.database._writer.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", remember)
    await storage.messages.claim(NOW, 100, (1, 2, 3))
    await storage.messages.settle([Settlement(message=MessageId(1), state=MessageState.SENT, at=NOW)])
    await storage.messages.sent_since(NOW)
    await storage.messages.take_back_orphans()
    await storage.alerts.announce_next(NOW, 100, TODAY)
    await storage.alerts.due(NOW, 100)
    await storage.updates.waiting(100)
    await storage.petitions.due(Site.UK, NOW)
    await storage.petitions.missing(Site.UK)
    await storage.petitions.dated([Site.UK], NOW)
    await storage.petitions.counted(Site.UK)
    await storage.petitions.stored_among([ref(1), ref(2)])
    await storage.petitions.followed_among([ref(1), ref(2)])
    petition = await stored_petition(storage)
    await storage.petitions.record_all([next_look(petition, reading=Reading(at=NOW, signatures=6)), first_look(2)])
    await storage.petitions.readings_at([petition.id], [NOW, NOW + DAY])
    await storage.tidy.forget_sent(NOW)
    await storage.successors.uncompared(20)
    await storage.successors.candidates(Site.UK, {"a", "b"}, ENDED, seen_since=NOW, shared=2, limit=50)
    await storage.successors.offered_since([PetitionId(1)], NOW)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", remember)

    assert len(said) > 20
    for statement, parameters in said:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            for step in await plan(storage, statement, parameters):
                assert not is_full_scan(step), (statement, step)


async def plan(storage: Storage, statement: str, parameters: object) -> list[str]:
    async with storage.database.read() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        return [row.detail for row in rows]


def is_full_scan(step: str) -> bool:
    return step in {f"SCAN {table}" for table in metadata.tables}
