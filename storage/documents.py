"""Values of the domain as JSON documents in a column of text.

Text rather than a JSON type: what the sites write may hold characters that PostgreSQL's `jsonb` refuses, and nothing
is ever searched inside. Fields added later read as their defaults; fields of later versions are ignored.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter

from messages.content import Content, Html, Keyboard, Removal
from petitions.answers import Validator
from petitions.history import Marks
from petitions.news import News
from petitions.petition import Site, Snapshot

T = TypeVar("T")


class Document(Generic[T]):
    """How one kind of value is written and read."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def write(self, value: T) -> str:
        """Return the value as JSON."""
        return self._adapter.dump_json(value).decode()

    def read(self, text: str) -> T:
        """Return the value; raises `pydantic.ValidationError` (a ValueError) when the text does not hold one."""
        return self._adapter.validate_json(text)


SNAPSHOT = Document[Snapshot](TypeAdapter(Snapshot))
MARKS = Document[Marks](TypeAdapter(Marks))
NEWS = Document[News](TypeAdapter(Annotated[News, Field(discriminator="kind")]))
_VALIDATOR = Document[Validator](TypeAdapter(Validator))

KNOWN_SITES = tuple(site.value for site in Site)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredContent:
    """`Content` with its text as a plain string: that it is safe HTML is known to the code, not to the JSON.

    `removes`: that it is a `Removal` instead.
    """

    text: str = ""
    buttons: Keyboard = ()
    silent: bool = False
    removes: int | None = None


_CONTENT = Document[_StoredContent](TypeAdapter(_StoredContent))


def write_content(content: Content | Removal) -> str:
    """Return a message's content as JSON."""
    if isinstance(content, Removal):
        return _CONTENT.write(_StoredContent(removes=content.message))
    return _CONTENT.write(_StoredContent(text=str(content.text), buttons=content.buttons, silent=content.silent))


def read_content(text: str) -> Content | Removal:
    """Return a message's content; raises ValueError when the text does not hold one."""
    stored = _CONTENT.read(text)
    if stored.removes is not None:
        return Removal(message=stored.removes)
    return Content(text=Html(stored.text), buttons=stored.buttons, silent=stored.silent)


def write_validator(validator: Validator | None) -> str | None:
    """Return the validator as JSON, `None` as NULL."""
    return None if validator is None else _VALIDATOR.write(validator)


def read_validator(text: str | None) -> Validator | None:
    """Return the validator; `None` for NULL, and for what holds none: then the site is asked without one."""
    with suppress(ValueError):
        return None if text is None else _VALIDATOR.read(text)
    return None
