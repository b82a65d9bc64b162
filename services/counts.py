"""Count polls: reading `count.json`, and a full fetch where that is not enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from cachetools import LRUCache

from petitions.answers import Archived, Busy, Gone, NotFound, Ok, SentHome, Unchanged, Unpublished, Unreadable
from petitions.cadence import Cadence
from petitions.changes import apply_tally, tally_calls_for_page
from petitions.observations import CountPoll
from petitions.petition import PetitionRef, Site, Tally
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.looks import Looks
from services.ports import PetitionStore, SiteClient
from services.recording import Recording

MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Reads counts. The last ones are remembered in memory."""

    sites: Mapping[Site, SiteClient]
    petitions: PetitionStore
    looks: Looks
    recording: Recording
    cadence: Cadence
    back_off: SiteBackOff
    _last: LRUCache[PetitionRef, Tally] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))
    _called: LRUCache[PetitionRef, tuple[Tally, datetime]] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def look_when_due(self, watched: WatchedPetition, now: datetime) -> None:
        """Read the count in its turn, and the document at once if there is reason to."""
        ref = watched.ref
        question = Question(site=ref.site, part="count", ref=ref)
        answer = await self.sites[ref.site].tally(ref, validator=watched.count_validator)
        match answer:
            case Ok() | Unchanged():
                self.back_off.answered(question)
                await self._record(watched, answer, now)
            case Busy():
                schedule = replace(
                    watched.schedule, count_at=self.back_off.failed(question, answer, now), planned_at=now
                )
                await self.petitions.reschedule(watched.id, schedule)
            case Gone() | NotFound() | Archived() | SentHome() | Unpublished():
                # The document decides: an archived petition has no count any more, and an older site never had one.
                await self.looks.look_when_due(watched, now, instead_of_count=True)
            case Unreadable():
                self.back_off.went_without(question, answer)
                await self.looks.look_when_due(watched, now, instead_of_count=True)
            case _:
                assert_never(answer)

    async def _record(self, watched: WatchedPetition, answer: Ok[Tally] | Unchanged, now: datetime) -> None:
        hints = isinstance(answer, Ok) and self._hints_anew(watched, answer.body, now)
        moved = isinstance(answer, Ok) and self._has_moved(watched, answer)
        stored = await self.recording.record(watched, CountPoll(answer=answer, calls_for_fetch=hints or moved), now)
        if stored is not None and (hints or moved):
            await self.looks.look_when_due(stored, now, past_caches=hints)

    def _has_moved(self, watched: WatchedPetition, answer: Ok[Tally]) -> bool:
        """Tell whether there is a newer version in which the count is the same: then the words may differ."""
        tally, last = answer.body, self._last.get(watched.ref)
        self._last[watched.ref] = tally
        # After a restart nothing is remembered but what was stored.
        same = apply_tally(watched.snapshot, tally) == watched.snapshot if last is None else tally == last
        sent, given = watched.count_validator, answer.validator
        return same and sent is not None and given is not None and given != sent

    def _hints_anew(self, watched: WatchedPetition, tally: Tally, now: datetime) -> bool:
        """Tell whether the count hints at news in the page for which the page was not read a moment ago."""
        if not tally_calls_for_page(watched.snapshot, tally):
            self._called.pop(watched.ref, None)
            return False
        call = replace(tally, signatures=0)
        last, at = self._called.get(watched.ref, (None, now))
        if call == last and now - at < self.cadence.normal:
            return False
        self._called[watched.ref] = (call, now)
        return True
