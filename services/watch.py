"""The watch: asks the sites what is due, a little at a time, and stores every look with what it found."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from petitions.cadence import Cadence
from petitions.follows import ChatId
from petitions.forecast import Growth
from petitions.observations import DateReached
from petitions.petition import PetitionId, PetitionRef, Site
from petitions.planning import Lateness, Request, Sweep, in_order, lateness, needed, request_for
from petitions.watched import WatchedPetition
from services.back_off import SiteBackOff
from services.command_limit import RateLimit
from services.counts import Counts
from services.feeds import FeedReading
from services.list_pages import ListPages
from services.looks import LookResult, Looks, NotNow
from services.ports import FeedStore, PetitionStore, SiteClient, SubscriptionStore
from services.recording import Recording
from services.sweeping import Sweeping

log = structlog.get_logger(__name__)

PLANS_A_BASE = 10
"""How often the due looks are put in order anew within the shortest time between two looks at one petition."""


EMPTY_PLANS_A_BASE = 60
"""How often that is done while there is nothing to put in order."""


class Watch:
    """The only way in which a look at a petition comes to be stored."""

    def __init__(
        self,
        *,
        sites: Mapping[Site, SiteClient],
        petitions: PetitionStore,
        feeds: FeedStore,
        subscriptions: SubscriptionStore,
        cadence: Cadence,
        back_off: SiteBackOff,
        limit: RateLimit,
        on_failure: Callable[[PetitionRef], None],
    ) -> None:
        """Take the sites and stores, and `limit`, which counts the looks that each chat asks for.

        `on_failure` is told of a petition that cannot be compared or stored.
        """
        self._on_failure = on_failure
        self._limit = limit
        self._petitions = petitions
        self._back_off = back_off
        self._cadence = cadence
        self._sweeps: dict[Site, Sweep] = {}
        self._recording = recording = Recording(
            sites=sites, petitions=petitions, cadence=cadence, sweeps=self._sweeps, on_failure=on_failure
        )
        self._looks = Looks(sites=sites, petitions=petitions, recording=recording, cadence=cadence, back_off=back_off)
        self._counts = Counts(
            sites=sites, petitions=petitions, looks=self._looks, recording=recording, cadence=cadence, back_off=back_off
        )
        pages = ListPages(petitions=petitions, recording=recording)
        self._feed_reading = FeedReading(
            sites=sites,
            feeds=feeds,
            subscriptions=subscriptions,
            pages=pages,
            sweeping=Sweeping(petitions=petitions, pages=pages, cadence=cadence, sweeps=self._sweeps),
            cadence=cadence,
            back_off=back_off,
        )
        self._turns = list(sites)
        self._feed_first = dict.fromkeys(sites, False)
        self._plans = {site: _Plan() for site in sites}
        self._dates = _Plan()

    async def step(self, now: datetime) -> bool:
        """Tell a date that has come, read a page of a list or look at a petition; true when there may be more to do."""
        if await self._tell_next_date(now):
            return True
        for site in tuple(self._turns):
            if self._back_off.may_ask(site, now, urgent=False) and await self._ask(site, now):
                self._turns.remove(site)
                self._turns.append(site)
                return True
        return False

    async def look(self, ref: PetitionRef, chat: ChatId, now: datetime) -> LookResult:
        """Look at one petition now, for a chat that waits. What has changed is stored before this returns."""
        if not self._limit.allow(chat):
            return NotNow(ref=ref)
        return await self._looks.look(ref, now)

    async def growth(self, watched: WatchedPetition, now: datetime) -> Growth | None:
        """Tell how a petition grows, from what was read of it; `None` when that is too little."""
        return await self._recording.growth(watched, now)

    def ill_since(self, site: Site) -> datetime | None:
        """Return since when many petitions of a site are missing together, `None` while they are not."""
        return self._back_off.ill_since(site)

    def lateness(self, site: Site) -> Lateness:
        """Return how late the looks at petitions were when they were last put in order; a site that is off has none."""
        return self._plans[site].lateness if self._back_off.off_since(site) is None else Lateness()

    def unreachable_since(self, site: Site) -> datetime | None:
        """Return since when a site has not answered, `None` while it does."""
        return self._back_off.unreachable_since(site)

    async def _ask(self, site: Site, now: datetime) -> bool:
        """Lists and petitions take turns, so that neither waits for all of the other."""
        feed_first = self._feed_first[site]
        self._feed_first[site] = not feed_first
        if feed_first:
            return await self._feed_reading.step(site, now) or await self._look_at_next(site, now)
        return await self._look_at_next(site, now) or await self._feed_reading.step(site, now)

    async def _tell_next_date(self, now: datetime) -> bool:
        """Record what the calendar brings of one petition. No site is asked, so none that is silent holds it up."""
        if not self._dates.holds(now, self._cadence.base):
            dated = await self._petitions.dated(self._plans.keys(), now)
            self._dates = _Plan(petitions=deque(dated), made_at=now)
        while self._dates.petitions:
            watched = await self._petitions.get(self._dates.petitions.popleft())
            if watched is None or watched.schedule.news_at is None or watched.schedule.news_at > now:
                continue
            try:
                await self._recording.record(watched, DateReached(), now)
            except Exception:
                log.exception("petition.failed", petition=str(watched.ref))
                later = replace(watched.schedule, news_at=now + self._cadence.normal)
                await self._petitions.reschedule(watched.id, later)
                self._on_failure(watched.ref)
            return True
        return False

    async def _look_at_next(self, site: Site, now: datetime) -> bool:
        plan = self._plans[site]
        if not plan.holds(now, self._cadence.base):
            due = needed(await self._petitions.due(site, now), self._sweeps.get(site), now, self._cadence)
            plan = self._plans[site] = _Plan(
                petitions=deque(in_order(due, now, self._cadence.base)), made_at=now, lateness=lateness(due, now)
            )
        while plan.petitions:
            watched = await self._petitions.get(plan.petitions.popleft())
            if watched is not None and await self._look_if_due(watched, now):
                return True
        return False

    async def _look_if_due(self, watched: WatchedPetition, now: datetime) -> bool:
        """Read the page or the count; false when that is not due any more."""
        request = request_for(watched, self._sweeps.get(watched.ref.site), now, self._cadence)
        try:
            match request:
                case None:
                    return False
                case Request.COUNT:
                    await self._counts.look_when_due(watched, now)
                case Request.DOCUMENT | Request.DOCUMENT_FOR_COUNT:
                    for_count = request is Request.DOCUMENT_FOR_COUNT
                    await self._looks.look_when_due(watched, now, instead_of_count=for_count)
                case _:
                    assert_never(request)
        except Exception:
            # Whatever is wrong with this one, the others come first before it is tried again.
            log.exception("petition.failed", petition=str(watched.ref))
            later = now + self._cadence.normal
            put_off = replace(watched.schedule, count_at=later, page_at=later, every=5, planned_at=now)
            await self._petitions.reschedule(watched.id, put_off)
            self._on_failure(watched.ref)
        return True


@dataclass(slots=True, kw_only=True)
class _Plan:
    """The petitions that were due at `made_at`, the most urgent first."""

    petitions: deque[PetitionId] = field(default_factory=deque)
    made_at: datetime | None = None
    lateness: Lateness = field(default_factory=Lateness)
    empty: bool = field(init=False)

    def __post_init__(self) -> None:
        self.empty = not self.petitions

    def holds(self, now: datetime, base: timedelta) -> bool:
        """Tell whether the order is still good; one that is used up or was made by a clock that was ahead is not."""
        if self.made_at is None or not (self.petitions or self.empty):
            return False
        return timedelta(0) <= now - self.made_at < base / (EMPTY_PLANS_A_BASE if self.empty else PLANS_A_BASE)
