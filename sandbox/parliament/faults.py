"""Things that go wrong on request: which answers are spoiled, how, and how often."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """What the site does instead of answering well."""

    UNAVAILABLE = "unavailable"  # 503
    TOO_MANY_REQUESTS = "too_many_requests"  # 429 with Retry-After
    FORBIDDEN = "forbidden"  # 403, empty
    HTML = "html"  # an HTML page with status 200
    TRUNCATED = "truncated"  # half of the JSON
    WRONG_TYPE = "wrong_type"  # "many" as signature_count of one item
    STALE = "stale"  # the document as it was earlier
    SLOW = "slow"  # the right answer, late
    CUT = "cut"  # the connection closed without an answer
    EMPTY = "empty"  # 200 without a body
    HUGE = "huge"  # valid JSON behind megabytes of spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault for paths that match the glob `path`: for the next `times` requests, until a site time, or for good.

    `seconds` is Retry-After for TOO_MANY_REQUESTS and real time for SLOW; `age` is site time for STALE; `item` is the
    place in a list that WRONG_TYPE spoils; `size` is bytes for HUGE.
    """

    kind: FaultKind
    path: str = "*"
    times: int | None = None
    until: datetime | None = None
    seconds: float = 5.0
    age: timedelta = timedelta(minutes=10)
    item: int = 0
    size: int = 8_000_000


class Faults:
    """The faults that are asked for at present. The oldest one that matches a request is the one that happens."""

    def __init__(self) -> None:
        """Begin without any."""
        self._asked: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for a fault."""
        self._asked.append(fault)

    def clear(self) -> None:
        """Let everything go well again."""
        self._asked.clear()

    def pending(self, now: datetime) -> tuple[Fault, ...]:
        """The faults still to come, each with the number of times that is left."""
        return tuple(fault for fault in self._asked if _lasts(fault, now))

    def take(self, path: str, now: datetime) -> Fault | None:
        """The fault for this request, counted off; None when it shall go well."""
        self._asked = list(self.pending(now))
        for place, fault in enumerate(self._asked):
            if fnmatchcase(path, fault.path):
                if fault.times is not None:
                    self._asked[place] = replace(fault, times=fault.times - 1)
                return fault
        return None


def _lasts(fault: Fault, now: datetime) -> bool:
    return (fault.times is None or fault.times > 0) and (fault.until is None or now < fault.until)
