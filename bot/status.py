"""What `/status` shows: everything the process knows of itself, gathered when it is asked for."""

import platform
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import telegram
from prometheus_client import Counter

from bot.clients import VERSION
from bot.clock import Monotonic
from bot.health import Report
from bot.inbox import Inbox
from bot.loops import LoopHealth
from bot.metrics import AUDIT_MISSING, MESSAGES, bytes_of
from delivery.circuit import CircuitState
from delivery.outbox import OutboxFigures
from messages.bot_status import SPANS, AuditStatus, BotStatus, IllLoop, SiteStatus
from petitions.petition import Site
from services.audit import Audit
from services.bans import Bans
from services.list_audit import ListAudit
from services.switches import Switches
from services.watch import Watch

Verdicts = Mapping[str, int]


def verdicts_so_far() -> Verdicts:
    """Return how many attempts to send or edit a message have ended with which verdict since the start."""
    return _counted(MESSAGES, "verdict")


def _counted(counter: Counter, label: str) -> Mapping[str, int]:
    return {
        sample.labels[label]: int(sample.value)
        for metric in counter.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


@dataclass(slots=True, kw_only=True)
class RecentSends:
    """Counts of the last hour, noted now and then: what was sent in a span is the difference of two of them."""

    _noted: deque[tuple[float, Verdicts]] = field(default_factory=deque)

    def __len__(self) -> int:
        """Return how many moments are noted."""
        return len(self._noted)

    def note(self, at: float, so_far: Verdicts) -> None:
        """Note the counts of a moment (monotonic seconds), and forget those that no span reaches."""
        self._noted.append((at, so_far))
        while len(self._noted) > 1 and at - self._noted[1][0] >= max(SPANS.values()):
            self._noted.popleft()

    def within(self, seconds: float, at: float, so_far: Verdicts) -> Verdicts:
        """Return what was added in the last `seconds`, or since the first note when that is later."""
        older = [noted for noted_at, noted in self._noted if at - noted_at >= seconds]
        first = self._noted[0][1] if self._noted else so_far
        before = older[-1] if older else first
        return {verdict: number - before.get(verdict, 0) for verdict, number in so_far.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSources:
    """Where the status comes from."""

    sites: Sequence[Site]
    watch: Watch
    switches: Switches
    bans: Bans
    inbox: Inbox
    sends: RecentSends
    audit: Audit
    list_audit: ListAudit
    monotonic: Monotonic
    began: float
    database: Path
    schema: str

    def status(
        self,
        *,
        report: Report,
        loops: Sequence[LoopHealth],
        figures: OutboxFigures,
        circuit: CircuitState,
        telegram_silent_since: datetime | None,
    ) -> BotStatus:
        """Return how the bot is."""
        at, so_far = self.monotonic(), verdicts_so_far()
        return BotStatus(
            version=VERSION,
            python=platform.python_version(),
            library=telegram.__version__,
            schema=self.schema,
            loops=len(loops),
            ill_loops=[_ill(loop, at) for loop in loops if not loop.alive(at)],
            writable=report.writable,
            sites=[self._site(site) for site in self.sites],
            telegram_silent_since=telegram_silent_since,
            webhook_problem=report.webhook_problem,
            circuit=circuit,
            maintenance_since=self.switches.maintenance_since,
            queued={lane.name.lower(): number for lane, number in figures.queued.items()},
            owed=figures.alerts_owed,
            oldest_due_at=figures.oldest_due_at,
            sends={name: self.sends.within(seconds, at, so_far) for name, seconds in SPANS.items()},
            updates_waiting=self.inbox.all_waiting(),
            given_up={state.value: number for state, number in figures.ended.items()},
            audit=AuditStatus(
                alerts_at=self.audit.finished_at,
                lists_at=self.list_audit.finished_at,
                accounted=self.audit.accounted.total(),
                faults=_counted(AUDIT_MISSING, "fault"),
            ),
            paused=figures.paused_chats,
            suspended=figures.suspended_chats,
            banned=len(self.bans),
            uptime=timedelta(seconds=at - self.began),
            database_bytes=bytes_of(self.database),
        )

    def _site(self, site: Site) -> SiteStatus:
        late = self.watch.lateness(site)
        return SiteStatus(
            name=site,
            late_hot=late.hot,
            late_any=late.any,
            silent_since=self.watch.unreachable_since(site),
            missing_since=self.watch.ill_since(site),
            off_since=self.switches.off_since(site),
        )


def _ill(loop: LoopHealth, at: float) -> IllLoop:
    return IllLoop(name=loop.name, crashes=loop.crashes, silent_for=timedelta(seconds=at - loop.stepped_at))
