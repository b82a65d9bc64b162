"""What the page may ask for, checked before anything is done."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from sandbox.parliament.happenings import Happening


class PageRequest(BaseModel):
    """A JSON object with exactly these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Say(PageRequest):
    """Write a message."""

    chat: int
    user: int
    text: str = Field(min_length=1, max_length=20_000)
    thread: int = 0
    anonymous: bool = False


class Press(PageRequest):
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


class ChangeChat(PageRequest):
    """Change what the bot is in a chat, or upgrade the chat."""

    chat: int
    action: ChatAction


class MoveClock(PageRequest):
    """Hold, hurry or move the clock: whatever is given is done."""

    paused: bool | None = None
    speed: float | None = Field(default=None, gt=0, le=86_400)
    jump_seconds: float | None = Field(default=None, gt=0, le=31 * 86_400)


class MakeHappen(PageRequest):
    """Let something happen to a petition."""

    petition: int
    what: Happening


class TelegramFault(StrEnum):
    """What the next messages of the bot meet."""

    TOO_MANY = "too_many"
    BROKEN = "broken"
    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"


class SetFaults(PageRequest):
    """Switch faults on and off: whatever is given changes."""

    site: str | None = None
    telegram: TelegramFault | None = None
    times: int = Field(default=1, ge=1, le=20)
    clear_telegram: bool = False
    flood_control: str | None = None
