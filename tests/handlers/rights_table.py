"""Who may do what where: one table, from which the tests are made and the page for people (`docs/rights.md`).

python -m tests.handlers.rights_table   # writes the page anew
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"


class Where(StrEnum):
    """The kinds of places."""

    PRIVATE = "private chat"
    GROUP = "group"
    TOPIC = "forum topic"
    CHANNEL = "channel"


class How(StrEnum):
    """What somebody uses."""

    FOLLOWING_COMMAND = "a command that changes what is followed"
    SETTING_COMMAND = "a command about the settings, or all that is kept"
    SHOWING_COMMAND = "a command that shows something"
    FOLLOWING_BUTTON = "a button that changes what is followed"
    SETTING_BUTTON = "a button about the settings, or all that is kept"
    SHOWING_BUTTON = "a button that shows something"


class Outcome(StrEnum):
    """What comes of it."""

    DONE = "done"
    REFUSED = "refused"
    IGNORED = "ignored"
    IMPOSSIBLE = "–"


class Who(StrEnum):
    """Everybody from whom something can come."""

    PERSON = "the person themselves"
    OWNER = "owner"
    ADMIN = "admin (in a channel: with the right to post)"
    SILENT_ADMIN = "admin without the right to post"
    ANONYMOUS = "anonymous admin, in the name of the group"
    LET_MEMBER = "member, where the settings let members"
    MEMBER = "member, or reader of a channel"
    RESTRICTED = "restricted member"
    LEFT = "somebody who has left"
    STRANGER = "somebody who never joined"
    OPERATOR = "operator of the bot who is a member"
    OTHER_CHANNEL = "somebody in the name of another channel"
    LINKED_CHANNEL = "post of the linked channel"
    OTHER_BOT = "another bot"
    POST = "post in the channel"


_D, _R, _I, _N = Outcome.DONE, Outcome.REFUSED, Outcome.IGNORED, Outcome.IMPOSSIBLE
_ALL, _LOOKS, _LET = (_D,) * 6, (_R, _R, _D, _R, _R, _D), (_D, _R, _D, _D, _R, _D)
_PRESSES_ALL, _PRESSES_LOOKS = (_N, _N, _N, _D, _D, _D), (_N, _N, _N, _R, _R, _D)
_IGNORED = (_I, _I, _I, _N, _N, _N)
_IN_GROUPS: Mapping[Who, tuple[Outcome, ...]] = {
    Who.OWNER: _ALL,
    Who.ADMIN: _ALL,
    Who.ANONYMOUS: _ALL,
    Who.LET_MEMBER: _LET,
    Who.MEMBER: _LOOKS,
    Who.RESTRICTED: _LOOKS,
    Who.LEFT: _LOOKS,
    Who.STRANGER: _LOOKS,
    Who.OPERATOR: _LOOKS,
    Who.OTHER_CHANNEL: (_R, _R, _D, _N, _N, _N),
    Who.LINKED_CHANNEL: _IGNORED,
    Who.OTHER_BOT: _IGNORED,
}
TABLE: Mapping[Where, Mapping[Who, tuple[Outcome, ...]]] = {
    Where.PRIVATE: {Who.PERSON: _ALL, Who.OTHER_BOT: _IGNORED},
    Where.GROUP: _IN_GROUPS,
    Where.TOPIC: _IN_GROUPS,
    Where.CHANNEL: {
        Who.POST: (_D, _D, _D, _N, _N, _N),
        Who.OWNER: _PRESSES_ALL,
        Who.ADMIN: _PRESSES_ALL,
        Who.SILENT_ADMIN: _PRESSES_LOOKS,
        Who.MEMBER: _PRESSES_LOOKS,
        Who.LEFT: _PRESSES_LOOKS,
        Who.STRANGER: _PRESSES_LOOKS,
        Who.OPERATOR: _PRESSES_LOOKS,
    },
}
"""The outcomes in the order of `How`. Who is missing can't be there."""


def cells() -> Sequence[tuple[Where, Who, How, Outcome]]:
    """Return every cell in which something can happen."""
    return [
        (where, who, how, outcome)
        for where, rows in TABLE.items()
        for who, outcomes in rows.items()
        for how, outcome in zip(How, outcomes, strict=True)
        if outcome is not Outcome.IMPOSSIBLE
    ]


def page() -> str:
    """Write the page."""
    parts = [
        "# Who may do what",
        "",
        "Rights are asked of Telegram at every command and every press. Where Telegram can't be asked, nobody may change anything. *Refused* is",
        "answered by one short sentence, *ignored* by nothing. What somebody writes in private in answer to the page of a channel or group counts as if they",
        "had written it there, and only for those who may do everything there. This page is made from the table that the tests are made from",
        "(`tests/handlers/rights_table.py`).",
    ]
    for where, rows in TABLE.items():
        parts += [
            "",
            f"## {where.value.capitalize()}",
            "",
            f"| | {' | '.join(how.value for how in How)} |",
            "|---" * (len(How) + 1) + "|",
        ]
        parts += [f"| {who.value} | {' | '.join(outcome.value for outcome in rows[who])} |" for who in rows]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
