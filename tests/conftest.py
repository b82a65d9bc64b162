"""What all tests share: events of the log are one plain line each, as a test's output shows them."""

import os
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

SLOW = {"drills", "journeys", "recordings"}
"""Folders in which every test is slow."""

# How fast a machine is proves nothing. Every run draws other examples.
settings.register_profile("tests", deadline=None, max_examples=50)
settings.load_profile("tests")

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ]
)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, because many tests wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and let it begin first: the others fill the cores at the end."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in SLOW:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
