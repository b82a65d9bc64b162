"""The client of a legislature that exists only here."""

from dataclasses import replace

from petitions.answers import (
    BreakdownAnswer,
    Busy,
    DocumentAnswer,
    Gone,
    ListAnswer,
    ListPage,
    NotFound,
    Ok,
    TallyAnswer,
    Unchanged,
    Unreadable,
    Validator,
)
from petitions.petition import PetitionRef, Snapshot
from sites.http import Redirected, SiteHttp
from tests.legislatures.lagoon_document import LAGOON, read_hands, read_voice


class LagoonSite:
    """Reads the lagoon's petitions."""

    def __init__(self, http: SiteHttp) -> None:
        self.legislature = replace(LAGOON, address=http.address)
        self._http = http

    async def document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> DocumentAnswer:
        del archived
        match await self._http.get(f"/voice/{ref.number}.json", validator=validator, urgent=urgent):
            case Ok(body=body, validator=given):
                read = read_voice(body)
                return Ok(body=read, validator=given) if isinstance(read, Snapshot) else read
            case Redirected():
                return Unreadable(reason="leads elsewhere")
            case answer:
                return answer

    async def breakdown(self, ref: PetitionRef, *, archived: bool) -> BreakdownAnswer:
        return Ok(body=())  # the lagoon does not say where its voices come from

    async def tally(self, ref: PetitionRef, *, validator: Validator | None) -> TallyAnswer:
        match await self._http.get(f"/voice/{ref.number}/hands.json", validator=validator):
            case Ok(body=body, validator=given):
                read = read_hands(body)
                return read if isinstance(read, Unreadable) else Ok(body=read, validator=given)
            case Redirected():
                return Unreadable(reason="leads elsewhere")
            case answer:
                return answer

    async def page(
        self, facet: str, *, number: int, query: str | None, validator: Validator | None, urgent: bool
    ) -> ListAnswer:
        parameters = {"page": str(number)} | ({"words": query} if query else {})
        match await self._http.get(f"/{facet}.json", query=parameters, validator=validator, urgent=urgent):
            case Ok(body=list(body)):
                read = [read_voice(item) for item in body]
                items = tuple(item for item in read if isinstance(item, Snapshot))
                return Ok(body=ListPage(items=items, next_page=None))
            case Unchanged() | Busy() | Unreadable() as answer:
                return answer
            case Ok() | Redirected() | NotFound() | Gone():
                return Unreadable(reason="no such list")
