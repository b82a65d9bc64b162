import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.entities import parse_html
from sandbox.telegram.errors import ApiError
from sandbox.telegram.formatted import caption_fields, text_fields
from sandbox.telegram.text import clean


def entity(kind: str, offset: int, length: int, **extra: object) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **extra}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><strong>b</strong>", "ab", [entity("bold", 0, 1), entity("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [entity("strikethrough", n, 1) for n in range(3)],
        ),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<B>a</b >", "a", [entity("bold", 0, 1)]),
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
        ("😀<b>é</b>", "😀é", [entity("bold", 2, 1)]),
        ("<b>😀</b>x", "😀x", [entity("bold", 0, 2)]),
        ("<code>a</code>", "a", [entity("code", 0, 1)]),
        ("<pre>a</pre>", "a", [entity("pre", 0, 1)]),
        ("<b>a<code>b</code>c</b>", "abc", [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)]),
        ("<code><b>a</b></code>", "a", [entity("code", 0, 1)]),
        ('<a href="https://a.uk/x?y=1&amp;z=2">a</a>', "a", [entity("text_link", 0, 1, url="https://a.uk/x?y=1&z=2")]),
        ("<a href='a.uk'>a</a>", "a", [entity("text_link", 0, 1, url="http://a.uk/")]),
        ("<a href=a.uk>a</a>", "a", [entity("text_link", 0, 1, url="http://a.uk/")]),
        ("<a>https://a.uk</a>", "https://a.uk", [entity("text_link", 0, 12, url="https://a.uk/")]),
        ('<a href="nowhere">a</a>', "a", []),
        ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<b> </b>a", " a", []),
        ("&lt;&gt;&amp;&quot;", '<>&"', []),
        ("&lt&gt", "<>", []),
        ("&#65;&#x42;&#128512;", "AB😀", []),
        ("&nbsp;&copy;&apos;&#0;&#x;&", "&nbsp;&copy;&apos;&#0;&#x;&", []),
        ("&#00000000065;", "&#00000000065;", []),
        ("a\0b\tc\rd\u202ee", "a b cde", []),
        ("&#9;a&#8238;b", " ab", []),
        ("\u200f\u200f\u200fa", "\u200c\u200c\u200fa", []),
    ],
)
def test_markup_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("é<x>a</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("I <3 you>", 'Unsupported start tag "3" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ('<a ="x">a</a>', "Unclosed start tag at byte offset 0"),
        (
            "&#xD83D;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
        ),
    ],
)
def test_broken_markup_is_refused_in_telegrams_words(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert (refusal.value.code, refusal.value.description) == (400, f"Bad Request: can't parse entities: {problem}")


TAGS = st.sampled_from(
    "<b> </b> <i> </i> <a </a> href= \" ' <pre> </pre> <code> </code> < > </ & &lt; &#x41; &#xD800; 😀 é \0 \n".split(
        " "
    )
)


@given(st.lists(st.one_of(TAGS, st.text(max_size=5))).map("".join))
def test_no_text_crashes_the_parser(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError:
        return
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    for found in entities:
        assert found["offset"] >= 0
        assert found["length"] > 0
        assert found["offset"] + found["length"] <= length


@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    shown, entities = parse_html(f"<b>{html.escape(text)}</b>".replace("&#x27;", "'"))
    assert shown == clean(text)
    assert all(found["type"] == "bold" for found in entities)


def test_the_ends_of_a_message_are_trimmed_and_its_entities_fit() -> None:
    assert text_fields(" \n a <b>b \n</b> ", "HTML") == {"text": "a b", "entities": [entity("bold", 2, 1)]}


@pytest.mark.parametrize("source", ["", "  \n", "<b></b>", "\u200b", "\0"])
def test_an_empty_text_is_refused(source: str) -> None:
    with pytest.raises(ApiError, match="Bad Request: message text is empty"):
        text_fields(source, "HTML")


def test_length_is_counted_in_utf16_after_parsing() -> None:
    assert text_fields("<b>" + "😀" * 2048 + "</b>", "HTML")["text"] == "😀" * 2048
    with pytest.raises(ApiError, match="Bad Request: message is too long"):
        text_fields("😀" * 2048 + "a", "HTML")


def test_a_caption_may_have_1024_or_none() -> None:
    assert caption_fields("a" * 1024) == {"caption": "a" * 1024}
    assert caption_fields("") == {}
    with pytest.raises(ApiError, match="Bad Request: message caption is too long"):
        caption_fields("a" * 1025)


def test_a_lone_surrogate_is_no_utf8() -> None:
    with pytest.raises(ApiError, match="Bad Request: strings must be encoded in UTF-8"):
        text_fields("a\ud800")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/follow 123", [entity("bot_command", 0, 7)]),
        ("/follow@PetitionAlertsSandboxBot 1", [entity("bot_command", 0, 32)]),
        ("see petition.parliament.uk/petitions/1.", [entity("url", 4, 34)]),
        ("(https://a.uk/b)", [entity("url", 1, 14)]),
        ("😀 /list, a@b.uk", [entity("bot_command", 3, 5)]),
        ("10,000 a.m. and/or 3.5", []),
    ],
)
def test_telegram_finds_commands_and_links(text: str, expected: list[dict[str, Any]]) -> None:
    assert text_fields(text).get("entities", []) == expected


def test_nothing_is_found_inside_code_or_a_link() -> None:
    words = text_fields('<code>/a</code> <a href="a.uk">b.uk</a> /c', "HTML")
    assert [found["type"] for found in words["entities"]] == ["code", "text_link", "bot_command"]


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    text, entities = parse_html('At <tg-time unix="1772528700" format="t">09:05 today</tg-time>.')
    moment = {"type": "date_time", "offset": 3, "length": 11, "unix_time": 1772528700, "date_time_format": "t"}
    assert (text, entities) == ("At 09:05 today.", [moment])
