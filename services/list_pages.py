"""A page of a list, compared with what is stored of the petitions in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from cachetools import LRUCache

from petitions.answers import ListPage
from petitions.observations import ListItem
from petitions.petition import PetitionRef, Snapshot
from services.ports import PetitionStore
from services.recording import Listed, Outcome, Recording

MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPages:
    """Compares pages. What could not be read is remembered in memory, so that it is logged once."""

    petitions: PetitionStore
    recording: Recording
    _broken: LRUCache[PetitionRef, str] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def compare(
        self, page: ListPage, now: datetime, *, since: datetime | None, for_record: bool = False
    ) -> Sequence[Outcome]:
        """Compare and store every item that is followed, and all others `since` the list tells all news of them.

        `for_record`: the others are stored in any case.
        """
        self._note_broken(page)
        refs = [item.ref for item in page.items]
        followed = {watched.ref: watched for watched in await self.petitions.followed_among(refs)}
        everything = for_record or since is not None
        known = (
            {watched.ref: watched for watched in await self.petitions.stored_among(refs)} if everything else followed
        )
        listed = [
            Listed(watched=known.get(item.ref), item=_list_item(item, followed=item.ref in followed, since=since))
            for item in page.items
            if everything or item.ref in followed
        ]
        return await self.recording.record_page(listed, now)

    def _note_broken(self, page: ListPage) -> None:
        for item in page.items:
            self._broken.pop(item.ref, None)
        for ref, reason in page.broken:
            if ref is None:
                log.warning("petition.unreadable", petition=None, reason=reason)
            elif self._broken.get(ref) != reason:
                log.warning("petition.unreadable", petition=str(ref), reason=reason)
                self._broken[ref] = reason


def _list_item(shown: Snapshot, *, followed: bool, since: datetime | None) -> ListItem:
    return ListItem(shown=shown) if followed else ListItem(shown=shown, followed=False, complete_since=since)
