"""Reading the lists of a site as feeds: responses and debates of all petitions at the price of one request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

import structlog
from cachetools import LRUCache

from petitions.answers import Busy, ListPage, Ok, Unchanged, Unreadable
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.observations import ListItem
from petitions.petition import PetitionRef, Site, Snapshot
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.ports import FeedStore, PetitionStore, SiteClient
from services.recording import Recording

MOST_PAGES = 40
MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """Reads the lists in turn. What could not be read is remembered in memory, so that it is logged once."""

    sites: Mapping[Site, SiteClient]
    feeds: FeedStore
    petitions: PetitionStore
    recording: Recording
    cadence: Cadence
    back_off: SiteBackOff
    on_failure: Callable[[PetitionRef], None]
    _broken: LRUCache[PetitionRef, str] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def step(self, site: Site, now: datetime) -> bool:
        """Read the page that has been due longest; false when none is due."""
        state = await self._due(site, now)
        if state is None:
            return False
        whole = state.facet in self.sites[site].legislature.whole_feeds
        next_at = now + (self.cadence.whole_feed if whole else self.cadence.feed)
        question = Question(site=site, part=state.facet)
        answer = await self.sites[site].page(
            state.facet,
            number=state.page,
            query=None,
            validator=state.validator if state.page == 1 else None,
            urgent=False,
        )
        match answer:
            case Ok(body=page):
                self.back_off.answered(question)
                complete = await self._compare_items(page, now)
                # A page with successors proves nothing about them by being unchanged, so it is read anew each time.
                alone = state.page == 1 and (page.next_page is None or not whole)
                state = replace(state, validator=answer.validator if complete and alone else None)
                if whole and page.next_page is not None and state.page < page.next_page <= MOST_PAGES:
                    state = replace(state, page=page.next_page, due_at=now)
                else:
                    state = replace(state, page=1, due_at=next_at)
            case Unchanged():
                self.back_off.answered(question)
                state = replace(state, due_at=next_at)
            case Busy() | Unreadable():
                retry_at = self.back_off.failed(question, answer, now)
                state = replace(state, due_at=min(retry_at, now + self.cadence.longest_back_off))
            case _:
                assert_never(answer)
        await self.feeds.save(site, state)
        return True

    async def _due(self, site: Site, now: datetime) -> FeedState | None:
        legislature = self.sites[site].legislature
        known = {state.facet: state for state in await self.feeds.feeds(site)}
        states = [
            known.get(facet) or FeedState(facet=facet, page=1, due_at=now)
            for facet in (*legislature.feeds, *legislature.whole_feeds)
        ]
        # A list that is due later than any is ever planned was planned by a clock that was ahead.
        due = [state for state in states if not now < state.due_at <= now + self.cadence.longest_back_off]
        return min(due, key=lambda state: state.due_at, default=None)

    async def _compare_items(self, page: ListPage, now: datetime) -> bool:
        """Compare every item that is followed; false when one has to be compared again."""
        self._note_broken(page)
        items = {item.ref: item for item in page.items}
        followed = await self.petitions.followed_among(items.keys())
        return all([await self._compare_item(watched, items[watched.ref], now) for watched in followed])

    async def _compare_item(self, watched: WatchedPetition, item: Snapshot, now: datetime) -> bool:
        if watched.seen_at > now or watched.snapshot.archived:
            return True  # somebody has looked while the list was on its way here; and the archive has lists of its own
        try:
            return await self.recording.record(watched, ListItem(shown=item), now) is not None
        except Exception:
            log.exception("petition.failed", petition=str(watched.ref))
            self.on_failure(watched.ref)
            return False

    def _note_broken(self, page: ListPage) -> None:
        for item in page.items:
            self._broken.pop(item.ref, None)
        for ref, reason in page.broken:
            if ref is None:
                log.warning("petition.unreadable", petition=None, reason=reason)
            elif self._broken.get(ref) != reason:
                log.warning("petition.unreadable", petition=str(ref), reason=reason)
                self._broken[ref] = reason
