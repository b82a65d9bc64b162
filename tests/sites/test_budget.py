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


def spent(rate: float, seconds: float, *, people: bool, watch: bool) -> tuple[int, int]:
    """Let people and the watch ask as often as they may, and return how often each did."""
    budget, now, asked = Budget(rate), 0.0, {True: 0, False: 0}
    while now < seconds:
        waits = []
        if people:
            waits.append((budget.delay_for_people(now), False))
        if watch:
            waits.append((budget.delay_for_watch(now, people_wait=people), True))
        wait, by_watch = min(waits)
        now += wait
        budget.spend(now, by_watch=by_watch)
        asked[by_watch] += 1
    return asked[False], asked[True]


@pytest.mark.parametrize("rate", [0.1, 1.0, 50.0])
def test_people_and_the_watch_have_half_the_budget_each(rate: float) -> None:
    people, watch = spent(rate, 100 / rate, people=True, watch=True)
    assert watch == pytest.approx(50, abs=2)
    assert people == pytest.approx(50, abs=6)


@pytest.mark.parametrize("rate", [0.1, 1.0, 50.0])
def test_each_may_use_what_the_other_leaves(rate: float) -> None:
    assert spent(rate, 100 / rate, people=False, watch=True)[1] == pytest.approx(100, abs=2)
    assert spent(rate, 100 / rate, people=True, watch=False)[0] == pytest.approx(100, abs=6)


def test_people_may_ask_a_few_times_at_once_but_not_more_over_time() -> None:
    budget, now, times = Budget(1.0), 100.0, []
    for _ in range(20):
        now += budget.delay_for_people(now)
        budget.spend(now, by_watch=False)
        times.append(now - 100.0)
    assert times == [0, 0, 0, 0, 0, *range(1, 16)]


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_budget_is_more_than_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        Budget(rate)


async def test_the_watch_has_one_request_in_flight_and_holds_up_nobody() -> None:
    throttle, never, asked = PriorityThrottle(Budget(1_000.0), monotonic=Time()), asyncio.Event(), list[str]()

    async def ask(name: str, *, urgent: bool) -> None:
        async with throttle.turn(urgent=urgent):
            asked.append(name)
            if not urgent:
                await never.wait()

    watch = [asyncio.create_task(ask(f"watch {number}", urgent=False)) for number in range(2)]
    people = [asyncio.create_task(ask(f"person {number}", urgent=True)) for number in range(3)]
    await asyncio.gather(*people)
    assert asked == ["watch 0", "person 0", "person 1", "person 2"]
    never.set()
    for task in watch:
        task.cancel()


async def test_a_flood_of_people_leaves_the_watch_its_half() -> None:
    time, moments = Time(), list[tuple[float, bool]]()
    throttle = PriorityThrottle(Budget(1.0), monotonic=time, call_later=time.call_later)

    async def ask(*, urgent: bool) -> None:
        async with throttle.turn(urgent=urgent):
            moments.append((time(), urgent))

    async def watch() -> None:
        while True:
            await ask(urgent=False)

    tasks = [asyncio.create_task(ask(urgent=True)) for _ in range(200)]
    tasks.append(asyncio.create_task(watch()))
    await time.run_until(100.0)
    for task in tasks:
        task.cancel()
    assert sum(not urgent for _, urgent in moments) == pytest.approx(50, abs=2)
    assert sum(urgent for _, urgent in moments) == pytest.approx(50, abs=6)


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
    assert tasks[2].result() == 1.0


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
