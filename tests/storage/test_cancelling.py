"""A task may be cancelled in the middle of a statement, when a loop stops or a probe takes too long."""

import asyncio

import pytest
from sqlalchemy import insert, select

from storage.schema import checks
from storage.storage import Storage

TRIES = 200
A_TRANSACTION = 0.005


async def test_whenever_a_transaction_is_cancelled_it_leaves_no_lock_behind(storage: Storage) -> None:
    """Not even while the error is kept, and with it the cursor: whoever winds up has work to commit."""

    async def write() -> None:
        async with storage.database.write() as connection:
            await connection.execute(insert(checks), {"id": 1, "number": 1})
            await connection.execute(select(checks))
            await asyncio.Event().wait()

    for number in range(TRIES):
        writer = asyncio.create_task(write())
        await asyncio.sleep(A_TRANSACTION * number / TRIES)
        writer.cancel()
        with pytest.raises(asyncio.CancelledError) as kept:
            await writer
        async with asyncio.timeout(2), storage.database.write() as connection:
            assert (await connection.execute(select(checks))).all() == []
        assert kept.tb is not None
