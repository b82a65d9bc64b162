"""Values of the domain as JSON documents in a column of text.

Text rather than a JSON type: what the sites write may hold characters that PostgreSQL's `jsonb` refuses, and nothing
is ever searched inside. Fields added later read as their defaults; fields of later versions are ignored.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Generic, TypeVar, assert_never

from pydantic import Field, TypeAdapter

from messages.charts import Drawing
from messages.content import Content, Copy, Edit, Html, Keyboard, Outgoing, Pin, Removal
from petitions.answers import Validator
from petitions.breakdown import Counts
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
SUBJECTS = Document[tuple[str, ...]](TypeAdapter(tuple[str, ...]))
COUNTS = Document[Counts](TypeAdapter(dict[str, int]))
DRAWING = Document[Drawing](TypeAdapter(Annotated[Drawing, Field(discriminator="kind")]))
_VALIDATOR = Document[Validator](TypeAdapter(Validator))

KNOWN_SITES = tuple(site.value for site in Site)


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredContent:
    """`Content` with its text as a plain string: that it is safe HTML is known to the code, not to the JSON.

    One of the others says what it is instead: the message that is removed, pinned, edited (to be like the rest of
    this), or copied with these buttons, of that chat.
    """

    text: str = ""
    buttons: Keyboard = ()
    silent: bool = False
    picture: str = ""
    removes: int | None = None
    pins: int | None = None
    edits: int | None = None
    copies: int | None = None
    copied_from: int = 0


_CONTENT = Document[_StoredContent](TypeAdapter(_StoredContent))


def write_content(content: Outgoing) -> str:
    """Return what the outbox carries as JSON."""
    return _CONTENT.write(_stored(content))


def _stored(content: Outgoing) -> _StoredContent:
    match content:
        case Content(text=text, buttons=buttons, silent=silent, picture=picture):
            return _StoredContent(text=str(text), buttons=buttons, silent=silent, picture=picture)
        case Removal(message=message):
            return _StoredContent(removes=message)
        case Pin(message=message):
            return _StoredContent(pins=message)
        case Edit(message=message, content=changed):
            return replace(_stored(changed), edits=message)
        case Copy(chat=chat, message=message, buttons=buttons):
            return _StoredContent(copies=message, copied_from=chat, buttons=buttons)
        case unknown:
            assert_never(unknown)


def read_content(text: str) -> Outgoing:
    """Return what the outbox carries; raises ValueError when the text does not hold it."""
    stored = _CONTENT.read(text)
    if stored.removes is not None:
        return Removal(message=stored.removes)
    if stored.pins is not None:
        return Pin(message=stored.pins)
    if stored.copies is not None:
        return Copy(chat=stored.copied_from, message=stored.copies, buttons=stored.buttons)
    content = Content(text=Html(stored.text), buttons=stored.buttons, silent=stored.silent, picture=stored.picture)
    return content if stored.edits is None else Edit(message=stored.edits, content=content)


def write_validator(validator: Validator | None) -> str | None:
    """Return the validator as JSON, `None` as NULL."""
    return None if validator is None else _VALIDATOR.write(validator)


def read_validator(text: str | None) -> Validator | None:
    """Return the validator; `None` for NULL, and for what holds none: then the site is asked without one."""
    with suppress(ValueError):
        return None if text is None else _VALIDATOR.read(text)
    return None
