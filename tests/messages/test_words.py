import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from messages.content import Html
from messages.words import LOCALES, Words, WordsError
from tests.messages.telegram_html import seen

PLAIN = ("button-", "toast-", "command-", "search-choice", "description", "short-description", "stale-button", "moment")
ROOT = Path(__file__).resolve().parents[2]


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 (the library's name)
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    """Return the names of all messages and of the arguments each of them takes."""
    found: dict[str, set[str]] = {}
    for file in files("messages").joinpath("locale", language).iterdir():
        resource = FluentResource(file.read_text(encoding="utf-8"))
        assert not [entry for entry in resource.body if isinstance(entry, ftl.Junk)], file.name
        for entry in resource.body:
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice"
                variables = _Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("number", [0, 1, 2, 3, 6, 100, 12_345])
def test_every_message_can_be_formatted_and_sent(language: str, number: int) -> None:
    words = Words(language)
    for message, names in _messages(language).items():
        for value in (number, "a <text> & more", Html('<a href="https://x">html</a>')):
            html = words.say(message, **dict.fromkeys(names, value))
            assert seen(html).strip()
            assert "{" not in html


@pytest.mark.parametrize("language", LOCALES)
def test_messages_for_places_without_html_have_none(language: str) -> None:
    words = Words(language)
    messages = _messages(language)
    assert all(any(message.startswith(place) for message in messages) for place in PLAIN)
    for message, names in messages.items():
        if message.startswith(PLAIN):
            text = words.plain(message, **dict.fromkeys(names, 7))
            assert not re.search("[<>&]", text), message


def test_the_languages_are_those_that_there_are_words_of() -> None:
    assert {folder.name for folder in files("messages").joinpath("locale").iterdir()} == set(LOCALES)


def test_no_message_is_left_over() -> None:
    assert _left_over(set(_messages("en"))) == set()


@pytest.mark.parametrize("name", ["nobody-says-this", "since", "span-days-nonsense", "state-nonsense"])
def test_a_message_that_nobody_says_would_be_found(name: str) -> None:
    assert _left_over({*_messages("en"), name}) == {name}


def _left_over(known: set[str]) -> set[str]:
    """Those of the names that stand nowhere in the code.

    They stand there whole, or as `f"span-{unit}-range"` with another text of the code as the unit.
    """
    texts = {text.replace("_", "-") for folder in ("petitions", "delivery", "services") for text in _written(folder)}
    names = {text for folder in ("messages", "handlers") for text in _written(folder)}
    patterns = [
        re.compile(re.escape(name).replace(r"\{\}", "(.+)")) for name in names if _MADE_OF_WORDS.fullmatch(name)
    ]
    return {
        name
        for name in known - names
        if not any((found := one.fullmatch(name)) and found[1] in texts | names for one in patterns)
    }


_MADE_OF_WORDS = re.compile(r"(?:[a-z]+-)+\{\}(?:-[a-z]+)*|\{\}(?:-[a-z]+)+")


def _written(folder: str) -> Iterator[str]:
    """All texts in the code of a folder, with `{}` where something is put in."""
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    yield text
                case ast.JoinedStr(values=parts):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def test_text_is_escaped_once_and_html_is_left_alone() -> None:
    words = Words("en")
    assert words.say("list-and", first="<b>&</b>", last=Html("<i>x</i>")) == "&lt;b&gt;&amp;&lt;/b&gt; and <i>x</i>"


def test_numbers_are_written_the_british_way() -> None:
    assert Words("en").say("milestone-now", now=1234567) == "It now has 1,234,567 signatures."


def test_an_unknown_language_is_answered_in_english() -> None:
    assert Words("tlh").language == "en"


def test_a_message_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(WordsError):
        Words("en").say("nonsense")


def test_a_missing_argument_is_a_mistake() -> None:
    with pytest.raises(WordsError):
        Words("en").say("milestone-now")
