"""The invented petitions: each a document that changes as time passes, told in hours from the sandbox's start.

They stand in `petitions/*.toml`; `tell` says what the keys mean. Every answer about them is a function of the time
alone, so old copies cost nothing and nothing has to run before the first request.
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Self

from sandbox.parliament.changes import CHANGES, OF_STATE, OPEN_FOR_DAYS, UNDATED, Attributes, deadline, expire
from sandbox.parliament.constituencies import by_constituency
from sandbox.parliament.document import MILESTONES, THRESHOLDS, Json, State
from sandbox.parliament.growth import Growth, Leg, Shape
from sandbox.parliament.happenings import CannotHappenError, Happening, change_for, possible
from sandbox.parliament.petition import Prospect
from sandbox.parliament.times import midnight_after, stamp

DEFAULT_START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEFAULT_SPEED = 600.0
"""Site seconds for each real second: ten minutes a second, so that an hour takes six seconds and a day 2.4 minutes."""

Plan = Sequence[Sequence[Any]]
"""What happens when: hours from the start, the name of one of the `CHANGES`, and what else that needs to know."""

_FILES = files("sandbox.parliament")
_NEW: Json = json.loads(_FILES.joinpath("new_petition.json").read_text(encoding="utf-8"))
_GROWING = frozenset({State.PENDING, State.VALIDATED, State.SPONSORED, State.FLAGGED, State.OPEN})
_WORDS = {
    "publish": "opens for signatures",
    "close": "closes early",
    "reject": "is rejected",
    "become": "becomes {}",
    "sign": "gets {:,} signatures at once",
    "respond": "gets a government response",
    "edit_response": "has its response edited",
    "withdraw_response": "has its response withdrawn",
    "schedule_debate": "has the day of its debate set",
    "cancel_debate": "has its debate cancelled",
    "hold_debate": "has its debate’s outcome published",
    "refuse_debate": "is refused a debate",
    "complete_outcome": "has links added to its debate",
    "note": "gets a note from the committee",
    "add_business": "is taken up by the committee",
    "edit_business": "has the committee’s words edited",
    "extend_deadline": "gets a day longer",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A change at its time."""

    at: datetime
    change: str
    details: tuple[Any, ...] = ()


def _words(step: Step) -> str:
    match step.change, step.details:
        case "sign", (int(signatures),) if signatures < 0:
            return f"loses {-signatures:,} signatures at once"
        case change, details:
            return _WORDS[change].format(*details)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedPetition:
    """A first document, and what makes it another: steps in order of time, and signatures that come in between."""

    id: int
    created_at: datetime
    attributes: Json
    growth: Growth
    steps: tuple[Step, ...]

    def document(self, at: datetime) -> Json:
        """The petition as it is at `at`."""
        attributes, since = dict(self.attributes), self.created_at
        for step in self.steps:
            if step.at > at:
                break
            self._let_time_pass(attributes, since, step.at)
            CHANGES[step.change](attributes, step.at, *step.details)
            if step.change not in UNDATED:
                attributes["updated_at"] = stamp(step.at)
            since = step.at
        self._let_time_pass(attributes, since, at)
        return _shown(self.id, attributes)

    def possible(self, document: Json, at: datetime) -> Sequence[Happening]:
        """What can be made to happen to it at `at`, when this is how it stands."""
        return possible(document, at)

    def after(self, what: Happening, at: datetime) -> Self:
        """The petition to which `what` happens at `at`; `CannotHappenError` when it is not in a state for that.

        What ends its state also ends what was planned for its states and for signatures at once.
        """
        document = self.document(at)
        if what not in possible(document, at):
            state = document["attributes"]["state"]
            raise CannotHappenError(f"{what.value} cannot happen to petition {self.id}, which is {state}")
        made = Step(at, *change_for(what, document))
        void = {*OF_STATE, "sign"} if made.change in OF_STATE else frozenset()
        steps = (*(step for step in self.steps if step.at <= at or step.change not in void), made)
        return replace(self, steps=tuple(sorted(steps, key=lambda step: step.at)))

    def next(self, document: Json, at: datetime) -> Prospect | None:
        """What happens next after `at`, when this is how it stands; nothing to one that has been taken away."""
        attributes = document["attributes"]
        if attributes["state"] in {State.HIDDEN, State.REMOVED}:
            return None
        planned = (Prospect(step.at, _words(step)) for step in self.steps if step.change in _WORDS)
        ahead = (each for each in (*planned, *self._passing_by_itself(attributes, at)) if each.at > at)
        return min(ahead, key=lambda each: each.at, default=None)

    def _passing_by_itself(self, attributes: Json, at: datetime) -> Iterator[Prospect]:
        """The end of a debate's day, the deadline, and the milestone that growth alone reaches next."""
        if (debate_on := attributes["scheduled_debate_date"]) and not attributes["debate"]:
            yield Prospect(midnight_after(date.fromisoformat(debate_on)), "has been debated")
        if attributes["state"] != State.OPEN:
            return
        yield Prospect(deadline(attributes), "closes at its deadline")
        count = attributes["signature_count"]
        for milestone in [each for each in MILESTONES if each > count][:1]:
            if reached := self.growth.reaches(self.growth.signatures(at) + milestone - count):
                yield Prospect(reached, f"reaches {milestone:,} signatures")

    def _let_time_pass(self, attributes: Attributes, since: datetime, until: datetime) -> None:
        """Add the signatures that came in between, and close the petition if its deadline did."""
        if attributes["state"] == State.OPEN and until >= (ends := deadline(attributes)):
            self._add_signatures(attributes, since, ends)
            expire(attributes)
            attributes["updated_at"] = stamp(ends)
        elif attributes["state"] in _GROWING:
            self._add_signatures(attributes, since, until)

    def _add_signatures(self, attributes: Attributes, since: datetime, until: datetime) -> None:
        """Count what came in; a threshold is dated by the signature that reached it, the document by the last one."""
        count, earlier = attributes["signature_count"], self.growth.signatures(since)
        gained = self.growth.signatures(until) - earlier
        marks = {key: threshold - count for key, threshold in THRESHOLDS.items()} | {"updated_at": gained}
        for key, missing in marks.items():
            if 0 < missing <= gained and (reached := self.growth.reaches(earlier + missing)) is not None:
                attributes[key] = stamp(reached)
        attributes["signature_count"] = count + gained


