"""The supervisor: steps repeat, crashes back off and are told, stopping is prompt."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.loops import FIRST_BACK_OFF, LONGEST_BACK_OFF, Loop, WakeEvent, run_together
from delivery.verdicts import SendingStoppedError

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class ScriptedWakeEvent(WakeEvent):
    """Never waits; remembers how long it was asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


class Script:
    """A step that plays outcomes in order and sets `stop` after the last."""

    def __init__(self, stop: asyncio.Event, *outcomes: bool | Exception) -> None:
        self.stop = stop
        self.left = list(outcomes)

    async def __call__(self, now: datetime) -> bool:
        assert now == NOW
        outcome = self.left.pop(0)
        if not self.left:
            self.stop.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def loop_of(
    step: Callable[[datetime], Awaitable[bool]], *, interruptible: bool = False
) -> tuple[Loop, ScriptedWakeEvent]:
    wake = ScriptedWakeEvent()
    loop = Loop(
        name="test",
        step=step,
        wall_clock=lambda: NOW,
        monotonic=lambda: 5.0,
        idle=0.5,
        interruptible=interruptible,
        wake=wake,
    )
    return loop, wake


async def test_a_step_that_has_more_to_do_is_repeated_at_once() -> None:
    stop = asyncio.Event()
    loop, wake = loop_of(Script(stop, True, True, False))
    await loop.run(stop)
    assert wake.waits == [0.5]


async def test_crashes_back_off_and_one_good_step_resets() -> None:
    stop = asyncio.Event()
    crash = RuntimeError("no")
    loop, wake = loop_of(Script(stop, crash, crash, crash, False, crash, False))
    await loop.run(stop)
    assert wake.waits == [FIRST_BACK_OFF, 2 * FIRST_BACK_OFF, 4 * FIRST_BACK_OFF, 0.5, FIRST_BACK_OFF, 0.5]
    assert loop.health.crashes == 0


async def test_the_back_off_has_a_bound() -> None:
    stop = asyncio.Event()
    loop, wake = loop_of(Script(stop, *(RuntimeError("no") for _ in range(12))))
    await loop.run(stop)
    assert max(wake.waits) == LONGEST_BACK_OFF


async def test_a_loop_that_crashes_is_not_alive() -> None:
    stop = asyncio.Event()
    loop, _ = loop_of(Script(stop, RuntimeError("no")))
    assert loop.health.alive(at=5.0)
    await loop.run(stop)
    assert not loop.health.alive(at=5.0)


async def test_a_loop_that_hangs_is_not_alive() -> None:
    loop, _ = loop_of(Script(asyncio.Event(), True))
    assert not loop.health.alive(at=5.0 + loop.longest_step + 1)


async def test_a_refused_bot_stops_the_loop() -> None:
    stop = asyncio.Event()
    loop, _ = loop_of(Script(stop, SendingStoppedError("401"), True))
    with pytest.raises(SendingStoppedError):
        await loop.run(stop)


async def test_stopping_gives_up_a_step_that_only_waits() -> None:
    stop = asyncio.Event()

    async def forever(_now: datetime) -> bool:
        stop.set()
        await asyncio.Event().wait()
        return True

    loop, _ = loop_of(forever, interruptible=True)
    async with asyncio.timeout(30):
        await loop.run(stop)


async def test_a_step_that_runs_out_of_time_itself_has_crashed() -> None:
    stop = asyncio.Event()
    loop, _ = loop_of(Script(stop, TimeoutError()), interruptible=True)
    await loop.run(stop)
    assert loop.health.crashes == 1


async def test_stopping_ends_a_wait() -> None:
    stop = asyncio.Event()

    async def nothing_due(_now: datetime) -> bool:
        asyncio.get_running_loop().call_soon(stop.set)
        return False

    loop = Loop(name="test", step=nothing_due, wall_clock=lambda: NOW, monotonic=lambda: 5.0, idle=3_600)
    async with asyncio.timeout(30):
        await loop.run(stop)


async def test_a_wake_up_ends_a_wait() -> None:
    wake = WakeEvent()
    wake.set()
    async with asyncio.timeout(30):
        await wake.wait(3_600)


class Part:
    """Runs until stopped, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.ended = False

    async def run(self, stop: asyncio.Event) -> None:
        if self.error is not None:
            raise self.error
        await stop.wait()
        self.ended = True


async def test_one_part_that_fails_stops_the_others_in_order() -> None:
    well, ill = Part(), Part(SendingStoppedError("409"))
    with pytest.raises(SendingStoppedError, match="409"):
        await run_together([well, ill], asyncio.Event(), grace=5)
    assert well.ended


async def test_all_parts_end_when_asked() -> None:
    stop = asyncio.Event()
    parts = [Part(), Part()]
    running = asyncio.create_task(run_together([*parts], stop, grace=5))
    stop.set()
    await running
    assert all(part.ended for part in parts)
