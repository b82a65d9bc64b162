"""How many petitions a budget of requests carries: the watch simulated for hours with its own planner and budget.

Some of the petitions are hot (a count every `WATCH_SECONDS`), a third of the others are normal (every fifth time), the
rest quiet (every fifteenth); the document of each is read every thirtieth time, and the site's lists take their turns.
What is printed is the longest time from the moment in which a count passes a milestone until the bot sees it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from itertools import product
from pathlib import Path

from benchmarks.figures import Figure, Goal
from petitions.cadence import Cadence
from petitions.petition import PetitionId
from petitions.planning import DueLook, urgency
from sites.budget import Budget

CADENCE = Cadence(base=timedelta(seconds=60))
REQUESTS_PER_SECOND = 1.0
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
PETITIONS = (100, 300, 1_000)
HOT = (5, 20)
HOURS, HOURS_WHEN_QUICK = 6, 2
IDLE_SECONDS = 0.5
LISTS = {CADENCE.feed: 5}
PROMISE = Goal(most=CADENCE.hot.total_seconds() * 2)
"""A hot petition's milestone is seen within two of its intervals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The longest waits of hot and of other petitions for a look at their count, in seconds."""

    hot: float
    others: float


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Simulate each number of petitions, alone and while people use all of their share."""
    del folder
    figures = []
    hours = HOURS_WHEN_QUICK if quick else HOURS
    for petitions, hot, people_wait in product(PETITIONS, HOT, (False, True)):
        found = simulate(petitions, hot, hours, people_wait=people_wait)
        beside = "beside a flood" if people_wait else "alone"
        name = f"{petitions:,} petitions, {hot} hot, {beside}: a milestone is seen after"
        figures.append(Figure(name=f"{name} (hot)", values=[found.hot], unit="s", goal=PROMISE, digits=0))
        figures.append(Figure(name=f"{name} (others)", values=[found.others], unit="s", digits=0))
    return figures


def simulate(petitions: int, hot: int, hours: int, *, people_wait: bool) -> Simulated:
    """Let the watch look for so many hours at what is most urgent, as often as the budget allows."""
    every = {number: _every(number, hot) for number in range(petitions)}
    counts = _Line((number, multiple, CADENCE.base * multiple) for number, multiple in every.items())
    pages = _Line((number, multiple, CADENCE.page) for number, multiple in every.items())
    lists = [(BEGIN, interval) for interval, number in LISTS.items() for _ in range(number)]
    budget, at = Budget(REQUESTS_PER_SECOND), 0.0
    seen, longest, list_turn = dict.fromkeys(every, BEGIN), defaultdict[bool, float](float), False
    while at < hours * 3600:
        at += max(budget.delay_for_watch(at, people_wait=people_wait), 0.001)
        now = BEGIN + timedelta(seconds=at)
        due_at, interval = lists[0]
        list_turn = not list_turn and due_at <= now  # lists and petitions take turns
        if list_turn:
            heapreplace(lists, (now + interval, interval))
        elif due := [(look, line) for line in (counts, pages) for look in line.first(now)]:
            look, line = max(due, key=lambda one: urgency(one[0], now, CADENCE.base))
            number = line.done(look, now)
            if line is counts:
                if at > 3600:
                    waited = (now - seen[number]).total_seconds()
                    longest[every[number] == 1] = max(longest[every[number] == 1], waited)
                seen[number] = now
        else:
            at += IDLE_SECONDS
            continue
        budget.spend(at, by_watch=True)
    for number, moment in seen.items():  # and what still waits, perhaps since the beginning
        longest[every[number] == 1] = max(longest[every[number] == 1], at - (moment - BEGIN).total_seconds())
    return Simulated(hot=longest[True], others=longest[False])


def _every(number: int, hot: int) -> int:
    if number < hot:
        return round(CADENCE.hot / CADENCE.base)
    return round((CADENCE.normal if number % 3 == 0 else CADENCE.quiet) / CADENCE.base)


class _Line:
    """Looks of one kind, those of each pace in the order in which they fall due."""

    def __init__(self, looks: Iterable[tuple[int, int, timedelta]]) -> None:
        self._intervals: dict[int, timedelta] = {}
        self._due = defaultdict[int, list[tuple[datetime, int]]](list)
        for number, multiple, interval in looks:
            self._intervals[number] = interval
            self._due[multiple].append((BEGIN + interval * ((number * 7919) % 1_000) / 1_000, number))
        for heap in self._due.values():
            heapify(heap)

    def first(self, now: datetime) -> list[DueLook]:
        """Return of each pace the look that has been due longest."""
        return [
            DueLook(petition=PetitionId(heap[0][1]), due_at=heap[0][0], every=multiple, followers=1, seen_at=now)
            for multiple, heap in self._due.items()
            if heap[0][0] <= now
        ]

    def done(self, look: DueLook, now: datetime) -> int:
        """Plan the next look at the same petition."""
        heap = self._due[look.every]
        number = heap[0][1]
        heapreplace(heap, (now + self._intervals[number], number))
        return number
