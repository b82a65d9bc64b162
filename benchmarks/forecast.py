"""How often forecasts were right: recorded series are replayed, and asked again and again when they reach a number.

What is asked is what a card would have said at that moment (`petitions.forecast.growth_of`), of numbers so near and so
far that the pace of the day takes from three hours to a month to get there. A forecast is right when the number was
reached within its range; one that names no end, when it was reached later than the soonest moment or never; "not before
it closes", when it was not. Nothing counts where the recording has a gap just then, or ends too soon to tell.

Beside it stands what ranges cover whose width (`DOUBT`) comes from the other petitions alone. The method's other
constants are not fitted anew: they were chosen with the same recordings in view. Three large petitions were recorded
closely enough to count; of a petition with fewer than `ENOUGH_TOLD` outcomes the table alone tells.
"""

import csv
import gzip
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from math import ceil, fsum, inf
from pathlib import Path
from statistics import fmean, median
from zoneinfo import ZoneInfo

from benchmarks.children import ROOT
from benchmarks.figures import Figure, Goal
from petitions.forecast import DAY, DOUBT, HOUR, LOOKING_BACK, Counts, days_of_signing, growth_of, pace_at
from petitions.petition import PetitionRef, PetitionState, Reading, Site, Snapshot, Thresholds

ZONE = ZoneInfo("Europe/London")
SERIES = (ROOT / "tests" / "data" / "series", ROOT.parent / "shared" / "data" / "series")
ASKED_EVERY, ASKED_EVERY_WHEN_QUICK = 11 * HOUR, 3 * DAY
DAYS_AWAY = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16, 32)
CLOSING = {"241584": date(2019, 8, 20), "700143": date(2025, 5, 20), "722903": date(2025, 10, 22)}
"""On which day petitions closed, where that is known."""

LONG_ENOUGH = 5
"""A recording that ends while its petition is open is asked for numbers up to this part of the rest of it away."""

ENOUGH_TOLD = 30
"""A petition with fewer forecasts whose outcome is known is shown, but says nothing of petitions."""

CLAIM = 0.8
PROMISE = Goal(least=CLAIM - 0.05, most=CLAIM + 0.05)
WIDEST_DOUBT = 4.0
NEVER = datetime.max.replace(tzinfo=UTC)


class Outcome(StrEnum):
    """How a forecast ended: the number was reached in its range, or before or after it."""

    RIGHT = "right"
    SOONER = "sooner"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The counts of a petition while it could be signed. `highest`: the most up to each reading."""

    petition: str
    readings: tuple[Reading, ...]
    highest: tuple[int, ...]
    closes_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether the recording lasted until the petition closed."""
        return self.readings[-1].at >= self.closes_at - DAY

    def reached(self, number: int) -> tuple[datetime, datetime]:
        """Return the moments between which the count reached a number; `NEVER` where that is not recorded."""
        place = bisect_left(self.highest, number)
        if place < len(self.readings):
            return self.readings[place - 1].at, self.readings[place].at
        return NEVER if self.is_whole else self.readings[-1].at, NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A forecast: what came of it (`None`: nobody knows), its range, and from which `DOUBT` on it would be right.

    `days_away`: as the pace of the day goes.
    """

    days_away: float
    outcome: Outcome | None
    latest_by_soonest: float
    doubt_needed: float


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Ask of every recording, print what came of it by petition and by distance, and return what holds for all."""
    del folder
    asked: dict[str, list[Forecast | None]] = {}
    for recording in _recordings():
        answers = _asked(recording, ASKED_EVERY_WHEN_QUICK if quick else ASKED_EVERY)
        asked.setdefault(recording.petition, []).extend(answers)
    told = {petition: [one for one in answers if one and one.outcome] for petition, answers in asked.items()}
    counted = {petition: forecasts for petition, forecasts in told.items() if len(forecasts) >= ENOUGH_TOLD}
    alone = {petition: _right_alone(petition, counted) for petition in counted}
    everything = [one for forecasts in told.values() for one in forecasts]
    print(_LINE.format("petition", *_COLUMNS, "asked", "withheld", "alone"))
    for petition, all_answers in asked.items():
        fitted = f"{alone[petition]:.0%}" if petition in alone else ""
        print(_LINE.format(petition, *_row(told[petition]), len(all_answers), all_answers.count(None), fitted))
    print(_LINE.format("days away", *_COLUMNS, "", "", ""))
    for days in DAYS_AWAY:
        print(_LINE.format(days, *_row([one for one in everything if one.days_away == days]), "", "", ""))
    return [
        Figure(name="right, of all forecasts", values=[_right(everything)], goal=PROMISE),
        Figure(name="right, petition by petition", values=[fmean(map(_right, counted.values()))], goal=PROMISE),
        Figure(name="the same, fitted to other petitions alone", values=[fmean(alone.values())], goal=PROMISE),
        Figure(name="latest ÷ soonest, median", values=[_width(everything)]),
        Figure(name="withheld", values=[_share(one is None for each in asked.values() for one in each)]),
        Figure(name=f"doubt that fits all (in use: {DOUBT})", values=[_doubt_that_fits(counted)]),
    ]


_LINE = "  {:<10}" + "{:>10}" * 8
_COLUMNS = ("told", *Outcome, "width")


def _row(told: Sequence[Forecast]) -> Sequence[str]:
    if not told:
        return ("0", *("" for _ in _COLUMNS[1:]))
    shares = (f"{_share(one.outcome is outcome for one in told):.0%}" for outcome in Outcome)
    return (str(len(told)), *shares, f"{_width(told):.1f}")


