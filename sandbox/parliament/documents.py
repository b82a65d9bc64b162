"""The JSON documents made of an entry: list item, single page, count.json, trending, CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.parliament.entries import Entry, Json
from sandbox.parliament.geography import CONSTITUENCIES
from sandbox.parliament.life import State
from sandbox.parliament.times import day, london_stamp, stamp

TRENDING = 10
TOPICS = {
    "animals": "Animals and wildlife",
    "communications": "Post and communications",
    "culture": "Culture and heritage",
    "education": "Education",
    "environment": "Environment",
    "food": "Food and farming",
    "health": "Health and care",
    "housing": "Housing and planning",
    "local-government": "Local government",
    "sport": "Sport and leisure",
    "transport": "Transport",
}


def page_document(entry: Entry, base_url: str) -> Json:
    """The whole answer of the single page; a recorded one is served as it was recorded."""
    if entry.recorded is not None:
        return entry.recorded
    data = {**_identity(entry), "attributes": {**entry.attributes, **entry.page_only}}
    return {"links": {"self": json_url(entry, base_url)}, "data": data}


def list_item(entry: Entry, base_url: str) -> Json:
    """One element of a list's `data`, with a `links.self` of its own."""
    identity = _identity(entry)
    links = {"links": {"self": json_url(entry, base_url)}}
    head = {"type": identity.pop("type"), "id": identity.pop("id")}
    return {**head, **links, **identity, "attributes": entry.attributes}


def count_document(entry: Entry) -> Json:
    """count.json: times with London's offset, and `debated` only here."""
    return {
        "signature_count": entry.signature_count,
        "response_threshold_reached_at": london_stamp(entry.response_threshold_reached_at),
        "government_response_at": london_stamp(entry.government_response_at),
        "debate_threshold_reached_at": london_stamp(entry.debate_threshold_reached_at),
        "scheduled_debate_date": day(entry.scheduled_debate_date),
        "debate_outcome_at": london_stamp(entry.debate_outcome_at),
        "debated": entry.debated,
    }


def trending_document(
    before: Iterable[Entry], after: Iterable[Entry], minute: datetime, base_url: str, requested_url: str
) -> Json:
    """The open petitions that gained most between two looks an hour apart; `signature_count` is what they gained."""
    earlier = {entry.id: entry.signature_count or 0 for entry in before if entry.visible}
    gains = [
        ((entry.signature_count or 0) - earlier.get(entry.id, 0), entry)
        for entry in after
        if entry.state is State.OPEN and not entry.archived
    ]
    busiest = sorted(((gain, entry) for gain, entry in gains if gain > 0), key=lambda pair: (-pair[0], pair[1].id))
    return {
        "data": [
            {
                "type": "petition",
                "id": entry.id,
                "links": {"self": json_url(entry, base_url)},
                "attributes": {"action": entry.attributes.get("action"), "signature_count": gain},
            }
            for gain, entry in busiest[:TRENDING]
        ],
        "links": {"self": requested_url},
        "meta": {"updated_at": stamp(minute)},
    }


def topics_document() -> Json:
    """`/topics.json`."""
    return {code: {"code": code, "name": name} for code, name in TOPICS.items()}


def constituencies_document() -> Json:
    """`/constituencies.json`, keyed by ONS code."""
    return {
        seat.ons_code: {
            "mp": seat.mp,
            "party": seat.party,
            "constituency": seat.name,
            "ons_code": seat.ons_code,
            "start_date": "2024-05-31",
            "end_date": None,
        }
        for seat in CONSTITUENCIES
    }


def petitions_csv(entries: Sequence[Entry], base_url: str) -> str:
    """The whole facet by id, unpaginated."""
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    rows.writerow(["Petition", "URL", "State", "Signatures Count"])
    for entry in sorted(entries, key=lambda entry: entry.id):
        url = json_url(entry, base_url).removesuffix(".json")
        rows.writerow([entry.attributes.get("action", ""), url, entry.state.value, entry.signature_count])
    return text.getvalue()


def json_url(entry: Entry, base_url: str) -> str:
    """Where the petition's single page is."""
    folder = "archived/petitions" if entry.archived else "petitions"
    return f"{base_url}/{folder}/{entry.id}.json"


def _identity(entry: Entry) -> dict[str, Any]:
    if entry.parliament is None:
        return {"type": "petition", "id": entry.id}
    parliament: Mapping[str, Any] = entry.parliament
    return {"type": "archived-petition", "id": entry.id, "parliament": dict(parliament)}