def invented_petitions(start: datetime = DEFAULT_START) -> tuple[InventedPetition, ...]:
    """Every invented petition, with lives around `start`; those of an archived parliament around its end."""
    told = []
    for file in _FILES.joinpath("petitions").iterdir():
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        parliament = content.get("parliament")
        begins = datetime.fromisoformat(parliament["dissolution_at"]) if parliament else start
        told += [tell(begins, **petition, parliament=parliament) for petition in content["petition"]]
    return tuple(sorted(told, key=lambda petition: petition.id))


def tell(
    start: datetime,
    *,
    id: int,  # noqa: A002 - as the site calls it
    signatures: int,
    opened_days_ago: float | None = None,
    closes_in_days: float | None = None,
    growth: Sequence[Sequence[Any]] = (),
    plan: Plan = (),
    **attributes: object,
) -> InventedPetition:
    """A petition with so many `signatures` at `start`, which grows by waypoints: hours, count and perhaps a shape.

    It is public since so many days, or waits unpublished. It closes half a year after it opened, or so many days after
    the start (a negative number: before it). `attributes` are the site's own, texts above all.
    """
    begins, first, created_at, legs = start, signatures, start - timedelta(days=3, hours=id % 40), []
    steps = [Step(start + timedelta(hours=hours), change, tuple(details)) for hours, change, *details in plan]
    if opened_days_ago is not None:
        begins, first = start - timedelta(days=opened_days_ago), 6
        created_at = begins - timedelta(days=12)
        legs.append(Leg(until=start, count=signatures, shape=Shape.WAVE))
        open_for = OPEN_FOR_DAYS if closes_in_days is None else opened_days_ago + closes_in_days
        steps.append(Step(begins, "publish", (open_for,)))
    for hours, count, *shape in growth:
        legs.append(Leg(start + timedelta(hours=hours), count, *map(Shape, shape)))
    created = {"signature_count": first, "created_at": stamp(created_at), "updated_at": stamp(created_at)}
    return InventedPetition(
        id=id,
        created_at=created_at,
        attributes={**_NEW, **attributes, **created},
        growth=Growth(begins, first, tuple(legs)),
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _shown(number: int, attributes: Attributes) -> Json:
    """The document of these: some are shown in some states alone, and what has a parliament is in its archive."""
    state, parliament = attributes["state"], attributes.pop("parliament")
    if state != State.OPEN:
        attributes["creator_name"] = None
        attributes.pop("closing_date", None)
    if state in {State.OPEN, State.CLOSED}:
        attributes["signatures_by_constituency"] = by_constituency(number, attributes["signature_count"])
    else:
        del attributes["other_parliamentary_business"]
    if parliament is None:
        return {"type": "petition", "id": number, "attributes": attributes}
    del attributes["creator_name"]
    return {"type": "archived-petition", "id": number, "parliament": parliament, "attributes": attributes}
