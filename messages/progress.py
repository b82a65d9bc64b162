"""How far a petition is on its way to a threshold."""

FULL, EMPTY = "█", "░"
WIDTH = 12


def percent(signatures: int, threshold: int) -> int:
    """Return whole per cent, rounded down: 100 is said only once the threshold is reached."""
    return min(100, max(0, signatures) * 100 // threshold) if threshold > 0 else 100


def bar(signatures: int, threshold: int) -> str:
    """Draw the way to a threshold in blocks: full only when it is reached, empty only when nothing is signed."""
    if signatures >= threshold:
        return FULL * WIDTH
    filled = max(0, signatures) * WIDTH // threshold
    if signatures > 0:
        filled = max(1, filled)
    return FULL * filled + EMPTY * (WIDTH - filled)
