"""What is made to happen changes the document at that moment, and only when it makes sense."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.parliament.document import State, is_debated
from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.invented import InventedPetition, invented_petitions, tell
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import START, Browser, HandClock

NOW = START + timedelta(minutes=5)
HOUR = timedelta(hours=1)
HEDGEHOGS, UNPUBLISHED, SCHEDULED = 750101, 750302, 750202


def _after(site: PetitionSite, petition_id: int, *happenings: Happening) -> dict[str, Any]:
    for place, what in enumerate(happenings):
        site.make_happen(petition_id, what, NOW + timedelta(seconds=place))
    return dict(site.document(petition_id, NOW + timedelta(seconds=len(happenings)))["attributes"])


def test_a_thousand_signatures_arrive_at_once(site: PetitionSite) -> None:
    site.make_happen(HEDGEHOGS, Happening.SIGN_1000, START)
    assert site.document(HEDGEHOGS, START)["attributes"]["signature_count"] == 10_412


def test_the_next_threshold_is_reached_and_then_the_one_after_it(site: PetitionSite) -> None:
    response = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD)
    assert 10_000 <= response["signature_count"] < 10_100
    assert response["response_threshold_reached_at"] == "2026-03-02T09:05:00.000Z"
    debate = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD)
    assert 100_000 <= debate["signature_count"] < 100_100


def test_a_jump_passes_two_milestones(site: PetitionSite) -> None:
    assert 4_000 < _after(site, 750104)["signature_count"] < 5_000
    assert 10_000 <= _after(site, 750104, Happening.JUMP_TWO_MILESTONES)["signature_count"] < 25_000


def test_signatures_fall_below_a_threshold_just_passed(site: PetitionSite) -> None:
    fallen = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD, Happening.DROP_SIGNATURES)
    assert fallen["signature_count"] < 10_000
    assert fallen["response_threshold_reached_at"] is None


def test_a_response_comes_is_edited_and_is_withdrawn(site: PetitionSite) -> None:
    first = _after(site, HEDGEHOGS, Happening.RESPOND)
    edited = _after(site, HEDGEHOGS, Happening.EDIT_RESPONSE)
    assert edited["government_response_at"] == first["government_response_at"]
    assert edited["government_response"]["details"] != first["government_response"]["details"]
    assert _after(site, HEDGEHOGS, Happening.WITHDRAW_RESPONSE)["government_response"] is None


def test_a_debate_is_set_moved_cancelled_set_and_held(site: PetitionSite) -> None:
    assert _after(site, HEDGEHOGS, Happening.SCHEDULE_DEBATE)["scheduled_debate_date"] == "2026-03-05"
    assert _after(site, HEDGEHOGS, Happening.MOVE_DEBATE)["scheduled_debate_date"] == "2026-03-07"
    assert _after(site, HEDGEHOGS, Happening.CANCEL_DEBATE)["scheduled_debate_date"] is None
    held = _after(site, HEDGEHOGS, Happening.SCHEDULE_DEBATE, Happening.HOLD_DEBATE)
    assert held["debate"]["debated_on"] == "2026-03-02"


def test_a_debate_can_be_refused(site: PetitionSite) -> None:
    refused = _after(site, HEDGEHOGS, Happening.REFUSE_DEBATE)
    assert refused["debate_outcome_at"] is not None
    assert not is_debated(site.document(HEDGEHOGS, NOW + HOUR), NOW + HOUR)


def test_a_petition_can_be_published_closed_rejected_and_removed(site: PetitionSite) -> None:
    assert _after(site, UNPUBLISHED, Happening.PUBLISH)["state"] == State.OPEN
    assert _after(site, UNPUBLISHED, Happening.CLOSE)["state"] == State.CLOSED
    assert _after(site, UNPUBLISHED, Happening.REJECT)["state"] == State.REJECTED
    assert _after(site, UNPUBLISHED, Happening.REMOVE)["state"] == State.REMOVED


def test_nobody_signs_a_closed_petition(site: PetitionSite) -> None:
    closed = _after(site, HEDGEHOGS, Happening.CLOSE)["signature_count"]
    assert site.document(HEDGEHOGS, NOW + timedelta(days=5))["attributes"]["signature_count"] == closed


def _growing(*plan: tuple[float, str, int]) -> InventedPetition:
    return tell(START, id=1, signatures=9_000, opened_days_ago=1, growth=[(10, 12_000)], plan=plan)


def _reached_at(petition: InventedPetition, hours: float) -> str | None:
    reached: str | None = petition.document(START + hours * HOUR)["attributes"]["response_threshold_reached_at"]
    return reached


def test_a_threshold_is_dated_by_the_second_that_reached_it() -> None:
    reached = _reached_at(_growing(), 9)
    assert reached is not None
    assert _reached_at(_growing(), 2) is None
    just_after = (START + 10 * HOUR).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert "2026-03-02T09:00:00.000Z" < reached < just_after


def test_a_fall_takes_the_threshold_away_and_a_new_climb_gives_it_a_new_time() -> None:
    falls = _growing((5, "sign", -1_000))
    first, fallen, again = (_reached_at(falls, hours) for hours in (4.9, 5, 10))
    assert first is not None
    assert fallen is None
    assert again is not None
    assert again > first


def test_a_fall_that_stays_above_keeps_the_threshold() -> None:
    assert _reached_at(_growing((9, "sign", -200)), 9) == _reached_at(_growing(), 9)


def test_a_count_never_falls_below_one() -> None:
    assert _growing((1, "sign", -50_000)).document(START + HOUR)["attributes"]["signature_count"] == 1


@pytest.mark.parametrize(
    ("petition_id", "what"),
    [
        (UNPUBLISHED, Happening.SIGN_1000),
        (HEDGEHOGS, Happening.PUBLISH),
        (HEDGEHOGS, Happening.EDIT_RESPONSE),
        (HEDGEHOGS, Happening.MOVE_DEBATE),
        (740511, Happening.CLOSE),
        (740516, Happening.REMOVE),
        (750109, Happening.REACH_NEXT_THRESHOLD),
    ],
)
def test_what_makes_no_sense_is_refused(site: PetitionSite, petition_id: int, what: Happening) -> None:
    with pytest.raises(CannotHappenError, match=str(petition_id)):
        site.make_happen(petition_id, what, NOW)


def test_an_unknown_petition_is_a_key_error(site: PetitionSite) -> None:
    with pytest.raises(KeyError):
        site.make_happen(1, Happening.SIGN_1000, NOW)


def test_everything_that_is_offered_can_happen_and_every_happening_is_offered() -> None:
    offered = set()
    for petition in invented_petitions(START):
        for what in petition.possible(petition.document(NOW), NOW):
            if what is not Happening.TOUCH:
                assert petition.after(what, NOW).document(NOW) != petition.document(NOW)
            offered.add(what)
    assert offered == set(Happening)


async def test_a_response_shows_at_once_to_who_knows_the_page(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    path = f"/petitions/{SCHEDULED}.json"
    async with browser.get(path) as response:
        known = response.headers["Last-Modified"]
    site.make_happen(SCHEDULED, Happening.EDIT_RESPONSE, clock.to(0.1))
    async with browser.get(path, If_Modified_Since=known) as response:
        assert response.status == 200
        assert "will meet the petitioner" in await response.text()
