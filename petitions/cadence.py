"""When to look at a petition again (`docs/petition-sites.md` §12). Every interval is a multiple of one base."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from zlib import crc32
from zoneinfo import ZoneInfo

from petitions.answers import Busy, Unreadable
from petitions.calendar import LATE_SIGNATURES, end_of, next_moment
from petitions.history import Marks
from petitions.milestones import next_milestone
from petitions.petition import PetitionRef, PetitionState, Reading, Snapshot
from petitions.watched import Schedule

DAY = timedelta(days=1)
RISING_BY_A_DAY = 10_000
"""A petition that gains so many signatures a day is hot wherever it stands."""

QUIET_BY_A_DAY = 10
"""A petition that gained fewer in its last day is quiet."""

FRESH_FOR = timedelta(hours=6)
"""How long after its publication a petition is watched closely, as nobody knows yet how it will go."""

SWEPT = 100
"""How often petitions are looked at singly while sweeps show them, in the shortest interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The plan's unit of time: the shortest time between two looks at one petition (`WATCH_SECONDS`)."""

    base: timedelta

    @property
    def hot(self) -> timedelta:
        """Between two counts of a petition that is fresh, rising fast or close to a milestone."""
        return self.base

    @property
    def normal(self) -> timedelta:
        """Between two counts as a rule."""
        return self.base * 5

    @property
    def quiet(self) -> timedelta:
        """Between two counts of a petition that hardly anybody signs."""
        return self.base * 15

    @property
    def page(self) -> timedelta:
        """Between two reads of the document of an open petition that sweeps do not show."""
        return self.base * 30

    @property
    def swept_page(self) -> timedelta:
        """The same where sweeps show it: they tell everything but papers and words."""
        return self.base * 240

    @property
    def full(self) -> timedelta:
        """Between two unconditional reads of any document, and between all reads of one that is closed."""
        return self.base * 720

    @property
    def sweep(self) -> timedelta:
        """Between two rounds through the list of the open petitions, when these take the place of single counts."""
        return self.base * 10

    @property
    def recording_sweep(self) -> timedelta:
        """Between two such rounds when they are made for the record alone."""
        return self.base * 60

    @property
    def confirmed(self) -> timedelta:
        """Between two times at which it is stored that a list shows a petition unchanged."""
        return self.base * 60

    @property
    def unseen(self) -> timedelta:
        """From the last time at which a sweep has shown a petition until its document is to say why."""
        return self.base * SWEPT

    @property
    def believe_missing(self) -> timedelta:
        """From the first answer without a document until it is believed that the petition is gone."""
        return self.base * 30

    @property
    def longest_told(self) -> timedelta:
        """The longest that a site can make us wait; if it wants more, it is asked once in this time."""
        return self.base * 60

    @property
    def confirm(self) -> timedelta:
        """Between a disappearance and the second look that may confirm it: longer than caches keep a copy."""
        return self.base * 5

    @property
    def feed(self) -> timedelta:
        """Between two reads of a list that tells what has changed."""
        return self.base * 4

    @property
    def longest_back_off(self) -> timedelta:
        """Between two tries at a site that does not answer."""
        return self.base * 15


def spread_of(ref: PetitionRef) -> float:
    """Return a number in 0..1 that stays with the petition, so that not all are due in the same moment."""
    return crc32(str(ref).encode()) / 0xFFFFFFFF


def plan(
    snapshot: Snapshot,
    marks: Marks,
    readings: Sequence[Reading],
    now: datetime,
    cadence: Cadence,
    *,
    zone: ZoneInfo,
    spread: float,
    swept: bool = False,
) -> Schedule:
    """Plan the next looks after a look, all of them after `now`.

    `readings`: at least those at `pace_moments`, oldest first. `zone`: the clock by which the site's days begin and
    end. `swept`: sweeps show the petition while it is open. What is doubted or missing gets another, unconditional
    look soon.
    """
    doubtful = bool(marks.doubts) or marks.misses > 0
    page_interval = cadence.confirm if doubtful else _page_interval(snapshot, marks, now, cadence, swept=swept)
    count_interval = _count_interval(snapshot, readings, now, cadence, swept=swept)
    page_wait = page_interval if doubtful else _spread_out(page_interval, spread)
    return Schedule(
        count_at=None if count_interval is None else _count_at(snapshot, count_interval, now, cadence, spread),
        page_at=_page_at(snapshot, page_wait, now, cadence, zone=zone, spread=spread),
        news_at=next_moment(snapshot, marks, now, zone),
        every=round(min(count_interval or page_interval, page_interval) / cadence.base),
        planned_at=now,
    )


def wants_unconditional(
    snapshot: Snapshot, marks: Marks, full_at: datetime | None, now: datetime, cadence: Cadence, *, zone: ZoneInfo
) -> bool:
    """Tell whether the document is to be read past caches: "not modified" proves little (§9).

    `full_at` is when that was last done.
    """
    if full_at is None or marks.doubts or marks.misses or now - full_at >= cadence.full:
        return True
    if snapshot.archived or snapshot.state is not PetitionState.OPEN:
        return True
    return any(
        full_at < moment <= now for moment in (_deadline(snapshot, zone), _debate_over(snapshot, zone)) if moment
    )


def pace_moments(now: datetime, cadence: Cadence) -> tuple[datetime, datetime]:
    """Return the moments at which the count has to be known to tell the pace of the last hours and of the last day."""
    return now - cadence.base * 60, now - DAY * 0.8


def may_come(expected: float) -> float:
    """Return how many signatures will hardly ever be exceeded where so many are expected at the pace so far.

    Mornings and news make petitions up to three times as fast, and signatures come by chance. Where nobody signs, none
    is expected.
    """
    return 3 * expected + 3 * sqrt(expected) + 1 if expected > 0 else 0.0


def sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two moments, of which `None` is never."""
    if one is None or other is None:
        return one or other
    return min(one, other)


def retry_at(
    answer: Busy | Unreadable, failures: int, now: datetime, cadence: Cadence, *, spread: float = 0.0
) -> datetime:
    """Return when to try again after the `failures`-th failure in a row: as told, or after twice as long each time."""
    if isinstance(answer, Busy) and answer.retry_after is not None:
        return now + min(max(answer.retry_after, cadence.base), cadence.longest_told)
    doublings = min(max(failures - 1, 0), 10)
    return now + _spread_out(min(cadence.base * 2**doublings, cadence.longest_back_off), spread)


def _count_interval(
    snapshot: Snapshot, readings: Sequence[Reading], now: datetime, cadence: Cadence, *, swept: bool
) -> timedelta | None:
    """Return how far apart counts are to be read, `None` where they do not change any more or are not to be had."""
    if snapshot.archived:
        return None  # the archive has no count.json
    if snapshot.state is PetitionState.CLOSED and snapshot.closed_at is not None:
        return cadence.normal if now < snapshot.closed_at + LATE_SIGNATURES else None
    if snapshot.state is not PetitionState.OPEN:
        return None
    if snapshot.opened_at is not None and now - snapshot.opened_at < FRESH_FOR:
        return cadence.hot
    pace = _gain_a_day(snapshot, readings, now, cadence)
    if pace is None or pace >= RISING_BY_A_DAY:
        return cadence.hot  # nothing is known yet: find out, or: it is rising fast
    interval = cadence.quiet if _is_quiet(snapshot, readings, now) else cadence.normal
    missing = next_milestone(snapshot.signatures, snapshot.thresholds) - snapshot.signatures
    if missing <= may_come(pace * ((cadence.sweep if swept else interval) / DAY)):
        return cadence.hot
    return cadence.unseen if swept else interval


def _count_at(snapshot: Snapshot, interval: timedelta, now: datetime, cadence: Cadence, spread: float) -> datetime:
    at = now + (interval if interval == cadence.hot else _spread_out(interval, spread))
    if snapshot.state is PetitionState.CLOSED and snapshot.closed_at is not None:
        return min(at, max(snapshot.closed_at + LATE_SIGNATURES, now + cadence.base))
    return at


def _gain_a_day(snapshot: Snapshot, readings: Sequence[Reading], now: datetime, cadence: Cadence) -> float | None:
    """Return the signatures a day of the last hours or, if that was faster, of the last day.

    `None` without an earlier reading.
    """
    earlier = [reading for reading in readings if now - reading.at >= cadence.base / 2]
    return max(
        (_pace_since(snapshot, earlier, moment, now) for moment in pace_moments(now, cadence) if earlier), default=None
    )


def _pace_since(snapshot: Snapshot, readings: Sequence[Reading], moment: datetime, now: datetime) -> float:
    """Return signatures a day since the last reading at that moment, or since the first of all."""
    since = next((reading for reading in reversed(readings) if reading.at <= moment), readings[0])
    return (snapshot.signatures - since.signatures) * (DAY / (now - since.at))


def _is_quiet(snapshot: Snapshot, readings: Sequence[Reading], now: datetime) -> bool:
    day_old = [reading for reading in readings if now - reading.at >= DAY * 0.8]
    return bool(day_old) and snapshot.signatures - day_old[-1].signatures < QUIET_BY_A_DAY


def _page_at(
    snapshot: Snapshot, interval: timedelta, now: datetime, cadence: Cadence, *, zone: ZoneInfo, spread: float
) -> datetime:
    page_at = now + interval
    over = _debate_over(snapshot, zone)
    if over is not None and now < over:
        page_at = min(page_at, over + cadence.base * 15 * spread)
    deadline = _deadline(snapshot, zone)
    if deadline is None:
        return page_at
    if now < deadline:
        return min(page_at, deadline + cadence.base * (1 + 4 * spread))
    if now < deadline + cadence.base * 60:  # the site takes some minutes to close what is due
        return min(page_at, now + _spread_out(cadence.base * 5, spread))
    return page_at


def _page_interval(snapshot: Snapshot, marks: Marks, now: datetime, cadence: Cadence, *, swept: bool) -> timedelta:
    match snapshot.state:
        case PetitionState.OPEN if not snapshot.archived:
            return cadence.swept_page if swept else cadence.page
        case PetitionState.UNPUBLISHED:
            return cadence.quiet
        case PetitionState.REMOVED:
            return _removed_interval(marks.missing_since, now, cadence)
        case PetitionState.OPEN | PetitionState.CLOSED | PetitionState.REJECTED:
            return cadence.full


def _removed_interval(missing_since: datetime | None, now: datetime, cadence: Cadence) -> timedelta:
    """Look again soon at what was taken away: minutes later at first, then ever more slowly."""
    gone_for = timedelta(0) if missing_since is None else now - missing_since
    return min(max(gone_for / 4, cadence.confirm), cadence.full)


def _deadline(snapshot: Snapshot, zone: ZoneInfo) -> datetime | None:
    """Return the midnight at which an open petition closes."""
    if snapshot.state is not PetitionState.OPEN or snapshot.closing_on is None:
        return None
    return end_of(snapshot.closing_on, zone)


def _debate_over(snapshot: Snapshot, zone: ZoneInfo) -> datetime | None:
    """Return the midnight after the day of the debate: nothing in the document moves by itself (§7)."""
    return None if snapshot.debate_on is None else end_of(snapshot.debate_on, zone)


def _spread_out(interval: timedelta, spread: float) -> timedelta:
    """Lengthen an interval by up to a tenth."""
    return interval * (1 + spread / 10)