def _share(hits: Iterable[bool]) -> float:
    return fmean(map(float, hits))


def _right(forecasts: Sequence[Forecast]) -> float:
    return _share(one.outcome is Outcome.RIGHT for one in forecasts)


def _width(forecasts: Sequence[Forecast]) -> float:
    return median(one.latest_by_soonest for one in forecasts)


def _right_alone(petition: str, told: Mapping[str, Sequence[Forecast]]) -> float:
    """Return how many would have been right with the doubt that fits the other petitions."""
    doubt = _doubt_that_fits(told, without=petition)
    return _share(one.doubt_needed <= doubt for one in told[petition])


def _doubt_that_fits(told: Mapping[str, Sequence[Forecast]], without: str | None = None) -> float:
    """Return the smallest doubt that makes `CLAIM` of the forecasts right, where every petition counts the same."""
    weighed = sorted(
        (one.doubt_needed, 1 / len(forecasts))
        for petition, forecasts in told.items()
        if petition != without
        for one in forecasts
    )
    reached = accumulate(weight for _, weight in weighed)
    enough = CLAIM * fsum(weight for _, weight in weighed)
    return next(doubt for (doubt, _), so_far in zip(weighed, reached, strict=True) if so_far >= enough)


def _asked(recording: Recording, every: timedelta) -> Iterator[Forecast | None]:
    """Ask at intervals for all numbers; `None` is a forecast that is withheld."""
    asked_at, begin = recording.readings[0].at, 0
    for end, reading in enumerate(recording.readings):
        if reading.at - asked_at >= every:
            asked_at = reading.at
            while recording.readings[begin].at < reading.at - LOOKING_BACK:
                begin += 1
            yield from _asked_at(recording, recording.readings[begin : end + 1])


def _asked_at(recording: Recording, readings: Sequence[Reading]) -> Iterator[Forecast | None]:
    now, signatures = readings[-1].at, readings[-1].signatures
    growth = growth_of(_petition(signatures, None, recording.closes_at), readings, now, ZONE)
    rest = (recording.readings[-1].at - now) / DAY
    for days in DAYS_AWAY:
        if recording.is_whole or days * LONG_ENOUGH <= rest:
            number = signatures + ceil(growth.per_day * days) if growth else 0
            yield _forecast(recording, readings, number, days) if growth else None


def _forecast(recording: Recording, readings: Sequence[Reading], number: int, days_away: float) -> Forecast | None:
    now = readings[-1].at
    growth = growth_of(_petition(readings[-1].signatures, number, recording.closes_at), readings, now, ZONE)
    if growth is None or growth.reach is None:
        return None
    soonest, latest = growth.reach.soonest or recording.closes_at, growth.reach.latest or NEVER
    after, by = recording.reached(number)
    return Forecast(
        days_away=days_away,
        outcome=_outcome(soonest, latest, after, by),
        latest_by_soonest=inf if latest == NEVER else (latest - now) / max(soonest - now, HOUR),
        doubt_needed=_doubt_needed(readings, number, min(after, recording.closes_at), by),
    )


def _outcome(soonest: datetime, latest: datetime, after: datetime, by: datetime) -> Outcome | None:
    """Judge a range by a number that was reached between two moments; `None` when the answer lies between them."""
    if by < soonest:
        return Outcome.SOONER
    if after > latest:
        return Outcome.LATER
    return Outcome.RIGHT if soonest <= after and by <= latest else None


def _doubt_needed(readings: Sequence[Reading], number: int, after: datetime, by: datetime) -> float:
    """Return the smallest `DOUBT` whose range meets the time between two moments."""
    counts, at = Counts(readings), readings[-1].at.replace(minute=0, second=0, microsecond=0)
    pace, signatures, begin = pace_at(counts, at, ZONE), counts.at(at, DAY), days_of_signing(at, ZONE)
    assert pace is not None
    assert signatures is not None
    missing = number - signatures
    sooner, later = (days_of_signing(moment, ZONE) - begin for moment in (after, by))
    low, high = 0.0, WIDEST_DOUBT
    for _ in range(20):
        middle = (low + high) / 2
        if pace.days_to(missing, -middle) <= later and sooner <= pace.days_to(missing, middle):
            high = middle
        else:
            low = middle
    return high


def _petition(signatures: int, number: int | None, closes_at: datetime) -> Snapshot:
    return Snapshot(
        ref=PetitionRef(site=Site.UK, number="1"),
        title="",
        state=PetitionState.OPEN,
        signatures=signatures,
        thresholds=Thresholds(response=number),
        closing_on=closes_at.astimezone(ZONE).date() - DAY,
    )


def _recordings() -> Iterator[Recording]:
    """Read every series, once where both folders have it."""
    files = {path.name.removesuffix(".gz"): path for folder in SERIES for path in sorted(folder.glob("uk-*.csv*"))}
    for name, path in sorted(files.items()):
        petition = name.removesuffix(".csv").split("-")[1]
        closes_at = _end_of(CLOSING[petition]) if petition in CLOSING else NEVER
        readings = tuple(reading for reading in _readings(path) if reading.at <= closes_at)
        highest = tuple(accumulate((reading.signatures for reading in readings), max))
        yield Recording(petition=petition, readings=readings, highest=highest, closes_at=closes_at)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + DAY, time(), ZONE).astimezone(UTC)


def _readings(path: Path) -> Iterator[Reading]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["timestamp_utc"])
            yield Reading(at=at, signatures=int(row["signature_count"]))
