"""Which differences between two versions of a text a person would notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.words import same_words


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", " \n"),
        ("We will act.", "We  will\r\nact."),
        ("•\tfirst;\n•\tsecond.", "• first;\n• second."),
        ("* first\n* second", "- first\n- second"),
        ("It's “done”", 'It’s "done"'),
        ("**Never** _again_", "Never again"),
        ("# Why\nBecause", "Why\n---\n\nBecause"),
        ("> quoted", "quoted"),
        ("caf\u00e9", "cafe\u0301"),
        ("a\u00a0b \u200bc\u00ad", "a b c"),
        ("soft\u00adware", "software"),
        ("bread &amp; butter", "bread & butter"),
        ("See [the plan](https://example.org/plan).", "See the plan[1].\n\n[1]: https://example.org/plan"),
        (
            "See [the plan][1] now\n\n[1]: https://example.org/plan",
            "See the plan[1] now\n[1]: <https://example.org/plan>",
        ),
        ('See [it][plan]\n\n[plan]: https://example.org/plan "The plan"', "See [it](https://example.org/plan)"),
        ("https://example.org/plan", "<https://example.org/plan/>"),
        ("[https://example.org](https://example.org)", "https://example.org"),
    ],
)
def test_what_only_looks_different_reads_the_same(before: str, after: str) -> None:
    assert same_words(before, after)
    assert same_words(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "We will act."),
        ("We will act.", "We will not act."),
        ("We may act.", "We might act."),
        ("by 2026", "by 2027"),
        ("£5 million", "£6 million"),
        ("£5", "$5"),
        ("5.5 million", "55 million"),
        ("10%", "10"),
        ("growth of -2", "growth of 2"),
        ("one two", "two one"),
        ("see [1]", "see [2]"),
        ("See [the plan](https://example.org/plan)", "See [the plan](https://example.org/other)"),
        ("its", "it's"),
    ],
)
def test_a_changed_word_number_or_address_reads_differently(before: str, after: str) -> None:
    assert not same_words(before, after)
    assert not same_words(after, before)


WORDS = st.lists(st.from_regex(r"[A-Za-z]{1,8}|[0-9]{1,4}", fullmatch=True), min_size=1, max_size=20)


@given(WORDS, st.lists(st.sampled_from([" ", "\n", "\t", "  ", "\r\n", " \n\n", "\u00a0"]), min_size=20, max_size=20))
def test_white_space_never_counts(words: list[str], gaps: list[str]) -> None:
    assert same_words(" ".join(words), "".join(word + gap for word, gap in zip(words, gaps, strict=False)))


@given(WORDS, st.data())
def test_a_lost_word_always_counts(words: list[str], data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, len(words) - 1))
    assert not same_words(" ".join(words), " ".join(words[:lost] + words[lost + 1 :]))


@given(st.text(), st.text())
def test_no_text_is_too_strange(a: str, b: str) -> None:
    assert same_words(a, a)
    assert same_words(a, b) == same_words(b, a)
