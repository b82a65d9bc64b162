import unicodedata

from hypothesis import given

from messages.content import escaped, link
from messages.untrusted_text import cleaned, isolated, one_line
from tests.messages.samples import UGLY, texts
from tests.messages.telegram_html import seen


@given(texts)
def test_any_text_can_be_sent_once_it_is_escaped(text: str) -> None:
    html = escaped(text)
    assert "<" not in html
    assert "\x00" not in html
    html.encode()
    seen(html)


@given(texts)
def test_a_link_can_be_made_of_anything(address: str) -> None:
    html = link(f"https://{address}", escaped("here"))
    html.encode()
    assert seen(html) == "here"


def test_only_web_addresses_become_links() -> None:
    assert link("javascript:alert(1)", escaped("here")) == "here"
    assert link(None, escaped("here")) == "here"


def test_ordinary_text_stays_as_it_is() -> None:
    assert escaped("Fund a café in Tŷ Hafan – now!") == "Fund a café in Tŷ Hafan – now!"


@given(texts)
def test_nothing_from_outside_can_turn_the_direction_of_what_follows(text: str) -> None:
    for line in isolated(cleaned(text)).split("\n"):
        inside = line.removeprefix("\u2068").removesuffix("\u2069")
        assert not set(inside) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in inside):
            assert line == f"\u2068{inside}\u2069"


def test_hebrew_is_shut_in_itself() -> None:
    assert isolated("\u05e9\u05dc\u05d5\u05dd") == "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"


def test_line_ends_become_newlines_and_the_rest_is_dropped() -> None:
    assert cleaned("a\r\nb\rc\u2028d\x00e\x1bf\ud800g") == "a\nb\nc\ndefg"


def test_a_title_is_one_line() -> None:
    assert "\n" not in one_line(UGLY)
    assert one_line(" two \n lines ") == "two lines"
