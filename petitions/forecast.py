"""How fast a petition grows, whether that is unusual for it, and when it may reach its next threshold.

Honest ranges, and nothing on thin data. `python -m benchmarks --only forecast` tells how often they were right.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from math import exp, expm1, inf, log, sqrt
from statistics import fmean, median
from zoneinfo import ZoneInfo

from petitions.milestones import next_threshold
from petitions.petition import PetitionState, Reading, Snapshot

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LOOKING_BACK = timedelta(days=9)
"""How far back the readings given to `growth_of` should reach."""

LONGEST_SILENCE = DAY
"""A pace that ended so long ago says nothing of today."""

SHORTEST_WINDOW = timedelta(hours=6)
LONGEST_WINDOW = 7
ENOUGH_SIGNATURES = 30
"""A petition's pace is measured over as many whole days, up to `LONGEST_WINDOW`, as it takes to get these."""

FEWEST_SIGNATURES = 5
"""Fewer in less than the longest window tell nothing."""

MOST_WINDOWS = 7
"""So many windows, one before the other, show how the pace changes."""

STEADIEST = 0.35
"""No petition changes by less from one window to the next; like all changes a power of e."""

UNKNOWN_CHANGE = 0.5
"""The change from one window to the next where there is only one."""

DOUBT = 0.5
"""Pace and trend may differ by so many times the usual change: four of five outcomes lie in that range."""

FURTHER_SLOWING = 0.4
"""That part of the doubt is whether it slows down even more: most petitions that slow down have been seen to do so."""

DELAY = 1 / 48
"""Days by which the count that a site shows may lag behind."""

FARTHEST = 730
"""Days beyond which nothing is foreseen."""

LONGEST_EXPONENT = 50.0
"""Of a pace that slows down: beyond it lies more time than there is."""

NOTICEABLE = 1.25
"""By this factor a later estimate must differ to take the place of the one that is stated."""

SURGE_HOURS = 3
SURGE_BEGINS, SURGE_ENDS = 3.0, 2.0
"""Times as many signatures as are usual at this time of day."""

FEWEST_IN_SURGE = 50
FEWEST_USUAL_DAYS = 3

_SHARES = (27, 17, 13, 8, 7, 10, 19, 36, 48, 55, 58, 57, 57, 57, 54, 54, 56, 55, 57, 57, 54, 55, 52, 35)
"""How the signatures of a day spread over its hours by the clock of Westminster."""

