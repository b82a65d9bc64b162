"""Failures on request: for the next calls that match, Telegram or the network misbehaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.telegram.errors import Json


class Moment(StrEnum):
    """When a connection is cut."""

    BEFORE_READING = "before reading"
    BEFORE_ACTING = "before acting"
    AFTER_ACTING = "after acting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Answer with this status and description instead of acting; with `acts`, after acting (a gateway lost it)."""

    status: int
    description: str
    parameters: Json | None = None
    acts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Drop the connection. Before the request is read, only a fault without a chat can match."""

    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Wait these (real) seconds before acting, or between acting and answering."""

    seconds: float
    after_acting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """Answer with a gateway's HTML page instead of JSON."""

    status: int = 502
    body: str = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    acts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedJson:
    """Act, then send only the first half of the answer as if it were all."""


Fault = Refuse | Cut | Delay | HtmlPage | TruncatedJson


@dataclass(slots=True)
class _Planned:
    fault: Fault
    left: int
    method: str | None
    chat_id: int | None

    def matches(self, method: str, chat_id: int | None) -> bool:
        return (self.method is None or self.method == method) and (self.chat_id is None or self.chat_id == chat_id)


@dataclass(slots=True)
class Faults:
    """The faults still to come; of several that match, the one planned first is used first."""

    _planned: list[_Planned] = field(default_factory=list)

    def plan(self, fault: Fault, *, times: int = 1, method: str | None = None, chat_id: int | None = None) -> None:
        """Let the next `times` calls of that method (any case) to that chat meet the fault; None matches all."""
        if isinstance(fault, Cut) and fault.moment is Moment.BEFORE_READING and chat_id is not None:
            raise ValueError("before the request is read its chat is not known")
        self._planned.append(_Planned(fault, times, method.lower() if method else None, chat_id))

    def clear(self) -> None:
        """Forget what was planned."""
        self._planned.clear()

    def __bool__(self) -> bool:
        return bool(self._planned)

    def take_unread(self, method: str) -> bool:
        """Whether this call is to be cut before its body is read."""
        return self._take(p for p in self._planned if _is_unread(p.fault) and p.matches(method, None)) is not None

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call meets, used up once."""
        return self._take(p for p in self._planned if not _is_unread(p.fault) and p.matches(method, chat_id))

    def _take(self, matching: Iterator[_Planned]) -> Fault | None:
        planned = next(matching, None)
        if planned is None:
            return None
        planned.left -= 1
        if planned.left <= 0:
            self._planned.remove(planned)
        return planned.fault


def _is_unread(fault: Fault) -> bool:
    return isinstance(fault, Cut) and fault.moment is Moment.BEFORE_READING
