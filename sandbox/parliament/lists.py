"""The lists (`docs/petition-sites.md` §2): which petitions a facet holds and in which order, search, and paging."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sandbox.parliament.document import Json, State, is_debated, is_public, is_refused_a_debate, list_item

DEFAULT_PER_PAGE = 25
MOST_PER_PAGE = 50

_COUNT = re.compile(r"[1-9]|[1-5][0-9]")
_PAGE = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class _Facet:
    """Which public petitions it holds, and by which attributes they stand: `-` is descending.

    As in PostgreSQL, what is missing comes last, in descending order first; `?` turns that round.
    """

    holds: Callable[[Json, datetime], bool]
    order: tuple[str, ...]


def _in(state: State) -> Callable[[Json, datetime], bool]:
    return lambda document, _: document["attributes"]["state"] == state


def _awaits_response(document: Json, _: datetime) -> bool:
    attributes = document["attributes"]
    return bool(attributes.get("response_threshold_reached_at")) and not attributes.get("government_response")


def _awaits_debate(document: Json, at: datetime) -> bool:
    attributes = document["attributes"]
    wanted = attributes.get("scheduled_debate_date") or attributes.get("debate_threshold_reached_at")
    return bool(wanted) and not is_debated(document, at) and not is_refused_a_debate(document)


_MOST_SIGNED = ("-signature_count", "-created_at")
_FACETS: Mapping[str, _Facet] = {
    "all": _Facet(lambda _document, _at: True, _MOST_SIGNED),
    "open": _Facet(_in(State.OPEN), _MOST_SIGNED),
    "recent": _Facet(_in(State.OPEN), ("-opened_at",)),
    "closed": _Facet(_in(State.CLOSED), _MOST_SIGNED),
    "rejected": _Facet(_in(State.REJECTED), ("-created_at",)),
    "awaiting_response": _Facet(_awaits_response, ("response_threshold_reached_at", "created_at")),
    "with_response": _Facet(
        lambda document, _: bool(document["attributes"].get("government_response")),
        ("-?government_response_at", "-created_at"),
    ),
    "awaiting_debate": _Facet(_awaits_debate, ("scheduled_debate_date", "?debate_threshold_reached_at")),
    "debated": _Facet(is_debated, ("-scheduled_debate_date", "-debate_outcome_at", "-created_at")),
    "not_debated": _Facet(lambda document, _: is_refused_a_debate(document), ("-debate_outcome_at", "-created_at")),
}


def select(documents: Iterable[Json], asked: Mapping[str, str], at: datetime) -> list[Json] | None:
    """The public petitions that a list's parameters `state` and `q` ask for; None for a facet that there is not."""
    facet = _FACETS.get(asked.get("state") or "all")
    if facet is None:
        return None
    found = [
        each for each in documents if is_public(each) and facet.holds(each, at) and _says(each, asked.get("q", ""))
    ]
    found.sort(key=lambda document: int(document["id"]))
    for column in reversed(facet.order):
        _sort(found, column)
    return found


def list_document(found: Sequence[Json], asked: Mapping[str, str], base_url: str) -> Json:
    """One page of a list, with links to the next and the last; values out of range become the defaults."""
    count, page = asked.get("count", ""), asked.get("page", "")
    per_page = min(int(count), MOST_PER_PAGE) if _COUNT.fullmatch(count) else DEFAULT_PER_PAGE
    number = int(page) if _PAGE.fullmatch(page) else 1
    last = max(1, -(-len(found) // per_page))

    def link(page: int) -> str:
        return f"{base_url}/petitions.json?{urlencode({**asked, 'page': page})}"

    return {
        "links": {
            "last": link(last),
            "next": link(number + 1) if number < last else None,
        },
        "data": [list_item(each, base_url) for each in found[(number - 1) * per_page : number * per_page]],
    }


def _sort(documents: list[Json], column: str) -> None:
    name, descending, turned = column.lstrip("-?"), "-" in column, "?" in column

    def rank(document: Json) -> tuple[bool, str | int]:
        """Missing is more than any value, or less; a missing one is not compared with the others."""
        value = document["attributes"].get(name)
        return (turned, value) if value is not None else (not turned, 0)

    documents.sort(key=rank, reverse=descending)


def _says(document: Json, words: str) -> bool:
    """Whether all words occur in what the petition asks, be it in the singular or inside of longer ones."""
    attributes = document["attributes"]
    text = " ".join(attributes.get(key) or "" for key in ("action", "background", "additional_details")).lower()
    return all(word.removesuffix("s") in text for word in words.lower().split())
