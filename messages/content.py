"""What a message consists of before it goes out: text that is safe to send as Telegram HTML, and buttons."""

from dataclasses import dataclass
from html import escape
from typing import NewType

Html = NewType("Html", str)
"""Telegram HTML. Text from outside becomes `Html` only through `escaped`; nothing escapes twice."""


def escaped(text: str) -> Html:
    """Make text from outside safe to stand in a message. Cut before escaping, never after."""
    return Html(escape(text, quote=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message: it opens `url` or sends `data` (at most 64 bytes) back; exactly one is set."""

    label: str
    url: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole message. `silent`: delivered without a sound."""

    text: Html
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
