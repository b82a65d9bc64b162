"""The process's two clocks and its source of random numbers; everything else takes them as arguments."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

WallClock = Callable[[], datetime]
"""Returns the time of day, aware and in UTC. The sandbox passes its movable clock."""

Monotonic = Callable[[], float]
"""Returns seconds for pacing and waiting; never goes back."""


def wall_clock() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


monotonic: Monotonic = time.monotonic

random_source: Callable[[], float] = random.random
"""Returns a random number in [0, 1), for jitter."""
