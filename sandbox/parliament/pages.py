"""Small readable pages for people who open a petition's link in the sandbox."""

from collections.abc import Sequence
from html import escape

from sandbox.parliament.counting import DEBATE_THRESHOLD, RESPONSE_THRESHOLD
from sandbox.parliament.entries import Entry
from sandbox.parliament.life import GATHERING, State

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2321; --soft: #5d6964; --paper: #fbfaf6; --card: #fff; --green: #00734a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef1ee; --soft: #a3aea9; --paper: #171b19; --card: #212725; --green: #4cc38a; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 system-ui, sans-serif; }
header { background: #00462d; color: #fff; padding: .8rem 1.2rem; font-weight: 600; }
header a { color: #fff; text-decoration: none; }
header small { font-weight: 400; opacity: .8; }
main { max-width: 42rem; margin: 1.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.7rem; line-height: 1.25; overflow-wrap: anywhere; }
section, li { background: var(--card); border-radius: .8rem; padding: .9rem 1.2rem; margin: 0 0 .9rem;
  box-shadow: 0 1px 3px #0002; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
ul { list-style: none; padding: 0; }
a { color: var(--green); }
p { white-space: pre-line; margin: .4rem 0; }
.soft { color: var(--soft); }
.count { font-size: 2rem; font-weight: 700; color: var(--green); }
progress { width: 100%; height: .8rem; accent-color: var(--green); }
"""


def home_page(entries: Sequence[Entry]) -> str:
    """The front door: the busiest open petitions."""
    open_ones = [entry for entry in entries if entry.state is State.OPEN]
    return list_page(sorted(open_ones, key=lambda entry: -(entry.signature_count or 0))[:20])


def list_page(entries: Sequence[Entry]) -> str:
    """Petitions as links."""
    items = "".join(
        f'<li><a href="{"/archived" if entry.archived else ""}/petitions/{entry.id}">{_title(entry)}</a>'
        f'<p class="soft">{entry.signature_count or 0:,} signatures, {entry.state.value}</p></li>'
        for entry in entries
    )
    return _page("Petitions", f"<h1>Petitions</h1><ul>{items}</ul>" if items else "<h1>No petitions found</h1>")


def petition_page(entry: Entry) -> str:
    """One petition: what it asks, how far it has come, what came of it."""
    attributes = entry.attributes
    parts = [
        f'<p class="soft">Petition {entry.id}, {entry.state.value}{" (archived)" if entry.archived else ""}</p>',
        f"<h1>{_title(entry)}</h1>",
        _progress(entry),
        _section("Background", attributes.get("background")),
        _section("More details", attributes.get("additional_details")),
        _section("Note from the committee", attributes.get("committee_note")),
    ]
    if response := attributes.get("government_response"):
        parts.append(_section("Government responded", response.get("summary"), response.get("details")))
    if entry.scheduled_debate_date is not None:
        parts.append(_section("Debate", f"On {entry.scheduled_debate_date:%A %-d %B %Y}."))
    if debate := attributes.get("debate"):
        parts.append(_section("Not debated" if entry.not_debated else "Debated", debate.get("overview")))
    if rejection := attributes.get("rejection"):
        parts.append(_section(f"Rejected: {rejection.get('code')}", rejection.get("details")))
    return _page(str(attributes.get("action", "")), "".join(parts))


def waiting_page(entry: Entry) -> str:
    """A petition that nobody can sign yet."""
    waits_for = "gathers its first supporters" if entry.state in GATHERING else "is being checked"
    return _page("Not published yet", f"<h1>{_title(entry)}</h1><section><p>This petition {waits_for}.</p></section>")


def _progress(entry: Entry) -> str:
    count = entry.signature_count or 0
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


def _title(entry: Entry) -> str:
    return f'<span dir="auto">{escape(str(entry.attributes.get("action", "")))}</span>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        '<header><a href="/">Petitions</a> <small>an invented site, for trying the bot</small></header>'
        f"<main>{body}</main></body></html>"
    )
