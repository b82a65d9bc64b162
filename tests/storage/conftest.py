"""A database of each kind the bot runs on; the suite is the same for all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.storage import Storage, open_storage


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "sqlite":
            return f"sqlite:///{tmp_path}/bot.db"
        case other:
            raise ValueError(other)


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    async with open_storage(url) as opened:
        yield opened
