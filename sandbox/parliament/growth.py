"""How signatures come in: a deterministic, never falling function of time, given by waypoints and the shape between."""

import math
from bisect import bisect_left
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


@dataclass(frozen=True, slots=True)
class Leg:
    """The count reaches `count` at `until`."""

    until: datetime
    count: int
    shape: Shape = Shape.STEADY


@dataclass(frozen=True, slots=True)
class Growth:
    """`first` signatures until `begins`, then leg by leg; after the last leg nobody signs any more."""

    begins: datetime
    first: int
    legs: tuple[Leg, ...] = ()

    def signatures(self, at: datetime) -> int:
        """How many have signed at an instant. The number changes at whole seconds after a waypoint only."""
        since, start = self.begins, self.first
        if at <= since:
            return start
        for leg in self.legs:
            if at < leg.until:
                share = (at - since) // ONE_SECOND * ONE_SECOND / (leg.until - since)
                return start + int(_shaped(share, leg.shape) * (leg.count - start))
            since, start = leg.until, leg.count
        return start

    def reaches(self, count: int) -> datetime | None:
        """The instant at which at least `count` have signed for the first time; None if that never happens."""
        since = self.begins
        if count <= self.first:
            return since
        for leg in self.legs:
            if leg.count >= count:
                seconds = range(math.ceil((leg.until - since) / ONE_SECOND))
                first = bisect_left(seconds, count, key=lambda second: self.signatures(since + second * ONE_SECOND))
                return min(leg.until, since + first * ONE_SECOND)
            since = leg.until
        return None


def _shaped(share: float, shape: Shape) -> float:
    """A never falling curve from (0, 0) to (1, 1)."""
    match shape:
        case Shape.STEADY:
            return share
        case Shape.WAVE:
            return (math.tanh(5 * (share - 0.5)) / math.tanh(2.5) + 1) / 2
        case Shape.BURST:
            return 1 - (1 - share) ** 4
        case Shape.STEPS:
            return math.floor(share * 7) / 7
