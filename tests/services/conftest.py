"""The services on a real database, with a site that answers from a dictionary and a messenger that does as it is told."""

from collections.abc import AsyncIterator

import pytest

from storage.storage import Storage
from tests.services.outbox import FakeMessenger, Outbox
from tests.services.world import World, new_world


@pytest.fixture
async def world(storage: Storage) -> World:
    return await new_world(storage)


@pytest.fixture
def outbox(storage: Storage) -> Outbox:
    return Outbox(storage)


@pytest.fixture
async def messenger() -> AsyncIterator[FakeMessenger]:
    messenger = FakeMessenger()
    yield messenger
    await messenger.pacer.shutdown()


@pytest.fixture
async def one_by_one() -> AsyncIterator[FakeMessenger]:
    messenger = FakeMessenger(in_flight=1)
    yield messenger
    await messenger.pacer.shutdown()
