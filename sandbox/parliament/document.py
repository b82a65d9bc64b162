"""A petition's JSON as the site has it (`docs/petition-sites.md` §3): its states, and what follows from it alone.

A document is what stands under `data` on a petition's page: `type`, `id` and `attributes`, in the archive `parliament`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sandbox.parliament.times import london_day, london_stamp

Json = Mapping[str, Any]

RESPONSE_THRESHOLD, DEBATE_THRESHOLD = 10_000, 100_000
THRESHOLDS = {
    "response_threshold_reached_at": RESPONSE_THRESHOLD,
    "debate_threshold_reached_at": DEBATE_THRESHOLD,
}
MILESTONES = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000, 1_000_000)


class State(StrEnum):
    """The states a petition can be in; only open, closed and rejected ones are public."""

    PENDING = "pending"
    VALIDATED = "validated"
    SPONSORED = "sponsored"
    FLAGGED = "flagged"
    DORMANT = "dormant"
    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    STOPPED = "stopped"
    REMOVED = "removed"


PUBLIC = frozenset({State.OPEN, State.CLOSED, State.REJECTED})
GATHERING_SUPPORT = frozenset({State.PENDING, State.VALIDATED})
IN_MODERATION = frozenset({State.SPONSORED, State.FLAGGED})


def is_archived(document: Json) -> bool:
    """Whether it belongs to an earlier parliament."""
    return str(document["type"]) == "archived-petition"


def is_public(document: Json) -> bool:
    """Whether lists show it."""
    return document["attributes"]["state"] in PUBLIC


def was_taken_away(document: Json) -> bool:
    """Whether it was public once and is no more: 410."""
    attributes = document["attributes"]
    state = attributes["state"]
    return state == State.REMOVED or (state == State.HIDDEN and attributes.get("opened_at") is not None)


def is_debated(document: Json, at: datetime) -> bool:
    """Whether the site calls it debated at `at`: an outcome says so, or there is none and the day has passed."""
    attributes = document["attributes"]
    if (attributes.get("debate") or {}).get("debated_on"):
        return True
    day = attributes.get("scheduled_debate_date")
    return day is not None and not attributes.get("debate_outcome_at") and day < london_day(at).isoformat()


def is_refused_a_debate(document: Json) -> bool:
    """Whether the committee decided against a debate: an outcome without a day."""
    attributes = document["attributes"]
    return bool(attributes.get("debate_outcome_at")) and not (attributes.get("debate") or {}).get("debated_on")


def count_document(document: Json, at: datetime) -> Json:
    """count.json: times with London's offset, and `debated`, which is only here."""
    attributes = document["attributes"]
    return {
        "signature_count": attributes.get("signature_count"),
        "response_threshold_reached_at": london_stamp(attributes.get("response_threshold_reached_at")),
        "government_response_at": london_stamp(attributes.get("government_response_at")),
        "debate_threshold_reached_at": london_stamp(attributes.get("debate_threshold_reached_at")),
        "scheduled_debate_date": attributes.get("scheduled_debate_date"),
        "debate_outcome_at": london_stamp(attributes.get("debate_outcome_at")),
        "debated": is_debated(document, at),
    }


def list_item(document: Json, base_url: str) -> Json:
    """One element of a list's `data`: without the long fields of its page, and with a `links.self` of its own."""
    long = ("signatures_by_", "other_parliamentary_business")
    attributes = {key: value for key, value in document["attributes"].items() if not key.startswith(long)}
    links = {"self": f"{base_url}/petitions/{document['id']}.json"}
    return {**document, "links": links, "attributes": attributes}
