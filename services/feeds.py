"""Reading the lists of a site as feeds: responses and debates of all petitions at the price of one request.

Usually only followed petitions are compared. While somebody subscribes to a stream of the site, all are. The list of
what is open is swept (`services/sweeping.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from petitions.answers import Busy, ListPage, Ok, Unchanged, Unreadable, Validator
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.petition import Site
from services.back_off import Question, SiteBackOff
from services.list_pages import ListPages
from services.ports import FeedStore, SiteClient, SubscriptionStore
from services.recording import Outcome
from services.sweeping import Sweeping

MOST_PAGES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """Reads the lists in turn."""

    sites: Mapping[Site, SiteClient]
    feeds: FeedStore
    subscriptions: SubscriptionStore
    pages: ListPages
    sweeping: Sweeping
    cadence: Cadence
    back_off: SiteBackOff

    async def step(self, site: Site, now: datetime) -> bool:
        """Read the page that has been due longest; false when none is due."""
        subscribed_since = await self.subscriptions.subscribed_since(site)
        state = await self._due(site, now, subscribed=subscribed_since is not None)
        if state is None:
            return False
        since = None if subscribed_since is None else max(state.complete_since or subscribed_since, subscribed_since)
        swept = state.facet == self.sites[site].legislature.open_list
        question = Question(site=site, part=state.facet)
        answer = await self.sites[site].page(
            state.facet,
            number=state.page,
            query=None,
            validator=self.sweeping.validator(site, state, now) if swept else _validator(state, since),
            urgent=False,
        )
        match answer:
            case Ok() if swept:
                self.back_off.answered(question)
                state = await self.sweeping.read(site, state, answer, now, since=since)
            case Ok():
                self.back_off.answered(question)
                state = await self._read(site, state, answer, now, since=since)
            case Unchanged() if swept:
                self.back_off.answered(question)
                state = await self.sweeping.unchanged(site, state, now)
            case Unchanged():
                self.back_off.answered(question)
                state = replace(state, due_at=now + self.cadence.feed)
            case Busy() | Unreadable():
                retry_at = self.back_off.failed(question, answer, now)
                state = replace(state, due_at=min(retry_at, now + self.cadence.longest_back_off))
            case _:
                assert_never(answer)
        await self.feeds.save(site, state)
        return True

    async def _due(self, site: Site, now: datetime, *, subscribed: bool) -> FeedState | None:
        legislature = self.sites[site].legislature
        swept = () if legislature.open_list is None else (legislature.open_list,)
        for_streams = legislature.stream_feeds if subscribed else ()
        known = {state.facet: state for state in await self.feeds.feeds(site)}
        states = [
            known.get(facet) or FeedState(facet=facet, page=1, due_at=now)
            for facet in (*legislature.feeds, *legislature.whole_feeds, *for_streams, *swept)
        ]
        # A list that is due later than any is ever planned was planned by a clock that was ahead.
        due = [state for state in states if not now < state.due_at <= now + self.cadence.recording_sweep]
        return min(due, key=lambda state: state.due_at, default=None)

    async def _read(
        self, site: Site, state: FeedState, answer: Ok[ListPage], now: datetime, *, since: datetime | None
    ) -> FeedState:
        """Store what a page shows of what has changed, and return which is next."""
        page = answer.body
        legislature = self.sites[site].legislature
        outcomes = await self.pages.compare(page, now, since=since)
        whole = state.facet in (*legislature.whole_feeds, *legislature.stream_feeds)
        # News fills the first page only after a while in which nobody has looked.
        news_at_end = bool(outcomes) and outcomes[-1] is Outcome.NEWS
        go_on = whole or (news_at_end and not _begins(state, since))
        # A page with successors proves nothing about them by being unchanged, so it is read anew each time.
        alone = state.page == 1 and (page.next_page is None or not go_on)
        validator = answer.validator if Outcome.FAILED not in outcomes and alone else None
        following = page.next_page if go_on and page.next_page in range(state.page + 1, MOST_PAGES + 1) else None
        return replace(
            state,
            page=following or 1,
            due_at=now + self.cadence.feed if following is None else now,
            validator=validator,
            complete_since=since,
        )


def _validator(state: FeedState, since: datetime | None) -> Validator | None:
    return None if state.page > 1 or _begins(state, since) else state.validator


def _begins(state: FeedState, since: datetime | None) -> bool:
    """Tell whether no news of the list is to be missed from now on."""
    return since is not None and since != state.complete_since
