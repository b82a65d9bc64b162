"""The UK site as it might be on one day, on a movable clock, with a record of its own of when what became visible.

Signatures come by chance, at paces that differ by powers of ten, with the rhythm of day and night; some petitions are
much signed all day, and some that hardly anybody knows are suddenly shared for some hours. As on the real site, counts
move once a minute. Petitions close at midnight, new ones are published, the government responds, debates are dated and
their outcomes entered. What it answers is read by the bot's own code, at the pace of the bot's own budget.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from math import exp, pi, sin
from random import Random
from time import process_time
from typing import Any, TypeVar

from petitions.answers import (
    BreakdownAnswer,
    DocumentAnswer,
    ListAnswer,
    ListPage,
    NotFound,
    Ok,
    TallyAnswer,
    Unchanged,
    Unreadable,
    Validator,
)
from petitions.legislature import Legislature
from petitions.petition import PetitionRef
from sites.budget import Budget
from sites.uk_document import UK, read_document, read_page, read_tally

BEGIN = datetime(2026, 3, 3, 9, tzinfo=UTC)
WORKING_HOURS = (0.2, 8.0)
"""From when until when people of the site do things, in hours since the day began."""

DAY = 86_400.0
MINUTE = 60.0
LATENCY = 0.2
A_PAGE = 50
MILESTONES = (1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 250_000, 500_000)
RESPONSE, DEBATE_DATE, OUTCOME = "response", "debate_date", "outcome"
"""What the record calls news that is no milestone."""

T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Seconds since the day began; whoever waits moves them on."""

    seconds: float = 0.0

    @property
    def now(self) -> datetime:
        """The moment."""
        return BEGIN + timedelta(seconds=self.seconds)


@dataclass(slots=True, kw_only=True)
class Modelled:
    """A petition: the attributes that the site shows, and at how many signatures a day it grows on average.

    `shared`: from when until when it is signed so many times as much.
    """

    number: int
    attributes: dict[str, Any]
    pace: float
    shared: tuple[float, float, float] = (0.0, 0.0, 1.0)

    @property
    def signatures(self) -> int:
        """How many the site shows."""
        count: int = self.attributes["signature_count"]
        return count

    @property
    def item(self) -> dict[str, Any]:
        """The petition as the site writes it."""
        return {"type": "petition", "id": self.number, "attributes": self.attributes}

    def expected(self, seconds: float) -> float:
        """Return how many signatures the minute before that moment brings on average."""
        begins, ends, times = self.shared
        rhythm = 1 + 0.9 * sin(2 * pi * (seconds / DAY + BEGIN.hour / 24 - 9 / 24))
        return self.pace * rhythm * (times if begins <= seconds < ends else 1) * MINUTE / DAY


