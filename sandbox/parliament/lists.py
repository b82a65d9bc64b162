"""List requests: what their parameters mean, which page they get and how its links read. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from multidict import MultiMapping

from sandbox.parliament.entries import Entry
from sandbox.parliament.facets import Facet

DEFAULT_PER_PAGE = 25
MOST_PER_PAGE = 50

_COUNT = re.compile(r"[1-9]|[1-5][0-9]")
_PAGE = re.compile(r"[1-9][0-9]{0,4}")
_TOPIC = re.compile(r"[a-z]+(-[a-z]+)*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list request asks for; the `…_sent` fields are repeated in the links."""

    facet: str
    words: str
    topics: tuple[str, ...]
    page: int
    per_page: int
    count_sent: bool

    def selected(self, facet: Facet, entries: Sequence[Entry]) -> list[Entry]:
        """The facet's petitions that carry all topics and all words, still in the facet's order."""
        wanted = set(self.topics)
        return [
            entry
            for entry in facet.of(entries)
            if wanted <= set(entry.attributes.get("topics") or ()) and _matches(self.words, entry)
        ]


def read_query(parameters: MultiMapping[str]) -> ListQuery:
    """The query as the site reads it: values out of range become the defaults, malformed topics are dropped."""
    count, page = parameters.get("count", ""), parameters.get("page", "")
    topics = [*parameters.getall("topic", []), *parameters.getall("topic[]", [])]
    return ListQuery(
        facet=parameters.get("state", "all") or "all",
        words=parameters.get("q", "").strip(),
        topics=tuple(dict.fromkeys(code for code in topics if _TOPIC.fullmatch(code))),
        page=int(page) if _PAGE.fullmatch(page) else 1,
        per_page=min(int(count), MOST_PER_PAGE) if _COUNT.fullmatch(count) else DEFAULT_PER_PAGE,
        count_sent=bool(_COUNT.fullmatch(count)),
    )


def page_of(query: ListQuery, found: Sequence[Entry]) -> Sequence[Entry]:
    """The entries of the page asked for: none past the end."""
    return found[(query.page - 1) * query.per_page : query.page * query.per_page]


def page_links(query: ListQuery, found: int, requested_url: str, list_url: str) -> dict[str, Any]:
    """The envelope's `links`: `self` as requested, the others normalised; past the end `prev` is the last page."""
    last = max(1, -(-found // query.per_page))
    return {
        "self": requested_url,
        "first": _page_url(query, list_url, 1),
        "last": _page_url(query, list_url, last),
        "next": _page_url(query, list_url, query.page + 1) if query.page < last else None,
        "prev": _page_url(query, list_url, min(query.page - 1, last)) if query.page > 1 else None,
    }


def _page_url(query: ListQuery, list_url: str, page: int) -> str:
    parameters: list[tuple[str, str]] = []
    if query.count_sent:
        parameters.append(("count", str(query.per_page)))
    if page > 1:
        parameters.append(("page", str(page)))
    if query.words:
        parameters.append(("q", query.words))
    if query.facet != "all":
        parameters.append(("state", query.facet))
    key = "topic" if len(query.topics) == 1 else "topic[]"
    parameters += [(key, topic) for topic in query.topics]
    return f"{list_url}?{urlencode(parameters)}" if parameters else list_url


def _matches(words: str, entry: Entry) -> bool:
    if not words:
        return True
    texts = (entry.attributes.get(key) or "" for key in ("action", "background", "additional_details"))
    return _stems(words) <= _stems(" ".join(texts))


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.lower())}


def _stem(word: str) -> str:
    """A rough English stem, so that "library" finds "libraries" and "plant" finds "planting"."""
    for ending, instead in (("ies", "y"), ("ing", ""), ("es", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return (word.removesuffix(ending) + instead).removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word
