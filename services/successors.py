"""Successors: the followers of a petition that has ended are offered one that is open and asks for the same, once.

A petition is compared when it becomes known as open, and a followed one when it has ended, with those that share
telling words of its title. What has been compared is remembered with what was found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from petitions.news import Change
from petitions.petition import PetitionId, PetitionState, Snapshot
from petitions.successors import (
    LEAST_SHARED,
    Uncompared,
    ask_for_the_same,
    counterparts,
    key_of,
    offer,
    telling_words,
)
from services.ports import SuccessorStore

BATCH = 20
"""How many petitions one step compares."""

OFFERS_APART = timedelta(days=30)
"""The followers of a petition are offered one other in this time, the most signed of those found together."""

STILL_OPEN = timedelta(days=1)
"""A petition that was not seen for longer than this may have closed."""

MOST_CANDIDATES = 50
"""With how many others one of them is compared; those that share most words come first."""

log = structlog.get_logger(__name__)


class Successors:
    """Compares petitions that have opened or ended with those that have done the other."""

    def __init__(self, *, store: SuccessorStore) -> None:
        self._store = store

    async def step(self, now: datetime) -> bool:
        """Compare the next petitions; true when there may be more.

        All of them can be found before the first is compared, so that none of two that belong together is missed.
        """
        batch = await self._store.uncompared(BATCH)
        if not batch:
            return False
        await self._store.index({each.petition: _words(each.snapshot) for each in batch})
        alike = [pair for each in batch for pair in await self._alike(each, now)]
        best = dict(sorted(alike, key=lambda pair: pair[1].signatures))
        lately = await self._store.offered_since(best, now - OFFERS_APART)
        found = [_offered(ended, new, now) for ended, new in best.items() if ended not in lately]
        await self._store.compared({each.petition: each.state for each in batch}, found)
        for petition, change in found:
            log.info("petition.successor_found", petition_id=petition, change=change.key)
        return True

    async def _alike(self, uncompared: Uncompared, now: datetime) -> Sequence[tuple[PetitionId, Snapshot]]:
        """Return petitions that have ended, each with an open one that asks for the same."""
        shown = uncompared.snapshot
        if shown is None:
            return ()
        candidates = await self._store.candidates(
            shown.ref.site,
            _words(shown),
            counterparts(uncompared.state),
            seen_since=now - STILL_OPEN,
            shared=LEAST_SHARED,
            limit=MOST_CANDIDATES,
        )
        alike = [candidate for candidate in candidates if ask_for_the_same(shown, candidate.snapshot)]
        if uncompared.state is PetitionState.OPEN:
            return [(ended.petition, shown) for ended in alike]
        return [(uncompared.petition, new.snapshot) for new in alike]


def _words(shown: Snapshot | None) -> frozenset[str]:
    return frozenset() if shown is None else telling_words(shown.title)


def _offered(ended: PetitionId, new: Snapshot, now: datetime) -> tuple[PetitionId, Change]:
    news = offer(new)
    return ended, Change(key=key_of(news), news=news, happened_at=None, seen_at=now)
