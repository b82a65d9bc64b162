from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.breakdown import (
    FEWEST_PETITIONS,
    FEWEST_SIGNATURES,
    Constituency,
    Counts,
    counts_of,
    usual_shares,
)

EVEN: Counts = {"E1": 600, "E2": 400}


def test_nothing_is_usual_before_enough_petitions_are_known() -> None:
    assert usual_shares([EVEN] * (FEWEST_PETITIONS - 1)) is None
    assert usual_shares([EVEN] * FEWEST_PETITIONS) == {"E1": 0.6, "E2": 0.4}


def test_small_petitions_tell_nothing() -> None:
    assert usual_shares([{"E1": FEWEST_SIGNATURES - 1}] * 10) is None


def test_one_petition_about_a_place_does_not_make_it_usual() -> None:
    shares = usual_shares([EVEN] * 5 + [{"E3": 1_000_000}])
    assert shares is not None
    assert shares["E3"] == 0
    assert shares["E1"] == pytest.approx(0.6)


def test_places_without_signatures_are_not_kept() -> None:
    places = tuple(Constituency(code=f"E{count}", name="Bath", member="", signatures=count) for count in (0, 7))
    assert counts_of(places) == {"E7": 7}


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**6)), max_size=12))
def test_every_usual_share_is_a_share(others: Sequence[Counts]) -> None:
    shares = usual_shares(others)
    assert shares is None or all(0 <= share <= 1 for share in shares.values())
