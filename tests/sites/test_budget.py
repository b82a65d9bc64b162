"""How the requests to one site are spread, and who goes first."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from sites.budget import Budget
from sites.throttle import PriorityThrottle


@dataclass
class Time:
    """A monotonic clock with its timers: they fire when time passes."""

    seconds: float = 0.0
    due: list[tuple[float, int, "Alarm"]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Alarm":
        alarm = Alarm(call)
        heapq.heappush(self.due, (self.seconds + seconds, len(self.due), alarm))
        return alarm

    async def run_until(self, seconds: float) -> None:
        await settle()
        while self.due and self.due[0][0] <= seconds:
            moment, _, alarm = heapq.heappop(self.due)
            self.seconds = max(self.seconds, moment)
            if not alarm.cancelled:
                alarm.call()
            await settle()
        self.seconds = seconds


@dataclass
class Alarm:
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("rate", [0.1, 1.0, 50.0])
def test_the_background_leaves_a_share_to_people(rate: float) -> None:
    budget, now = Budget(rate), 0.0
    for _ in range(80):
        now += budget.delay(now, urgent=False)
        budget.spend(now, urgent=False)
    assert 80 / (now + 1 / rate / 0.8) == pytest.approx(rate * 0.8)


def test_people_may_ask_a_few_times_at_once_but_not_more_over_time() -> None:
    budget, now, times = Budget(1.0), 100.0, []
    for _ in range(20):
        now += budget.delay(now, urgent=True)
        budget.spend(now, urgent=True)
        times.append(now - 100.0)
    assert times == [0, 0, 0, 0, 0, *range(1, 16)]
    assert budget.delay(now, urgent=False) == 5.0, "the background makes up for the burst"


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_budget_is_more_than_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        Budget(rate)


def test_people_overtake_the_background() -> None:
    order: list[str] = []

    async def ask(throttle: PriorityThrottle, name: str, *, urgent: bool) -> None:
        async with throttle.turn(urgent=urgent):
            order.append(name)
            await asyncio.sleep(0)

    async def scene() -> None:
        throttle = PriorityThrottle(Budget(float("inf")), monotonic=Time())
        async with asyncio.TaskGroup() as tasks:
            for number in range(3):
                tasks.create_task(ask(throttle, f"background {number}", urgent=False))
            for number in range(3):
                tasks.create_task(ask(throttle, f"person {number}", urgent=True))

    asyncio.run(scene())
    assert order == ["background 0", "person 0", "person 1", "person 2", "background 1", "background 2"]


async def test_one_request_is_in_flight_at_a_time_within_the_budget() -> None:
    time, in_flight, moments = Time(), 0, list[tuple[float, bool]]()
    throttle = PriorityThrottle(Budget(1.0), monotonic=time, call_later=time.call_later)

    async def ask(*, urgent: bool) -> None:
        nonlocal in_flight
        async with throttle.turn(urgent=urgent):
            in_flight += 1
            assert in_flight == 1
            moments.append((time(), urgent))
            await asyncio.sleep(0)
            in_flight -= 1

    tasks = [asyncio.create_task(ask(urgent=False)) for _ in range(4)]
    await time.run_until(2.0)
    tasks.append(asyncio.create_task(ask(urgent=True)))
    await time.run_until(10.0)
    await asyncio.gather(*tasks)
    assert moments == [(0.0, False), (1.25, False), (2.0, True), (3.25, False), (4.5, False)]


async def test_whoever_gives_up_holds_nobody_up() -> None:
    time = Time()
    throttle = PriorityThrottle(Budget(1.0), monotonic=time, call_later=time.call_later)

    async def ask() -> float:
        async with throttle.turn(urgent=False):
            return time()

    tasks = [asyncio.create_task(ask()) for _ in range(3)]
    await settle()
    tasks[1].cancel()
    await time.run_until(5.0)
    assert tasks[2].result() == 1.25


async def test_a_turn_that_comes_in_the_moment_of_giving_up_is_passed_on() -> None:
    throttle = PriorityThrottle(Budget(float("inf")), monotonic=Time())
    entered, leave = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with throttle.turn(urgent=False):
            entered.set()
            await leave.wait()

    async def ask() -> str:
        async with throttle.turn(urgent=False):
            return "asked"

    holder = asyncio.create_task(hold())
    await entered.wait()
    gives_up, next_in_line = asyncio.create_task(ask()), asyncio.create_task(ask())
    await settle()
    leave.set()
    holder.add_done_callback(lambda _: gives_up.cancel())
    await settle()
    assert gives_up.cancelled() or gives_up.done()
    assert await next_in_line == "asked"
