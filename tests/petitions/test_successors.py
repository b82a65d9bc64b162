from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.petition import PetitionRef, PetitionState, Site, Snapshot
from petitions.successors import (
    ask_for_the_same,
    background_likeness,
    telling_words,
    title_likeness,
)

LANTERNS = Snapshot(
    ref=PetitionRef(site=Site.UK, number="1"),
    title="Publish the Harbour Office's lantern survey in full",
    state=PetitionState.CLOSED,
    signatures=131_627,
    background="The Government is refusing to publish official research on the state of harbour lanterns, saying that"
    " it is not in the interest of sailors. We, who sail at night, demand the release of the survey in full.",
)
TWIN = replace(
    LANTERNS,
    ref=PetitionRef(site=Site.UK, number="2"),
    title="Release the survey of harbour lanterns in full",
    state=PetitionState.OPEN,
    signatures=13_000,
    background="The Government still refuses to publish its official research on harbour lanterns. We who sail at"
    " night demand that the whole survey is released.",
)


def test_the_same_demand_in_nearly_the_same_words_is_known_again() -> None:
    assert ask_for_the_same(LANTERNS, TWIN)
    assert ask_for_the_same(TWIN, LANTERNS)


def test_alike_titles_alone_are_not_enough() -> None:
    other = replace(TWIN, title=LANTERNS.title, background="Whoever repairs a jetty should be paid for it by noon.")
    assert not ask_for_the_same(LANTERNS, other)
    assert not ask_for_the_same(LANTERNS, replace(other, background=""))


def test_alike_backgrounds_alone_are_not_enough() -> None:
    assert not ask_for_the_same(
        LANTERNS, replace(TWIN, title="Paint every harbour blue", background=LANTERNS.background)
    )


def test_the_less_alike_the_titles_the_more_alike_the_backgrounds_have_to_be() -> None:
    loose = replace(LANTERNS, title="Release the survey of harbour lanterns")
    vague = "We demand to know the state of harbour lanterns: sailors pass them every night, and ropes, buoys, bells and moorings are known."
    assert ask_for_the_same(LANTERNS, loose)
    assert ask_for_the_same(LANTERNS, replace(LANTERNS, background=vague))
    assert not ask_for_the_same(LANTERNS, replace(loose, background=vague))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stop spending a tenth on river ferries", "Keep spending a tenth on river ferries"),
        ("Arrest the harbour pirates when they land", "Do not arrest the harbour pirates when they land"),
        ("Lower the sailing age to 16", "Lower the sailing age to 14"),
        ("Pay ferry crews £7.50 an hour", "Pay ferry crews £6.50 an hour"),
        ("Scrap the ferry tax", "Scrap the ferry tax in Wales"),
        ("Make the sale of river pearls legal", "Make the sale of river pearls illegal"),
        ("Raise the fares of river ferries", "Reduce the fares of river ferries"),
    ],
)
def test_what_turns_the_meaning_of_a_title_counts_more_than_all_the_rest(one: str, other: str) -> None:
    assert title_likeness(one, other) == title_likeness(other, one) == 0
    assert title_likeness(one, one) == pytest.approx(1)


def test_titles_of_common_words_tell_nothing() -> None:
    assert not telling_words("Make it the law!")
    assert title_likeness("Change the law", "Change the law") == 0


def test_forms_of_a_word_and_its_marks_do_not_count() -> None:
    assert title_likeness("Banning the ferries’ horns", "BAN ferry horn!") == pytest.approx(1)


@given(one=st.text(max_size=300), other=st.text(max_size=300))
def test_likeness_is_the_same_both_ways_and_never_more_than_whole(one: str, other: str) -> None:
    for likeness in (title_likeness, background_likeness):
        assert 0 <= likeness(one, other) == likeness(other, one) <= 1
