"""Which of the looks that are due comes first, when there is not time for all of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from petitions.petition import PetitionId

SLOWEST = 30
"""Looks planned further apart than so many times the shortest interval are as urgent as those: none waits for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLook:
    """A look that is due. `every`: how far apart the looks at this petition are planned, in the shortest interval."""

    petition: PetitionId
    due_at: datetime
    every: int
    followers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late the longest overdue look is: of the petitions watched most closely, and of all."""

    hot: timedelta = timedelta(0)
    any: timedelta = timedelta(0)


def urgency(look: DueLook, now: datetime, base: timedelta) -> float:
    """Return how much a look presses; it never stops growing while the look waits.

    A petition watched `n` times as closely as another may be only a part of `n * n` as late. So when there is not
    time for all looks, the slow ones are stretched and the hot ones keep their time. Followers weigh too, but no crowd
    makes everybody else wait.
    """
    late = max((now - look.due_at) / base, 0.0)
    return (1 + late) * log2(1 + look.followers) / min(look.every, SLOWEST) ** 2


def in_order(due: Iterable[DueLook], now: datetime, base: timedelta) -> Sequence[PetitionId]:
    """Return the petitions to look at, the most urgent first."""
    ordered = sorted(due, key=lambda look: (-urgency(look, now, base), look.due_at, look.petition))
    return [look.petition for look in ordered]


def lateness(due: Iterable[DueLook], now: datetime) -> Lateness:
    """Return how late what is due has become."""
    late = [(look.every, now - look.due_at) for look in due if look.due_at < now]
    return Lateness(
        hot=max((span for every, span in late if every == 1), default=timedelta(0)),
        any=max((span for _, span in late), default=timedelta(0)),
    )