@dataclass(kw_only=True)
class ModelledSite:
    """The site. `requests`: when it was asked. `visible`: when its JSON first showed a milestone or other news.

    `busy_seconds`: the processor time that the site itself took.
    """

    clock: Clock
    random: Random
    budget: Budget
    petitions: dict[int, Modelled] = field(default_factory=dict)
    requests: list[float] = field(default_factory=list)
    visible: dict[tuple[str, int | str], float] = field(default_factory=dict)
    busy_seconds: float = 0.0
    _grown_until: float = 0.0
    _events: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _ranked: list[Modelled] = field(default_factory=list)
    _ranked_at: float = -1.0

    @property
    def legislature(self) -> Legislature:
        """The UK's."""
        return UK

    def happen_at(self, seconds: float, event: Callable[[float], None]) -> None:
        """Let something happen at that moment."""
        heappush(self._events, (seconds, len(self._events), event))

    async def breakdown(self, ref: PetitionRef, *, archived: bool) -> BreakdownAnswer:
        """Say nothing of constituencies: nobody here asks."""
        del ref, archived
        return Ok(body=())

    async def document(
        self, ref: PetitionRef, *, archived: bool, validator: Validator | None, urgent: bool
    ) -> DocumentAnswer:
        """Answer as the site does: by the time of the last change, cut to ten seconds."""
        del archived, urgent
        return self._dated(
            ref, validator, lambda shown: read_document({"data": shown.item}, number=ref.number, archived=False)
        )

    async def tally(self, ref: PetitionRef, *, validator: Validator | None) -> TallyAnswer:
        """Answer with the same validator."""
        return self._dated(ref, validator, lambda shown: read_tally(_count(shown.attributes)))

    async def page(
        self, facet: str, *, number: int, query: str | None, validator: Validator | None, urgent: bool
    ) -> ListAnswer:
        """Answer with a page, or that it is as it was."""
        del query, urgent
        self._take_turn()
        began = process_time()
        found = self._facet(facet)
        shown = found[(number - 1) * A_PAGE : number * A_PAGE]
        etag = str(hash(tuple((each.number, each.signatures, each.attributes["updated_at"]) for each in shown)))
        last = max(1, -(-len(found) // A_PAGE))
        links = {name: f"/petitions.json?page={page}" for name, page in (("next", number + 1), ("last", last))}
        if number >= last:
            del links["next"]
        payload = {"links": links, "data": [each.item for each in shown]}
        self.busy_seconds += process_time() - began
        if validator is not None and validator.etag == etag:
            return Unchanged()
        read = read_page(payload, number=number, debated={"debated": True}.get(facet))
        assert isinstance(read, ListPage)
        return Ok(body=read, validator=Validator(etag=etag))

    def _dated(
        self, ref: PetitionRef, validator: Validator | None, read: Callable[[Modelled], T | Unreadable]
    ) -> Ok[T] | Unchanged | NotFound | Unreadable:
        self._take_turn()
        shown = self.petitions.get(int(ref.number))
        if shown is None:
            return NotFound()
        changed_at = datetime.fromisoformat(shown.attributes["updated_at"])
        slot = f"{changed_at:%Y-%m-%dT%H:%M:%S}"[:-1]
        if validator is not None and validator.settled and validator.last_modified == slot:
            return Unchanged()
        settled = self.clock.now - changed_at >= timedelta(seconds=10)
        body = read(shown)
        if isinstance(body, Unreadable):
            return body
        return Ok(body=body, validator=Validator(last_modified=slot, settled=settled))

    def _take_turn(self) -> None:
        """Wait for the watch's turn, as nobody else asks, and for the answer; the site shows what is true then."""
        self.clock.seconds += self.budget.delay_for_watch(self.clock.seconds, people_wait=False)
        self.budget.spend(self.clock.seconds, by_watch=True)
        self.requests.append(self.clock.seconds)
        self.clock.seconds += LATENCY
        began = process_time()
        self._advance(self.clock.seconds)
        self.busy_seconds += process_time() - began

    def _advance(self, seconds: float) -> None:
        while self._grown_until + MINUTE <= seconds or (self._events and self._events[0][0] <= seconds):
            minute = self._grown_until + MINUTE
            if self._events and self._events[0][0] <= minute:
                at, _, event = heappop(self._events)
                event(at)
            else:
                self._grown_until = minute
                self._count_signatures(minute)

    def _count_signatures(self, seconds: float) -> None:
        counted_until = _written(seconds - MINUTE)
        for petition in self.petitions.values():
            if petition.attributes["state"] == "open":
                come = _by_chance(self.random, petition.expected(seconds))
                if come:
                    self._sign(petition, come, seconds, counted_until)

    def _sign(self, petition: Modelled, come: int, seconds: float, counted_until: str) -> None:
        before, shown = petition.signatures, petition.attributes
        shown["signature_count"], shown["updated_at"] = before + come, counted_until
        for milestone in MILESTONES:
            if before < milestone <= before + come:
                self.show(petition, milestone, seconds)
                for threshold, name in ((10_000, "response"), (100_000, "debate")):
                    if milestone == threshold:
                        shown[f"{name}_threshold_reached_at"] = _written(seconds)

    def show(self, petition: Modelled, what: int | str, seconds: float) -> None:
        """Note that something can be seen from that moment on; the first time counts."""
        self.visible.setdefault((str(petition.number), what), seconds)

    def _facet(self, facet: str) -> Sequence[Modelled]:
        every = self.petitions.values()
        match facet:
            case "open":
                if self._ranked_at != self._grown_until:
                    still_open = (each for each in every if each.attributes["state"] == "open")
                    self._ranked = sorted(still_open, key=lambda each: -each.signatures)
                    self._ranked_at = self._grown_until
                return self._ranked
            case "recent":
                return _newest(every, "opened_at", lambda shown: shown["state"] == "open")
            case "with_response":
                return _newest(every, "government_response_at", lambda shown: shown["government_response_at"])
            case "debated":
                return _newest(every, "scheduled_debate_date", lambda shown: shown["debate"])
            case "awaiting_debate":
                return _newest(
                    every,
                    "debate_threshold_reached_at",
                    lambda shown: (
                        (shown["debate_threshold_reached_at"] or shown["scheduled_debate_date"]) and not shown["debate"]
                    ),
                )
            case _:
                return ()


def modelled_site(clock: Clock, random: Random, budget: Budget, *, open_ones: int, much_signed: int) -> ModelledSite:
    """Build a site with as many closed petitions as open ones, and a day ahead of it."""
    site = ModelledSite(clock=clock, random=random, budget=budget)
    for number in range(open_ones * 2):
        site.petitions[number + 700_000] = _petition(random, number + 700_000, is_open=number % 2 == 0)
    still_open = [each for each in site.petitions.values() if each.attributes["state"] == "open"]
    suddenly_shared = open_ones // 150
    chosen = random.sample(still_open, much_signed + suddenly_shared)
    for petition in chosen[:much_signed]:
        petition.pace = 10 ** random.uniform(3.5, 4.5)
        petition.attributes["signature_count"] = int(petition.pace * random.uniform(0.02, 5))
    for petition in chosen[much_signed:]:
        begins = random.uniform(0, DAY)
        petition.shared = (begins, begins + random.uniform(3, 8) * 3_600, random.uniform(20, 100) * 10 / petition.pace)
    for petition in still_open:
        _date_thresholds(petition)
        if petition.attributes["closing_date"] == BEGIN.date().isoformat():
            midnight = (datetime.combine(BEGIN.date() + timedelta(days=1), time(), UTC) - BEGIN).total_seconds()
            site.happen_at(midnight + random.uniform(60, 180), partial(_close, petition))
    _plan_news(site, random)
    for number in range(open_ones // 180):
        new = _petition(random, 790_000 + number, is_open=True)
        site.happen_at(random.uniform(*WORKING_HOURS) * 3_600, partial(_publish, site, new))
    return site


def _plan_news(site: ModelledSite, random: Random) -> None:
    """Plan five responses, three dates of debates and three outcomes in the working hours."""
    shown = list(site.petitions.values())
    without_response = [
        each for each in shown if each.signatures >= 10_000 and not each.attributes["government_response"]
    ]
    without_date = [
        each for each in shown if each.signatures >= 30_000 and not each.attributes["scheduled_debate_date"]
    ]
    for candidates, much, event in (
        (without_response, 5, _respond),
        (without_date, 3, _date_debate),
        (without_date[::-1], 3, _debate),
    ):
        for petition in candidates[:much]:
            site.happen_at(random.uniform(*WORKING_HOURS) * 3_600, partial(event, site, petition))


def _petition(random: Random, number: int, *, is_open: bool) -> Modelled:
    age = random.uniform(0, 181) if is_open else random.uniform(182, 700)
    opened_at = BEGIN - timedelta(days=age)
    pace = min(1.0 / (1 - random.random()), 500.0)
    signatures = 5 + int(pace * min(age, 181) * random.uniform(0.5, 2) * (1 if is_open else 3))
    responded = signatures >= 10_000 and not is_open and random.random() < 0.6
    attributes: dict[str, Any] = {
        "action": _words(random, 60),
        "background": _words(random, 280),
        "additional_details": _words(random, 600),
        "committee_note": "",
        "state": "open" if is_open else "closed",
        "signature_count": signatures,
        "created_at": _iso(opened_at - timedelta(days=20)),
        "updated_at": _iso(BEGIN - timedelta(hours=1)),
        "opened_at": _iso(opened_at),
        "closing_date": (opened_at + timedelta(days=181)).date().isoformat() if is_open else None,
        "closed_at": None if is_open else _iso(opened_at + timedelta(days=181)),
        "response_threshold_reached_at": None,
        "government_response_at": None,
        "government_response": None,
        "debate_threshold_reached_at": None,
        "scheduled_debate_date": None,
        "debate_scheduled_on": None,
        "debate_outcome_at": None,
        "debate": None,
        "topics": [random.choice(("health", "education", "transport", "environment"))],
        "departments": [{"acronym": "DfT", "name": "Department for Transport", "url": "https://example.org/"}],
    }
    petition = Modelled(number=number, attributes=attributes, pace=pace)
    _date_thresholds(petition)
    if responded:
        _write_response(attributes, random, BEGIN - timedelta(days=random.uniform(10, 100)))
    return petition


def _date_thresholds(petition: Modelled) -> None:
    for threshold, name in ((10_000, "response"), (100_000, "debate")):
        if petition.signatures >= threshold:
            petition.attributes[f"{name}_threshold_reached_at"] = _iso(BEGIN - timedelta(days=1))


def _respond(site: ModelledSite, petition: Modelled, seconds: float) -> None:
    _write_response(petition.attributes, site.random, BEGIN + timedelta(seconds=seconds))
    petition.attributes["updated_at"] = _written(seconds)
    site.show(petition, RESPONSE, seconds)


def _write_response(attributes: dict[str, Any], random: Random, at: datetime) -> None:
    attributes["government_response_at"] = _iso(at)
    attributes["government_response"] = {
        "responded_on": at.date().isoformat(),
        "summary": _words(random, 200),
        "details": _words(random, 3_000),
        "created_at": _iso(at),
        "updated_at": _iso(at),
    }


def _date_debate(site: ModelledSite, petition: Modelled, seconds: float) -> None:
    petition.attributes |= {
        "scheduled_debate_date": (BEGIN.date() + timedelta(days=30)).isoformat(),
        "debate_scheduled_on": BEGIN.date().isoformat(),
        "updated_at": _written(seconds),
    }
    site.show(petition, DEBATE_DATE, seconds)


def _debate(site: ModelledSite, petition: Modelled, seconds: float) -> None:
    held: date = BEGIN.date() - timedelta(days=1)
    petition.attributes |= {
        "scheduled_debate_date": held.isoformat(),
        "debate_outcome_at": _written(seconds),
        "debate": {"debated_on": held.isoformat(), "overview": _words(site.random, 300)},
        "updated_at": _written(seconds),
    }
    site.show(petition, OUTCOME, seconds)


def _close(petition: Modelled, seconds: float) -> None:
    petition.attributes |= {"state": "closed", "closed_at": _written(seconds), "updated_at": _written(seconds)}
    del petition.attributes["closing_date"]


def _publish(site: ModelledSite, petition: Modelled, seconds: float) -> None:
    petition.attributes |= {"opened_at": _written(seconds), "updated_at": _written(seconds), "signature_count": 6}
    site.petitions[petition.number] = petition


def _newest(every: Iterable[Modelled], name: str, holds: Callable[[dict[str, Any]], object]) -> Sequence[Modelled]:
    found = [each for each in every if holds(each.attributes)]
    return sorted(found, key=lambda each: each.attributes[name] or "", reverse=True)


def _count(shown: dict[str, Any]) -> dict[str, Any]:
    names = (
        "signature_count",
        "response_threshold_reached_at",
        "government_response_at",
        "debate_threshold_reached_at",
        "scheduled_debate_date",
        "debate_outcome_at",
    )
    return {name: shown[name] for name in names} | {"debated": shown["debate"] is not None}


def _by_chance(random: Random, expected: float) -> int:
    """Return how many come where so many are expected, each for itself."""
    if expected > 30:
        return max(0, round(random.gauss(expected, expected**0.5)))
    left, come = random.random() - exp(-expected), 0
    share = exp(-expected)
    while left > 0:
        come += 1
        share *= expected / come
        left -= share
    return come


def _words(random: Random, characters: int) -> str:
    letters = "aaabcdeeeeefghiiijklmnooopqrstuuvwxyz     "
    return "".join(random.choices(letters, k=characters)).strip().capitalize()


def _written(seconds: float) -> str:
    return _iso(BEGIN + timedelta(seconds=seconds))


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
