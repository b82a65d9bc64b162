"""What an audit of what was to be told can find."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from petitions.news import ChangeId
from petitions.petition import PetitionRef


class Outcome(StrEnum):
    """What became of a change for one of those who follow the petition, or subscribe to a stream that it is in.

    `LATER`: who followed, subscribed, heard again or chose subjects after it is not told. `UNWANTED`: nor is who does
    not want such news, or may not have wanted it when it came: what was wanted has been chosen since. `ELSEWHERE`: it
    was told in another topic, before the follow was moved, or by a message whose alert is gone. `WAITING`: in line,
    however long. `HELD`: the place is out of reach. The last three are faults: `UNTOLD`: there is no alert. `LOST`: a
    message was made and is gone, and nobody knows of its end. `AGAIN`: one of these two, after it was repaired once.
    """

    LATER = "later"
    MUTED = "muted"
    UNWANTED = "unwanted"
    ELSEWHERE = "elsewhere"
    TOLD = "told"
    WAITING = "waiting"
    HELD = "held"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    GIVEN_UP = "given_up"
    UNTOLD = "untold"
    LOST = "lost"
    AGAIN = "again"


class Fault(StrEnum):
    """What the audit reports and counts. `UNSEEN`: the site lists news that the watch has neither seen nor planned to.

    `STILL_UNSEEN`: the same, although the watch was asked to look.
    """

    UNTOLD = Outcome.UNTOLD.value
    LOST = Outcome.LOST.value
    AGAIN = Outcome.AGAIN.value
    UNSEEN = "unseen"
    STILL_UNSEEN = "still_unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """A change that some followers or subscribers should have been told of; `numbers` are those of their rows."""

    change: ChangeId
    petition: PetitionRef
    fault: Fault
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """How far an audit has come: to this change, and of those who are to be told of it to the row of that number."""

    change: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What became of some changes, as far as `reached` (`None`: to the end)."""

    outcomes: Mapping[Outcome, int]
    amiss: tuple[Amiss, ...]
    reached: Position | None
