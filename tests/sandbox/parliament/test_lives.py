from datetime import timedelta
from itertools import pairwise

import pytest

from sandbox.parliament.catalogue.complete import DEFAULT_SPEED, invented_petitions
from sandbox.parliament.counting import Correction
from sandbox.parliament.life import Petition, State
from sandbox.parliament.site import PetitionSite
from sandbox.parliament.standing import standing_at
from sandbox.parliament.times import last_moment_of, london_day
from tests.sandbox.parliament.conftest import START, HandClock

PETITIONS = invented_petitions(START)
LIVE = [petition for petition in PETITIONS if petition.parliament is None]


def _named(petition: Petition) -> str:
    return str(petition.id)


@pytest.mark.parametrize("petition", PETITIONS, ids=_named)
def test_texts_keep_the_limits_of_the_site(petition: Petition) -> None:
    assert 0 < len(petition.action) <= 80
    assert 0 < len(petition.background) <= 300
    assert len(petition.additional_details) <= 800
    assert len(petition.creator_name) <= 255


@pytest.mark.parametrize("petition", PETITIONS, ids=_named)
def test_responses_keep_the_limits_of_the_site(petition: Petition) -> None:
    standing = standing_at(petition, (), START + timedelta(days=60))
    if standing is not None and standing.response is not None:
        assert len(standing.response.summary) <= 200
        assert len(standing.response.details) <= 6_000


def test_ids_and_titles_are_all_different() -> None:
    assert len({petition.id for petition in PETITIONS}) == len(PETITIONS)
    assert len({petition.action for petition in PETITIONS}) == len(PETITIONS) >= 36


@pytest.mark.parametrize("petition", LIVE, ids=_named)
def test_a_count_only_falls_where_signatures_are_taken_away(petition: Petition) -> None:
    falls = [event.at for event in petition.events if isinstance(event, Correction) and event.by < 0]
    hours = [START + timedelta(hours=hour) for hour in range(-24, 240)]
    counts = [standing.count.signatures for at in hours if (standing := standing_at(petition, (), at)) is not None]
    fallen = [later for earlier, later in pairwise(counts) if later < earlier]
    assert len(fallen) <= len(falls)


def test_the_same_moment_always_looks_the_same(site: PetitionSite) -> None:
    again = PetitionSite(invented_petitions(START), lambda: START)
    for hours in (0, 7.3, 90):
        at = START + timedelta(hours=hours)
        assert site.entries(at) == again.entries(at)


def test_what_is_made_to_happen_now_leaves_the_past_as_it_was(site: PetitionSite) -> None:
    earlier, now = START + timedelta(hours=1), START + timedelta(hours=2)
    before = site.entries(earlier)
    for line in site.petitions_overview(now):
        for what in line.possible[:1]:
            site.make_happen(line.id, what, now)
    assert site.entries(earlier) == before
    assert site.entries(now) != before


def test_a_petition_crosses_ten_thousand_within_the_first_minute(site: PetitionSite) -> None:
    minute = START + timedelta(seconds=60 * DEFAULT_SPEED)
    before = {entry.id: entry.response_threshold_reached_at for entry in site.entries(START)}
    crossed = [
        entry.id
        for entry in site.entries(minute)
        if entry.response_threshold_reached_at is not None and before.get(entry.id) is None
    ]
    assert crossed


def test_something_happens_every_twenty_seconds_in_the_first_five_minutes(site: PetitionSite) -> None:
    coming = [prospect.at for prospect in site.upcoming(START, 200)]
    gaps = [(later - earlier).total_seconds() / DEFAULT_SPEED for earlier, later in pairwise([START, *coming])]
    first_five_minutes = [gap for gap, at in zip(gaps, coming, strict=True) if at - START < timedelta(hours=50)]
    assert max(first_five_minutes) <= 25
    assert sum(first_five_minutes) / len(first_five_minutes) < 10


def test_what_is_foretold_comes_true(site: PetitionSite, clock: HandClock) -> None:
    for prospect in site.upcoming(START, 60):
        if not prospect.what.startswith("reaches"):
            continue
        milestone = int(prospect.what.split()[1].replace(",", ""))
        just_before = site.standing(prospect.petition_id, prospect.at - timedelta(minutes=2)).count.signatures
        assert just_before < milestone <= site.standing(prospect.petition_id, prospect.at).count.signatures


def test_an_open_petition_closes_at_midnight_in_london(site: PetitionSite) -> None:
    tonight = last_moment_of(london_day(START))
    assert tonight.isoformat() == "2026-03-02T23:59:59.999000+00:00"
    assert site.standing(750205, tonight).state is State.OPEN
    closed = site.standing(750205, tonight + timedelta(milliseconds=1))
    assert (closed.state, closed.closed_at) == (State.CLOSED, tonight)


def test_midnight_in_london_is_an_hour_earlier_in_summer() -> None:
    assert last_moment_of(london_day(START + timedelta(days=100))).hour == 22


def test_the_day_of_a_debate_passes_without_a_new_update_time(site: PetitionSite) -> None:
    debate_night = last_moment_of(london_day(START))
    before, after = (site.entry(750207, debate_night + timedelta(seconds=each)) for each in (-30, 30))
    assert before is not None
    assert after is not None
    assert (before.debated, after.debated) == (False, True)
    assert after.debate_outcome_at is None


def test_overview_names_what_comes_next(site: PetitionSite) -> None:
    lines = {line.id: line for line in site.petitions_overview(START)}
    hedgehogs = lines[750101].next
    assert hedgehogs is not None
    assert hedgehogs.what == "reaches 10,000 signatures"
    assert [line.signature_count for line in lines.values()] == sorted(
        (line.signature_count for line in lines.values()), reverse=True
    )
    assert not lines[640104].possible
