"""A day of the UK site with thousands of followed petitions: what the watch asks, how soon it sees, and what it costs.

The bot's own watch, planner, storage and budget on a movable clock, against a site in the same process that keeps its
own record of when each piece of news could first be seen (`benchmarks/modelled_site.py`). The time until news is seen
ends when it is stored as a change. Each request also takes a fifth of a second, in which nothing else happens.
"""

import gc
import logging
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

import psutil
import structlog
from sqlalchemy import insert, literal, select, text

from benchmarks.figures import NONE_AT_ALL, Figure, Goal
from benchmarks.modelled_site import (
    BEGIN,
    DEBATE_DATE,
    MINUTE,
    OUTCOME,
    RESPONSE,
    Clock,
    Modelled,
    ModelledSite,
    modelled_site,
)
from delivery.chats import ChatKind
from petitions.answers import Ok
from petitions.cadence import Cadence, plan, spread_of
from petitions.news import Change, DebateScheduled, MilestoneReached
from petitions.observations import first_contact
from petitions.petition import PetitionRef, Reading, Site, Snapshot
from petitions.watched import Look, WatchedPetition
from services.back_off import SiteBackOff
from services.command_limit import RateLimit
from services.tidy import Tidy
from services.watch import Watch
from sites.budget import Budget
from sites.uk_document import UK, read_document
from storage.columns import UtcDateTime
from storage.petitions import PetitionStore
from storage.schema import follows, petitions, readings
from storage.storage import Storage, open_storage

CADENCE = Cadence(base=timedelta(seconds=60))
REQUESTS_PER_SECOND = 1.0
OPEN, OPEN_WHEN_QUICK = 2_500, 250
MUCH_SIGNED = 40
HOURS, HOURS_WHEN_QUICK = 24.0, 0.25
IDLE_SECONDS = 1.0
A_BATCH = 500

A_FIFTIETH = Goal(most=0.02)
WITHIN_A_MINUTE, WITHIN_TWO, WITHIN_FIVE = Goal(most=60), Goal(most=120), Goal(most=300)
THE_BUDGET = Goal(most=REQUESTS_PER_SECOND * MINUTE)

YEARS_OF, YEARS_OF_WHEN_QUICK = 100, 2
"""Of so many petitions a year's hourly readings are stored, to be thinned as the bot thins them."""


