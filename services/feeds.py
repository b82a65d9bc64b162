"""Reading the lists of a site as feeds: responses and debates of all petitions at the price of one request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from petitions.answers import Busy, Here, ListPage, Unchanged, Unreadable
from petitions.cadence import Cadence
from petitions.feeds import FeedState
from petitions.petition import PetitionRef, Site, Snapshot
from petitions.watched import WatchedPetition
from services.ports import FeedStore, PetitionStore, SiteClient
from services.reachability import Question, Reachability
from services.recording import Recording

FIRST_PAGE = ("with_response", "not_debated", "debated", "recent")
"""Lists whose news stands on their first page (`docs/petition-sites.md` §2)."""

ALL_PAGES = ("awaiting_debate",)
"""Short lists that are read to their end, because news may stand anywhere."""

MOST_PAGES = 40
MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A list whose page is due."""

    state: FeedState
    whole: bool


class FeedReading:
    """Reads the lists in turn. What could not be read is remembered in memory, so that it is logged once."""

    def __init__(
        self,
        *,
        sites: Mapping[Site, SiteClient],
        feeds: FeedStore,
        petitions: PetitionStore,
        recording: Recording,
        cadence: Cadence,
        reachability: Reachability,
    ) -> None:
        self._sites = sites
        self._feeds = feeds
        self._petitions = petitions
        self._recording = recording
        self._cadence = cadence
        self._reachability = reachability
        self._broken: dict[PetitionRef, str] = {}

    async def step(self, site: Site, now: datetime) -> bool:
        """Read the page that has been due longest; false when none is due."""
        turn = await self._due(site, now)
        if turn is None:
            return False
        state = turn.state
        question = Question(site=site, part=state.facet)
        answer = await self._sites[site].page(
            state.facet,
            number=state.page,
            query=None,
            validator=state.validator if state.page == 1 else None,
            urgent=False,
        )
        match answer:
            case Here(body=page):
                self._reachability.answered(question, now)
                complete = await self._compare_items(page, now)
                # A page with successors proves nothing about them by being unchanged, so it is read anew each time.
                alone = state.page == 1 and (page.next_page is None or not turn.whole)
                validator = answer.validator if complete and alone else None
                await self._feeds.save(site, self._next(turn, page, now, replace(state, validator=validator)))
            case Unchanged():
                self._reachability.answered(question, now)
                await self._feeds.save(site, replace(state, due_at=now + self._interval(whole=turn.whole)))
            case Busy() | Unreadable():
                await self._feeds.save(site, replace(state, due_at=self._reachability.failed(question, answer, now)))
            case _:
                assert_never(answer)
        return True

    async def _due(self, site: Site, now: datetime) -> _Turn | None:
        known = {state.facet: state for state in await self._feeds.feeds(site)}
        turns = [
            _Turn(state=known.get(facet) or FeedState(facet=facet, page=1, due_at=now), whole=facet in ALL_PAGES)
            for facet in (*FIRST_PAGE, *ALL_PAGES)
        ]
        due = [turn for turn in turns if turn.state.due_at <= now]
        return min(due, key=lambda turn: turn.state.due_at, default=None)

    def _next(self, turn: _Turn, page: ListPage, now: datetime, state: FeedState) -> FeedState:
        if turn.whole and page.next_page is not None and state.page < page.next_page <= MOST_PAGES:
            return replace(state, page=page.next_page, due_at=now)
        return replace(state, page=1, due_at=now + self._interval(whole=turn.whole))

    def _interval(self, *, whole: bool) -> timedelta:
        return self._cadence.whole_feed if whole else self._cadence.feed

    async def _compare_items(self, page: ListPage, now: datetime) -> bool:
        """Compare every item that is followed; false when one has to be compared again."""
        self._note_broken(page)
        items = {item.ref: item for item in page.items}
        complete = True
        for watched in await self._petitions.followed_among(items.keys()):
            complete = await self._compare_item(watched, items[watched.ref], now) and complete
        return complete

    async def _compare_item(self, watched: WatchedPetition, item: Snapshot, now: datetime) -> bool:
        if watched.seen_at > now or watched.snapshot.archived:
            return True  # somebody has looked while the list was on its way here; and the archive has lists of its own
        findings = self._recording.compare(watched, item, now, unconditional=False)
        if findings.snapshot == watched.snapshot and findings.marks == watched.marks:
            return True
        stored = await self._recording.record(
            watched,
            findings,
            now,
            schedule=await self._recording.plan_but_page(watched, findings, now),
            signatures=item.signatures,
            page_validator=watched.page_validator,
            count_validator=watched.count_validator,
        )
        return stored is not None

    def _note_broken(self, page: ListPage) -> None:
        for item in page.items:
            self._broken.pop(item.ref, None)
        for ref, reason in page.broken:
            if ref is None:
                log.warning("petition.unreadable", petition=None, reason=reason)
            elif self._broken.get(ref) != reason:
                log.warning("petition.unreadable", petition=str(ref), reason=reason)
                self._broken[ref] = reason
        while len(self._broken) > MOST_REMEMBERED:
            del self._broken[next(iter(self._broken))]
