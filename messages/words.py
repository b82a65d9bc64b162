"""The words of the bot: Project Fluent files in `messages/locale/<language>/`, loaded once a language."""

from dataclasses import asdict
from functools import cache
from importlib.resources import files

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource

from messages.content import Html, escaped
from messages.untrusted_text import cleaned, isolated
from petitions.legislature import Vocabulary

LOCALES = {"en": "en-GB"}
"""The languages there are words for, and the conventions for numbers and dates that go with them."""

DEFAULT_LANGUAGE = "en"


class WordsError(Exception):
    """A message is missing, or could not be put together from its arguments: a mistake in the code or the words."""


class Words:
    """What the bot says in one language; an unknown language is answered in English.

    `say` gives a message (or part of one) as HTML: string arguments are escaped, `Html` ones stand as they are.
    `plain` gives text for places that know no HTML, such as buttons and the command menu.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE, vocabulary: Vocabulary | None = None) -> None:
        self.language = language if language in LOCALES else DEFAULT_LANGUAGE
        self.locale = Locale.parse(LOCALES[self.language], sep="-")
        self._bundle = _bundle(self.language)
        self._vocabulary: dict[str, str] = {} if vocabulary is None else asdict(vocabulary)

    def about(self, vocabulary: Vocabulary) -> "Words":
        """Return the words for messages about a legislature, which may name it by the arguments of the vocabulary."""
        return Words(self.language, vocabulary)

    def say(self, message: str, /, **arguments: str | int) -> Html:
        """Return the message as HTML. Raises `WordsError`."""
        known = self._vocabulary | arguments
        return Html(self._formatted(message, {name: _for_html(value) for name, value in known.items()}))

    def plain(self, message: str, /, **arguments: str | int) -> str:
        """Return the message as plain text. Raises `WordsError`."""
        return self._formatted(message, {name: _for_plain(value) for name, value in arguments.items()})

    def _formatted(self, message: str, arguments: dict[str, str | int]) -> str:
        if not self._bundle.has_message(message):
            raise WordsError(f"{self.language}: there is no message {message!r}")
        pattern = self._bundle.get_message(message).value
        if pattern is None:
            raise WordsError(f"{self.language}: the message {message!r} is empty")
        text, errors = self._bundle.format_pattern(pattern, arguments)
        if errors:
            raise WordsError(f"{self.language}: {message!r}: {errors[0]!r}")
        return str(text)


def _for_html(value: str | int) -> str | int:
    return value if isinstance(value, int | Html) else escaped(value)


def _for_plain(value: str | int) -> str | int:
    return value if isinstance(value, int) else isolated(cleaned(value))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([LOCALES[language]], use_isolating=False)
    folder = files("messages").joinpath("locale", language)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".ftl"):
            bundle.add_resource(FluentResource(file.read_text(encoding="utf-8")))
    return bundle
