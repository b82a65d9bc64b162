"""The last part of every look, whatever was read: what it found is stored in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

import structlog
from cachetools import LRUCache

from petitions.answers import Ok
from petitions.cadence import Cadence, pace_moments
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
from petitions.petition import PetitionId, PetitionRef, PetitionState, Reading, Site, Snapshot
from petitions.planning import Sweep
from petitions.watched import Look, WatchedPetition
from services.ports import PetitionStore, SiteClient

MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


class Outcome(Enum):
    """What comparing an item of a list led to. `FAILED`: it has to be compared again."""

    OLD = auto()
    NEWS = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item of a list, and what is stored of its petition, `None` when that is not known."""

    watched: WatchedPetition | None
    item: ListItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Stores what was seen, with the news in it. `sweeps` tells how far those of each site have come."""

    sites: Mapping[Site, SiteClient]
    petitions: PetitionStore
    cadence: Cadence
    sweeps: Mapping[Site, Sweep]
    on_failure: Callable[[PetitionRef], None]
    _unreadable: LRUCache[PetitionRef, frozenset[str]] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def first_contact(self, answer: Ok[Snapshot], now: datetime) -> WatchedPetition | None:
        """Store a petition that was unknown; `None` when somebody else was faster."""
        self._note_unreadable(answer.body)
        zone = self.sites[answer.body.ref.site].legislature.zone
        return await self.petitions.record(first_contact(answer, now, self.cadence, zone))

    async def record(self, watched: WatchedPetition, seen: Observation, now: datetime) -> WatchedPetition | None:
        """Compare, plan and store; `None` when another look was stored first.

        What has changed is stored together with the snapshot that shows it.
        """
        readings = await self._readings([watched.id], now)
        look = await self._with_growth(watched, self._look(watched, seen, readings.get(watched.id, ()), now), now)
        stored = await self.petitions.record(look)
        if stored is not None:
            _log_changes(look)
        return stored

    async def record_page(self, listed: Sequence[Listed], now: datetime) -> Sequence[Outcome]:
        """Do so with the items of a page of a list, all of them in one transaction.

        What a list shows unchanged is stored only now and then. An item that cannot be compared or stored keeps no
        other from that.
        """
        followed = [each.watched.id for each in listed if each.watched is not None and each.item.followed]
        readings = await self._readings(followed, now)
        looks = [await self._look_at_item(each, readings, now) for each in listed]
        stored = await self._store_all([look for look in looks if isinstance(look, Look)])
        return [
            look if isinstance(look, Outcome) else _outcome(each.watched, look, stored=look.ref in stored)
            for each, look in zip(listed, looks, strict=True)
        ]

    async def growth(self, watched: WatchedPetition, now: datetime) -> Growth | None:
        """Tell how a petition grows, from what was read of it; `None` when that is too little."""
        return await self._growth(watched.id, watched.snapshot, watched.seen_at, now)

    async def _with_growth(self, watched: WatchedPetition, look: Look, now: datetime) -> Look:
        if not any(isinstance(change.news, MilestoneReached) for change in look.changes):
            return look
        return with_growth(look, await self._growth(watched.id, look.snapshot, look.seen_at, now))

    async def _growth(
        self, petition: PetitionId, snapshot: Snapshot, seen_at: datetime, now: datetime
    ) -> Growth | None:
        if snapshot.state is not PetitionState.OPEN:
            return None
        readings = await self.petitions.hourly_readings(petition, now - LOOKING_BACK)
        known = up_to_date(readings, seen_at, snapshot.signatures)
        return growth_of(snapshot, known, now, self.sites[snapshot.ref.site].legislature.zone)

    async def _look_at_item(
        self, listed: Listed, readings: Mapping[PetitionId, Sequence[Reading]], now: datetime
    ) -> Look | Outcome:
        watched, item = listed.watched, listed.item
        try:
            if watched is None:
                self._note_unreadable(item.shown)
                return first_listing(item, now, self.sites[item.shown.ref.site].legislature.zone)
            if watched.seen_at > now or watched.snapshot.archived:
                # Somebody has looked while the list was on its way here; and the archive has lists of its own.
                return Outcome.OLD
            look = await self._with_growth(watched, self._look(watched, item, readings.get(watched.id, ()), now), now)
        except Exception:
            log.exception("petition.failed", petition=str(item.shown.ref))
            self.on_failure(item.shown.ref)
            return Outcome.FAILED
        return Outcome.OLD if self._need_not_be_stored(watched, item, look, now) else look

    def _look(self, watched: WatchedPetition, seen: Observation, readings: Sequence[Reading], now: datetime) -> Look:
        match seen:
            case FullFetch(answer=Ok(body=shown)) | ListItem(shown=shown):
                self._note_unreadable(shown)
        site = watched.ref.site
        sweep = self.sweeps.get(site)
        swept = sweep is not None and sweep.replaces_counts(now, self.cadence)
        zone = self.sites[site].legislature.zone
        return look_of(watched, seen, readings, now, self.cadence, zone=zone, swept=swept)

    def _need_not_be_stored(self, watched: WatchedPetition, item: ListItem, look: Look, now: datetime) -> bool:
        caught_up = item.complete_since is None or watched.seen_at >= item.complete_since
        same = not look.changes and (look.snapshot, look.marks) == (watched.snapshot, watched.marks)
        return caught_up and same and now - watched.seen_at < self.cadence.confirmed

    async def _readings(
        self, petitions: Collection[PetitionId], now: datetime
    ) -> Mapping[PetitionId, Sequence[Reading]]:
        return await self.petitions.readings_at(petitions, pace_moments(now, self.cadence))

    async def _store_all(self, looks: Sequence[Look]) -> Collection[PetitionRef]:
        """Store looks together or, if one of them keeps the others from it, one by one; return those stored."""
        if not looks:
            return ()
        try:
            stored = await self.petitions.record_all(looks)
        except Exception:
            log.exception("page.not_stored", petitions=len(looks))
            stored = [await self._store_alone(look) for look in looks]
        for look, petition in zip(looks, stored, strict=True):
            if petition is not None:
                _log_changes(look)
        return {petition.ref for petition in stored if petition is not None}

    async def _store_alone(self, look: Look) -> WatchedPetition | None:
        try:
            return await self.petitions.record(look)
        except Exception:
            log.exception("petition.failed", petition=str(look.ref))
            self.on_failure(look.ref)
            return None

    def _note_unreadable(self, shown: Snapshot) -> None:
        """Log once which fields of a petition could not be read; what was known of them stays."""
        if shown.unreadable and self._unreadable.get(shown.ref) != shown.unreadable:
            self._unreadable[shown.ref] = shown.unreadable
            log.warning("petition.fields_unreadable", petition=str(shown.ref), fields=sorted(shown.unreadable))


def _outcome(watched: WatchedPetition | None, look: Look, *, stored: bool) -> Outcome:
    if not stored:
        return Outcome.FAILED
    return Outcome.OLD if watched is not None and look.marks == watched.marks else Outcome.NEWS


def _log_changes(look: Look) -> None:
    if look.changes:
        kinds = [str(change.news.kind) for change in look.changes]
        log.info("petition.changed", petition=str(look.ref), kinds=kinds)
