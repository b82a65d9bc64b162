"""The supervisor: repeats steps for ever, with back-off after crashes.

A step does one bounded thing and says whether to look again at once. The supervisor repeats it until it is asked to
stop. A step that raises is logged, counted and tried again after a growing wait; one good step resets the wait.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Monotonic, WallClock
from bot.metrics import LOOP_ALIVE, LOOP_SILENT, STEP_CRASHES, STEPS
from delivery.verdicts import SendingStoppedError

log = structlog.get_logger(__name__)

FIRST_BACK_OFF = 1.0
LONGEST_BACK_OFF = 60.0

Step = Callable[[datetime], Awaitable[bool]]


class WakeEvent:
    """Set when there may be work. A missed wake-up only delays work: what is due is read from the database."""

    def __init__(self) -> None:
        """Start unset."""
        self._event = asyncio.Event()

    def set(self) -> None:
        """Wake the loop, now or at its next wait."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return after `seconds`, or when this is set."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


@asynccontextmanager
async def calling(act: Callable[[], None], *, at: asyncio.Event) -> AsyncIterator[None]:
    """Call `act` when the event is set before the block ends."""

    async def act_then() -> None:
        await at.wait()
        act()

    waiting = asyncio.create_task(act_then())
    try:
        yield
    finally:
        waiting.cancel()


@dataclass(slots=True, kw_only=True)
class LoopHealth:
    """When a loop last finished a step, and how often it has crashed in a row since; health reads it."""

    name: str
    stepped_at: float
    crashes: int = 0
    longest_step: float

    def alive(self, at: float) -> bool:
        """Tell whether the loop still makes progress at `at` (monotonic seconds)."""
        return self.crashes == 0 and at - self.stepped_at <= self.longest_step


@dataclass(slots=True, kw_only=True)
class Loop:
    """One supervised loop.

    `idle`: seconds to wait when a step says that nothing more is due. `interruptible`: a step in progress is given up
    at once when the loop is to stop; for steps that mostly wait and lose nothing by it. `close` ends what goes on
    between the steps, however the loop ends.
    """

    name: str
    step: Step
    wall_clock: WallClock
    monotonic: Monotonic
    idle: float = 1.0
    longest_step: float = 120.0
    interruptible: bool = False
    on_crash: Callable[[str], None] | None = None
    close: Callable[[datetime], Awaitable[None]] | None = None
    wake: WakeEvent = field(default_factory=WakeEvent)
    health: LoopHealth = field(init=False)
    _time_left: asyncio.Timeout | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Count the start as a finished step, so that a new loop is not taken for a dead one."""
        self.health = LoopHealth(name=self.name, stepped_at=self.monotonic(), longest_step=self.longest_step)
        for counter in (STEPS, STEP_CRASHES):
            counter.labels(self.name)
        LOOP_ALIVE.labels(self.name).set_function(lambda: self.health.alive(self.monotonic()))
        LOOP_SILENT.labels(self.name).set_function(lambda: self.monotonic() - self.health.stepped_at)

    async def run(self, stop: asyncio.Event) -> None:
        """Repeat the step until `stop`. Raises only `SendingStoppedError`, which waiting cannot mend."""
        try:
            async with calling(self._stop, at=stop):
                while not stop.is_set():
                    if not await self._take_step():
                        await self.wake.wait(self._wait())
        finally:
            if self.close is not None:
                await self.close(self.wall_clock())

    async def _take_step(self) -> bool:
        try:
            more = await (self._step_until_stopped() if self.interruptible else self.step(self.wall_clock()))
        except SendingStoppedError:
            raise
        except Exception:
            self.health.crashes += 1
            STEP_CRASHES.labels(self.name).inc()
            log.exception("loop.crashed", loop=self.name, in_a_row=self.health.crashes)
            if self.on_crash is not None:
                self.on_crash(self.name)
            return False
        if self.health.crashes:
            log.info("loop.recovered", loop=self.name, after=self.health.crashes)
        self.health.crashes = 0
        self.health.stepped_at = self.monotonic()
        STEPS.labels(self.name).inc()
        return more

    async def _step_until_stopped(self) -> bool:
        """Take a step, or give it up when the loop is to stop."""
        try:
            async with asyncio.timeout(None) as self._time_left:
                return await self.step(self.wall_clock())
        except TimeoutError:
            if self._time_left is not None and self._time_left.expired():
                return False
            raise
        finally:
            self._time_left = None

    def _stop(self) -> None:
        """Wait no longer between two steps, nor for a step that can be given up."""
        self.wake.set()
        if self._time_left is not None:
            self._time_left.reschedule(0)

    def _wait(self) -> float:
        if not self.health.crashes:
            return self.idle
        back_off: float = FIRST_BACK_OFF * 2 ** min(self.health.crashes - 1, 10)
        return min(back_off, LONGEST_BACK_OFF)


class Running(Protocol):
    """Anything that runs until it is asked to stop."""

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop`."""
        ...


async def run_together(parts: list[Running], stop: asyncio.Event, grace: float) -> None:
    """Run all parts until `stop`; then give them `grace` seconds to finish what they have in hand.

    When one part fails, the others are stopped the same way and its exception is raised.
    """
    tasks = [asyncio.create_task(part.run(stop), name=type(part).__name__) for part in parts]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await asyncio.wait(tasks, timeout=grace)
    finally:
        stopping.cancel()
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
