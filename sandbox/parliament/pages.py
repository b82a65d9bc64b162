"""Small readable pages for people who open a petition's link in the sandbox."""

from collections.abc import Sequence
from datetime import date
from html import escape
from importlib.resources import files

from sandbox.parliament.document import (
    DEBATE_THRESHOLD,
    RESPONSE_THRESHOLD,
    Json,
    is_archived,
    is_refused_a_debate,
)

_STYLE = files("sandbox.parliament").joinpath("pages.css").read_text(encoding="utf-8")


def list_page(documents: Sequence[Json]) -> str:
    """Petitions as links."""
    items = "".join(
        f'<li><a href="{"/archived" if is_archived(each) else ""}/petitions/{each["id"]}">{_title(each)}</a>'
        f'<p class="soft">{_count(each):,} signatures, {each["attributes"]["state"]}</p></li>'
        for each in documents
    )
    return _page("Petitions", f"<h1>Petitions</h1><ul>{items}</ul>" if items else "<h1>No petitions found</h1>")


def petition_page(document: Json) -> str:
    """One petition: what it asks, how far it has come, what came of it."""
    attributes = document["attributes"]
    archived = " (archived)" if is_archived(document) else ""
    parts = [
        f'<p class="soft">Petition {document["id"]}, {attributes["state"]}{archived}</p>',
        f"<h1>{_title(document)}</h1>",
        _progress(_count(document)),
        _section("Background", attributes.get("background")),
        _section("More details", attributes.get("additional_details")),
        _section("Note from the committee", attributes.get("committee_note")),
    ]
    if response := attributes.get("government_response"):
        parts.append(_section("Government responded", response.get("summary"), response.get("details")))
    if day := attributes.get("scheduled_debate_date"):
        parts.append(_section("Debate", f"On {date.fromisoformat(day):%A %-d %B %Y}."))
    if debate := attributes.get("debate"):
        heading = "Not debated" if is_refused_a_debate(document) else "Debated"
        parts.append(_section(heading, debate.get("overview")))
    business = attributes.get("other_parliamentary_business") or ()
    parts += [_section(item["subject"], item["body"]) for item in business]
    if rejection := attributes.get("rejection"):
        parts.append(_section(f"Rejected: {rejection.get('code')}", rejection.get("details")))
    return _page(str(attributes.get("action", "")), "".join(parts))


def _progress(count: int) -> str:
    goal = RESPONSE_THRESHOLD if count < RESPONSE_THRESHOLD else DEBATE_THRESHOLD
    meaning = "the Government responds" if goal == RESPONSE_THRESHOLD else "Parliament considers a debate"
    if count >= goal:
        meaning = "both thresholds are reached"
    return (
        f'<section><span class="count">{count:,}</span> signatures'
        f'<progress max="{goal}" value="{min(count, goal)}"></progress>'
        f'<span class="soft">{goal:,}: {meaning}</span></section>'
    )


def _section(heading: str, *texts: object) -> str:
    paragraphs = "".join(f'<p dir="auto">{escape(str(text))}</p>' for text in texts if text)
    return f"<section><h2>{escape(heading)}</h2>{paragraphs}</section>" if paragraphs else ""


def _count(document: Json) -> int:
    return document["attributes"].get("signature_count") or 0


def _title(document: Json) -> str:
    return f'<span dir="auto">{escape(str(document["attributes"].get("action", "")))}</span>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        '<header><a href="/">Petitions</a> <small>an invented site, for trying the bot</small></header>'
        f"<main>{body}</main></body></html>"
    )
