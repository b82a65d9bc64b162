"""A task may be cancelled in the middle of a statement, when a loop stops or a probe takes too long."""

import asyncio

import pytest
from sqlalchemy import insert, select

from storage.schema import checks
from storage.storage import Storage
from tests.storage.samples import NOW


async def test_a_statement_that_is_cancelled_leaves_no_lock_behind(storage: Storage) -> None:
    """Even while the error, and with it the cursor, is kept: whoever winds up has work to commit."""
    begun = asyncio.Event()

    async def write() -> None:
        async with storage.database.write() as connection:
            await connection.execute(insert(checks), {"id": 1, "number": 1})
            begun.set()
            await connection.execute(select(checks))

    writer = asyncio.create_task(write())
    await begun.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError) as kept:
        await writer
    async with asyncio.timeout(2), storage.database.write() as connection:
        assert (await connection.execute(select(checks))).all() == []
    assert kept.tb is not None


async def test_a_beginning_that_is_cancelled_leaves_no_lock_behind(storage: Storage) -> None:
    for turns in range(30):
        writer = asyncio.create_task(storage.messages.claim(NOW, 1, ()))
        for _ in range(turns):
            await asyncio.sleep(0)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        async with asyncio.timeout(2), storage.database.write() as connection:
            await connection.execute(select(checks))
