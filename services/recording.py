"""The last part of every look, whatever was read: what it found is stored in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from cachetools import LRUCache

from petitions.answers import Ok
from petitions.cadence import READINGS_NEEDED, Cadence
from petitions.forecast import LOOKING_BACK, Growth, growth_of, up_to_date
from petitions.news import MilestoneReached
from petitions.observations import (
    FullFetch,
    ListItem,
    Observation,
    first_contact,
    first_listing,
    look_of,
    with_growth,
)
from petitions.petition import PetitionId, PetitionRef, PetitionState, Site, Snapshot
from petitions.watched import Look, WatchedPetition
from services.ports import PetitionStore, SiteClient

MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Stores what was seen, with the news in it."""

    sites: Mapping[Site, SiteClient]
    petitions: PetitionStore
    cadence: Cadence
    _unreadable: LRUCache[PetitionRef, frozenset[str]] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def first_contact(self, answer: Ok[Snapshot], now: datetime) -> WatchedPetition | None:
        """Store a petition that was unknown; `None` when somebody else was faster."""
        self._note_unreadable(answer.body)
        zone = self.sites[answer.body.ref.site].legislature.zone
        return await self.petitions.record(first_contact(answer, now, self.cadence, zone))

    async def first_listing(self, seen: ListItem, now: datetime) -> WatchedPetition | None:
        """Store a petition that was unknown and stands in a list, and what has happened since the list is complete."""
        self._note_unreadable(seen.shown)
        zone = self.sites[seen.shown.ref.site].legislature.zone
        return await self._store(first_listing(seen, now, zone))

    async def record(self, watched: WatchedPetition, seen: Observation, now: datetime) -> WatchedPetition | None:
        """Compare, plan and store; `None` when another look was stored first. A list that shows nothing new is no look.

        What has changed is stored together with the snapshot that shows it.
        """
        match seen:
            case FullFetch(answer=Ok(body=shown)) | ListItem(shown=shown):
                self._note_unreadable(shown)
        readings = await self.petitions.readings(watched.id, now - READINGS_NEEDED)
        zone = self.sites[watched.ref.site].legislature.zone
        look = look_of(watched, seen, readings, now, self.cadence, zone=zone)
        if isinstance(seen, ListItem) and _shows_nothing_new(watched, seen, look):
            return watched
        if any(isinstance(change.news, MilestoneReached) for change in look.changes):
            look = with_growth(look, await self._growth(watched.id, look.snapshot, look.seen_at, now))
        return await self._store(look)

    async def growth(self, watched: WatchedPetition, now: datetime) -> Growth | None:
        """Tell how a petition grows, from what was read of it; `None` when that is too little."""
        return await self._growth(watched.id, watched.snapshot, watched.seen_at, now)

    async def _growth(
        self, petition: PetitionId, snapshot: Snapshot, seen_at: datetime, now: datetime
    ) -> Growth | None:
        if snapshot.state is not PetitionState.OPEN:
            return None
        readings = await self.petitions.hourly_readings(petition, now - LOOKING_BACK)
        known = up_to_date(readings, seen_at, snapshot.signatures)
        return growth_of(snapshot, known, now, self.sites[snapshot.ref.site].legislature.zone)

    async def _store(self, look: Look) -> WatchedPetition | None:
        stored = await self.petitions.record(look)
        if stored is not None and look.changes:
            kinds = [str(change.news.kind) for change in look.changes]
            log.info("petition.changed", petition=str(look.ref), kinds=kinds)
        return stored

    def _note_unreadable(self, shown: Snapshot) -> None:
        """Log once which fields of a petition could not be read; what was known of them stays."""
        if shown.unreadable and self._unreadable.get(shown.ref) != shown.unreadable:
            self._unreadable[shown.ref] = shown.unreadable
            log.warning("petition.fields_unreadable", petition=str(shown.ref), fields=sorted(shown.unreadable))


def _shows_nothing_new(watched: WatchedPetition, seen: ListItem, look: Look) -> bool:
    caught_up = seen.complete_since is None or watched.seen_at >= seen.complete_since
    return caught_up and not look.changes and (look.snapshot, look.marks) == (watched.snapshot, watched.marks)
