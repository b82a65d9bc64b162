"""What the page asks for, checked before anything happens."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from sandbox.page.troubles import TelegramTrouble
from sandbox.parliament.happenings import Happening


class _Wish(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(_Wish):
    """Write a message."""

    chat: int
    user: int
    text: str = Field(min_length=1, max_length=20_000)
    thread: int = 0
    anonymous: bool = False


class Press(_Wish):
    """Press the button with this data."""

    chat: int
    message: int
    data: str
    user: int


class ChatAction(StrEnum):
    """What can be done with the bot in a chat."""

    BLOCK = "block"
    UNBLOCK = "unblock"
    KICK = "kick"
    ADD = "add"
    PROMOTE = "promote"
    DEMOTE = "demote"
    UPGRADE = "upgrade"


class ChangeChat(_Wish):
    """Change what the bot is in a chat, or upgrade the chat."""

    chat: int
    action: ChatAction


class MoveClock(_Wish):
    """Hold, hurry or move the clock: whatever is given happens."""

    paused: bool | None = None
    speed: float | None = Field(default=None, gt=0, le=86_400)
    jump_seconds: float | None = Field(default=None, gt=0, le=31 * 86_400)


class MakeHappen(_Wish):
    """Let something happen to a petition."""

    petition: int
    what: Happening


class Trouble(_Wish):
    """Switch troubles: whatever is given changes."""

    site: str | None = None
    telegram: TelegramTrouble | None = None
    times: int = Field(default=1, ge=1, le=20)
    spare_telegram: bool = False
    limits: str | None = None
