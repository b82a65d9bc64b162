"""The watch: asks the sites what is due, a little at a time, and stores every look with what it found."""

from collections.abc import Mapping
from datetime import datetime

from petitions.cadence import Cadence
from petitions.petition import PetitionRef, Site
from petitions.watched import Schedule
from services.back_off import SiteBackOff
from services.counts import Counts
from services.feeds import FeedReading
from services.looks import Looked, Looks, NoSuchPetition, SiteSilent
from services.ports import FeedStore, PetitionStore, SiteClient
from services.recording import Recording


class Watch:
    """The only way in which a look at a petition comes to be stored."""

    def __init__(
        self,
        *,
        sites: Mapping[Site, SiteClient],
        petitions: PetitionStore,
        feeds: FeedStore,
        cadence: Cadence,
        back_off: SiteBackOff,
    ) -> None:
        self._petitions = petitions
        self._back_off = back_off
        self._cadence = cadence
        recording = Recording(sites=sites, petitions=petitions, cadence=cadence)
        self._looks = Looks(sites=sites, petitions=petitions, recording=recording, cadence=cadence, back_off=back_off)
        self._counts = Counts(
            sites=sites, petitions=petitions, looks=self._looks, recording=recording, cadence=cadence, back_off=back_off
        )
        self._feed_reading = FeedReading(
            sites=sites, feeds=feeds, petitions=petitions, recording=recording, cadence=cadence, back_off=back_off
        )
        self._turns = list(sites)
        self._feed_first = dict.fromkeys(sites, False)

    async def step(self, now: datetime) -> bool:
        """Read one page of a list or look at one petition that is due; true when there may be more to do."""
        for site in tuple(self._turns):
            if self._back_off.may_ask(site, now, urgent=False) and await self._ask(site, now):
                self._turns.remove(site)
                self._turns.append(site)
                return True
        return False

    async def look(self, ref: PetitionRef, now: datetime) -> Looked | NoSuchPetition | SiteSilent:
        """Look at one petition now, for somebody who waits. What has changed is stored before this returns."""
        return await self._looks.look(ref, now)

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

    async def _look_at_next(self, site: Site, now: datetime) -> bool:
        watched = await self._petitions.next_due(site, now)
        if watched is None:
            return False
        page_at = watched.schedule.page_at
        try:
            if page_at is not None and page_at <= now:
                await self._looks.look_when_due(watched, now)
            else:
                await self._counts.look_when_due(watched, now)
        except Exception:
            # Whatever is wrong with this one, the others come first before it is tried again.
            later = now + self._cadence.normal
            await self._petitions.reschedule(watched.id, Schedule(count_at=later, page_at=later))
            raise
        return True