_SIGNED_BY = tuple(share / sum(_SHARES) for share in accumulate(_SHARES, initial=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """When a threshold may be reached.

    `soonest` is `None` when that would be after the petition closes, `latest` when it may not come before then.
    """

    threshold: int
    soonest: datetime | None
    latest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How a petition grows.

    `per_hour`: in the last `SURGE_HOURS`, `None` when that is not known. `surge`: how many times the usual at this time
    of day that is, `None` when it is nothing unusual. `reach`: `None` when there is no threshold ahead.
    """

    per_day: float
    per_hour: float | None = None
    surge: float | None = None
    reach: Reach | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Signatures gained in the last window of so many days, and how that has changed from window to window.

    `slowing`: a window has 1 / e to that power of the one before it; never below 0, since no rise is taken to go on.
    `change`: the power by which windows usually differ.
    """

    days: float
    gained: float
    slowing: float
    change: float

    def days_to(self, missing: float, doubt: float) -> float:
        """Return in how many days so many more will have signed: sooner with a doubt below 0, later with one above.

        It never falls as `missing` or `doubt` rise, and is infinite where that will not happen.
        """
        slowing = self.slowing + doubt * self.change * (FURTHER_SLOWING if doubt > 0 else 1)
        now = self.gained * exp(-self.slowing / 2 - doubt * self.change)
        return (_windows_to(missing / now, slowing) if now > 0 else inf) * self.days + max(doubt, 0) / DOUBT * DELAY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    """A pace and when the threshold may be reached, in days of signing since the beginning of time."""

    pace: Pace
    at: float
    soonest: float
    latest: float

    def differs_from(self, stated: "_Estimate") -> bool:
        """Tell whether it is noticeable that this later estimate is not the stated one."""
        return (
            _differ(self.pace.gained / self.pace.days, stated.pace.gained / stated.pace.days)
            or _differ(self.soonest - self.at, stated.soonest - self.at)
            or _differ(self.latest - self.at, stated.latest - self.at)
        )


def growth_of(snapshot: Snapshot, readings: Sequence[Reading], now: datetime, zone: ZoneInfo) -> Growth | None:
    """Tell how an open petition grows; `None` when too little is known.

    `readings` are oldest first, `zone` is the site's. What is said depends on the full hours only, and stands until an
    estimate differs noticeably: it does not go to and fro between looks.
    """
    known = readings[: bisect_right(readings, now, key=_moment_of)]
    if snapshot.state is not PetitionState.OPEN or not known or now - known[-1].at > LONGEST_SILENCE:
        return None
    counts = Counts(known)
    threshold = next_threshold(snapshot.signatures, snapshot.thresholds)
    stated, surge = None, None
    hours = _full_hours(known[-1].at)
    for at in hours:
        estimate = _estimate(counts, at, threshold, zone)
        if stated is None or estimate is None or estimate.differs_from(stated):
            stated = estimate
        surge = _surge(counts, at, SURGE_BEGINS if surge is None else SURGE_ENDS)
    if stated is None:
        return None
    lately = counts.gained(hours[-1], SURGE_HOURS * HOUR)
    return Growth(
        per_day=stated.pace.gained / stated.pace.days,
        per_hour=None if lately is None else lately / SURGE_HOURS,
        surge=surge,
        reach=None if threshold is None else _reach(stated, threshold, snapshot.closing_on, zone),
    )


def up_to_date(readings: Sequence[Reading], seen_at: datetime, signatures: int) -> Sequence[Reading]:
    """Add to the readings that the site confirmed the count at `seen_at`, which an unchanged answer leaves unread."""
    if readings and readings[-1].at >= seen_at:
        return readings
    return (*readings, Reading(at=seen_at, signatures=signatures))


class Counts:
    """The signatures of a petition at any moment between its readings, as far as these stand close together."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._found: dict[datetime, tuple[float, timedelta] | None] = {}
        self.begin = readings[0].at

    def at(self, moment: datetime, longest_gap: timedelta) -> float | None:
        """Return the count at a moment; `None` outside the readings, and where they stand farther apart than that."""
        if moment not in self._found:
            self._found[moment] = self._between(moment)
        found = self._found[moment]
        return None if found is None or found[1] > longest_gap else found[0]

    def gained(self, at: datetime, window: timedelta) -> float | None:
        """Return how many signed in the window that ends at a moment; never fewer than none."""
        before, after = self.at(at - window, window / 3), self.at(at, window / 3)
        return None if before is None or after is None else max(after - before, 0.0)

    def _between(self, moment: datetime) -> tuple[float, timedelta] | None:
        place = bisect_right(self._readings, moment, key=_moment_of)
        if place == 0:
            return None
        before = self._readings[place - 1]
        if before.at == moment:
            return before.signatures, timedelta(0)
        if place == len(self._readings):
            return None
        after = self._readings[place]
        share = (moment - before.at) / (after.at - before.at)
        return before.signatures + share * (after.signatures - before.signatures), after.at - before.at


def _moment_of(reading: Reading) -> datetime:
    return reading.at


def _full_hours(last: datetime) -> Sequence[datetime]:
    """Return the full hours up to a moment, since the midnight before the last one."""
    end = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    begin = end.replace(hour=0) - DAY
    return [begin + hour * HOUR for hour in range(round((end - begin) / HOUR) + 1)]


def _estimate(counts: Counts, at: datetime, threshold: int | None, zone: ZoneInfo) -> _Estimate | None:
    pace, signatures = pace_at(counts, at, zone), counts.at(at, DAY)
    if pace is None or signatures is None:
        return None
    missing, moment = max((threshold or 0) - signatures, 0.0), days_of_signing(at, zone)
    soonest, latest = (moment + min(pace.days_to(missing, doubt), FARTHEST) for doubt in (-DOUBT, DOUBT))
    return _Estimate(pace=pace, at=moment, soonest=soonest, latest=latest)


def pace_at(counts: Counts, at: datetime, zone: ZoneInfo) -> Pace | None:
    """Measure the pace over whole days, or in a petition's first day over the part of it that is known."""
    days, gained = 0.0, 0.0
    for whole in range(1, LONGEST_WINDOW + 1):
        known = counts.gained(at, whole * DAY)
        if known is not None:
            days, gained = float(whole), known
            if gained >= ENOUGH_SIGNATURES:
                break
    if not days and SHORTEST_WINDOW <= at - counts.begin < DAY:
        days = days_of_signing(at, zone) - days_of_signing(counts.begin, zone)
        gained = counts.gained(at, at - counts.begin) or 0.0
    if gained < FEWEST_SIGNATURES and days < LONGEST_WINDOW:
        return None
    changes = list(_changes(counts, at, days * DAY)) if days >= 1 else []
    usual = fmean(change**2 for change in changes) if changes else UNKNOWN_CHANGE**2
    return Pace(
        days=days,
        gained=gained,
        slowing=max(-fmean(changes), 0.0) if changes else 0.0,
        change=sqrt(STEADIEST**2 + usual + 1 / (gained + 1)),
    )


def _changes(counts: Counts, at: datetime, window: timedelta) -> Iterator[float]:
    """Return by which power of e each window differs from the one before it, the latest first."""
    gains = []
    for number in range(MOST_WINDOWS):
        gained = counts.gained(at - number * window, window)
        if gained is None:
            break
        gains.append(gained)
    for later, earlier in pairwise(gains):
        yield log((later + FEWEST_SIGNATURES) / (earlier + FEWEST_SIGNATURES))


def _windows_to(missing: float, slowing: float) -> float:
    """Return after how many windows so many times the present pace have signed.

    A pace that slows down is divided by 1 + `slowing` × windows, one that speeds up multiplied by 1 - `slowing` ×
    windows.
    """
    if slowing <= 0:
        return 2 * missing / (1 + sqrt(1 - 2 * slowing * missing))
    return expm1(slowing * missing) / slowing if slowing * missing < LONGEST_EXPONENT else inf


def _surge(counts: Counts, at: datetime, factor: float) -> float | None:
    """Return how many times the usual have signed in the last hours, if that is at least `factor`."""
    window = SURGE_HOURS * HOUR
    lately = counts.gained(at, window)
    before = (counts.gained(at - day * DAY, window) for day in range(1, LONGEST_WINDOW + 1))
    usual = [gained for gained in before if gained is not None]
    if lately is None or lately < FEWEST_IN_SURGE or len(usual) < FEWEST_USUAL_DAYS:
        return None
    times = lately / max(median(usual), 1.0)
    return times if times >= factor else None


def _reach(estimate: _Estimate, threshold: int, closing_on: date | None, zone: ZoneInfo) -> Reach | None:
    deadline = estimate.at + FARTHEST if closing_on is None else closing_on.toordinal() + 1
    soonest, latest = (
        _moment_of_signing(day, zone) if day < deadline else None for day in (estimate.soonest, estimate.latest)
    )
    if soonest is None and closing_on is None:
        return None
    return Reach(threshold=threshold, soonest=soonest, latest=latest)


def days_of_signing(at: datetime, zone: ZoneInfo) -> float:
    """Return how many days' worth of signing have passed: as many as days, but little of it passes in a night."""
    local = at.astimezone(zone)
    hours = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) / HOUR
    return local.toordinal() + _interpolated(hours, range(25), _SIGNED_BY)


def _moment_of_signing(days: float, zone: ZoneInfo) -> datetime:
    """Return when so many days' worth of signing will have passed."""
    day, share = divmod(days, 1)
    hours = _interpolated(share, _SIGNED_BY, range(25))
    return (datetime.combine(date.fromordinal(int(day)), time(), zone) + hours * HOUR).astimezone(UTC)


def _interpolated(value: float, steps: Sequence[float], results: Sequence[float]) -> float:
    place = min(bisect_right(steps, value), len(steps) - 1)
    share = (value - steps[place - 1]) / (steps[place] - steps[place - 1])
    return results[place - 1] + share * (results[place] - results[place - 1])


def _differ(one: float, other: float) -> bool:
    """Tell whether two paces or numbers of days are noticeably apart; those already past do not differ."""
    return max(one, other) > NOTICEABLE * max(min(one, other), 0.0) + DELAY
