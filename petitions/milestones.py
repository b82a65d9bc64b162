"""The round numbers of signatures that are worth a message (`docs/petition-sites.md` §6)."""

from itertools import count, takewhile

from petitions.petition import Snapshot, Thresholds

MILLION = 1_000_000
BELOW_A_MILLION = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000)


def milestones_up_to(signatures: int, thresholds: Thresholds) -> tuple[int, ...]:
    """Return every milestone from 1 to `signatures`, ascending: the round series and the official thresholds."""
    millions = takewhile(lambda number: number <= signatures, count(MILLION, MILLION))
    return tuple(sorted(number for number in _series(thresholds) | {*millions} if number <= signatures))


def next_milestone(signatures: int, thresholds: Thresholds) -> int:
    """Return the smallest milestone above `signatures`."""
    next_million = (signatures // MILLION + 1) * MILLION
    return min(number for number in _series(thresholds) | {next_million} if number > signatures)


def next_threshold(signatures: int, thresholds: Thresholds) -> int | None:
    """Return the lowest official threshold that is still ahead."""
    return min((number for number in _official(thresholds) if number > signatures), default=None)


def highest_milestone(snapshot: Snapshot) -> int:
    """Return the highest milestone that the count or the site's own dates of the thresholds prove, 0 for none.

    The dates count too: the site may have dated a threshold while the count, cached or corrected, is still below it.
    """
    proven, thresholds = snapshot.signatures, snapshot.thresholds
    if snapshot.response_threshold_at is not None:
        proven = max(proven, thresholds.response or 0)
    if snapshot.debate_threshold_at is not None:
        proven = max(proven, thresholds.debate or 0)
    return max(milestones_up_to(proven, thresholds), default=0)


def _series(thresholds: Thresholds) -> set[int]:
    return {*BELOW_A_MILLION, *_official(thresholds)}


def _official(thresholds: Thresholds) -> set[int]:
    return {number for number in (thresholds.response, thresholds.debate) if number is not None}
