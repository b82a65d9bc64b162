"""What a message consists of before it goes out: text that is safe to send as Telegram HTML, and buttons."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from messages.untrusted_text import cleaned, isolated


class Html(str):
    """Telegram HTML. Text from outside becomes `Html` only through `escaped`; nothing escapes twice."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Make text from outside safe to stand in a message. Cut before escaping, never after."""
    return Html(escape(isolated(cleaned(text)), quote=False))


def link(url: str | None, label: Html) -> Html:
    """Link the label to a web address; without one (or with anything but a web address) only the label is left."""
    if url is None or not url.startswith(("https://", "http://")):
        return label
    return Html(f'<a href="{escape("".join(cleaned(url).split()))}">{label}</a>')


def quotation(text: Html, *, folded: bool = False) -> Html:
    """Set text apart as a quotation; a folded one shows a few lines until it is opened."""
    if not text:
        return text
    return Html(f"<blockquote{' expandable' if folded else ''}>{text}</blockquote>")


def lines(parts: Iterable[Html | None]) -> Html:
    """Put parts under each other, leaving out those that are missing or empty."""
    return Html("\n".join(part for part in parts if part))


def paragraphs(parts: Iterable[Html | None]) -> Html:
    """Put parts under each other with an empty line between, leaving out those that are missing or empty."""
    return Html("\n\n".join(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message: it opens `url` or sends `data` (at most 64 bytes) back; exactly one is set."""

    label: str
    url: str | None = None
    data: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole message. `silent`: delivered without a sound."""

    text: Html
    buttons: Keyboard = ()
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to send."""

    name: str
    data: bytes
    caption: Html