class TimedPetitions(PetitionStore):
    """Notes when each change is committed."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        super().__init__(storage.database)
        self.stored: dict[tuple[str, int | str], float] = {}
        self._clock = clock

    async def record_all(self, looks: Sequence[Look]) -> Sequence[WatchedPetition | None]:
        """Store looks as the bot does."""
        stored = await super().record_all(looks)
        for look in looks:
            for change in look.changes:
                for what in _told(change):
                    self.stored.setdefault((look.ref.number, what), self._clock.seconds)
        return stored


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Let a day pass, or some minutes of a smaller site."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    clock, random, budget = Clock(), Random(1), Budget(REQUESTS_PER_SECOND)
    open_ones = OPEN_WHEN_QUICK if quick else OPEN
    site = modelled_site(clock, random, budget, open_ones=open_ones, much_signed=MUCH_SIGNED)
    async with open_storage(f"sqlite:///{folder / 'day.db'}") as storage:
        followed, empty = len(site.petitions), await _bytes(storage)
        await _follow_all(storage, site, random)
        a_petition = (await _bytes(storage) - empty) / followed
        hours = HOURS_WHEN_QUICK if quick else HOURS
        store = TimedPetitions(storage, clock)
        before, began = _megabytes(), process_time()
        await _live(storage, store, site, hours * 3_600)
        computing, after = process_time() - began - site.busy_seconds, _megabytes()
        years_of = YEARS_OF_WHEN_QUICK if quick else YEARS_OF
        seconds_of_year, a_year = await _petition_year(storage, clock.now, years_of)
    waits = _waits(site, store.stored)
    return [
        *_requests(site, followed, hours * 60),
        *_latencies(waits),
        Figure(
            name="news that was never stored",
            values=[_lost(site, store.stored)],
            goal=NONE_AT_ALL,
            digits=0,
            vital=True,
        ),
        Figure(name="memory at the start of the day", values=[before], unit="MB", digits=0),
        Figure(name="memory at its end", values=[after], unit="MB", digits=0),
        Figure(name="processor time of the day", values=[computing], unit="s", digits=0),
        Figure(name="a petition as it is first stored", values=[a_petition], unit="bytes", digits=0),
        Figure(name="a year of a petition's readings", values=[a_year], unit="bytes", digits=0),
        Figure(name=f"thinning a year of {years_of} petitions", values=[seconds_of_year], unit="s", digits=1),
    ]


async def _live(storage: Storage, store: PetitionStore, site: ModelledSite, seconds: float) -> None:
    clock = site.clock
    watch = Watch(
        sites={Site.UK: site},
        petitions=store,
        feeds=storage.feeds,
        subscriptions=storage.subscriptions,
        cadence=CADENCE,
        back_off=SiteBackOff(CADENCE, on_long_wait=lambda _site, _wait: None),
        limit=RateLimit(1, lambda: 0.0),
        on_failure=_fail,
    )
    tidy = Tidy(store=storage.tidy, forgotten=lambda _number: None)
    while clock.seconds < seconds:
        await tidy.step(clock.now)
        if not await watch.step(clock.now):
            clock.seconds += IDLE_SECONDS


def _fail(ref: PetitionRef) -> None:
    raise AssertionError(f"{ref} could not be compared or stored")


async def _follow_all(storage: Storage, site: ModelledSite, random: Random) -> None:
    """Follow every petition, with a day of readings, as if the bot had run for long."""
    chat = await storage.chats.ensure(1, ChatKind.PRIVATE, BEGIN)
    shown = list(site.petitions.values())
    for start in range(0, len(shown), A_BATCH):
        batch = shown[start : start + A_BATCH]
        stored = await storage.petitions.record_all([_first_look(each, random) for each in batch])
        rows = [
            {"petition_id": known.id, "at": reading.at, "signatures": reading.signatures}
            for each, known in zip(batch, stored, strict=True)
            if known is not None
            for reading in _readings(each)
        ]
        async with storage.database.write() as connection:
            await connection.execute(insert(readings), rows)
    of_all = select(petitions.c.id, literal(chat.id), literal(0), literal(BEGIN, UtcDateTime))
    async with storage.database.write() as connection:
        await connection.execute(
            insert(follows).from_select(["petition_id", "chat_id", "after_change", "followed_at"], of_all)
        )


def _first_look(shown: Modelled, random: Random) -> Look:
    """Return what would be stored of a petition that has been swept for long; documents are read at any time."""
    snapshot = read_document({"data": shown.item}, number=str(shown.number), archived=False)
    assert isinstance(snapshot, Snapshot)
    look = first_contact(Ok(body=snapshot), BEGIN, CADENCE, UK.zone)
    schedule = plan(
        look.snapshot,
        look.marks,
        list(_readings(shown)),
        BEGIN,
        CADENCE,
        zone=UK.zone,
        spread=spread_of(look.ref),
        swept=True,
    )
    return replace(look, schedule=replace(schedule, page_at=BEGIN + CADENCE.full * random.random()), reading=None)


def _readings(shown: Modelled) -> Iterator[Reading]:
    for hours in range(25, 0, -1):
        gained = shown.pace * hours / 24 if shown.attributes["state"] == "open" else 0
        yield Reading(at=BEGIN - timedelta(hours=hours), signatures=max(0, shown.signatures - round(gained)))


def _told(change: Change) -> tuple[int | str, ...]:
    match change.news:
        case MilestoneReached(passed=passed):
            return passed
        case DebateScheduled():
            return (DEBATE_DATE,)
        case news:
            return ({"response": RESPONSE, "debated": OUTCOME}.get(news.kind, news.kind),)


Waits = Mapping[str, Sequence[float]]


def _waits(site: ModelledSite, stored: Mapping[tuple[str, int | str], float]) -> Waits:
    waits: dict[str, list[float]] = {"milestones": [], "responses": [], "debates": []}
    for (number, what), visible_at in site.visible.items():
        if (number, what) in stored:
            kind = "milestones" if isinstance(what, int) else "responses" if what == RESPONSE else "debates"
            waits[kind].append(stored[number, what] - visible_at)
    return waits


def _lost(site: ModelledSite, stored: Mapping[tuple[str, int | str], float]) -> int:
    """Count what has been visible for longer than a round of the sweep, and was not stored."""
    old = site.clock.seconds - 2 * CADENCE.sweep.total_seconds()
    return sum(what not in stored and visible_at < old for what, visible_at in site.visible.items())


def _latencies(waits: Waits) -> Iterator[Figure]:
    milestones = sorted(waits["milestones"]) or [0.0]
    yield Figure(name="milestones of the day", values=[len(waits["milestones"])], digits=0)
    yield Figure(
        name="milestones: visible until stored, median",
        values=[median(milestones)],
        unit="s",
        goal=WITHIN_A_MINUTE,
        digits=0,
    )
    most = milestones[ceil(len(milestones) * 0.95) - 1]
    yield Figure(name="milestones: 95 % within", values=[most], unit="s", goal=WITHIN_TWO, digits=0)
    yield Figure(name="milestones: the longest", values=[milestones[-1]], unit="s", digits=0)
    for kind in ("responses", "debates"):
        name = f"{len(waits[kind])} {kind}: the longest"
        yield Figure(name=name, values=[max(waits[kind], default=0.0)], unit="s", goal=WITHIN_FIVE, digits=0)


def _requests(site: ModelledSite, followed: int, minutes: float) -> Iterator[Figure]:
    asked = site.requests
    yield Figure(name="requests", values=[len(asked)], digits=0)
    share = len(asked) / (followed * minutes)
    yield Figure(name="requests ÷ one a followed petition a minute", values=[share], goal=A_FIFTIETH, digits=4)
    most = max(bisect_left(asked, at + MINUTE) - place for place, at in enumerate(asked))
    yield Figure(name="most requests in any minute", values=[most], goal=THE_BUDGET, digits=0, vital=True)


async def _petition_year(storage: Storage, now: datetime, years_of: int) -> tuple[float, float]:
    """Return how long it takes to thin a year of hourly readings of some petitions, and how many bytes of each stay."""
    async with storage.database.read() as connection:
        chosen = (
            (await connection.execute(select(petitions.c.id).order_by(petitions.c.id).limit(years_of))).scalars().all()
        )
    before = await _bytes(storage)
    hours = [now - timedelta(days=3) - timedelta(hours=hour) for hour in range(365 * 24)]
    for petition in chosen:
        rows = [{"petition_id": petition, "at": at, "signatures": number} for number, at in enumerate(reversed(hours))]
        async with storage.database.write() as connection:
            await connection.execute(insert(readings), rows)
    began = process_time()
    await storage.tidy.thin_readings(now, None)
    return process_time() - began, (await _bytes(storage) - before) / years_of


async def _bytes(storage: Storage) -> int:
    """Return how much of the database is used."""
    async with storage.database.read() as connection:
        pages, free, size = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        ]
    used: int = (pages - free) * size
    return used


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1024**2
