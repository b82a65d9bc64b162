"""How signatures come in: a deterministic, never falling function of time, given by waypoints and the shape between."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ONE_SECOND = timedelta(seconds=1)


class Shape(StrEnum):
    """How the count gets from one waypoint to the next."""

    STEADY = "steady"
    WAVE = "wave"  # slow, fast, slow: a story that is picked up and let go
    BURST = "burst"  # fast at first: somebody well known shared it
    STEPS = "steps"  # stall and catch up, as a site under load counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The count reaches `count` at `until`."""

    until: datetime
    count: int
    shape: Shape = Shape.STEADY


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """`first` signatures until `begins`, then leg by leg; after the last leg nobody signs any more."""

    begins: datetime
    first: int
    legs: tuple[Leg, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse waypoints that go back in time or in signatures."""
        earlier, fewer = self.begins, self.first
        for leg in self.legs:
            if leg.until <= earlier or leg.count < fewer:
                message = f"waypoints must go forward: {leg}"
                raise ValueError(message)
            earlier, fewer = leg.until, leg.count

    def signatures(self, at: datetime) -> int:
        """How many have signed at an instant."""
        since, start = self.begins, self.first
        if at <= since:
            return start
        for leg in self.legs:
            if at < leg.until:
                share = (at - since) / (leg.until - since)
                return start + int(_shaped(share, leg.shape, self.seed) * (leg.count - start))
            since, start = leg.until, leg.count
        return start

    def reaches(self, count: int) -> datetime | None:
        """The first whole second at which at least `count` have signed; None if that never happens."""
        if count <= self.first:
            return self.begins
        since = self.begins
        for leg in self.legs:
            if leg.count >= count:
                return self._first_second(count, since, leg.until)
            since = leg.until
        return None

    def _first_second(self, count: int, since: datetime, until: datetime) -> datetime:
        low, high = 0, math.ceil((until - since) / ONE_SECOND)
        while low < high:
            middle = (low + high) // 2
            if self.signatures(since + middle * ONE_SECOND) >= count:
                high = middle
            else:
                low = middle + 1
        return since + low * ONE_SECOND


def _shaped(share: float, shape: Shape, seed: int) -> float:
    """A never falling curve from (0, 0) to (1, 1)."""
    match shape:
        case Shape.STEADY:
            return _wobbly(share, seed)
        case Shape.WAVE:
            return (math.tanh(5 * (_wobbly(share, seed) - 0.5)) / math.tanh(2.5) + 1) / 2
        case Shape.BURST:
            return 1 - (1 - _wobbly(share, seed)) ** 4
        case Shape.STEPS:
            return math.floor(share * 7) / 7


def _wobbly(share: float, seed: int) -> float:
    """Busier and quieter spells, never a standstill: the derivative stays above 0.4, the ends stay put."""
    turns = 2 * math.pi * (3 + seed % 4)
    phase = seed % 7
    wobble = 0.6 * (math.sin(turns * share + phase) - math.sin(phase)) / turns
    return min(1.0, max(0.0, share + wobble))
