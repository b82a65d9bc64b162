import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.clipping import clip, utf16_length, visible_length
from messages.content import escaped, link
from tests.messages.samples import texts
from tests.messages.telegram_html import seen, units


@given(text=texts, limit=st.integers(0, 300))
def test_cut_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert utf16_length(clip(text, limit)) <= limit


@given(text=texts, limit=st.integers(1, 300))
def test_cut_text_is_the_beginning_of_the_text(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert cut == text.strip() or (cut.endswith("…") and text.strip().startswith(cut[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("  short  ", 5, "short"),
        ("several words in a row", 15, "several words…"),
        ("several words in a row", 14, "several words…"),
        ("several words in a row", 13, "several…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("a Donaudampfschifffahrt", 12, "a Donaudamp…"),
        ("👍👍👍", 4, "👍…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 13, "👩‍👩‍👧‍👦…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 10, "…"),
        ("👍🏽👍🏽", 7, "👍🏽…"),
        ("👍🏽👍🏽", 3, "…"),
        ("🇬🇧🇫🇷", 7, "🇬🇧…"),
        ("🇬🇧🇫🇷", 5, "🇬🇧…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("text", 0, ""),
    ],
)
def test_text_is_cut_at_a_word_and_never_inside_a_character(text: str, limit: int, expected: str) -> None:
    assert clip(text, limit) == expected


@given(texts)
def test_the_length_of_a_message_is_what_telegram_counts(text: str) -> None:
    html = link("https://petition.example/?a=1&b=<2>", escaped(text))
    assert visible_length(html) == units(seen(html))
