"""The invented petitions: within the site's limits, the same at the same moment, and lively from the first minute on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from sandbox.parliament.document import State, is_debated
from sandbox.parliament.invented import DEFAULT_SPEED, InventedPetition, invented_petitions
from sandbox.parliament.petition import Prospect
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import START

PETITIONS = invented_petitions(START)
LIVE = [petition for petition in PETITIONS if petition.attributes["parliament"] is None]
FIRST_FIVE_MINUTES = timedelta(hours=50)


def _named(petition: InventedPetition) -> str:
    return str(petition.id)


def _at(site: PetitionSite, petition_id: int, at: datetime) -> dict[str, Any]:
    return dict(site.document(petition_id, at)["attributes"])


def _coming(petition: InventedPetition) -> Iterator[Prospect]:
    """What happens to it in the first five minutes, one after the other."""
    at = START
    while (coming := petition.next(petition.document(at), at)) is not None and (
        at := coming.at
    ) < START + FIRST_FIVE_MINUTES:
        yield coming


@pytest.mark.parametrize("petition", PETITIONS, ids=_named)
def test_texts_keep_the_limits_of_the_site(petition: InventedPetition) -> None:
    attributes = petition.document(START + timedelta(days=60))["attributes"]
    assert 0 < len(attributes["action"]) <= 80
    assert 0 < len(attributes["background"]) <= 300
    assert len(attributes["additional_details"]) <= 800
    if response := attributes["government_response"]:
        assert 0 < len(response["summary"]) <= 200
        assert 0 < len(response["details"]) <= 6_000


def test_ids_and_titles_are_all_different() -> None:
    assert len({petition.id for petition in PETITIONS}) == len(PETITIONS)
    assert len({petition.attributes["action"] for petition in PETITIONS}) == len(PETITIONS) >= 36


@pytest.mark.parametrize("petition", LIVE, ids=_named)
def test_a_count_only_falls_where_signatures_are_taken_away(petition: InventedPetition) -> None:
    falls = [step for step in petition.steps if step.change == "sign" and step.details[0] < 0]
    hours = [START + timedelta(hours=hour) for hour in range(-24, 240)]
    counts = [petition.document(at)["attributes"]["signature_count"] for at in hours]
    fallen = [later for earlier, later in pairwise(counts) if later < earlier]
    assert len(fallen) <= len(falls)


def test_the_same_moment_always_looks_the_same(site: PetitionSite) -> None:
    again = PetitionSite(invented_petitions(START), lambda: START)
    for hours in (0, 7.3, 90):
        at = START + timedelta(hours=hours)
        assert list(site.outlooks(at)) == list(again.outlooks(at))


def test_what_is_made_to_happen_now_leaves_the_past_as_it_was(site: PetitionSite) -> None:
    earlier, now = START + timedelta(hours=1), START + timedelta(hours=2)
    before = [site.document(petition.id, earlier) for petition in PETITIONS]
    for outlook in list(site.outlooks(now)):
        for what in outlook.possible[:1]:
            site.make_happen(outlook.document["id"], what, now)
    assert [site.document(petition.id, earlier) for petition in PETITIONS] == before
    assert [site.document(petition.id, now) for petition in PETITIONS] != before


def test_something_happens_every_twenty_seconds_in_the_first_five_minutes() -> None:
    times = sorted({coming.at for petition in PETITIONS for coming in _coming(petition)})
    gaps = [(later - earlier).total_seconds() / DEFAULT_SPEED for earlier, later in pairwise([START, *times])]
    assert max(gaps) <= 25
    assert sum(gaps) / len(gaps) < 10


def test_milestones_that_are_foretold_are_reached_at_that_moment(site: PetitionSite) -> None:
    foretold = [(petition.id, each) for petition in LIVE for each in _coming(petition) if "reaches" in each.what]
    assert len(foretold) > 20
    assert any("reaches 10,000" in each.what for _, each in foretold if each.at < START + timedelta(hours=10))
    for petition_id, coming in foretold:
        milestone = int(coming.what.split()[1].replace(",", ""))
        before = _at(site, petition_id, coming.at - timedelta(microseconds=1))["signature_count"]
        assert before < milestone <= _at(site, petition_id, coming.at)["signature_count"]


def test_a_newcomer_meets_every_kind_of_date_within_two_and_a_half_minutes(site: PetitionSite) -> None:
    """One petition closes the day after next, one in a week, and one has waited for its response for thirty days."""
    closing = [_at(site, petition_id, START)["closing_date"] for petition_id in (750213, 750214)]
    assert closing == ["2026-03-04", "2026-03-10"]
    waiting = _at(site, 750215, START)
    assert waiting["government_response"] is None
    assert waiting["response_threshold_reached_at"].startswith("2026-02-01")


def test_an_open_petition_closes_at_midnight_in_london(site: PetitionSite) -> None:
    midnight = datetime.fromisoformat("2026-03-03T00:00:00Z")
    assert _at(site, 750205, midnight - timedelta(milliseconds=1))["state"] == State.OPEN
    closed = _at(site, 750205, midnight)
    assert (closed["state"], closed["closed_at"]) == (State.CLOSED, "2026-03-02T23:59:59.999Z")
    assert closed["updated_at"] == "2026-03-03T00:00:00.000Z"


def test_midnight_in_london_is_an_hour_earlier_in_summer(site: PetitionSite) -> None:
    assert _at(site, 750101, START + timedelta(days=200))["closed_at"] == "2026-08-15T22:59:59.999Z"


def test_the_day_of_a_debate_passes_without_a_new_update_time(site: PetitionSite) -> None:
    midnight = datetime.fromisoformat("2026-03-03T00:00:00Z")
    evening, night = (site.document(750207, midnight + timedelta(seconds=each)) for each in (-30, 30))
    assert not is_debated(evening, midnight - timedelta(seconds=30))
    assert is_debated(night, midnight + timedelta(seconds=30))
    assert night["attributes"]["debate_outcome_at"] is None


def test_what_comes_next_is_known(site: PetitionSite) -> None:
    outlooks = {outlook.document["id"]: outlook for outlook in site.outlooks(START)}
    hedgehogs = outlooks[750101].next
    assert hedgehogs is not None
    assert hedgehogs.what == "reaches 10,000 signatures"
    assert not outlooks[640104].possible
