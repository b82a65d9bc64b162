"""The UK site's JSON read into values: tolerant of every schema since 2015, strict about types.

`docs/petition-sites.md` §3 has the fields, §3.1 the older schemas, §4 `count.json`. Nothing here raises.
"""

from dataclasses import replace
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError

from petitions.answers import ListPage, Unreadable
from petitions.breakdown import Breakdown, Constituency
from petitions.legislature import PETITIONS_PATH, Legislature, Vocabulary
from petitions.petition import (
    Business,
    DebateOutcome,
    PetitionRef,
    PetitionState,
    Rejection,
    Response,
    Site,
    Snapshot,
    Tally,
    Thresholds,
)
from petitions.words import fingerprint
from sites.fields import (
    LONGEST_LIST,
    MAX_SIGNATURES,
    Address,
    Count,
    Day,
    Few,
    Instant,
    Latest,
    Line,
    Moment,
    Name,
    Number,
    Shape,
    Text,
    UnlessEmpty,
)

UK: Final = Legislature(
    site=Site.UK,
    address="https://petition.parliament.uk",
    public_host="petition.parliament.uk",
    number="[1-9][0-9]{0,8}",
    path=PETITIONS_PATH,
    petition_page="/petitions/{number}",
    response_page="/petitions/{number}?reveal_response=yes",
    search_page="/petitions?q={query}&state=all",
    zone=ZoneInfo("Europe/London"),
    thresholds=Thresholds(response=10_000, debate=100_000),
    vocabulary=Vocabulary(parliament="Parliament", members="MPs"),
    search_list="all",
    page_size=50,
    feeds=("with_response", "not_debated", "debated", "recent"),
    whole_feeds=("awaiting_debate",),
    stream_feeds=("awaiting_response",),
    open_list="open",
)
"""The UK Parliament (§1, §2, §6)."""

_PUBLIC_STATES = {state.value: state for state in (PetitionState.OPEN, PetitionState.CLOSED, PetitionState.REJECTED)}
_FIELDS = {
    "background": "background",
    "additional_details": "details",
    "updated_at": "updated_at",
    "opened_at": "opened_at",
    "open_at": "opened_at",
    "closing_date": "closing_on",
    "closed_at": "closed_at",
    "rejected_at": "rejected_at",
    "rejection": "rejection",
    "response_threshold_reached_at": "response_threshold_at",
    "government_response_at": "response_at",
    "government_response": "response",
    "debate_threshold_reached_at": "debate_threshold_at",
    "scheduled_debate_date": "debate_on",
    "debate_scheduled_on": "debate_scheduled_on",
    "debate_outcome_at": "debate_outcome_at",
    "debate": "debate_outcome",
    "topics": "topics",
    "departments": "departments",
    "committee_note": "committee_note",
    "other_parliamentary_business": "business",
}
"""The attributes that a petition can do without, and what each is called in a snapshot."""

_DATES_OF_TALLY = frozenset(
    {
        "response_threshold_reached_at",
        "government_response_at",
        "debate_threshold_reached_at",
        "scheduled_debate_date",
        "debate_outcome_at",
    }
)
BUSINESS_KEPT = 1_000
"""Characters of an item of other business that are kept; the site has the rest."""

_ShapeT = TypeVar("_ShapeT", bound=Shape)


def read_document(payload: object, *, number: str, archived: bool) -> Snapshot | Unreadable:
    """Read one petition's document, which must be about the petition that was asked for."""
    item = payload.get("data", payload) if isinstance(payload, dict) else payload
    read = _read_item(item, archived=archived, debated=None)
    if isinstance(read, Snapshot) and read.ref.number != number:
        return Unreadable(reason=f"petition {number}: the document is about {read.ref.number}")
    return read


def read_page(payload: object, *, number: int, debated: bool | None) -> ListPage | Unreadable:
    """Read page `number` of a list; an item that cannot be read is named and does not spoil the others.

    `debated` is what standing in this list says of every petition in it.
    """
    if not isinstance(payload, dict) or not isinstance(data := payload.get("data"), list):
        return Unreadable(reason="a list without data")
    items: dict[PetitionRef, Snapshot] = {}
    broken: list[tuple[PetitionRef | None, str]] = []
    for item in data[:LONGEST_LIST]:
        match _read_item(item, archived=False, debated=debated):
            case Snapshot() as snapshot:
                items.setdefault(snapshot.ref, snapshot)
            case Unreadable(reason=reason):
                broken.append((_ref_of(item), reason))
    if len(data) > LONGEST_LIST:
        broken.append((None, f"more than {LONGEST_LIST} petitions on a page"))
    next_page = _page_in(payload.get("links"), "next")
    last_page = _page_in(payload.get("links"), "last")
    return ListPage(
        items=tuple(items.values()),
        next_page=next_page if data and next_page is not None and next_page > number else None,
        last_page=max(number, last_page or 0),
        broken=tuple(broken),
    )


