"""Reading the lists of a site as feeds: responses and debates of all petitions at the price of one request.

Usually only followed petitions are compared. While somebody subscribes to a stream of the site, all are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import assert_never

import structlog
from cachetools import LRUCache

from petitions.answers import Busy, ListPage, Ok, Unchanged, Unreadable
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.observations import ListItem
from petitions.petition import PetitionRef, Site
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.ports import FeedStore, PetitionStore, SiteClient, SubscriptionStore
from services.recording import Recording

MOST_PAGES = 40
MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


class _Outcome(Enum):
    """What comparing an item led to. `FAILED`: it has to be compared again."""

    OLD = auto()
    NEWS = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """Reads the lists in turn. What could not be read is remembered in memory, so that it is logged once."""

    sites: Mapping[Site, SiteClient]
    feeds: FeedStore
    petitions: PetitionStore
    subscriptions: SubscriptionStore
    recording: Recording
    cadence: Cadence
    back_off: SiteBackOff
    on_failure: Callable[[PetitionRef], None]
    _broken: LRUCache[PetitionRef, str] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def step(self, site: Site, now: datetime) -> bool:
        """Read the page that has been due longest; false when none is due."""
        subscribed_since = await self.subscriptions.subscribed_since(site)
        state = await self._due(site, now, subscribed=subscribed_since is not None)
        if state is None:
            return False
        legislature = self.sites[site].legislature
        whole = state.facet in (*legislature.whole_feeds, *legislature.stream_feeds)
        since = None if subscribed_since is None else max(state.complete_since or subscribed_since, subscribed_since)
        beginning = since is not None and since != state.complete_since
        next_at = now + (self.cadence.whole_feed if whole else self.cadence.feed)
        question = Question(site=site, part=state.facet)
        answer = await self.sites[site].page(
            state.facet,
            number=state.page,
            query=None,
            validator=None if state.page > 1 or beginning else state.validator,
            urgent=False,
        )
        match answer:
            case Ok(body=page):
                self.back_off.answered(question)
                compared, news_at_end = await self._compare_items(page, since, now)
                # News fills the first page only after a while in which nobody has looked.
                go_on = whole or (news_at_end and not beginning)
                # A page with successors proves nothing about them by being unchanged, so it is read anew each time.
                alone = state.page == 1 and (page.next_page is None or not go_on)
                validator = answer.validator if compared and alone else None
                state = replace(state, validator=validator, complete_since=since)
                if go_on and page.next_page is not None and state.page < page.next_page <= MOST_PAGES:
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

    async def _due(self, site: Site, now: datetime, *, subscribed: bool) -> FeedState | None:
        legislature = self.sites[site].legislature
        for_streams = legislature.stream_feeds if subscribed else ()
        known = {state.facet: state for state in await self.feeds.feeds(site)}
        states = [
            known.get(facet) or FeedState(facet=facet, page=1, due_at=now)
            for facet in (*legislature.feeds, *legislature.whole_feeds, *for_streams)
        ]
        # A list that is due later than any is ever planned was planned by a clock that was ahead.
        due = [state for state in states if not now < state.due_at <= now + self.cadence.longest_back_off]
        return min(due, key=lambda state: state.due_at, default=None)

    async def _compare_items(self, page: ListPage, since: datetime | None, now: datetime) -> tuple[bool, bool]:
        """Compare every item that is followed, and with `since` all others.

        Return whether none has to be compared again, and whether the last was news.
        """
        self._note_broken(page)
        items = [item.ref for item in page.items]
        followed = {watched.ref: watched for watched in await self.petitions.followed_among(items)}
        known = {watched.ref: watched for watched in await self.petitions.stored_among(items)} if since else {}
        outcomes = []
        for item in page.items:
            if item.ref in followed:
                outcomes.append(await self._compare_item(followed[item.ref], ListItem(shown=item), now))
            elif since is not None:
                listed = ListItem(shown=item, complete_since=since)
                outcomes.append(await self._compare_item(known.get(item.ref), listed, now))
        compared = all(outcome is not _Outcome.FAILED for outcome in outcomes)
        return compared, bool(outcomes) and outcomes[-1] is _Outcome.NEWS

    async def _compare_item(self, watched: WatchedPetition | None, item: ListItem, now: datetime) -> _Outcome:
        if watched is not None and (watched.seen_at > now or watched.snapshot.archived):
            # Somebody has looked while the list was on its way here; and the archive has lists of its own.
            return _Outcome.OLD
        try:
            if watched is None:
                stored = await self.recording.first_listing(item, now)
            else:
                stored = await self.recording.record(watched, item, now)
        except Exception:
            log.exception("petition.failed", petition=str(item.shown.ref))
            self.on_failure(item.shown.ref)
            return _Outcome.FAILED
        if stored is None:
            return _Outcome.FAILED
        return _Outcome.OLD if watched is not None and stored.marks == watched.marks else _Outcome.NEWS

    def _note_broken(self, page: ListPage) -> None:
        for item in page.items:
            self._broken.pop(item.ref, None)
        for ref, reason in page.broken:
            if ref is None:
                log.warning("petition.unreadable", petition=None, reason=reason)
            elif self._broken.get(ref) != reason:
                log.warning("petition.unreadable", petition=str(ref), reason=reason)
                self._broken[ref] = reason
