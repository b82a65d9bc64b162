from datetime import timedelta

import pytest

from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.life import State
from sandbox.parliament.site import PetitionSite
from sandbox.parliament.standing import Standing, debate_is_over
from tests.sandbox.parliament.conftest import START, Browser, HandClock

NOW = START + timedelta(minutes=5)
HEDGEHOGS, UNPUBLISHED, SCHEDULED = 750101, 750302, 750202


def _after(site: PetitionSite, petition_id: int, *happenings: Happening) -> Standing:
    for place, what in enumerate(happenings):
        site.make_happen(petition_id, what, NOW + timedelta(seconds=place))
    return site.standing(petition_id, NOW + timedelta(seconds=len(happenings)))


def test_a_thousand_signatures_arrive_at_once(site: PetitionSite) -> None:
    before = site.standing(HEDGEHOGS, NOW).count.signatures
    assert _after(site, HEDGEHOGS, Happening.SIGN_1000).count.signatures == before + 1_000


def test_the_next_threshold_is_reached_and_then_the_one_after_it(site: PetitionSite) -> None:
    response = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD)
    assert 10_000 <= response.count.signatures < 10_100
    assert response.count.response_threshold_reached_at == NOW
    debate = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD)
    assert 100_000 <= debate.count.signatures < 100_100


def test_a_jump_passes_two_milestones(site: PetitionSite) -> None:
    assert 4_000 < site.standing(750104, NOW).count.signatures < 5_000
    assert 10_000 <= _after(site, 750104, Happening.JUMP_TWO_MILESTONES).count.signatures < 25_000


def test_signatures_fall_below_a_threshold_just_passed(site: PetitionSite) -> None:
    fallen = _after(site, HEDGEHOGS, Happening.REACH_NEXT_THRESHOLD, Happening.DROP_SIGNATURES)
    assert fallen.count.signatures < 10_000
    assert fallen.count.response_threshold_reached_at is None


def test_a_response_comes_is_edited_and_is_withdrawn(site: PetitionSite) -> None:
    first = _after(site, HEDGEHOGS, Happening.RESPOND).response
    assert first is not None
    edited = _after(site, HEDGEHOGS, Happening.EDIT_RESPONSE).response
    assert edited is not None
    assert edited.at == first.at
    assert edited.details != first.details
    assert _after(site, HEDGEHOGS, Happening.WITHDRAW_RESPONSE).response is None


def test_a_debate_is_set_moved_cancelled_set_and_held(site: PetitionSite) -> None:
    day = _after(site, HEDGEHOGS, Happening.SCHEDULE_DEBATE).debate_on
    moved = _after(site, HEDGEHOGS, Happening.MOVE_DEBATE).debate_on
    assert day is not None
    assert moved is not None
    assert moved > day
    assert _after(site, HEDGEHOGS, Happening.CANCEL_DEBATE).debate_on is None
    held = _after(site, HEDGEHOGS, Happening.SCHEDULE_DEBATE, Happening.HOLD_DEBATE)
    assert debate_is_over(held, NOW)


def test_a_debate_can_be_refused(site: PetitionSite) -> None:
    refused = _after(site, HEDGEHOGS, Happening.REFUSE_DEBATE)
    assert refused.outcome is not None
    assert not debate_is_over(refused, NOW)


def test_a_petition_can_be_published_closed_rejected_and_removed(site: PetitionSite) -> None:
    assert _after(site, UNPUBLISHED, Happening.PUBLISH).state is State.OPEN
    assert _after(site, UNPUBLISHED, Happening.CLOSE).state is State.CLOSED
    assert _after(site, UNPUBLISHED, Happening.REJECT).state is State.REJECTED
    assert _after(site, UNPUBLISHED, Happening.REMOVE).state is State.REMOVED


def test_a_closed_petition_gains_nothing_more(site: PetitionSite) -> None:
    closed = _after(site, HEDGEHOGS, Happening.CLOSE).count.signatures
    assert site.standing(HEDGEHOGS, NOW + timedelta(days=5)).count.signatures <= closed + 10


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


def test_everything_that_is_offered_can_happen(site: PetitionSite) -> None:
    for line in site.petitions_overview(NOW):
        for what in line.possible:
            fresh = PetitionSite([site.petition(line.id)], lambda: NOW)
            fresh.make_happen(line.id, what, NOW)
            assert fresh.entry(line.id, NOW) is not None


def test_every_happening_is_offered_somewhere(site: PetitionSite) -> None:
    offered = {what for line in site.petitions_overview(START) for what in line.possible}
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
