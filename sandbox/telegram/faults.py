"""Faults on request: for the next calls that match, or for some time, Telegram or the network misbehaves."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import inf

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
class Page:
    """Answer with this body, by default a gateway's HTML page, instead of acting; with `acts`, after acting."""

    status: int = 502
    body: str = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    acts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedJson:
    """Act, then send only the first half of the answer as if it were all."""


Fault = Refuse | Cut | Delay | Page | TruncatedJson


@dataclass(slots=True)
class _Planned:
    fault: Fault
    left: float
    until: float
    method: str
    chat_id: int | None

    @property
    def is_unread(self) -> bool:
        """Whether it is met before the request is read."""
        return isinstance(self.fault, Cut) and self.fault.moment is Moment.BEFORE_READING


class Faults:
    """The faults still to come; of several that match, the one planned first is used first."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Count durations by that clock."""
        self._monotonic = monotonic
        self._planned: list[_Planned] = []

    def plan(
        self,
        fault: Fault,
        *,
        times: int | None = None,
        seconds: float | None = None,
        method: str | None = None,
        chat_id: int | None = None,
    ) -> None:
        """Let calls of methods that begin so (in any case) to that chat meet the fault; None matches all.

        It holds for so many calls, for so many seconds, or for what is over first; without either for one call.
        """
        left = times if times is not None else 1 if seconds is None else inf
        until = inf if seconds is None else self._monotonic() + seconds
        planned = _Planned(fault, left, until, (method or "").lower(), chat_id)
        if planned.is_unread and chat_id is not None:
            raise ValueError("before the request is read its chat is not known")
        self._planned.append(planned)

    def clear(self) -> None:
        """Forget what was planned."""
        self._planned.clear()

    def __bool__(self) -> bool:
        self._planned = [each for each in self._planned if each.left > 0 and self._monotonic() < each.until]
        return bool(self._planned)

    def take(self, method: str, chat_id: int | None, *, unread: bool = False) -> Fault | None:
        """The fault that this call meets, used up once; `unread` asks for those met before the request is read."""
        for each in self._planned if self else ():
            if each.is_unread == unread and method.startswith(each.method) and each.chat_id in {None, chat_id}:
                each.left -= 1
                return each.fault
        return None