def read_breakdown(payload: object) -> Breakdown | Unreadable:
    """Read the constituencies of one petition's document; what cannot be read of them is left out."""
    item = payload.get("data", payload) if isinstance(payload, dict) else payload
    attributes = item.get("attributes") if isinstance(item, dict) else None
    if not isinstance(attributes, dict):
        return Unreadable(reason="a document without attributes")
    listed = attributes.get("signatures_by_constituency")
    places = [_validated(_Place, place) for place in (listed if isinstance(listed, list) else [])[:LONGEST_LIST]]
    found = {
        place.ons_code: Constituency(
            code=place.ons_code, name=place.name, member=place.mp, signatures=place.signature_count
        )
        for place in places
        if isinstance(place, _Place)
    }
    return tuple(found.values())


def read_tally(payload: object) -> Tally | Unreadable:
    """Read `count.json`. Its dates count as told only when all of them are there and can be read."""
    count = _validated(_Count, payload)
    if isinstance(count, str):
        alone = _validated(_CountAlone, payload)
        return (
            Unreadable(reason=f"count: {alone}") if isinstance(alone, str) else Tally(signatures=alone.signature_count)
        )
    return Tally(
        signatures=count.signature_count,
        dated=isinstance(payload, dict) and payload.keys() >= _DATES_OF_TALLY,
        response_threshold_at=count.response_threshold_reached_at,
        response_at=count.government_response_at,
        debate_threshold_at=count.debate_threshold_reached_at,
        debate_on=count.scheduled_debate_date,
        debate_outcome_at=count.debate_outcome_at,
        debated=count.debated,
    )


def _state(value: object) -> PetitionState:
    if not isinstance(value, str) or value not in _PUBLIC_STATES:
        word = ascii(value[:40]) if isinstance(value, str) else type(value).__name__
        raise ValueError(f"is the unknown state {word}")
    return _PUBLIC_STATES[value]


class _Rejection(Shape):
    code: Text = ""
    details: Text = ""


class _Response(Shape):
    responded_on: Day = None
    summary: Text = ""
    details: Text = ""
    created_at: Moment = None
    updated_at: Moment = None


class _Debate(Shape):
    debated_on: Day = None
    overview: Text = ""
    transcript_url: Address = None
    video_url: Address = None
    debate_pack_url: Address = None
    public_engagement_url: Address = None
    debate_summary_url: Address = None


class _Business(Shape):
    created_at: Instant
    occurred_on: Day = None
    subject: Text = ""
    body: Text = ""


class _Department(Shape):
    acronym: Name = ""
    name: Name = ""


class _Attributes(Shape):
    action: Line
    background: Text = ""
    additional_details: Text = ""
    state: Annotated[PetitionState, BeforeValidator(_state)]
    signature_count: Count | None = None
    updated_at: Moment = None
    opened_at: Moment = None
    open_at: Moment = None
    closing_date: Day = None
    closed_at: Moment = None
    rejected_at: Moment = None
    rejection: Annotated[_Rejection | None, UnlessEmpty] = None
    response_threshold_reached_at: Moment = None
    government_response_at: Moment = None
    government_response: Annotated[_Response | None, UnlessEmpty] = None
    debate_threshold_reached_at: Moment = None
    scheduled_debate_date: Day = None
    debate_scheduled_on: Day = None
    debate_outcome_at: Moment = None
    topics: Annotated[tuple[Name, ...], Few] = ()
    departments: Annotated[tuple[_Department, ...], Few] = ()
    debate: Annotated[_Debate | None, UnlessEmpty] = None
    committee_note: Text = ""
    other_parliamentary_business: Annotated[tuple[_Business, ...] | None, Latest] = None


class _Parliament(Shape):
    response_threshold: Annotated[int, Field(gt=0, le=MAX_SIGNATURES)] | None = None
    debate_threshold: Annotated[int, Field(gt=0, le=MAX_SIGNATURES)] | None = None


class _Item(Shape):
    id: Number
    type: object = None
    attributes: _Attributes
    parliament: Annotated[_Parliament | None, UnlessEmpty] = None


class _Place(Shape):
    name: Line
    ons_code: Annotated[Line, Field(max_length=20)]
    mp: Name = ""
    signature_count: Count


class _Id(Shape):
    id: Number


class _CountAlone(Shape):
    signature_count: Count


class _Count(_CountAlone):
    response_threshold_reached_at: Moment = None
    government_response_at: Moment = None
    debate_threshold_reached_at: Moment = None
    scheduled_debate_date: Day = None
    debate_outcome_at: Moment = None
    debated: bool | None = None


def _validated(shape: type[_ShapeT], value: object) -> _ShapeT | str:
    """Return the value in that shape, or which field is wrong and why."""
    try:
        return shape.model_validate(value)
    except ValidationError as fault:
        error = fault.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(map(str, error["loc"])) or "the whole"
        return f"{field}: {error['msg'].removeprefix('Value error, ')}"


def _ref_of(item: object) -> PetitionRef | None:
    read = _validated(_Id, item)
    return None if isinstance(read, str) else PetitionRef(site=Site.UK, number=read.id)


