"""How often Python's cyclic garbage collector runs: rarely, since reference counting frees almost everything here."""

import gc

ALLOCATIONS_BETWEEN_RUNS = 20_000
"""Python's own 700 makes it run dozens of times for every hundred messages, and find nothing."""


def collect_rarely() -> None:
    """Leave out everything that is imported by now, and collect the rest seldom."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_RUNS, 20, 20)
