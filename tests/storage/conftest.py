"""A database of each kind the bot runs on; the suite is the same for all."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.migrations.migrate import migrate
from storage.storage import Storage, open_storage


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("storage") / "empty.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> str:
    match request.param:
        case "sqlite":
            shutil.copy(empty_database, tmp_path / "bot.db")
            return f"sqlite:///{tmp_path}/bot.db"
        case other:
            raise ValueError(other)


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    async with open_storage(url) as opened:
        yield opened
