"""The audit on a real database: its rounds, its repairs, and what it reports."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from delivery.audit import Fault
from petitions.petition import PetitionRef
from services.audit import EVERY, Audit
from sites.uk_document import UK
from storage.storage import Storage
from tests.services.world import MINUTE
from tests.storage.samples import NOW, change, follower, happen, stored_petition


@dataclass
class Audited:
    storage: Storage
    faults: list[tuple[Fault, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.audit = Audit(store=self.storage.audit, zone=UK.zone, report=self.report, batch=2)

    def report(self, fault: Fault, petition: PetitionRef, count: int) -> None:
        self.faults.append((fault, count))

    async def round(self, after: timedelta = timedelta(0)) -> list[tuple[Fault, int]]:
        """Audit until nothing is due; return what was found amiss."""
        self.faults.clear()
        while await self.audit.step(NOW + after):
            pass
        return list(self.faults)

    async def by_hand(self, statement: str) -> None:
        async with self.storage.database.write() as connection:
            await connection.exec_driver_sql(statement)

    async def owed(self) -> int:
        return len(await self.storage.alerts.due(NOW + timedelta(hours=1), 100))


async def told(storage: Storage, followers: int) -> Audited:
    """Owe a change to some followers, who are accounted for two at a time."""
    petition = await stored_petition(storage)
    for number in range(1, followers + 1):
        await follower(storage, petition, number)
    await happen(storage, petition, change("a"))
    return Audited(storage)


async def test_all_is_well_when_all_was_told(storage: Storage) -> None:
    audited = await told(storage, 5)
    assert await audited.round() == []
    assert audited.audit.finished_at == NOW


async def test_everybody_left_out_is_owed_the_change_once(storage: Storage) -> None:
    audited = await told(storage, 5)
    await audited.by_hand("DELETE FROM alerts WHERE id != 3")
    assert await audited.round() == [(Fault.UNTOLD, 2), (Fault.UNTOLD, 1), (Fault.UNTOLD, 1)]
    assert await audited.owed() == 5
    assert await audited.round(EVERY) == []


async def test_what_is_gone_again_after_a_repair_is_reported_every_time_and_not_owed(storage: Storage) -> None:
    audited = await told(storage, 1)
    for fault, rounds in ((Fault.UNTOLD, 0), (Fault.AGAIN, 1), (Fault.AGAIN, 2)):
        await audited.by_hand("DELETE FROM alerts")
        assert await audited.round(rounds * EVERY) == [(fault, 1)]
    assert await audited.owed() == 0


async def test_a_round_comes_every_five_minutes_also_after_the_clock_was_set_back(storage: Storage) -> None:
    audited = await told(storage, 1)
    assert await audited.round() == []
    await audited.by_hand("DELETE FROM alerts")
    assert await audited.round(EVERY - MINUTE) == []
    assert await audited.round(EVERY) == [(Fault.UNTOLD, 1)]
    await audited.by_hand("DELETE FROM repairs")
    await audited.by_hand("DELETE FROM alerts")
    assert await audited.round(EVERY - MINUTE) == [(Fault.UNTOLD, 1)]


async def test_an_audit_that_is_stopped_anywhere_begins_anew_and_repairs_the_rest(storage: Storage) -> None:
    audited = await told(storage, 5)
    await audited.by_hand("DELETE FROM alerts")
    assert await audited.audit.step(NOW)
    audited.restart()
    await audited.round()
    assert await audited.owed() == 5


async def test_a_large_repair_lets_others_write_in_between(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.audit.REPAIRED_AT_ONCE", 2)
    audited = await told(storage, 5)
    audited.audit.batch = 100
    await audited.by_hand("DELETE FROM alerts")
    repairing = asyncio.create_task(audited.audit.step(NOW))
    owed = []
    while not repairing.done():
        async with storage.database.write() as connection:
            owed.append((await connection.exec_driver_sql("SELECT count(*) FROM alerts")).scalar_one())
    assert await repairing
    assert {2, 4} <= set(owed)
    assert await audited.owed() == 5
