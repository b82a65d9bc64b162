"""What a message consists of before it goes out: text that is safe to send as Telegram HTML, and buttons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Self

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


def time_in_zone_of_reader(at: datetime, words: Html, form: str) -> Html:
    """Let Telegram show a moment in the reader's zone, as time (`t`) and day (`D`); `words` stand where it can't."""
    return Html(f'<tg-time unix="{int(at.timestamp())}" format="{form}">{words}</tg-time>')


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


def links_only(keyboard: Keyboard) -> Keyboard:
    """Leave out the buttons that send something back."""
    rows = (tuple(button for button in row if button.url is not None) for row in keyboard)
    return tuple(row for row in rows if row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole message. `silent`: delivered without a sound.

    `for_all`: it tells of something that has changed for everybody in a group, and not only for whoever asked.

    `picture`: the key of a picture that stands above the text, which is then no longer than a caption.

    `channel_picker`: the label of a button in place of the keyboard, by which a person picks one of their channels
    (Telegram then lets the bot post there); only in private chats, and never together with `buttons`.
    """

    text: Html
    buttons: Keyboard = ()
    silent: bool = False
    picture: str = ""
    channel_picker: str = ""
    for_all: bool = False

    def for_everybody(self) -> Self:
        """Let everybody in a group read it."""
        return replace(self, for_all=True)

    def with_links_only(self) -> Self:
        """Leave out the buttons that send something back: the readers of a channel may change nothing."""
        return replace(self, buttons=links_only(self.buttons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The deletion of a message by its Telegram id: the bot's own, or one that it may delete."""

    message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """New content for a message of the bot, by its Telegram id."""

    message: int
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a message of any kind, by the Telegram ids of its chat and of itself, with buttons of ours."""

    chat: int
    message: int
    buttons: Keyboard = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The pinning of a message of the bot, by its Telegram id, without a sound."""

    message: int


Outgoing = Content | Copy | Edit | Removal | Pin
"""What the outbox carries to a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to send."""

    name: str
    data: bytes
    caption: Html
