"""Any mix of good and hostile documents: every true milestone is told once, and nothing else."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.answers import Unreadable
from petitions.milestones import milestones_up_to
from petitions.news import MilestoneReached
from petitions.petition import Snapshot
from sites.uk_document import UK, read_document
from storage.storage import open_storage
from tests.databases import create_database
from tests.services.world import MINUTE, World, new_world
from tests.sites.documents import document

PETITIONS = 8
FIRST = 900_001
QUIET: dict[str, Any] = {
    "government_response": None,
    "government_response_at": None,
    "scheduled_debate_date": None,
    "response_threshold_reached_at": None,
}
WRONG: st.SearchStrategy[object] = st.sampled_from(
    [5, [], "9999-12-31", "0001-01-01", "9999-12-31T00:00:00Z", "soon", {"details": []}, "x" * 200_000, "\ud800"]
)
DISPENSABLE = st.dictionaries(
    st.sampled_from(
        ["background", "closing_date", "opened_at", "government_response_at", "scheduled_debate_date", "updated_at"]
    ),
    WRONG,
    max_size=3,
)
SPOILT = st.sampled_from([{"signature_count": "many"}, {"state": "hidden"}, {"action": None}])
STEPS = st.lists(
    st.tuples(st.integers(0, PETITIONS - 1), st.sampled_from([1, 400, 1_000, 9_000]), DISPENSABLE | SPOILT), max_size=25
)
Step = tuple[int, int, dict[str, Any]]


@given(steps=STEPS)
@pytest.mark.slow
@settings(max_examples=5)
def test_every_true_milestone_is_told_once_and_nothing_else(steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        create_database(Path(folder, "bot.db"))
        asyncio.run(_live_through(f"sqlite:///{folder}/bot.db", steps))


async def _live_through(url: str, steps: Sequence[Step]) -> None:
    async with open_storage(url) as storage:
        world = await new_world(storage)
        counts = dict.fromkeys(range(PETITIONS), 900)
        for number in counts:
            shown = _read(world, number, 900, {})
            assert isinstance(shown, Snapshot)
            await world.follow(shown)
        for number, more, hostile in steps:
            counts[number] += more
            world.now += MINUTE
            _show(world, number, counts[number], hostile)
            await world.watch_now()
        for number, count in counts.items():
            _show(world, number, count, {})
        await world.watch_until(world.now + timedelta(hours=1), each=5 * MINUTE)
        assert world.failed == []
        news = await world.owed()
        assert all(isinstance(each, MilestoneReached) for each in news)
        told = sorted(number for each in news if isinstance(each, MilestoneReached) for number in each.passed)
        true = [
            milestone
            for count in counts.values()
            for milestone in milestones_up_to(count, UK.thresholds)
            if milestone > 900
        ]
        assert told == sorted(true)


def _read(world: World, number: int, count: int, hostile: dict[str, Any]) -> Snapshot | Unreadable:
    updated_at = world.now.isoformat()
    shown = document(FIRST + number, **{**QUIET, "updated_at": updated_at, "signature_count": count, **hostile})
    return read_document(shown, number=str(FIRST + number), archived=False)


def _show(world: World, number: int, count: int, hostile: dict[str, Any]) -> None:
    world.site.petitions[str(FIRST + number)] = _read(world, number, count, hostile)
