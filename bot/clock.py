"""The two clocks of the process, and its die; everything else is given the time and the chance."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

WallClock = Callable[[], datetime]
"""Says what time it is for petitions and people: aware UTC. The sandbox puts its movable clock here."""

Monotonic = Callable[[], float]
"""Seconds for pacing and waiting; never goes back."""


def wall_clock() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


monotonic: Monotonic = time.monotonic

chance: Callable[[], float] = random.random
"""A number in [0, 1): spreads retries out."""
