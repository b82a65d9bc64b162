"""Whether the bot is well, judged by what it does and not by whether there is something to do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.loops import LoopHealth

DEGRADED_AFTER = timedelta(minutes=10)
"""So long may Telegram or a petition site be silent before we say so."""


class Condition(StrEnum):
    """`DEGRADED`: we work, but somebody we depend on has not answered for long."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `/healthz` and `/readyz` tell."""

    condition: Condition
    dead_loops: tuple[str, ...]
    writable: bool
    silent: Mapping[str, datetime]

    def as_json(self) -> dict[str, object]:
        """Return the report as it is served."""
        return {
            "status": self.condition,
            "loops": {"dead": list(self.dead_loops)},
            "database": {"writable": self.writable},
            "unreachable_since": {name: since.isoformat() for name, since in self.silent.items()},
        }


def judge(
    *, loops: Sequence[LoopHealth], at: float, writable: bool, silent: Mapping[str, datetime], now: datetime
) -> Report:
    """Return the report of a moment: `at` by the monotonic clock, `now` by the wall clock."""
    dead = tuple(loop.name for loop in loops if not loop.alive(at))
    long_silent = {name: since for name, since in silent.items() if now - since >= DEGRADED_AFTER}
    condition = Condition.OK
    if long_silent:
        condition = Condition.DEGRADED
    if dead or not writable:
        condition = Condition.FAILING
    return Report(condition=condition, dead_loops=dead, writable=writable, silent=long_silent)


Examine = Callable[[], Awaitable[Report]]
