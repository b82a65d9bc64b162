"""Full fetches: one petition's document, wherever it stands, read and stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from petitions.absence import many_missing, unpublished
from petitions.answers import (
    Archived,
    Busy,
    DocumentAnswer,
    Gone,
    NotFound,
    Ok,
    SentHome,
    Unchanged,
    Unpublished,
    Unreadable,
    Validator,
)
from petitions.cadence import Cadence, wants_unconditional
from petitions.observations import FullFetch
from petitions.petition import PetitionRef, PetitionState, Site
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.ports import PetitionStore, SiteClient
from services.recording import Recording

TRIES = 3
"""How often a look that somebody waits for is begun anew because another was stored first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The petition as the site has just shown it, stored."""

    petition: WatchedPetition


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchPetition:
    """The site shows no such petition."""

    ref: PetitionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSilent:
    """The site gives no answer that makes sense, since `since`; `off`: it is asked nothing, as an operator says."""

    ref: PetitionRef
    since: datetime
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """The site was not asked: the chat has asked for much already, or many others are before it."""

    ref: PetitionRef


LookResult = Looked | NoSuchPetition | SiteSilent | NotNow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unanswered:
    """Nothing is known from this look; it may be tried again at `retry_at`."""

    retry_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Reads the documents of petitions."""

    sites: Mapping[Site, SiteClient]
    petitions: PetitionStore
    recording: Recording
    cadence: Cadence
    back_off: SiteBackOff

    async def look(self, ref: PetitionRef, now: datetime) -> LookResult:
        """Look now, for somebody who waits, whether the petition is known or not. First contact is quiet."""
        if ref.site not in self.sites:
            return NoSuchPetition(ref=ref)
        off_since = self.back_off.off_since(ref.site)
        if off_since is not None:
            return SiteSilent(ref=ref, since=off_since, off=True)
        if not self.back_off.may_ask(ref.site, now, urgent=True):
            return SiteSilent(ref=ref, since=self.back_off.silent_since(ref.site, now))
        for _ in range(TRIES):
            known = await self.petitions.find(ref)
            looked = await (self._meet(ref, now) if known is None else self._catch_up(known, now))
            match looked:
                case WatchedPetition():
                    if looked.marks.misses and (since := self.back_off.ill_since(ref.site)):
                        return SiteSilent(ref=ref, since=since)
                    return Looked(petition=looked)
                case NoSuchPetition():
                    since = self.back_off.ill_since(ref.site)
                    return looked if since is None else SiteSilent(ref=ref, since=since)
                case NotNow():
                    return looked
                case _Unanswered():
                    return SiteSilent(ref=ref, since=self.back_off.silent_since(ref.site, now))
                case None:
                    continue  # another look was stored first
        latest = await self.petitions.find(ref)
        return NoSuchPetition(ref=ref) if latest is None else Looked(petition=latest)

    async def look_when_due(
        self, watched: WatchedPetition, now: datetime, *, past_caches: bool = False, instead_of_count: bool = False
    ) -> None:
        """Read the document in its turn, or in the turn of a count that could not be had; try later if that fails."""
        looked = await self._fetch(watched, now, urgent=False, past_caches=past_caches)
        if isinstance(looked, _Unanswered):
            count_at = looked.retry_at if instead_of_count else watched.schedule.count_at
            schedule = replace(watched.schedule, page_at=looked.retry_at, count_at=count_at, planned_at=now)
            await self.petitions.reschedule(watched.id, schedule)

    async def _catch_up(self, watched: WatchedPetition, now: datetime) -> WatchedPetition | _Unanswered | NotNow | None:
        """Look again at a petition that perhaps nobody has watched for long.

        Then what is gone went long ago and no cache is that old: a second look settles it now, so that it is not told
        as news to somebody who follows from now on.
        """
        looked = await self._fetch(watched, now, urgent=True)
        unwatched = now - watched.seen_at >= self.cadence.full
        if unwatched and isinstance(looked, WatchedPetition) and looked.marks.doubts:
            return await self._fetch(looked, now, urgent=True, past_caches=True, settles=True)
        return looked

    async def _fetch(
        self, watched: WatchedPetition, now: datetime, *, urgent: bool, past_caches: bool = False, settles: bool = False
    ) -> WatchedPetition | _Unanswered | NotNow | None:
        """Read the document of a stored petition, `past_caches` also when that is not due, and store what it shows."""
        zone = self.sites[watched.ref.site].legislature.zone
        past_caches = past_caches or wants_unconditional(
            watched.snapshot, watched.marks, watched.full_at, now, self.cadence, zone=zone
        )
        answer, past_caches = await self._document(
            watched.ref,
            archived=watched.snapshot.archived,
            validator=None if past_caches else watched.page_validator,
            urgent=urgent,
        )
        if isinstance(answer, Archived):
            answer = Unreadable(reason="the archive leads back to itself")
        question = _question(watched.ref, urgent=urgent)
        if isinstance(answer, Busy | Unreadable):
            return self._unanswered(question, answer, now)
        self.back_off.answered(question)
        as_known = isinstance(answer, Unpublished) and watched.snapshot.state is PetitionState.UNPUBLISHED
        missing = isinstance(answer, Gone | NotFound | SentHome | Unpublished) and not as_known
        site_ill = missing and await self._is_ill(watched, now)
        seen = FullFetch(answer=answer, past_caches=past_caches, settles=settles, site_ill=site_ill)
        stored = await self.recording.record(watched, seen, now)
        if not missing and watched.marks.misses:
            await self._is_ill(watched, now)
        return stored

    def _unanswered(self, question: Question, answer: Busy | Unreadable, now: datetime) -> _Unanswered | NotNow:
        if isinstance(answer, Busy) and answer.ours and question.ref is not None:
            return NotNow(ref=question.ref)
        return _Unanswered(retry_at=self.back_off.failed(question, answer, now))

    async def _is_ill(self, watched: WatchedPetition, now: datetime) -> bool:
        """Tell whether many of the followed petitions are missing, of which `watched` is or was one."""
        missing, followed = await self.petitions.missing(watched.ref.site)
        ill = many_missing(missing + (watched.marks.misses == 0), followed)
        self.back_off.missing_together(watched.ref.site, now, ill=ill)
        return ill

    async def _meet(
        self, ref: PetitionRef, now: datetime
    ) -> WatchedPetition | NoSuchPetition | _Unanswered | NotNow | None:
        answer, _ = await self._document(ref, archived=False, validator=None, urgent=True)
        if isinstance(answer, Unchanged | Archived):
            answer = Unreadable(reason="an answer to another question")
        question = _question(ref, urgent=True)
        if isinstance(answer, Busy | Unreadable):
            return self._unanswered(question, answer, now)
        self.back_off.answered(question)
        match answer:
            case Ok():
                return await self.recording.first_contact(answer, now)
            case Unpublished() if self.back_off.ill_since(ref.site) is None:
                shown = unpublished(ref, answer, self.sites[ref.site].legislature.thresholds)
                return await self.recording.first_contact(Ok(body=shown), now)
            case _:
                return NoSuchPetition(ref=ref)

    async def _document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> tuple[DocumentAnswer, bool]:
        """Ask for the document, in the archive if it has moved there. True: the question was unconditional."""
        site = self.sites[ref.site]
        answer = await site.document(ref, archived=archived, validator=validator, urgent=urgent)
        if isinstance(answer, Archived) and not archived:
            return await site.document(ref, archived=True, validator=None, urgent=urgent), True
        return answer, validator is None


def _question(ref: PetitionRef, *, urgent: bool) -> Question:
    return Question(site=ref.site, part="document", ref=ref, urgent=urgent)
