"""What to ask next: which looks sweeps make needless, and which comes first when there is not time for all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from math import log2

from petitions.cadence import SWEPT, Cadence
from petitions.petition import PetitionId
from petitions.watched import WatchedPetition

FEW = 50
"""So few petitions are counted singly, however few pages the list of all has: that sees more, and sooner."""

SLOWEST = 30
"""Looks planned further apart than so many times the shortest interval are as urgent as those: none waits for ever."""


class Request(Enum):
    """What to read of a petition. `DOCUMENT_FOR_COUNT`: the document in the turn of a count, as it tells more."""

    COUNT = auto()
    DOCUMENT = auto()
    DOCUMENT_FOR_COUNT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLook:
    """A look that is due. `every`: how far apart the looks at this petition are planned, in the shortest interval.

    `seen_at`: when the site last showed it. `count_alone`: its document is not due.
    """

    petition: PetitionId
    due_at: datetime
    every: int
    followers: int
    seen_at: datetime
    count_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """How far the reading of the list of a site's open petitions has come, page by page and round by round.

    `every`: between two rounds. `read_at`: when a page was last read. `began_at`: when the round under way began,
    `None` for one that an earlier process began. `whole_since`: when the last round began that is complete.
    """

    every: timedelta
    read_at: datetime
    began_at: datetime | None = None
    whole_since: datetime | None = None

    def replaces_counts(self, now: datetime, cadence: Cadence) -> bool:
        """Tell whether petitions need not be counted singly, because the rounds are quick and go on."""
        return self.every <= cadence.sweep and timedelta(0) <= now - self.read_at <= self.every

    def may_yet_show(self, seen_at: datetime, now: datetime) -> bool:
        """Tell whether no whole round has been made since a petition was seen."""
        return self.whole_since is None or self.whole_since <= seen_at <= now


def sweep_every(pages: int, counted: int, cadence: Cadence) -> timedelta:
    """Return how far apart rounds through a list of so many pages are to be.

    `counted`: how many petitions in it would have to be counted singly. To read the pages as often costs less when
    they are fewer; then rounds take the place of counts, and otherwise are made for the record.
    """
    return cadence.sweep if counted > max(pages, FEW) else cadence.recording_sweep


def after_page(sweep: Sweep | None, number: int, every: timedelta, now: datetime, *, is_last: bool) -> Sweep:
    """Return how far a sweep has come when a page has been read."""
    before = sweep or Sweep(every=every, read_at=now)
    began_at = now if number == 1 else before.began_at
    whole_since = began_at if is_last and began_at is not None else before.whole_since
    return Sweep(every=every, read_at=now, began_at=began_at, whole_since=whole_since)


def next_page_at(due_at: datetime, pages: int, every: timedelta, now: datetime) -> datetime:
    """Return when the page after one that was due at `due_at` is: a round is spread over all of its time."""
    return max(due_at + every / pages, now)


def needed(due: Iterable[DueLook], sweep: Sweep | None, now: datetime, cadence: Cadence) -> Sequence[DueLook]:
    """Leave out the looks at what sweeps may yet show."""
    if sweep is None or not sweep.replaces_counts(now, cadence):
        return tuple(due)
    return [
        look for look in due if not (look.count_alone and look.every == SWEPT and sweep.may_yet_show(look.seen_at, now))
    ]


def request_for(watched: WatchedPetition, sweep: Sweep | None, now: datetime, cadence: Cadence) -> Request | None:
    """Return what to read of a petition, `None` when nothing is due or sweeps may yet show it.

    When they have not, its document says why: it may be closed, rejected or gone.
    """
    schedule = watched.schedule
    clock_was_ahead = schedule.planned_at is not None and schedule.planned_at > now
    if clock_was_ahead or (schedule.page_at is not None and schedule.page_at <= now):
        return Request.DOCUMENT
    if schedule.count_at is None or schedule.count_at > now:
        return None
    if sweep is None or schedule.every != SWEPT or not sweep.replaces_counts(now, cadence):
        return Request.COUNT
    return None if sweep.may_yet_show(watched.seen_at, now) else Request.DOCUMENT_FOR_COUNT


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
