"""Sweeping: reading the list of a site's open petitions page by page, round after round, without end.

What a sweep shows of a petition need not be asked for singly, and what nobody follows is kept for the record.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cachetools import LRUCache

from petitions.answers import ListPage, Ok, Validator
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.petition import Site
from petitions.planning import Sweep, after_page, next_page_at, sweep_every
from services.list_pages import ListPages
from services.ports import PetitionStore
from services.recording import Outcome

MOST_PAGES = 400
MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A page as it was last shown in full."""

    at: datetime
    validator: Validator | None
    next_page: int | None
    last_page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeping:
    """Takes in the pages; `sweeps` is where it says how far those of each site have come.

    The order of the list moves while it is read: a petition may be shown twice, or not in a round. Nothing is
    concluded from that but that its document is read when it has not been shown for long.
    """

    petitions: PetitionStore
    pages: ListPages
    cadence: Cadence
    sweeps: MutableMapping[Site, Sweep]
    _shown: LRUCache[tuple[Site, int], _Shown] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    def validator(self, site: Site, state: FeedState, now: datetime) -> Validator | None:
        """Return what the page was last shown with, now and then `None`: what is unchanged is to be seen as well."""
        shown = self._shown.get((site, state.page))
        if shown is None or not timedelta(0) <= now - shown.at < 2 * self.cadence.sweep:
            return None
        return shown.validator

    async def read(
        self, site: Site, state: FeedState, answer: Ok[ListPage], now: datetime, *, since: datetime | None
    ) -> FeedState:
        """Store what a page shows, and return which is next."""
        page = answer.body
        outcomes = await self.pages.compare(page, now, since=since, for_record=True)
        validator = None if Outcome.FAILED in outcomes else answer.validator
        shown = _Shown(at=now, validator=validator, next_page=page.next_page, last_page=page.last_page)
        self._shown[site, state.page] = shown
        return await self._go_on(site, replace(state, complete_since=since), shown, now)

    async def unchanged(self, site: Site, state: FeedState, now: datetime) -> FeedState:
        """Return which page is next after one that is as it was shown."""
        return await self._go_on(site, state, self._shown[site, state.page], now)

    async def _go_on(self, site: Site, state: FeedState, shown: _Shown, now: datetime) -> FeedState:
        following = shown.next_page if shown.next_page in range(state.page + 1, MOST_PAGES + 1) else None
        every = await self._every(site, state.page, shown.last_page)
        self.sweeps[site] = after_page(self.sweeps.get(site), state.page, every, now, is_last=following is None)
        due_at = next_page_at(state.due_at, shown.last_page, every, now)
        return replace(state, page=following or 1, due_at=due_at)

    async def _every(self, site: Site, page: int, pages: int) -> timedelta:
        """Return how far apart rounds are; one that takes the place of counts goes on as it began."""
        sweep = self.sweeps.get(site)
        if sweep is not None and sweep.every <= self.cadence.sweep and page > 1:
            return sweep.every
        return sweep_every(pages, await self.petitions.counted(site), self.cadence)
