"""Reading `count.json`: the cheap question, and what its answer means for the dear one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, assert_never

from petitions.answers import Archived, Busy, Gone, Here, NotFound, Unchanged, Unpublished, Unreadable, Validator
from petitions.cadence import Cadence
from petitions.changes import apply_tally, tally_calls_for_page
from petitions.petition import PetitionRef, Site, Tally
from petitions.watched import WatchedPetition
from services.looks import Looks
from services.ports import PetitionStore, SiteClient
from services.reachability import Question, Reachability
from services.recording import Recording, unchanged

MOST_REMEMBERED = 10_000

V = TypeVar("V")


class Counts:
    """Reads counts, and the document where the count is not enough. The last counts are remembered in memory."""

    def __init__(
        self,
        *,
        sites: Mapping[Site, SiteClient],
        petitions: PetitionStore,
        looks: Looks,
        recording: Recording,
        cadence: Cadence,
        reachability: Reachability,
    ) -> None:
        self._sites = sites
        self._petitions = petitions
        self._looks = looks
        self._recording = recording
        self._cadence = cadence
        self._reachability = reachability
        self._last: dict[PetitionRef, Tally] = {}
        self._called: dict[PetitionRef, tuple[Tally, datetime]] = {}

    async def look_when_due(self, watched: WatchedPetition, now: datetime) -> None:
        """Read the count in its turn, and the document at once if there is reason to."""
        ref = watched.ref
        question = Question(site=ref.site, part="count", ref=ref)
        answer = await self._sites[ref.site].tally(ref, validator=watched.count_validator, urgent=False)
        match answer:
            case Here(body=tally):
                self._reachability.answered(question, now)
                await self._compare(watched, tally, answer.validator, now)
            case Unchanged():
                self._reachability.answered(question, now)
                await self._confirm(watched, now)
            case Busy():
                schedule = replace(watched.schedule, count_at=self._reachability.failed(question, answer, now))
                await self._petitions.reschedule(watched.id, schedule, None)
            case Gone() | NotFound() | Archived() | Unpublished():
                # The document decides: an archived petition has no count any more, and an older site never had one.
                await self._looks.look_when_due(watched, now, instead_of_count=True)
            case Unreadable():
                self._reachability.went_without(question, answer)
                await self._looks.look_when_due(watched, now, instead_of_count=True)
            case _:
                assert_never(answer)

    async def _confirm(self, watched: WatchedPetition, now: datetime) -> None:
        findings = unchanged(watched)
        await self._recording.record(
            watched,
            findings,
            now,
            schedule=await self._recording.plan_but_page(watched, findings, now),
            signatures=watched.snapshot.signatures,
            page_validator=watched.page_validator,
            count_validator=watched.count_validator,
        )

    async def _compare(
        self, watched: WatchedPetition, tally: Tally, validator: Validator | None, now: datetime
    ) -> None:
        after = apply_tally(watched.snapshot, tally)
        found = self._recording.compare(watched, after, now, unconditional=False)
        # A count says nothing about what is doubted, nor whether the petition is public.
        marks = replace(found.marks, doubts=watched.marks.doubts, misses=watched.marks.misses)
        findings = replace(found, marks=marks)
        called = self._calls_anew(watched, tally, now)
        read_page = self._has_moved(watched, tally, validator) or called
        schedule = await self._recording.plan_but_page(watched, findings, now)
        stored = await self._recording.record(
            watched,
            findings,
            now,
            schedule=replace(schedule, page_at=now) if read_page else schedule,
            signatures=tally.signatures,
            page_validator=watched.page_validator,
            count_validator=validator,
        )
        if stored is not None and read_page:
            await self._looks.look_when_due(stored, now, past_caches=called)

    def _has_moved(self, watched: WatchedPetition, tally: Tally, validator: Validator | None) -> bool:
        """Tell whether there is a newer version in which the count is the same: then the words may differ."""
        sent, last = watched.count_validator, self._last.get(watched.ref)
        _remember(self._last, watched.ref, tally)
        # After a restart nothing is remembered but what was stored.
        same = apply_tally(watched.snapshot, tally) == watched.snapshot if last is None else tally == last
        return same and sent is not None and validator is not None and validator != sent

    def _calls_anew(self, watched: WatchedPetition, tally: Tally, now: datetime) -> bool:
        """Tell whether the count hints at news in the page for which the page was not read a moment ago."""
        if not tally_calls_for_page(watched.snapshot, tally):
            self._called.pop(watched.ref, None)
            return False
        call = replace(tally, signatures=0)
        last, at = self._called.get(watched.ref, (None, now))
        if call == last and now - at < self._cadence.normal:
            return False
        _remember(self._called, watched.ref, (call, now))
        return True


def _remember(memory: dict[PetitionRef, V], ref: PetitionRef, value: V) -> None:
    memory.pop(ref, None)
    memory[ref] = value
    if len(memory) > MOST_REMEMBERED:
        del memory[next(iter(memory))]
