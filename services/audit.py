"""The audit: proves that what was to be told was told, and has it told after all where it was not."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from delivery.audit import Accounts, Amiss, Fault, Outcome, Position
from petitions.audit import OLDEST
from petitions.streams import day_of_caps
from services.list_audit import Report
from services.ports import AuditStore

EVERY = timedelta(minutes=5)
BATCH = 5_000
"""How many of those who are to be told are accounted for at once; only reading takes so many."""

REPAIRED_AT_ONCE = 500

log = structlog.get_logger(__name__)

_Read = Callable[[datetime, Position, int], Awaitable[Accounts]]
_Tell = Callable[[Amiss, datetime], Awaitable[int]]


@dataclass(slots=True, kw_only=True)
class Audit:
    """Accounts for every change of the last days and for all who follow or subscribe, once in `EVERY`.

    What has not been told although it should have been is owed again, each place once a change. `zone`: the clock by
    which a day of subscriptions' caps ends. `accounted`: what the round found that ended at `finished_at`.
    """

    store: AuditStore
    zone: ZoneInfo
    report: Report
    batch: int = BATCH
    finished_at: datetime | None = None
    accounted: Counter[Outcome] = field(default_factory=Counter)
    _began_at: datetime | None = None
    _outcomes: Counter[Outcome] = field(default_factory=Counter)
    _position: Position = field(default_factory=Position)
    _to_read: list[tuple[_Read, _Tell]] = field(default_factory=list)

    async def step(self, now: datetime) -> bool:
        """Account for the next batch; false when there is none until the next round."""
        if not self._to_read:
            if self._began_at is not None and now - EVERY < self._began_at <= now:
                return False
            self._begin(now)
        read, tell = self._to_read[-1]
        found = await read(now - OLDEST, self._position, self.batch)
        self._outcomes.update(found.outcomes)
        for amiss in found.amiss:
            await self._repair(amiss, tell, now)
        self._position = found.reached or Position()
        if found.reached is None:
            self._to_read.pop()
        if not self._to_read:
            self._finish(now)
        return True

    def begin_soon(self) -> None:
        """Account for everything anew without waiting for the time of the next round."""
        self._began_at = None

    def _begin(self, now: datetime) -> None:
        self._began_at, self._outcomes = now, Counter()
        self._to_read = [
            (self.store.subscribers, self._tell_subscribers),
            (self.store.followers, self.store.tell_followers),
        ]

    def _finish(self, now: datetime) -> None:
        self.finished_at = now
        if self._outcomes != self.accounted:
            log.info("audit.accounted", **{outcome.value: number for outcome, number in self._outcomes.items()})
            self.accounted = self._outcomes

    async def _repair(self, amiss: Amiss, tell: _Tell, now: datetime) -> None:
        """Report a fault and, unless it was repaired before, owe the alerts."""
        log.warning(
            "audit.fault",
            fault=amiss.fault,
            change=amiss.change,
            petition=str(amiss.petition),
            places=len(amiss.numbers),
        )
        self.report(amiss.fault, amiss.petition, len(amiss.numbers))
        if amiss.fault is Fault.AGAIN:
            return
        for start in range(0, len(amiss.numbers), REPAIRED_AT_ONCE):
            portion = replace(amiss, numbers=amiss.numbers[start : start + REPAIRED_AT_ONCE])
            owed = await tell(portion, now)
            log.info("audit.repaired", change=amiss.change, alerts=owed)

    async def _tell_subscribers(self, amiss: Amiss, now: datetime) -> int:
        return await self.store.tell_subscribers(amiss, now, day_of_caps(now, self.zone))
