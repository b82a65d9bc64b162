"""Searching a site for petitions by words."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from petitions.answers import Busy, Here, ListPage, Unchanged, Unreadable
from petitions.petition import Site, Snapshot
from services.ports import SiteClient
from services.reachability import Question, Reachability

PAGE_SIZE = 5
"""Results a page of ours holds; it divides the site's pages without a rest."""

SITE_PAGE_SIZE = 50
LONGEST_QUERY = 200
REMEMBERED_FOR = timedelta(minutes=1)
MOST_REMEMBERED = 100

_OURS_IN_THEIRS = SITE_PAGE_SIZE // PAGE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of results (counted from 1) in the site's order. `pages`: how many there are, once that is known."""

    items: tuple[Snapshot, ...]
    page: int
    pages: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchUnavailable:
    """The site gives no answer that makes sense, since `since`."""

    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    site: Site
    query: str
    number: int


class Searching:
    """Searches sites; what they answered is remembered for a minute, so that turning pages asks nothing again."""

    def __init__(self, *, sites: Mapping[Site, SiteClient], reachability: Reachability) -> None:
        self._sites = sites
        self._reachability = reachability
        self._remembered: OrderedDict[_Asked, tuple[ListPage, datetime]] = OrderedDict()

    async def search(self, query: str, *, page: int, site: Site, now: datetime) -> Found | SearchUnavailable:
        """Return a page of the petitions in which all words of the query occur. An empty query finds nothing."""
        words = searchable(query)
        if not words:
            return Found(items=(), page=1, pages=0)
        page = max(page, 1)
        number, within = divmod(page - 1, _OURS_IN_THEIRS)
        theirs = await self._page(_Asked(site=site, query=words, number=number + 1), now)
        if theirs is None:
            return SearchUnavailable(since=self._reachability.silent_since(site, now))
        items = tuple({item.ref: item for item in theirs.items}.values())
        pages = number * _OURS_IN_THEIRS - (-len(items) // PAGE_SIZE) if theirs.next_page is None else None
        return Found(items=items[within * PAGE_SIZE : (within + 1) * PAGE_SIZE], page=page, pages=pages)

    async def _page(self, asked: _Asked, now: datetime) -> ListPage | None:
        known = self._remembered.get(asked)
        if known is not None and timedelta(0) <= now - known[1] < REMEMBERED_FOR:
            return known[0]
        if asked.site not in self._sites or not self._reachability.may_ask(asked.site, now, urgent=True):
            return None
        question = Question(site=asked.site, part="search")
        answer = await self._sites[asked.site].page(
            "all", number=asked.number, query=asked.query, validator=None, urgent=True
        )
        match answer:
            case Here(body=page):
                self._reachability.answered(question, now)
                self._remember(asked, page, now)
                return page
            case Busy() | Unreadable():
                self._reachability.failed(question, answer, now)
                return None
            case Unchanged():
                return None  # nothing was asked on a condition
            case _:
                assert_never(answer)

    def _remember(self, asked: _Asked, page: ListPage, now: datetime) -> None:
        self._remembered[asked] = (page, now)
        self._remembered.move_to_end(asked)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def searchable(query: str) -> str:
    """Return the query as it is sent: printable, single spaces, at most `LONGEST_QUERY` characters."""
    printable = "".join(character if character.isprintable() else " " for character in query)
    return " ".join(printable.split())[:LONGEST_QUERY].rstrip()
