"""What a person reads in an alert, taken from the text of the message alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.telegram.messages import Message

_MARKS = tuple("🎉🎯📉🧮⏰🗓💬✏↩🕰📅🚫🏛🎬📝📜🖊📢🔒⛔🗑🙈🔓🔎🛑🗄🔔")
_HEADLINE = re.compile(r"(?:🎉|🎯) ([\d,]+) signatures")
_PASSED = re.compile(r"It passed ([\d,]+(?:, [\d,]+)* and [\d,]+),? and now has [\d,]+ signatures\.")
_NUMBER = re.compile(r"\d[\d,]*\d")


@dataclass(frozen=True, slots=True)
class Milestones:
    """A message about one milestone, or about several that were passed at once; `at` is to the second."""

    at: datetime
    passed: tuple[int, ...]


def milestones(message: Message) -> Milestones | None:
    """Read what a message tells of signatures, `None` for one that tells only of what the calendar brought."""
    told = [headline for line in message.text.splitlines() if (headline := _HEADLINE.fullmatch(line))]
    if not told:
        assert dated(message), message.text
        return None
    several = _PASSED.search(message.text)
    passed = tuple(_number(text) for text in _NUMBER.findall(several[1])) if several else (_number(told[0][1]),)
    assert passed[-1] == _number(told[0][1]), message.text
    return Milestones(told_at(message), passed)


def dated(message: Message) -> list[str]:
    """Return the headlines of what the calendar brought."""
    return [line for line in headlines(message) if line.startswith(("⏰", "🕰"))]


def headlines(message: Message) -> list[str]:
    """Return the lines that say what happened, each of which begins with the emoji of its kind."""
    return [line for line in message.text.splitlines() if line.startswith(_MARKS)]


def told_at(message: Message) -> datetime:
    """When Telegram says that a message came, to the second."""
    return datetime.fromtimestamp(message.json["date"], UTC)


def _number(text: str) -> int:
    return int(text.replace(",", ""))