def _read_item(value: object, *, archived: bool, debated: bool | None) -> Snapshot | Unreadable:
    item, unreadable = _item_in(value)
    if isinstance(item, str):
        ref = _ref_of(value)
        return Unreadable(reason=f"petition {ref.number if ref else 'without a number'}: {item}")
    archived = archived or item.type == "archived-petition"
    if item.attributes.signature_count is None and not archived:
        return Unreadable(reason=f"petition {item.id}: attributes.signature_count: is missing")
    return replace(_snapshot(item, archived=archived, debated=debated), unreadable=unreadable)


def _item_in(value: object) -> tuple[_Item | str, frozenset[str]]:
    """Return a petition, or which field is wrong and why.

    It is read without the attributes that are wrong and that it can do without; the set has their names in a snapshot.
    """
    try:
        return _Item.model_validate(value), frozenset()
    except ValidationError as fault:
        places = [
            ".".join(map(str, error["loc"][:2])) for error in fault.errors(include_url=False, include_input=False)
        ]
    unreadable = {name for name in _FIELDS if f"attributes.{name}" in places}
    fields = {_FIELDS[name] for name in unreadable}
    if isinstance(value, dict) and isinstance(shown := value.get("attributes"), dict):
        value = {**value, "attributes": {name: held for name, held in shown.items() if name not in unreadable}}
        if any(place.startswith("parliament") for place in places):
            del value["parliament"]
            fields.add("thresholds")
    return _validated(_Item, value), frozenset(fields)


def _snapshot(item: _Item, *, archived: bool, debated: bool | None) -> Snapshot:
    shown = item.attributes
    return Snapshot(
        ref=PetitionRef(site=Site.UK, number=item.id),
        title=shown.action,
        state=shown.state,
        signatures=shown.signature_count or 0,
        background=shown.background,
        details=shown.additional_details,
        thresholds=_thresholds(item.parliament) if archived else UK.thresholds,
        updated_at=shown.updated_at,
        opened_at=shown.opened_at or shown.open_at,
        closing_on=shown.closing_date,
        closed_at=shown.closed_at,
        rejected_at=shown.rejected_at,
        rejection=_rejection(shown),
        response_threshold_at=shown.response_threshold_reached_at,
        response_at=shown.government_response_at,
        response=_response(shown.government_response),
        debate_threshold_at=shown.debate_threshold_reached_at,
        debate_on=shown.scheduled_debate_date,
        debate_scheduled_on=shown.debate_scheduled_on,
        debated=debated,
        debate_outcome_at=shown.debate_outcome_at,
        debate_outcome=_debate_outcome(shown.debate),
        topics=tuple(topic for topic in shown.topics if topic),
        departments=tuple(each.acronym or each.name for each in shown.departments if each.acronym or each.name),
        committee_note=shown.committee_note,
        business=_business(shown.other_parliamentary_business),
        archived=archived,
    )


def _thresholds(parliament: _Parliament | None) -> Thresholds:
    usual = UK.thresholds
    if parliament is None:
        return usual
    return Thresholds(
        response=parliament.response_threshold or usual.response, debate=parliament.debate_threshold or usual.debate
    )


def _rejection(shown: _Attributes) -> Rejection | None:
    """Return why the petition was rejected; the state alone tells that it was."""
    if shown.state is not PetitionState.REJECTED or shown.rejection is None:
        return None
    return Rejection(code=shown.rejection.code, details=shown.rejection.details)


def _response(response: _Response | None) -> Response | None:
    if response is None:
        return None
    return Response(
        responded_on=response.responded_on,
        summary=response.summary,
        details=response.details,
        created_at=response.created_at,
        updated_at=response.updated_at,
    )


def _debate_outcome(debate: _Debate | None) -> DebateOutcome | None:
    if debate is None:
        return None
    return DebateOutcome(
        debated_on=debate.debated_on,
        overview=debate.overview,
        transcript_url=debate.transcript_url,
        video_url=debate.video_url,
        debate_pack_url=debate.debate_pack_url,
        public_engagement_url=debate.public_engagement_url,
        debate_summary_url=debate.debate_summary_url,
    )


def _business(items: tuple[_Business, ...] | None) -> tuple[Business, ...] | None:
    if items is None:
        return None
    return tuple(
        Business(
            created_at=item.created_at,
            on=item.occurred_on,
            subject=item.subject,
            body=item.body[:BUSINESS_KEPT],
            fingerprint=fingerprint(item.subject, item.body),
        )
        for item in items
    )


def _page_in(links: object, name: str) -> int | None:
    """Return the page that a link of the list leads to; a link without a page leads to the first."""
    link = links.get(name) if isinstance(links, dict) else None
    if not isinstance(link, str) or not link:
        return None
    try:
        page = parse_qs(urlsplit(link).query).get("page", ["1"])[0]
    except ValueError:
        return None
    return int(page) if page.isascii() and page.isdecimal() and 0 < len(page) <= 5 else None
