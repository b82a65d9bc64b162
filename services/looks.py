"""Looking at one petition as a whole: its document, wherever it stands, compared and stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from petitions.answers import (
    Archived,
    Busy,
    DocumentAnswer,
    Gone,
    Here,
    NotFound,
    Unchanged,
    Unpublished,
    Unreadable,
    Validator,
)
from petitions.cadence import Cadence, wants_unconditional
from petitions.changes import not_there
from petitions.petition import PetitionRef, Site, Snapshot
from petitions.watched import WatchedPetition
from services.ports import PetitionStore, SiteClient
from services.reachability import Question, Reachability
from services.recording import Recording, unchanged

TRIES = 3
"""How often a look that somebody waits for is begun anew because another was stored first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The petition as the site has just shown it, stored."""

    petition: WatchedPetition


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchPetition:
    """The site shows no such petition. `unpublished`: it exists, and is not public (yet)."""

    ref: PetitionRef
    unpublished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSilent:
    """The site gives no answer that makes sense, since `since`."""

    ref: PetitionRef
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Another look at the petition was stored first: begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Nothing is known from this look; it may be tried again at `retry_at`."""

    retry_at: datetime


class Looks:
    """Looks at the documents of petitions."""

    def __init__(
        self,
        *,
        sites: Mapping[Site, SiteClient],
        petitions: PetitionStore,
        recording: Recording,
        cadence: Cadence,
        reachability: Reachability,
    ) -> None:
        self._sites = sites
        self._petitions = petitions
        self._recording = recording
        self._cadence = cadence
        self._reachability = reachability

    async def look(self, ref: PetitionRef, now: datetime, *, urgent: bool) -> Looked | NoSuchPetition | SiteSilent:
        """Look now, whether the petition is known or not. First contact is quiet."""
        if ref.site not in self._sites:
            return NoSuchPetition(ref=ref)
        if not self._reachability.may_ask(ref.site, now, urgent=urgent):
            return SiteSilent(ref=ref, since=self._reachability.silent_since(ref.site, now))
        for _ in range(TRIES):
            known = await self._petitions.find(ref)
            looked = await (
                self._meet(ref, now, urgent=urgent) if known is None else self._catch_up(known, now, urgent=urgent)
            )
            match looked:
                case WatchedPetition():
                    return Looked(petition=looked)
                case NoSuchPetition():
                    return looked
                case Unanswered():
                    return SiteSilent(ref=ref, since=self._reachability.silent_since(ref.site, now))
                case Overtaken():
                    continue
                case _:
                    assert_never(looked)
        latest = await self._petitions.find(ref)
        return NoSuchPetition(ref=ref) if latest is None else Looked(petition=latest)

    async def look_when_due(
        self, watched: WatchedPetition, now: datetime, *, past_caches: bool = False, instead_of_count: bool = False
    ) -> None:
        """Read the document in its turn, or in the turn of a count that could not be had; try later if that fails."""
        looked = await self.look_again(watched, now, past_caches=past_caches)
        if isinstance(looked, Unanswered):
            schedule = replace(watched.schedule, page_at=looked.retry_at)
            if instead_of_count:
                schedule = replace(schedule, count_at=looked.retry_at)
            await self._petitions.reschedule(watched.id, schedule, None)

    async def look_again(
        self,
        watched: WatchedPetition,
        now: datetime,
        *,
        urgent: bool = False,
        past_caches: bool = False,
        confirm_after: timedelta | None = None,
    ) -> WatchedPetition | Overtaken | Unanswered:
        """Read the document of a stored petition, `past_caches` also when that is not due, and store what it shows."""
        if not past_caches:
            past_caches = wants_unconditional(watched.snapshot, watched.marks, watched.full_at, now, self._cadence)
        answer, unconditional = await self._document(
            watched.ref,
            archived=watched.snapshot.archived,
            validator=None if past_caches else watched.page_validator,
            urgent=urgent,
        )
        question = _document_of(watched.ref)
        match answer:
            case Here() | Unchanged() | Gone() | NotFound() | Unpublished():
                self._reachability.answered(question, now)
                return await self._record(
                    watched, answer, now, unconditional=unconditional, confirm_after=confirm_after
                )
            case Busy() | Unreadable():
                return Unanswered(retry_at=self._reachability.failed(question, answer, now))
            case Archived():
                circle = Unreadable(reason="the archive leads back to itself")
                return Unanswered(retry_at=self._reachability.failed(question, circle, now))
            case _:
                assert_never(answer)

    async def _catch_up(
        self, watched: WatchedPetition, now: datetime, *, urgent: bool
    ) -> WatchedPetition | Overtaken | Unanswered:
        """Look again at a petition that perhaps nobody has watched for long.

        Then what is gone went long ago and no cache is that old: a second look settles it now, so that it is not told
        as news to somebody who follows from now on.
        """
        looked = await self.look_again(watched, now, urgent=urgent)
        unwatched = now - watched.seen_at >= self._cadence.full
        if unwatched and isinstance(looked, WatchedPetition) and looked.marks.doubts:
            return await self.look_again(looked, now, urgent=urgent, past_caches=True, confirm_after=timedelta(0))
        return looked

    async def _record(
        self,
        watched: WatchedPetition,
        answer: Here[Snapshot] | Unchanged | Gone | NotFound | Unpublished,
        now: datetime,
        *,
        unconditional: bool,
        confirm_after: timedelta | None,
    ) -> WatchedPetition | Overtaken:
        validator: Validator | None = None
        signatures: int | None = None
        match answer:
            case Here(body=after):
                findings = self._recording.compare(
                    watched, after, now, unconditional=unconditional, confirm_after=confirm_after
                )
                signatures = after.signatures
                # A copy that is doubted must not come to be confirmed as "not modified".
                validator = None if findings.doubtful else answer.validator
            case Unchanged():
                findings = unchanged(watched)
                signatures = watched.snapshot.signatures
                validator = watched.page_validator
            case Gone() | NotFound() | Unpublished():
                findings = not_there(watched.snapshot, watched.marks, answer, now)
            case _:
                assert_never(answer)
        stored = await self._recording.record(
            watched,
            findings,
            now,
            schedule=await self._recording.plan(watched, findings, now),
            signatures=signatures,
            page_validator=validator,
            count_validator=watched.count_validator,
            full=unconditional,
        )
        return Overtaken() if stored is None else stored

    async def _meet(
        self, ref: PetitionRef, now: datetime, *, urgent: bool
    ) -> WatchedPetition | NoSuchPetition | Overtaken | Unanswered:
        answer, _ = await self._document(ref, archived=False, validator=None, urgent=urgent)
        question = _document_of(ref)
        match answer:
            case Here(body=after):
                self._reachability.answered(question, now)
                met = await self._recording.meet(ref, after, answer.validator, now)
                return Overtaken() if met is None else met
            case Gone() | NotFound() | Unpublished():
                self._reachability.answered(question, now)
                return NoSuchPetition(ref=ref, unpublished=isinstance(answer, Unpublished))
            case Busy() | Unreadable():
                return Unanswered(retry_at=self._reachability.failed(question, answer, now))
            case Unchanged() | Archived():
                strange = Unreadable(reason="an answer to another question")
                return Unanswered(retry_at=self._reachability.failed(question, strange, now))
            case _:
                assert_never(answer)

    async def _document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> tuple[DocumentAnswer, bool]:
        """Ask for the document, in the archive if it has moved there. True: the question was unconditional."""
        site = self._sites[ref.site]
        answer = await site.document(ref, archived=archived, validator=validator, urgent=urgent)
        if isinstance(answer, Archived) and not archived:
            return await site.document(ref, archived=True, validator=None, urgent=urgent), True
        return answer, validator is None


def _document_of(ref: PetitionRef) -> Question:
    return Question(site=ref.site, part="document", ref=ref)
