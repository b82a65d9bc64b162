"""What people type and paste, and what is read in it."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from petitions.links import (
    MAX_REFERENCES,
    Nothing,
    References,
    Words,
    find_links,
    parse_payload,
    parse_references,
    payload_for,
)
from petitions.petition import PetitionRef, Site
from sites.uk_document import UK

SITES = {UK.site: replace(UK, address="http://127.0.0.1:8899")}


@pytest.mark.parametrize("port", [":80", ":443", ""])
def test_the_usual_ports_of_a_configured_site_need_not_be_named(port: str) -> None:
    sites = {UK.site: replace(UK, address=f"http://petitions.example{port}")}
    for link in ("petitions.example/petitions/700143", f"http://petitions.example{port}/petitions/700143"):
        assert parse_references(link, sites) == References(refs=uk("700143"))


def uk(*numbers: str) -> tuple[PetitionRef, ...]:
    return tuple(PetitionRef(site=Site.UK, number=number) for number in numbers)


@pytest.mark.parametrize(
    "text",
    [
        "700143",
        "#700143",
        " 700143. ",
        "00700143",
        "https://petition.parliament.uk/petitions/700143",
        "http://petition.parliament.uk/petitions/700143/",
        "petition.parliament.uk/petitions/700143",
        "www.petition.parliament.uk/petitions/700143",
        "//petition.parliament.uk/petitions/700143",
        "HTTPS://PETITION.PARLIAMENT.UK/PETITIONS/700143",
        "https://petition.parliament.uk:443/petitions/700143",
        "https://petition.parliament.uk./petitions/700143",
        "https://petition.parliament.uk//petitions//700143",
        "https://petition.parliament.uk/archived/petitions/700143",
        "https://petition.parliament.uk/petitions/700143.json",
        "https://petition.parliament.uk/petitions/700143/count.json",
        "https://petition.parliament.uk/petitions/700143/signatures/new",
        "https://petition.parliament.uk/petitions/700143/gathering-support",
        "https://petition.parliament.uk/petitions/700143/sponsors/new?token=abc",
        "https://petition.parliament.uk/petitions/700143?utm_source=a&utm_medium=b,c;d",
        "https://petition.parliament.uk/petitions/700143#response-threshold",
        "<https://petition.parliament.uk/petitions/700143>",
        "(https://petition.parliament.uk/petitions/700143).",
        "“https://petition.parliament.uk/petitions/700143”!",
        "[Call it off](https://petition.parliament.uk/petitions/700143)",
        "[petition.parliament.uk/petitions/700143](<https://petition.parliament.uk/petitions/700143>)",
        "\u200e700143\u200f",
        "http://127.0.0.1:8899/petitions/700143",
        "700143 petition.parliament.uk/petitions/700143",
    ],
)
def test_a_petition_is_recognised_in_every_form(text: str) -> None:
    assert parse_references(text, SITES) == References(refs=uk("700143"))


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3",
        "1,2,3",
        "#1, #2;\n3",
        "1\tpetition.parliament.uk/petitions/2,https://petition.parliament.uk/petitions/3?x=1",
        "1 2 3 2 1",
    ],
)
def test_several_are_taken_in_their_order_and_each_once(text: str) -> None:
    assert parse_references(text, SITES) == References(refs=uk("1", "2", "3"))


@pytest.mark.parametrize(
    "text",
    [
        "10 downing street",
        "save the 20 bus",
        "general election",
        "1234567890",
        "0",
        "700143abc",
        "700143-2",
        "-5",
        "10,000 homes",
        "٧٠٠١٤٣",
        "https://petition.parliament.uk/petitions?state=open",
        "https://petition.parliament.uk/petitions/local/1",
        "https://petition.parliament.uk/petitions/700143abc",
        "https://petition.parliament.uk/petitions/1234567890",
        "https://petition.parliament.uk@evil.example/petitions/1",
        "https://evil.example/petition.parliament.uk/petitions/1",
        "https://notpetition.parliament.uk/petitions/1",
        "https://petition.parliament.uk.evil.example/petitions/1",
        "https://petition.parliament.uk:8080/petitions/1",
        "http://[::1/petitions/1",
    ],
)
def test_anything_else_is_words_to_search_for(text: str) -> None:
    assert parse_references(text, SITES) == Words(text=text)


def test_words_are_put_in_order() -> None:
    assert parse_references("  save\n our\tbuses ", SITES) == Words(text="save our buses")


@pytest.mark.parametrize("text", ["", "  \n", ",", "…", "<>"])
def test_nothing_is_nothing(text: str) -> None:
    assert parse_references(text, SITES) == Nothing()


def test_more_petitions_than_are_taken_are_counted() -> None:
    asked = parse_references(" ".join(map(str, range(1, MAX_REFERENCES + 6))), SITES)
    assert asked == References(refs=uk(*map(str, range(1, MAX_REFERENCES + 1))), dropped=5)


def test_links_are_found_in_prose_but_numbers_are_not() -> None:
    text = (
        "Look at 700143: see https://petition.parliament.uk/petitions/1, (petition.parliament.uk/archived/petitions/2)"
        " and[this](http://127.0.0.1:8899/petitions/3/signatures/new?x=y) or https://example.org/petitions/4."
        " Again: https://petition.parliament.uk/petitions/1.json and me@petition.parliament.uk/petitions/5"
    )
    assert find_links(text, SITES) == uk("1", "2", "3")


def test_only_configured_sites_have_links() -> None:
    assert find_links("https://petition.parliament.uk/petitions/1", {}) == ()


def test_the_payload_of_a_deep_link_is_stable() -> None:
    assert payload_for(*uk("700143")) == "f_uk_700143"


@pytest.mark.parametrize(
    "payload",
    ["", "f", "f_uk_", "f_uk_0", "f_uk_12x", "f_fr_1", "f_UK_1", "f_uk_1234567890", "g_uk_1", "f_uk_1_2", "700143"],
)
def test_a_foreign_payload_is_refused(payload: str) -> None:
    assert parse_payload(payload, SITES) is None


@given(st.integers(min_value=1, max_value=999_999_999))
def test_payloads_lead_back_to_their_petition(number: int) -> None:
    ref = PetitionRef(site=Site.UK, number=str(number))
    payload = payload_for(ref)
    assert len(payload) <= 64
    assert parse_payload(payload, SITES) == ref


PIECES = st.sampled_from(
    [
        "https://",
        "petition.parliament.uk",
        "/petitions/",
        "/archived",
        "1",
        "#",
        "[",
        "](",
        ")",
        "<",
        ",",
        " ",
        ".",
        ":",
        "@",
        "x",
    ]
)


@given(st.text() | st.lists(PIECES).map("".join))
@example("https://[petition.parliament.uk/petitions/1")
def test_no_text_is_too_strange(text: str) -> None:
    parse_payload(text, SITES)
    links = find_links(text, SITES)
    match parse_references(text, SITES):
        case References(refs=refs):
            assert refs
            assert all(ref.number.isdecimal() and not ref.number.startswith("0") for ref in refs + links)
        case Words(text=words):
            assert words
        case Nothing():
            assert not links
