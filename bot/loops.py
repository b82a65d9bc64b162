"""For ever, back-off and crashes: the one place that knows about them.

A step does one bounded thing and says whether to look again at once. The supervisor repeats it until it is asked to
stop. A step that raises is logged, counted and tried again after a growing wait; one good step resets the wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from bot.clock import Monotonic, WallClock
from bot.metrics import STEP_CRASHES, STEPS
from delivery.verdicts import SendingStoppedError

log = structlog.get_logger(__name__)

FIRST_BACK_OFF = 1.0
LONGEST_BACK_OFF = 60.0

Step = Callable[[datetime], Awaitable[bool]]


class Doorbell:
    """Rung when there may be work. A missed ring costs a delay, never work: the truth is in the tables."""

    def __init__(self) -> None:
        """Start silent."""
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the loop, now or at its next wait."""
        self._event.set()

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Return after `seconds`, at a ring, or when `stop` is set."""
        waits = [asyncio.ensure_future(self._event.wait()), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._event.clear()


@dataclass(slots=True, kw_only=True)
class Pulse:
    """When a loop last finished a step, and how often it has crashed in a row since; health reads it."""

    name: str
    beat_at: float
    crashes: int = 0
    longest_step: float

    def alive(self, at: float) -> bool:
        """Tell whether the loop still turns."""
        return self.crashes == 0 and at - self.beat_at <= self.longest_step


@dataclass(slots=True, kw_only=True)
class Loop:
    """One supervised loop.

    `idle`: seconds to wait when a step says that nothing more is due. `interruptible`: a step in progress is given up
    at once when the loop is to stop; for steps that mostly wait and lose nothing by it.
    """

    name: str
    step: Step
    wall_clock: WallClock
    monotonic: Monotonic
    idle: float = 1.0
    longest_step: float = 120.0
    interruptible: bool = False
    on_crash: Callable[[str, int], Awaitable[None]] | None = None
    doorbell: Doorbell = field(default_factory=Doorbell)
    pulse: Pulse = field(init=False)

    def __post_init__(self) -> None:
        """Begin with a beat, so that a loop that has not turned yet is not taken for a dead one."""
        self.pulse = Pulse(name=self.name, beat_at=self.monotonic(), longest_step=self.longest_step)

    async def run(self, stop: asyncio.Event) -> None:
        """Turn until `stop`. Raises only `SendingStoppedError`, which no waiting can mend."""
        while not stop.is_set():
            more = await self._turn(stop)
            if not more:
                await self.doorbell.wait(self._wait(), stop)

    async def _turn(self, stop: asyncio.Event) -> bool:
        try:
            more = await (self._until(stop) if self.interruptible else self.step(self.wall_clock()))
        except SendingStoppedError:
            raise
        except Exception:
            self.pulse.crashes += 1
            STEP_CRASHES.labels(self.name).inc()
            log.exception("loop.crashed", loop=self.name, in_a_row=self.pulse.crashes)
            await self._report_crash()
            return False
        if self.pulse.crashes:
            log.info("loop.recovered", loop=self.name, after=self.pulse.crashes)
        self.pulse.crashes = 0
        self.pulse.beat_at = self.monotonic()
        STEPS.labels(self.name).inc()
        return more

    async def _until(self, stop: asyncio.Event) -> bool:
        """Take a step, or give it up when `stop` is set."""
        step = asyncio.ensure_future(self.step(self.wall_clock()))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([step, stopping], return_when=asyncio.FIRST_COMPLETED)
            return await step if step.done() else False
        finally:
            step.cancel()
            stopping.cancel()
            await asyncio.gather(step, stopping, return_exceptions=True)

    async def _report_crash(self) -> None:
        if self.on_crash is None:
            return
        try:
            await self.on_crash(self.name, self.pulse.crashes)
        except Exception:
            log.exception("loop.crash_not_reported", loop=self.name)

    def _wait(self) -> float:
        if not self.pulse.crashes:
            return self.idle
        back_off: float = FIRST_BACK_OFF * 2 ** min(self.pulse.crashes - 1, 10)
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
