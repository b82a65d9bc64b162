"""Whether the bot is well, judged by what it does and not by whether there is something to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.loops import LoopHealth
from petitions.planning import Lateness

DEGRADED_AFTER = timedelta(minutes=10)
"""How long Telegram or a petition site may be silent before health says so."""


class Condition(StrEnum):
    """`DEGRADED`: the bot works, but something outside does not, and restarting the bot would not mend it."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `/healthz` and `/readyz` answer. `webhook_problem`: why no updates arrive, `None` when they do.

    `off`: since when operators have sites switched off; `maintenance_since`: since when they let alerts wait.
    """

    dead_loops: tuple[str, ...]
    writable: bool
    silent: Mapping[str, datetime]
    missing: Mapping[str, datetime] = field(default_factory=dict)
    late: Mapping[str, Lateness] = field(default_factory=dict)
    webhook_problem: str | None = None
    off: Mapping[str, datetime] = field(default_factory=dict)
    maintenance_since: datetime | None = None

    @property
    def condition(self) -> Condition:
        """The worst that can be said."""
        if self.dead_loops or not self.writable:
            return Condition.FAILING
        return Condition.DEGRADED if self.silent or self.missing or self.webhook_problem else Condition.OK

    @property
    def ready(self) -> bool:
        """Whether the bot works and hears what people write."""
        return self.condition is not Condition.FAILING and self.webhook_problem is None

    def as_json(self) -> dict[str, object]:
        """Return the report as it is served."""
        return {
            "status": self.condition,
            "loops": {"dead": list(self.dead_loops)},
            "database": {"writable": self.writable},
            "unreachable_since": {name: since.isoformat() for name, since in self.silent.items()},
            "webhook": {"problem": self.webhook_problem},
            "petitions_missing_since": {name: since.isoformat() for name, since in self.missing.items()},
            "switched_off_since": {name: since.isoformat() for name, since in self.off.items()},
            "maintenance_since": None if self.maintenance_since is None else self.maintenance_since.isoformat(),
            "watch_late_seconds": {
                name: {"hot": round(late.hot.total_seconds()), "any": round(late.any.total_seconds())}
                for name, late in self.late.items()
            },
        }


def judge(
    *,
    loops: Sequence[LoopHealth],
    at: float,
    writable: bool,
    silent: Mapping[str, datetime],
    missing: Mapping[str, datetime],
    late: Mapping[str, Lateness],
    webhook_problem: str | None,
    now: datetime,
    off: Mapping[str, datetime] | None = None,
    maintenance_since: datetime | None = None,
) -> Report:
    """Return the report of a moment: `at` by the monotonic clock, `now` by the wall clock.

    `silent`: since when Telegram or a site has not answered. `missing`: since when many petitions of a site are missing
    together. `late`: how late the watch of each site is. `off`: since when operators have sites switched off.
    """
    return Report(
        dead_loops=tuple(loop.name for loop in loops if not loop.alive(at)),
        writable=writable,
        silent={name: since for name, since in silent.items() if now - since >= DEGRADED_AFTER},
        missing=missing,
        late=late,
        webhook_problem=webhook_problem,
        off=off or {},
        maintenance_since=maintenance_since,
    )


Examine = Callable[[], Report]
