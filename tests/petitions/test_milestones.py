"""Which round numbers count, and what proves that one was reached."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.milestones import highest_milestone, milestones_up_to, next_milestone
from petitions.petition import PetitionRef, PetitionState, Site, Snapshot, Thresholds

UK = Thresholds(response=10_000, debate=100_000)


def petition(signatures: int, *, response_threshold: bool = False, debate_threshold: bool = False) -> Snapshot:
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Snapshot(
        ref=PetitionRef(site=Site.UK, number="1"),
        title="Count the swifts",
        state=PetitionState.OPEN,
        signatures=signatures,
        thresholds=UK,
        response_threshold_at=moment if response_threshold else None,
        debate_threshold_at=moment if debate_threshold else None,
    )


def test_the_series_is_round_numbers_and_then_every_million() -> None:
    assert milestones_up_to(3_999_999, UK) == (
        *(1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000),
        *(1_000_000, 2_000_000, 3_000_000),
    )


def test_thresholds_of_another_parliament_are_milestones_too() -> None:
    assert 40_000 in milestones_up_to(50_000, Thresholds(response=40_000, debate=90_000))


@pytest.mark.parametrize(
    ("signatures", "following"),
    [(0, 1_000), (999, 1_000), (1_000, 2_500), (99_999, 100_000), (500_000, 1_000_000), (6_000_000, 7_000_000)],
)
def test_the_next_milestone_lies_ahead(signatures: int, following: int) -> None:
    assert next_milestone(signatures, UK) == following


@given(st.integers(0, 30_000_000))
def test_nothing_lies_between_a_count_and_its_next_milestone(signatures: int) -> None:
    following = next_milestone(signatures, UK)
    assert milestones_up_to(following, UK)[:-1] == milestones_up_to(signatures, UK)
    assert milestones_up_to(following, UK)[-1] == following


def test_a_dated_threshold_proves_its_milestone_though_the_count_is_below() -> None:
    assert highest_milestone(petition(9_991, response_threshold=True)) == 10_000
    assert highest_milestone(petition(99_991, debate_threshold=True)) == 100_000
    assert highest_milestone(petition(9_991)) == 5_000
