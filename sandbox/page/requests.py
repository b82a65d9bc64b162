"""What the page may ask for, checked before anything is done."""

from typing import Literal

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
    reply_to: int | None = None


class Press(PageRequest):
    """Press the button with this data."""

    chat: int
    message: int
    data: str
    user: int


class ChangeChat(PageRequest):
    """Change what the bot is in a chat, or upgrade the chat."""

    chat: int
    action: Literal["block", "unblock", "kick", "add", "promote", "demote", "upgrade", "share"]


class MoveClock(PageRequest):
    """Hold, hurry or move the clock: whatever is given is done."""

    paused: bool | None = None
    speed: float | None = Field(default=None, gt=0, le=86_400)
    jump_seconds: float | None = Field(default=None, gt=0, le=31 * 86_400)


class MakeHappen(PageRequest):
    """Let something happen to a petition, or to all to which it can."""

    petition: int | None
    what: Happening


class SetFaults(PageRequest):
    """Switch faults on and off: whatever is given changes. `telegram` is what the next messages of the bot meet."""

    site: str | None = None
    telegram: Literal["too_many", "broken", "not_connected", "no_answer"] | None = None
    times: int = Field(default=1, ge=1, le=20)
    clear_telegram: bool = False
    flood_control: str | None = None
