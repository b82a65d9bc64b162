"""What all tests share: a database, which tests are slow, and a log of one plain line an event."""

import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from bot.garbage_collection import collect_rarely
from storage.storage import Storage, open_storage
from tests.compiled_statements import share_compiled_statements
from tests.databases import create_database

SLOW = {"drills", "journeys", "recordings"}
"""Folders in which every test is slow."""

gc.disable()  # until all tests are collected: nothing becomes garbage before

os.environ["PTB_TIMEDELTA"] = "true"  # so the library gives spans of time as the bot asks it to, whatever is imported

TOGETHER = {"tests/drills/test_kills.py"} | {
    f"tests/journeys/test_{name}.py"
    for name in "alerts blocking browser following groups monitoring personal_data topics transitions unfollowing".split()
}
"""Files in which many tests share what takes seconds to build."""

# How fast a machine is proves nothing. Every run draws other examples.
settings.register_profile("tests", deadline=None, max_examples=30)
settings.load_profile("tests")

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ]
)


share_compiled_statements()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are cores, and three times as many with the slow tests, because those wait."""
    return (os.cpu_count() or 1) * (1 if config.option.markexpr == "not slow" else 3)


class OneByOne(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out tests one by one, and together those that share what takes seconds to build."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneByOne:
    """Tell who hands out the tests."""
    return OneByOne(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and mix tests that wait with those that compute, so that the cores are never idle."""
    here = Path(__file__).parent
    folders: dict[str, list[pytest.Item]] = {}
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        folders.setdefault(folder, []).append(item)
        if folder in SLOW:
            item.add_marker(pytest.mark.slow)
    places = {
        item: 0.0 if str(item.path.relative_to(here.parent)) in TOGETHER else place / len(folder)
        for folder in folders.values()
        for place, item in enumerate(folder)
    }
    # What is slow ends early, so that no worker is alone with it at the end.
    items.sort(key=lambda item: places[item] * (0.85 if item.get_closest_marker("slow") else 1))


def pytest_collection_finish() -> None:
    """Collect garbage as rarely as the bot does: what was imported and collected stays."""
    collect_rarely()
    gc.enable()


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind the bot runs on."""
    match request.param:
        case "sqlite":
            create_database(tmp_path / "bot.db")
            return f"sqlite:///{tmp_path}/bot.db"
        case other:
            raise ValueError(other)


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    async with open_storage(url) as opened:
        yield opened
