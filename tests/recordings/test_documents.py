"""Every recorded document of the UK site can be read, from 2015 to 2026."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from petitions.answers import ListPage
from petitions.petition import PetitionState
from petitions.words import same_words
from sites.uk_document import read_page
from tests.recordings.documents import load, read


def test_every_document_is_read(recordings: Path) -> None:
    documents = sorted((recordings / "petitions" / "uk").rglob("*.json"))
    assert len(documents) >= 60
    for path in documents:
        snapshot = read(path)
        item = load(path).get("data", load(path))
        assert isinstance(item, dict)
        shown = item["attributes"]
        assert snapshot.title == " ".join(shown["action"].split())
        assert snapshot.state == shown["state"]
        assert snapshot.signatures == shown["signature_count"]
        assert snapshot.opened_at is not None or snapshot.state is PetitionState.REJECTED
        assert (snapshot.response is None) == (shown["government_response"] is None)
        assert (snapshot.debate_outcome is None) == (shown["debate"] is None)
        assert (snapshot.rejection is not None) == (snapshot.state is PetitionState.REJECTED)


def test_the_open_petition_whose_rejection_is_an_object_of_nulls_is_not_rejected(recordings: Path) -> None:
    path = recordings / "petitions/uk/snapshots/241584/2019-04-12T10-50-01Z.json"
    assert '"rejection":{"code":null,"details":null}' in "".join(path.read_text(encoding="utf-8").split())
    snapshot = read(path)
    assert snapshot.state is PetitionState.OPEN
    assert snapshot.rejection is None


def test_the_schema_of_2015_is_read(recordings: Path) -> None:
    snapshot = read(recordings / "petitions/uk/104334.json")
    assert snapshot.opened_at is not None
    assert snapshot.opened_at.year == 2015
    assert snapshot.debate_on == date(2015, 9, 14)
    assert snapshot.response is not None
    assert snapshot.response.responded_on is None


def test_the_newest_schema_is_read(recordings: Path) -> None:
    snapshot = read(recordings / "petitions/uk/722903.json")
    assert snapshot.state is PetitionState.CLOSED
    assert snapshot.closed_at == datetime(2025, 10, 22, 22, 59, 59, 999_000, tzinfo=UTC)
    assert snapshot.debate_on == date(2025, 12, 15)
    assert snapshot.debate_outcome is not None
    assert snapshot.debate_outcome.debated_on == date(2025, 12, 15)
    assert snapshot.debate_outcome.overview == ""
    assert snapshot.response_threshold_at is not None


@pytest.mark.parametrize(
    ("number", "archived", "code"), [("10", True, None), ("104349", True, None), ("300009", False, "no-action")]
)
def test_items_of_lists_are_read_by_themselves(recordings: Path, number: str, archived: bool, code: str | None) -> None:
    snapshot = read(recordings / f"petitions/uk/listitems/{number}.json")
    assert snapshot.archived is archived
    assert (snapshot.rejection.code if snapshot.rejection else None) == code


def test_a_page_of_a_list_of_2015_is_read(recordings: Path) -> None:
    page = read_page(load(recordings / "lists/uk-petitions-page1-2015-08-26.json"), number=1, debated=None)
    assert isinstance(page, ListPage)
    assert (len(page.items), page.next_page, page.broken) == (50, 2, ())
    assert page.items[0].ref.number == "104334"
    assert all(item.opened_at is not None for item in page.items)


def test_one_broken_item_of_a_recorded_page_spoils_nothing_else(recordings: Path) -> None:
    text = (recordings / "lists/uk-petitions-page1-2015-08-26.json").read_text(encoding="utf-8")
    payload = json.loads(text)
    payload["data"][7]["attributes"]["signature_count"] = "many"
    page = read_page(payload, number=1, debated=None)
    assert isinstance(page, ListPage)
    assert len(page.items) == 49
    [(ref, reason)] = page.broken
    assert ref is not None
    assert ref.number == str(payload["data"][7]["id"])
    assert ref.number in reason
    assert "signature_count" in reason


def test_the_response_that_a_new_version_of_the_site_rendered_anew_reads_the_same(recordings: Path) -> None:
    before = read(recordings / "petitions/uk/snapshots/722903/2026-03-04T10-33-30Z.json").response
    after = read(recordings / "petitions/uk/snapshots/722903/2026-05-11T07-55-23Z.json").response
    assert before is not None
    assert after is not None
    assert before.details != after.details
    assert same_words(before.details, after.details)
