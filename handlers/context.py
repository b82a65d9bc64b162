"""What commands and buttons are given and what they answer, with nothing of Telegram's library in it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from delivery.chats import Chat, ChatKind
from messages.content import Content, Document, Keyboard
from messages.render_context import RenderContext
from messages.words import Words
from petitions.follows import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Who sends a command, where and when. `text`: what follows the command, or all of a message without one.

    `html`: the same with its formatting. `answered`: the Telegram id of the message that it answers.
    """

    chat: Chat
    place: Place
    render: RenderContext
    text: str = ""
    html: str = ""
    answered: int | None = None

    @property
    def words(self) -> Words:
        """The words in which this chat is answered."""
        return self.render.words

    @property
    def now(self) -> datetime:
        """When it is answered."""
        return self.render.now

    @property
    def in_private(self) -> bool:
        """Whether this is a private chat."""
        return self.chat.kind is ChatKind.PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackContext(CommandContext):
    """A pressed button. `message`: the Telegram id of its message; `keyboard`: all buttons of that, as they are."""

    message: int
    keyboard: Keyboard = ()


Answers = Sequence[Content | Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What is done about a pressed button.

    `toast` is shown for a moment, or with `dialog` until it is dismissed; `message` replaces the button's message,
    `keyboard` only its buttons; `reply` is a new message. `news`: what has changed for everybody in a group, said there
    when the button's message is seen by nobody else.
    """

    toast: str | None = None
    dialog: bool = False
    message: Content | None = None
    keyboard: Keyboard | None = None
    reply: Content | Document | None = None
    news: Content | None = None


class Scope(StrEnum):
    """The chats whose command menu has a command.

    `OPERATOR`: the private chats of operators; for everybody else there is no such command.
    """

    PRIVATE = "private"
    GROUP = "group"
    BOTH = "both"
    OPERATOR = "operator"


def always(_text: str) -> bool:
    """Return true: every use of the command changes something."""
    return True


def never(_text: str) -> bool:
    """Return false: the command only shows something."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, described to people by the message `command-<name>`.

    `changes`: whether the command with this text after it changes something, which in groups only admins may do.
    `in_channels`: whether it may be posted in a channel, where everybody reads the answer. `for_members`: whether
    members may use it to change something in a group that lets them. `ephemeral`: in groups Telegram shows it to nobody
    but its sender and the bot, because the answer hardly ever concerns anybody else.
    """

    name: str
    answer: Callable[[CommandContext], Awaitable[Answers]]
    scope: Scope = Scope.BOTH
    changes: Callable[[str], bool] = always
    in_channels: bool = False
    for_members: bool = False
    ephemeral: bool = False

    def is_offered_in(self, scope: Scope) -> bool:
        """Tell whether the menu of such chats has the command."""
        return self.scope is scope or (self.scope is Scope.BOTH and scope is not Scope.OPERATOR)
