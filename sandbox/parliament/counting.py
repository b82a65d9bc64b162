"""What the site shows of the signatures: a counting run each minute, corrections at once, thresholds gained and lost.

The rules are those of `docs/petition-sites.md` §6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.parliament.growth import Growth

COUNT_INTERVAL = timedelta(seconds=60)
RESPONSE_THRESHOLD = 10_000
DEBATE_THRESHOLD = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Signatures added or taken away in one go. The site counts anew at that very moment."""

    at: datetime
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What the site says of the signatures at an instant."""

    signatures: int
    changed_at: datetime | None
    response_threshold_reached_at: datetime | None
    debate_threshold_reached_at: datetime | None


def count_at(growth: Growth, corrections: Sequence[Correction], stopped_at: datetime | None, at: datetime) -> Count:
    """The count shown at `at`, when nobody can sign after `stopped_at`. A pure function: ask for any instant.

    `corrections` are in order of time; later ones than `at` are not looked at.
    """
    past = [correction for correction in corrections if correction.at <= at]
    grown = growth.signatures(_counted_until(at, stopped_at))
    return Count(
        signatures=max(1, grown + sum(correction.by for correction in past)),
        changed_at=max([*_last_growth(growth, grown), *(correction.at for correction in past)], default=None),
        response_threshold_reached_at=_reached_at(RESPONSE_THRESHOLD, growth, past, stopped_at, at),
        debate_threshold_reached_at=_reached_at(DEBATE_THRESHOLD, growth, past, stopped_at, at),
    )


def counting_run(at: datetime) -> datetime:
    """The last counting run at or before `at`."""
    return at - (at - _EPOCH) % COUNT_INTERVAL


def _counted_until(at: datetime, stopped_at: datetime | None) -> datetime:
    """A run counts what was signed until one interval before it."""
    cut_off = counting_run(at) - COUNT_INTERVAL
    return cut_off if stopped_at is None else min(cut_off, stopped_at)


def _last_growth(growth: Growth, grown: int) -> Iterable[datetime]:
    if grown > growth.first and (reached := growth.reaches(grown)) is not None:
        yield _next_cut_off(reached)


def _next_cut_off(at: datetime) -> datetime:
    return counting_run(at + COUNT_INTERVAL - timedelta(microseconds=1))


def _reached_at(
    threshold: int, growth: Growth, past: Sequence[Correction], stopped_at: datetime | None, at: datetime
) -> datetime | None:
    """When the threshold was last reached for good: a correction that falls below it takes the time away again."""
    reached: datetime | None = None
    added = 0
    begins = min([growth.begins, *(correction.at for correction in past)])
    starts = [begins, *(correction.at for correction in past)]
    for start, end, by in zip(starts, [*starts[1:], at], [0, *(correction.by for correction in past)], strict=True):
        added += by
        if growth.signatures(_counted_until(start, stopped_at)) + added >= threshold:
            reached = reached or start
            continue
        crosses = growth.signatures(_counted_until(end, stopped_at)) + added >= threshold
        crossing = growth.reaches(threshold - added) if crosses else None
        reached = None if crossing is None else _next_cut_off(crossing)
    return reached
