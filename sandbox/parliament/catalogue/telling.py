"""How an invented life is told: in hours from the start of the sandbox, with a plan of what happens when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sandbox.parliament.counting import Correction
from sandbox.parliament.growth import Growth, Leg, Shape
from sandbox.parliament.happenings import OPEN_FOR, outcome_event, refusal_event, response_event
from sandbox.parliament.life import (
    BusinessAdded,
    Closed,
    DebateCancelled,
    DebateScheduled,
    Department,
    Event,
    Hidden,
    NoteAdded,
    Petition,
    Published,
    Rejected,
    Removed,
    Responded,
    ResponseEdited,
    ResponseWithdrawn,
    State,
    Unpublished,
)
from sandbox.parliament.times import london_day

Made = Callable[[Petition, datetime], Event]
Plan = tuple[tuple[float, Made], ...]
Waypoint = tuple[float, int] | tuple[float, int, Shape]

_BEFORE_OPENING = timedelta(days=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a petition says and who it concerns."""

    action: str
    background: str
    details: str = ""
    creator: str
    topics: tuple[str, ...] = ()
    department: Department | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells lives around `start`, the instant at which the sandbox's clock begins."""

    start: datetime

    def published(
        self,
        petition_id: int,
        words: Words,
        *,
        opened_days_ago: float,
        now: int,
        then: Sequence[Waypoint] = (),
        plan: Plan = (),
        closes_in_days: float | None = None,
    ) -> Petition:
        """A petition that is public already: `now` signatures at the start, `then` waypoints in hours after it.

        It closes half a year after it opened, or `closes_in_days` after the start (a negative number: before it).
        """
        opened_at = self.start - timedelta(days=opened_days_ago)
        opening: Made = opens
        if closes_in_days is not None:
            opening = _opens_until(london_day(self.start + timedelta(days=closes_in_days)))
        legs = (Leg(until=self.start, count=now, shape=Shape.WAVE), *self._legs(then))
        return self._petition(
            petition_id,
            words,
            created_at=opened_at - _BEFORE_OPENING,
            growth=Growth(begins=opened_at, first=6, legs=legs, seed=petition_id),
            plan=((-24 * opened_days_ago, opening), *plan),
        )

    def unpublished(
        self, petition_id: int, words: Words, *, supporters: int, then: Sequence[Waypoint] = (), plan: Plan = ()
    ) -> Petition:
        """A petition that nobody can see yet; its plan says in which state it waits and whether it ever opens."""
        created_at = self.start - timedelta(days=3, hours=petition_id % 40)
        return self._petition(
            petition_id,
            words,
            created_at=created_at,
            growth=Growth(begins=self.start, first=supporters, legs=self._legs(then), seed=petition_id),
            plan=plan,
        )

    def _petition(
        self, petition_id: int, words: Words, *, created_at: datetime, growth: Growth, plan: Plan
    ) -> Petition:
        petition = Petition(
            id=petition_id,
            action=words.action,
            background=words.background,
            additional_details=words.details,
            creator_name=words.creator,
            created_at=created_at,
            growth=growth,
            events=(),
            topics=words.topics,
            departments=(words.department,) if words.department else (),
        )
        planned = sorted(plan, key=lambda step: step[0])
        events = (made(petition, self.start + timedelta(hours=hours)) for hours, made in planned)
        return replace(petition, events=tuple(events))

    def _legs(self, waypoints: Sequence[Waypoint]) -> tuple[Leg, ...]:
        return tuple(
            Leg(until=self.start + timedelta(hours=hours), count=count, shape=shape[0] if shape else Shape.STEADY)
            for hours, count, *shape in waypoints
        )


def waits(state: State) -> Made:
    """It waits unpublished in `state`."""
    return lambda _, at: Unpublished(at=at, state=state)


def opens(petition: Petition, at: datetime) -> Event:
    """It is published and stays open for half a year."""
    return Published(at=at, closes_on=london_day(at + OPEN_FOR))


def _opens_until(day: date) -> Made:
    return lambda _, at: Published(at=at, closes_on=day)


def is_rejected(code: str, details: str | None = None) -> Made:
    """It is refused in public."""
    return lambda _, at: Rejected(at=at, code=code, details=details)


def is_hidden(petition: Petition, at: datetime) -> Event:
    """It is refused for a reason that is not published."""
    return Hidden(at=at)


def is_removed(petition: Petition, at: datetime) -> Event:
    """It is taken off the site."""
    return Removed(at=at)


def closes_early(petition: Petition, at: datetime) -> Event:
    """It closes before its deadline."""
    return Closed(at=at)


def gains(signatures: int) -> Made:
    """Many signatures arrive in one counting run; a negative number is taken away."""
    return lambda _, at: Correction(at=at, by=signatures)


def gets_response(petition: Petition, at: datetime) -> Event:
    """Its department answers."""
    return response_event(petition, at)


def gets_response_saying(summary: str, details: str) -> Made:
    """An answer in these words."""
    return lambda _, at: Responded(at=at, responded_on=london_day(at), summary=summary, details=details)


def has_response_edited(petition: Petition, at: datetime) -> Event:
    """A sentence is added to the answer."""
    first = response_event(petition, at)
    details = f"{first.details}\n\nThis response was revised after the Petitions Committee asked for more detail."
    return ResponseEdited(at=at, summary=first.summary, details=details)


def has_response_withdrawn(petition: Petition, at: datetime) -> Event:
    """The answer is deleted."""
    return ResponseWithdrawn(at=at)


def gets_debate(*, in_days: int) -> Made:
    """A debate is set for so many days later; told again, it is moved."""
    return lambda _, at: DebateScheduled(at=at, on=london_day(at + timedelta(days=in_days)))


def has_debate_cancelled(petition: Petition, at: datetime) -> Event:
    """The day is cleared."""
    return DebateCancelled(at=at)


def gets_outcome(*, days_after_debate: int) -> Made:
    """What was said in the debate is published, so many days after it."""
    return lambda petition, at: outcome_event(petition, at, london_day(at - timedelta(days=days_after_debate)))


def is_refused_debate(petition: Petition, at: datetime) -> Event:
    """The committee decides that there will be no debate."""
    return refusal_event(at)


def gets_note(text: str) -> Made:
    """The committee adds a note."""
    return lambda _, at: NoteAdded(at=at, text=text)


def is_mentioned(subject: str, body: str) -> Made:
    """Other parliamentary business is reported."""
    return lambda _, at: BusinessAdded(at=at, occurred_on=london_day(at), subject=subject, body=body)
