"""The petitions site of the UK Parliament (`docs/petition-sites.md`)."""

from dataclasses import replace
from typing import Final, TypeVar

from petitions.answers import (
    Archived,
    BreakdownAnswer,
    Busy,
    DocumentAnswer,
    Gone,
    ListAnswer,
    ListPage,
    NotFound,
    Ok,
    SentHome,
    TallyAnswer,
    Unchanged,
    Unpublished,
    Unreadable,
    Validator,
)
from petitions.petition import PetitionRef, Site
from sites.fields import clean_text
from sites.http import Redirected, SiteHttp
from sites.uk_document import UK, read_breakdown, read_document, read_page, read_tally

LAST_PAGE: Final = 99_999
LONGEST_QUERY: Final = 200

_DEBATED_BY_FACET = {"debated": True, "not_debated": False}
_T = TypeVar("_T")


class UkSite:
    """Reads the UK site; every answer is a value, whatever the site does."""

    def __init__(self, http: SiteHttp) -> None:
        """Ask through `http`, which knows the address and keeps to the budget."""
        self.legislature = replace(UK, address=http.address)
        self._http = http
        # The site names itself in what it answers, also when we ask a copy of it elsewhere.
        self._hosts = {http.host, UK.public_host}

    async def document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> DocumentAnswer:
        """Read the whole petition, from the archive if it is known to be there."""
        if not _is_number(ref.number):
            return NotFound()
        match await self._http.get(_path(ref, archived=archived), validator=validator, urgent=urgent):
            case Ok() as ok:
                return _reading(ok, read_document(ok.body, number=ref.number, archived=archived))
            case Redirected() as redirected:
                led = self._lead_by(redirected, ref, archived=archived)
                return await self._with_supporters(ref, urgent=urgent) if isinstance(led, Unpublished) else led
            case answer:
                return answer

    async def breakdown(self, ref: PetitionRef, *, archived: bool) -> BreakdownAnswer:
        """Read the constituencies on a petition's page; petitions that were rejected, and old ones, have none."""
        if not _is_number(ref.number):
            return Unreadable(reason=f"petition {ref.number}: is no number")
        match await self._http.get(_path(ref, archived=archived), urgent=True):
            case Ok() as ok:
                return _reading(ok, read_breakdown(ok.body))
            case Busy() | Unreadable() as answer:
                return answer
            case _:
                return Unreadable(reason=f"petition {ref.number}: has no page there")

    async def tally(self, ref: PetitionRef, *, validator: Validator | None, urgent: bool = False) -> TallyAnswer:
        """Read `count.json`. A petition that was archived has none: then this is `NotFound`."""
        if not _is_number(ref.number):
            return NotFound()
        match await self._http.get(f"/petitions/{ref.number}/count.json", validator=validator, urgent=urgent):
            case Ok() as ok:
                return _reading(ok, read_tally(ok.body))
            case Redirected() as redirected:
                return self._lead_by(redirected, ref, archived=False)
            case answer:
                return answer

    async def page(
        self, facet: str, *, number: int, query: str | None, validator: Validator | None, urgent: bool
    ) -> ListAnswer:
        """Read one page of a list, or of what is found for `query` in it."""
        if not 1 <= number <= LAST_PAGE:
            return Unreadable(reason=f"there is no page {number}")
        words = clean_text(query or "").strip()[:LONGEST_QUERY]
        parameters = {"state": facet, "count": str(UK.page_size), "page": str(number)} | ({"q": words} if words else {})
        answer = await self._http.get(
            "/petitions.json", query=parameters, validator=validator, prefer_etag=True, urgent=urgent
        )
        match answer:
            case Ok() as ok:
                return _reading(ok, read_page(ok.body, number=number, debated=_DEBATED_BY_FACET.get(facet)))
            case Redirected(path=path) if _is_number(words) and path.rstrip("/") == f"/petitions/{words}":
                return await self._only(PetitionRef(site=Site.UK, number=words), urgent=urgent)
            case Redirected(path=path):
                return Unreadable(reason=f"the list leads to {path[:100]!r}")
            case NotFound() | Gone():
                return Unreadable(reason="there is no such list")
            case Unchanged() | Busy() | Unreadable():
                return answer

    async def _with_supporters(self, ref: PetitionRef, *, urgent: bool) -> Unpublished:
        """Count the supporters of a petition that has no document yet; without a count it is still there."""
        answer = await self.tally(ref, validator=None, urgent=urgent)
        return Unpublished(supporters=answer.body.signatures if isinstance(answer, Ok) else None)

    def _lead_by(
        self, redirected: Redirected, ref: PetitionRef, *, archived: bool
    ) -> Archived | SentHome | Unpublished | Unreadable:
        """Say what it means that a petition's address leads elsewhere (§5)."""
        path = redirected.path.rstrip("/")
        if redirected.host in self._hosts and not archived:
            if path == f"/archived/petitions/{ref.number}.json":
                return Archived()
            if not path:
                return SentHome()
            if path in {f"/petitions/{ref.number}/gathering-support", f"/petitions/{ref.number}/moderation-info"}:
                return Unpublished()
        return Unreadable(reason=f"petition {ref.number}: leads to {redirected.host}{redirected.path[:100]}")

    async def _only(self, ref: PetitionRef, *, urgent: bool) -> ListAnswer:
        """Return the petition whose number was searched for: the site then leads to its page instead of a list (§2)."""
        match await self.document(ref, archived=False, validator=None, urgent=urgent):
            case Ok(body=snapshot):
                return Ok(body=ListPage(items=(snapshot,), next_page=None))
            case Busy() | Unreadable() as answer:
                return answer
            case _:
                return Ok(body=ListPage(items=(), next_page=None))


def _path(ref: PetitionRef, *, archived: bool) -> str:
    return f"/archived/petitions/{ref.number}.json" if archived else f"/petitions/{ref.number}.json"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10 and not text.startswith("0")


def _reading(ok: Ok[object], read: _T | Unreadable) -> Ok[_T] | Unreadable:
    """Return what was read with the validator that came with it."""
    if isinstance(read, Unreadable):
        return read
    return Ok(body=read, validator=ok.validator)
