"""Searching a site for petitions by words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from petitions.answers import Busy, ListPage, Ok, Unchanged, Unreadable
from petitions.follows import ChatId
from petitions.petition import Site, Snapshot
from services.back_off import Question, SiteBackOff
from services.command_limit import RateLimit
from services.ports import SiteClient

PAGE_SIZE = 5
"""Results a page of ours holds; it divides the sites' pages without a rest."""

LONGEST_QUERY = 200
REMEMBERED_FOR = timedelta(minutes=1)
MOST_REMEMBERED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of results (counted from 1) in the site's order. `pages`: how many there are, once that is known."""

    items: tuple[Snapshot, ...]
    page: int
    pages: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchUnavailable:
    """The site gives no answer that makes sense, since `since`; `off`: it is asked nothing, as an operator says."""

    since: datetime
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _SitePage:
    site: Site
    query: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLater:
    """The site was not asked: the chat has asked for much already, or many others are before it."""


class Searching:
    """Searches sites; what they answered is remembered for a minute, so that turning pages asks nothing again."""

    def __init__(self, *, sites: Mapping[Site, SiteClient], back_off: SiteBackOff, limit: RateLimit) -> None:
        """Take the sites, and `limit`, which counts the searches of each chat among the looks that it asks for."""
        self._limit = limit
        self._sites = sites
        self._back_off = back_off
        self._remembered: LRUCache[_SitePage, tuple[ListPage, datetime]] = LRUCache(MOST_REMEMBERED)

    async def search(
        self, query: str, *, page: int, site: Site, chat: ChatId, now: datetime
    ) -> Found | SearchUnavailable | SearchLater:
        """Return a page of the petitions in which all words of the query occur. An empty query finds nothing."""
        words = searchable(query)
        if not words:
            return Found(items=(), page=1, pages=0)
        page = max(page, 1)
        ours_in_theirs = self._sites[site].legislature.page_size // PAGE_SIZE
        number, within = divmod(page - 1, ours_in_theirs)
        theirs = await self._page(_SitePage(site=site, query=words, number=number + 1), chat, now)
        if not isinstance(theirs, ListPage):
            return theirs
        items = tuple({item.ref: item for item in theirs.items}.values())
        pages = number * ours_in_theirs - (-len(items) // PAGE_SIZE) if theirs.next_page is None else None
        return Found(items=items[within * PAGE_SIZE : (within + 1) * PAGE_SIZE], page=page, pages=pages)

    async def _page(self, asked: _SitePage, chat: ChatId, now: datetime) -> ListPage | SearchUnavailable | SearchLater:
        known = self._remembered.get(asked)
        if known is not None and timedelta(0) <= now - known[1] < REMEMBERED_FOR:
            return known[0]
        off_since = self._back_off.off_since(asked.site)
        if off_since is not None:
            return SearchUnavailable(since=off_since, off=True)
        if not self._limit.allow(chat):
            return SearchLater()
        if not self._back_off.may_ask(asked.site, now, urgent=True):
            return SearchUnavailable(since=self._back_off.silent_since(asked.site, now))
        site = self._sites[asked.site]
        question = Question(site=asked.site, part="search", urgent=True)
        answer = await site.page(
            site.legislature.search_list, number=asked.number, query=asked.query, validator=None, urgent=True
        )
        if isinstance(answer, Unchanged):
            answer = Unreadable(reason="an answer to another question")
        if isinstance(answer, Busy) and answer.ours:
            return SearchLater()
        if not isinstance(answer, Ok):
            self._back_off.failed(question, answer, now)
            return SearchUnavailable(since=self._back_off.silent_since(asked.site, now))
        self._back_off.answered(question)
        self._remembered[asked] = (answer.body, now)
        return answer.body


def searchable(query: str) -> str:
    """Return the query as it is sent: printable, single spaces, at most `LONGEST_QUERY` characters."""
    printable = "".join(character if character.isprintable() else " " for character in query)
    return " ".join(printable.split())[:LONGEST_QUERY].rstrip()
