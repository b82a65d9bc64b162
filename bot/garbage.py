"""How often Python looks for garbage: rarely, since almost all of ours is freed by counting references."""

import gc

ALLOCATIONS_BETWEEN_LOOKS = 20_000
"""Python's own 700 would have it look dozens of times for every hundred messages, and find nothing."""


def look_rarely() -> None:
    """Never look again through what is imported by now, and seldom through the rest."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_LOOKS, 20, 20)
