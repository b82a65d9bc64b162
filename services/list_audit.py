"""The audit of the lists: news that a site shows and the watch has not seen is looked for again, and reported."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

import structlog

from delivery.audit import Fault
from petitions.answers import Busy, ListPage, Ok, Unchanged, Unreadable
from petitions.audit import has_lately_changed, is_planned, patience, unrecorded, unseen
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.news import Kind
from petitions.observations import ListItem
from petitions.petition import PetitionRef, Site
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.feeds import MOST_PAGES
from services.ports import AuditStore, FeedStore, PetitionStore, SiteClient, SubscriptionStore

EVERY = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(minutes=5)
"""Whatever comes later than so long after the last step, the process was stopped or the clock was moved."""

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any reading."""

Report = Callable[[Fault, PetitionRef, int], None]
"""Tells of a fault with a petition and of how many it concerns."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    site: Site
    facet: str
    number: int = 1


@dataclass(slots=True, kw_only=True)
class _Difference:
    """What a list shows and the watch has not stored. `asked_at`: when the watch was last made to look."""

    first_at: datetime
    seen_at: datetime
    asked_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class ListAudit:
    """Reads the lists that the watch reads, all of them once in `EVERY`, a page a step, and stores nothing of them.

    What it remembers is in memory: after a restart, as after an outage, the watch is given its time anew.
    """

    sites: Mapping[Site, SiteClient]
    audit: AuditStore
    petitions: PetitionStore
    feeds: FeedStore
    subscriptions: SubscriptionStore
    cadence: Cadence
    back_off: SiteBackOff
    lateness: Callable[[Site], timedelta]
    report: Report
    on_restored: Callable[[], None]
    finished_at: datetime | None = None
    _round_at: datetime | None = None
    _stepped_at: datetime | None = None
    _pages: deque[_Page] = field(default_factory=deque)
    _undisturbed_since: dict[Site, datetime] = field(default_factory=dict)
    _differences: dict[tuple[PetitionRef, Kind], _Difference] = field(default_factory=dict)

    async def step(self, now: datetime) -> bool:
        """Read the next page; false when none is due."""
        self._note_disturbances(now)
        if not self._pages:
            if self._round_at is None or self._round_at > now:
                self._round_at = now  # the first round is due when the watch has had time to read everything
            if now >= self._due_at(self._round_at):
                self._begin(now, self._round_at)
        if not self._pages:
            return False
        if await self._read(self._pages.popleft(), now) and not self._pages:
            self.finished_at = now
        return True

    def _due_at(self, last: datetime) -> datetime:
        """Return when the round after that one is due: sooner if something was seen that was too new to be judged."""
        judged_at = (
            self._late_at(ref.site, difference)
            for (ref, _), difference in self._differences.items()
            if difference.asked_at is None
        )
        return min([last + EVERY, *(moment for moment in judged_at if moment > last)])

    def _late_at(self, site: Site, difference: _Difference) -> datetime:
        """Return until when the watch may take to see it."""
        return max(difference.first_at, self._undisturbed_since[site]) + patience(self.cadence)

    def _note_disturbances(self, now: datetime) -> None:
        """Give the watch its time anew when a site has not answered, or nothing has been done for a while."""
        last, self._stepped_at = self._stepped_at, now
        interrupted = last is None or not last <= now <= last + LONGEST_PAUSE
        for site in self.sites:
            if interrupted or self._is_disturbed(site, now):
                self._undisturbed_since[site] = now

    def _is_disturbed(self, site: Site, now: datetime) -> bool:
        ill = self.back_off.unreachable_since(site) or self.back_off.ill_since(site)
        return ill is not None or not self.back_off.may_ask(site, now, urgent=False)

    def _begin(self, now: datetime, last: datetime) -> None:
        """Begin a round, and forget what the round before has not seen again."""
        self._round_at = now
        self._differences = {key: each for key, each in self._differences.items() if last <= each.seen_at <= now}
        for site, client in self.sites.items():
            legislature = client.legislature
            facets = (*legislature.feeds, *legislature.whole_feeds, *legislature.stream_feeds)
            self._pages.extend(_Page(site=site, facet=facet) for facet in facets)

    async def _read(self, page: _Page, now: datetime) -> bool:
        """Read a page in the watch's share of the budget; false, and no more of its site, when that does not answer."""
        if self._is_disturbed(page.site, now):
            return self._leave(page.site)
        question = Question(site=page.site, part=f"{page.facet} (audit)")
        answer = await self.sites[page.site].page(
            page.facet, number=page.number, query=None, validator=None, urgent=False
        )
        match answer:
            case Ok(body=shown):
                self.back_off.answered(question)
                await self._compare(page, shown, now)
                whole = page.facet not in self.sites[page.site].legislature.feeds
                if whole and shown.next_page is not None and page.number < shown.next_page <= MOST_PAGES:
                    self._pages.appendleft(replace(page, number=shown.next_page))
            case Unchanged():
                self.back_off.answered(question)
            case Unreadable():
                self.back_off.failed(question, answer, now)
            case Busy():
                self.back_off.failed(question, answer, now)
                self._undisturbed_since[page.site] = now
                return self._leave(page.site)
            case _:
                assert_never(answer)
        return True

    def _leave(self, site: Site) -> bool:
        self._pages = deque(page for page in self._pages if page.site is not site)
        return False

    async def _compare(self, page: _Page, shown: ListPage, now: datetime) -> None:
        refs = [item.ref for item in shown.items]
        followed = {watched.ref: watched for watched in await self.petitions.followed_among(refs)}
        feed = await self._feed_of_streams(page)
        known = {} if feed is None else {watched.ref: watched for watched in await self.petitions.stored_among(refs)}
        for item in shown.items:
            watched = followed.get(item.ref)
            if watched is not None:
                await self._judge(watched, ListItem(shown=item), None, now)
                await self._restore(watched, now)
            elif feed is not None:
                listed = ListItem(shown=item, followed=False, complete_since=feed.complete_since)
                await self._judge(known.get(item.ref), listed, feed, now)

    async def _feed_of_streams(self, page: _Page) -> FeedState | None:
        """Return how the watch reads this list for streams, `None` while it does not."""
        if await self.subscriptions.subscribed_since(page.site) is None:
            return None
        feeds = await self.feeds.feeds(page.site)
        return next((each for each in feeds if each.facet == page.facet and each.complete_since is not None), None)

    async def _judge(
        self, watched: WatchedPetition | None, listed: ListItem, feed: FeedState | None, now: datetime
    ) -> None:
        """Have the watch look at what it should have seen by now, in `feed` if nobody follows the petition."""
        ref = listed.shown.ref
        zone = self.sites[ref.site].legislature.zone
        for change in unseen(watched, listed, now, self.cadence, zone=zone):
            first = _Difference(first_at=change.happened_at or now, seen_at=now)
            difference = self._differences.setdefault((ref, change.news.kind), first)
            difference.seen_at = now
            fault = self._fault(ref.site, difference, now)
            planned = watched is not None and is_planned(watched, now, self.cadence, late=self.lateness(ref.site))
            if fault is None or (fault is Fault.UNSEEN and planned and feed is None):
                continue
            difference.asked_at = now
            log.warning("audit.unseen", petition=str(ref), kind=change.news.kind, fault=fault)
            self.report(fault, ref, 1)
            await self._ask(ref.site, watched, feed, now)

    def _fault(self, site: Site, difference: _Difference, now: datetime) -> Fault | None:
        """Return what is to be said of a difference, `None` while the watch may still come to see it."""
        if difference.asked_at is None:
            return Fault.UNSEEN if now >= self._late_at(site, difference) else None
        undisturbed = self._undisturbed_since[site] <= difference.asked_at
        asked_before = undisturbed and self._round_at is not None and difference.asked_at < self._round_at
        return Fault.STILL_UNSEEN if asked_before else None

    async def _restore(self, watched: WatchedPetition, now: datetime) -> None:
        """Store changes again whose rows are gone; whom they were not told to is for the audit of alerts to find."""
        if not has_lately_changed(watched.snapshot, now):
            return
        zone = self.sites[watched.ref.site].legislature.zone
        keys, past = await self.audit.keys(watched.id), await self.petitions.readings(watched.id, EVER)
        lost = unrecorded(watched, keys, past, now, self.cadence, zone=zone)
        if lost and await self.audit.restore(watched.id, lost):
            log.warning("audit.restored", petition=str(watched.ref), keys=[change.key for change in lost])
            self.on_restored()

    async def _ask(self, site: Site, watched: WatchedPetition | None, feed: FeedState | None, now: datetime) -> None:
        if feed is not None:
            await self.feeds.save(site, replace(feed, page=1, due_at=now, validator=None))
        elif watched is not None:
            await self.audit.look_again(watched.id, now)
