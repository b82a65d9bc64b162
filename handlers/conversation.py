"""What a conversation is told and what it answers, with nothing of Telegram's library in it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from delivery.chats import Chat, ChatKind
from messages.content import Button, Content, Html
from messages.words import Words
from petitions.follows import Place
from petitions.petition import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the petition sites are, whose links are petitions, and whose clock people go by."""

    sites: Mapping[Site, str]
    hosts: Mapping[str, Site]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody asks for something in a place. `text` is what follows the command, or all of a text without one."""

    chat: Chat
    place: Place
    now: datetime
    text: str = ""

    @property
    def words(self) -> Words:
        """The words in which this chat is answered."""
        return Words(self.chat.language)

    @property
    def in_private(self) -> bool:
        """Whether only one person is listening."""
        return self.chat.kind is ChatKind.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Somebody pressed a button. `keyboard`: the buttons of that message as it stands."""

    asked: Asked
    keyboard: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file to send."""

    name: str
    data: bytes
    caption: Html


Answers = Sequence[Content | Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class PressAnswer:
    """What a press leads to.

    `toast` shows for a moment, or with `dialog` until it is dismissed; `message` replaces the message of the button,
    `keyboard` only its buttons; `reply` is a new message.
    """

    toast: str | None = None
    dialog: bool = False
    message: Content | None = None
    keyboard: tuple[tuple[Button, ...], ...] | None = None
    reply: Content | None = None


class Scope(StrEnum):
    """In which chats a command stands in the menu."""

    PRIVATE = "private"
    GROUP = "group"
    BOTH = "both"


def always(_text: str) -> bool:
    """Every use of the command changes something."""
    return True


def never(_text: str) -> bool:
    """The command only shows something."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command. In groups it is for admins only, unless `changes` says that the text after it asks to change nothing.

    What it does is described by the message `command-<name>`.
    """

    name: str
    answer: Callable[[Asked], Awaitable[Answers]]
    scope: Scope = Scope.BOTH
    changes: Callable[[str], bool] = always

    def stands_in(self, scope: Scope) -> bool:
        """Tell whether the menu of such chats has the command."""
        return self.scope in {scope, Scope.BOTH}
