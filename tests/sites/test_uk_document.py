"""The UK site's documents of every schema become values, and what is wrong in them is named."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.answers import ListPage, Unreadable
from petitions.breakdown import Constituency
from petitions.petition import (
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
from sites.fields import LONGEST_LINE, LONGEST_LIST, LONGEST_TEXT
from sites.uk_document import UK, read_breakdown, read_document, read_page, read_tally
from tests.sites.documents import JsonObject, archived, attributes, document, item, page

REF = PetitionRef(site=Site.UK, number="700001")


def read(payload: object, *, archived: bool = False) -> Snapshot:
    snapshot = read_document(payload, number="700001", archived=archived)
    assert isinstance(snapshot, Snapshot), snapshot
    return snapshot


def test_a_document_is_read_in_full() -> None:
    assert read(document()) == Snapshot(
        ref=REF,
        title="Bring back the village bus",
        state=PetitionState.OPEN,
        signatures=12_345,
        background="It no longer stops here.",
        details="",
        updated_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
        opened_at=datetime(2026, 9, 1, 11, 30, tzinfo=UTC),
        closing_on=date(2027, 3, 1),
        response_threshold_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        response_at=datetime(2026, 10, 20, 12, tzinfo=UTC),
        response=Response(
            responded_on=date(2026, 10, 19),
            summary="There will be buses.",
            details="More of them.\n\nSoon.",
            created_at=datetime(2026, 10, 20, 12, tzinfo=UTC),
            updated_at=datetime(2026, 10, 21, 12, tzinfo=UTC),
        ),
        debate_on=date(2026, 12, 14),
        debate_scheduled_on=date(2026, 11, 1),
        topics=("buses", "villages"),
        departments=("Department for Transport",),
        committee_note="",
        thresholds=UK.thresholds,
    )


def test_the_schema_of_2015_is_read() -> None:
    shown = {
        "action": "Save the pier",
        "background": "",
        "additional_details": "",
        "state": "open",
        "signature_count": 7,
        "open_at": "2015-08-01T09:00:00Z",
        "created_at": "2015-07-01T09:00:00.123Z",
        "government_response": {"summary": "No.", "details": "Sorry.", "created_at": "2015-09-01T09:00:00Z"},
    }
    snapshot = read({"data": {"type": "petition", "id": 700_001, "attributes": shown}})
    assert snapshot.opened_at == datetime(2015, 8, 1, 9, tzinfo=UTC)
    assert snapshot.response == Response(
        summary="No.", details="Sorry.", created_at=datetime(2015, 9, 1, 9, tzinfo=UTC)
    )


def test_an_archived_document_brings_its_thresholds() -> None:
    snapshot = read(archived())
    assert snapshot.archived
    assert snapshot.thresholds == Thresholds(response=5_000, debate=50_000)
    assert snapshot.closed_at == datetime(2024, 5, 29, 23, 1, tzinfo=UTC)
    assert snapshot.closing_on is None
    assert read(archived(signature_count=None)).signatures == 0


def test_a_list_item_without_wrapper_is_read_too() -> None:
    assert read(item()) == read(document())


@pytest.mark.parametrize("number", [700_001, "700001"])
def test_ids_are_numbers_in_either_form(number: object) -> None:
    assert read(document(number)).ref == REF


@pytest.mark.parametrize("nothing", [None, "", {}, {"code": None, "details": None}, {"code": "", "details": None}])
def test_an_open_petition_is_not_rejected_by_an_empty_rejection(nothing: object) -> None:
    snapshot = read(document(rejection=nothing))
    assert snapshot.state is PetitionState.OPEN
    assert snapshot.rejection is None


def test_only_the_state_tells_of_a_rejection() -> None:
    rejection = {"code": "irrelevant", "details": "Not ours."}
    assert read(document(rejection=rejection)).rejection is None
    assert read(document(rejection=rejection, state="rejected")).rejection == Rejection(
        code="irrelevant", details="Not ours."
    )
    assert read(document(state="rejected")).rejection is None


@pytest.mark.parametrize("key", ["government_response", "debate", "rejection"])
def test_objects_of_nulls_are_nothing(key: str) -> None:
    snapshot = read(document(**{key: {"summary": None, "overview": "", "code": None, "debated_on": None}}))
    assert (snapshot.response is None) == (key == "government_response")
    assert snapshot.debate_outcome is None
    assert snapshot.rejection is None


def test_a_debate_is_read_and_only_web_addresses_are_kept() -> None:
    debate = {
        "debated_on": None,
        "overview": "Time is short.",
        "transcript_url": "https://example.org/t",
        "video_url": "javascript:alert(1)",
        "debate_pack_url": "",
        "debate_summary_url": None,
    }
    assert read(document(debate=debate)).debate_outcome == DebateOutcome(
        overview="Time is short.", transcript_url="https://example.org/t"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("  a\tb \n", "a\tb"),
        ("<b>&\u200f_*", "<b>&\u200f_*"),
    ],
)
def test_texts_are_cleaned(written: str, shown: str) -> None:
    assert read(document(background=written)).background == shown


def test_a_title_is_one_line() -> None:
    assert read(document(action=" Save\r\nthe \x00pier ")).title == "Save the pier"


def test_unknown_and_missing_keys_do_not_matter() -> None:
    shown = {"action": "x", "state": "open", "signature_count": 1, "new_in_2027": {"a": [1]}}
    assert read({"data": {"id": 700_001, "attributes": shown, "relationships": 5}, "jsonapi": 1}).title == "x"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("signature_count", "12", "attributes.signature_count"),
        ("signature_count", 12.5, "attributes.signature_count"),
        ("signature_count", True, "attributes.signature_count"),
        ("signature_count", -1, "attributes.signature_count"),
        ("signature_count", 10**12, "attributes.signature_count"),
        ("signature_count", None, "attributes.signature_count"),
        ("state", "hidden", "unknown state 'hidden'"),
        ("state", None, "attributes.state"),
        ("action", None, "attributes.action"),
        ("action", " ", "attributes.action"),
        ("action", ["x"], "attributes.action"),
    ],
)
def test_what_no_petition_can_lack_makes_it_unreadable_and_is_named(field: str, value: object, named: str) -> None:
    answer = read_document(document(**{field: value}), number="700001", archived=False)
    assert isinstance(answer, Unreadable)
    assert answer.reason.startswith("petition 700001: ")
    assert named in answer.reason


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("background", 5, "background"),
        ("opened_at", "2026-09-01T11:30:00", "opened_at"),
        ("opened_at", "yesterday", "opened_at"),
        ("opened_at", 1_700_000_000, "opened_at"),
        ("opened_at", "0001-01-01T00:00:00+14:00", "opened_at"),
        ("opened_at", "1999-01-01T00:00:00Z", "opened_at"),
        ("response_threshold_reached_at", "9999-12-31T23:59:59Z", "response_threshold_at"),
        ("closing_date", "2026-02-30", "closing_on"),
        ("closing_date", "9999-12-31", "closing_on"),
        ("closing_date", "0001-01-01T00:00:00Z", "closing_on"),
        ("scheduled_debate_date", "0001-01-01", "debate_on"),
        ("government_response", "soon", "response"),
        ("government_response", {"summary": []}, "response"),
        ("government_response", {"summary": "x", "responded_on": "9999-01-01"}, "response"),
        ("debate", [], "debate_outcome"),
        ("debate", {"overview": "x", "debated_on": "0001-01-01"}, "debate_outcome"),
    ],
)
def test_what_cannot_be_read_or_is_out_of_bounds_is_left_out_and_named(field: str, value: object, name: str) -> None:
    shown = read(document(**{field: value}))
    assert shown.unreadable == {name}
    assert getattr(shown, name) in {None, ""}
    assert replace(shown, unreadable=frozenset(), **{name: getattr(read(document()), name)}) == read(document())


def test_a_text_or_an_address_that_is_far_too_long_is_bounded() -> None:
    debate = {"overview": "x" * 4_000_000, "video_url": "https://example.org/" + "x" * 1_000_000}
    shown = read(document(debate=debate, action="y" * 1_000_000))
    assert shown.debate_outcome == DebateOutcome(overview="x" * LONGEST_TEXT)
    assert shown.title == "y" * LONGEST_LINE


def test_a_petition_with_a_stray_parliament_is_not_in_the_archive() -> None:
    stray = {**item(), "parliament": {"response_threshold": 5, "debate_threshold": 7}}
    assert read(stray) == read(item())


@pytest.mark.parametrize("wrong", [5, ["x"], {"response_threshold": "many"}, {"debate_threshold": -1}])
def test_thresholds_that_cannot_be_read_are_left_out_and_named(wrong: object) -> None:
    shown = read({**item(), "type": wrong, "parliament": wrong})
    assert replace(shown, unreadable=frozenset()) == read(item())
    assert shown.unreadable == {"thresholds"}


def test_a_document_about_another_petition_is_unreadable() -> None:
    answer = read_document(document(), number="5", archived=False)
    assert answer == Unreadable(reason="petition 5: the document is about 700001")


@pytest.mark.parametrize(
    "payload", [None, [], {}, {"data": None}, {"data": []}, {"status": 404, "error": "Not Found"}, 5]
)
def test_something_else_is_unreadable(payload: object) -> None:
    assert isinstance(read_document(payload, number="700001", archived=False), Unreadable)
    assert isinstance(read_tally(payload), Unreadable)


def test_one_broken_item_spoils_no_other() -> None:
    listed = read_page(
        page(item(1), item(2, signature_count="many"), item(3), "four", {"id": "x"}), number=1, debated=None
    )
    assert isinstance(listed, ListPage)
    assert [snapshot.ref.number for snapshot in listed.items] == ["1", "3"]
    assert [ref.number if ref else None for ref, _ in listed.broken] == ["2", None, None]
    assert "petition 2: attributes.signature_count" in listed.broken[0][1]


def test_of_a_page_with_too_many_petitions_the_first_are_read() -> None:
    listed = read_page(page(*map(item, range(1, LONGEST_LIST + 3))), number=1, debated=None)
    assert isinstance(listed, ListPage)
    assert len(listed.items) == LONGEST_LIST
    assert [ref for ref, _ in listed.broken] == [None]


def test_an_item_that_stands_twice_is_taken_once() -> None:
    listed = read_page(page(item(1), item(2), item(1)), number=1, debated=None)
    assert isinstance(listed, ListPage)
    assert [snapshot.ref.number for snapshot in listed.items] == ["1", "2"]


LIST = "https://petition.parliament.uk/petitions.json"


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        (f"{LIST}?count=50&page=3&state=open", 3),
        (None, None),
        (f"{LIST}?page=2", None),
        (f"{LIST}?page=x", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_pages_are_numbers_and_lead_forward(following: str | None, expected: int | None) -> None:
    listed = read_page(page(item(), following=following), number=2, debated=None)
    assert isinstance(listed, ListPage)
    assert listed.next_page == expected


def test_an_empty_page_is_the_end() -> None:
    expected = ListPage(items=(), next_page=None, last_page=8)
    assert read_page(page(following=f"{LIST}?page=9"), number=8, debated=None) == expected


@pytest.mark.parametrize("debated", [True, False, None])
def test_the_list_tells_whether_its_petitions_were_debated(debated: bool | None) -> None:
    listed = read_page(page(item()), number=1, debated=debated)
    assert isinstance(listed, ListPage)
    assert listed.items[0].debated is debated


def test_a_tally_is_read_in_full() -> None:
    tally = read_tally(
        {
            "signature_count": 100_001,
            "response_threshold_reached_at": "2026-06-01T13:00:00.000+01:00",
            "government_response_at": None,
            "debate_threshold_reached_at": "2026-11-01T13:00:00.000+00:00",
            "scheduled_debate_date": "2026-12-14",
            "debate_outcome_at": None,
            "debated": False,
        }
    )
    assert tally == Tally(
        signatures=100_001,
        dated=True,
        response_threshold_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        debate_threshold_at=datetime(2026, 11, 1, 13, tzinfo=UTC),
        debate_on=date(2026, 12, 14),
        debated=False,
    )


def test_the_older_tally_says_nothing_of_dates() -> None:
    assert read_tally({"signature_count": 7}) == Tally(signatures=7, dated=False)


@pytest.mark.parametrize("payload", [{}, {"signature_count": None}, {"signature_count": -1}, {"signature_count": "7"}])
def test_a_tally_without_a_count_is_unreadable(payload: JsonObject) -> None:
    answer = read_tally(payload)
    assert isinstance(answer, Unreadable)
    assert "signature_count" in answer.reason


TEXT = st.text(st.characters(codec=None))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(sorted(attributes()))


@given(JSON)
def test_no_json_is_too_strange(payload: object) -> None:
    read_document(payload, number="1", archived=True)
    read_page(payload, number=1, debated=None)
    read_page({"data": payload, "links": payload}, number=1, debated=None)
    read_tally(payload)


@given(st.dictionaries(FIELDS, JSON, min_size=1, max_size=3), JSON, JSON)
def test_no_field_is_too_strange(changed: dict[str, object], number: object, parliament: object) -> None:
    strange = {**document(number, **changed)["data"], "parliament": parliament, "type": parliament}
    for archived_too in (True, False):
        answer = read_document({"data": document(**changed)["data"]}, number="700001", archived=archived_too)
        assert isinstance(answer, Snapshot | Unreadable)
    listed = read_page(page(strange, item(1)), number=1, debated=True)
    assert isinstance(listed, ListPage)
    assert len(listed.items) + len(listed.broken) >= 1


@given(TEXT)
def test_every_text_can_be_stored(text: str) -> None:
    shown = read(document(additional_details=text)).details
    shown.encode()
    assert "\x00" not in shown
    assert "\r" not in shown


def test_constituencies_are_read_and_what_cannot_be_is_left_out() -> None:
    good = {"name": "Bath", "ons_code": "E14000001", "mp": "Ann Example MP", "signature_count": 7}
    vacant = {**good, "ons_code": "E14000002", "mp": None}
    bad = [{**good, "signature_count": -1}, {**good, "ons_code": None}, {**good, "ons_code": "E" * 99}, "Bath", None]
    read = read_breakdown(document(signatures_by_constituency=[good, *bad, vacant]))
    assert read == (
        Constituency(code="E14000001", name="Bath", member="Ann Example MP", signatures=7),
        Constituency(code="E14000002", name="Bath", member="", signatures=7),
    )


@pytest.mark.parametrize("listed", [None, {}, "many", 5])
def test_a_petition_without_constituencies_has_none(listed: object) -> None:
    assert read_breakdown(document(signatures_by_constituency=listed)) == ()
    assert read_breakdown(document()) == ()


@pytest.mark.parametrize("payload", [None, [], "x", {"data": None}, {"data": {"attributes": []}}])
def test_what_is_no_document_has_no_breakdown(payload: object) -> None:
    assert isinstance(read_breakdown(payload), Unreadable)
