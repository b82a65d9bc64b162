"""The public facets of the lists: which petitions each holds and in which order (`docs/petition-sites.md` §2)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sandbox.parliament.entries import Entry
from sandbox.parliament.life import State

Rank = tuple[tuple[bool, float], ...]
Order = Callable[[Entry], Rank]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A set of visible petitions and its order."""

    holds: Callable[[Entry], bool]
    order: Order

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """The facet's petitions in order; petitions that are equal in every column come by id."""
        held = (entry for entry in entries if entry.visible and self.holds(entry))
        return sorted(held, key=lambda entry: (self.order(entry), entry.id))


def live_facet(name: str) -> Facet | None:
    """A facet of `/petitions.json`, or None for a name that is not public."""
    return _LIVE.get(name)


def archived_facet(name: str) -> Facet | None:
    """A facet of `/archived/petitions.json`, or None for a name that is not public."""
    return _ARCHIVED.get(name)


def _number(value: datetime | date | int | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value.toordinal()) if isinstance(value, date) else float(value)


def _up(value: datetime | date | int | None, *, nulls_first: bool = False) -> tuple[bool, float]:
    number = _number(value)
    return ((number is None) is not nulls_first, number or 0.0)


def _down(value: datetime | date | int | None, *, nulls_first: bool = False) -> tuple[bool, float]:
    number = _number(value)
    return ((number is None) is not nulls_first, -(number or 0.0))


def _most_signed(entry: Entry) -> Rank:
    return _down(entry.signature_count), _down(entry.created_at)


def _newest_created(entry: Entry) -> Rank:
    return (_down(entry.created_at),)


def _newest_published(entry: Entry) -> Rank:
    return (_down(entry.opened_at),)


def _longest_waiting(entry: Entry) -> Rank:
    return _up(entry.response_threshold_reached_at), _up(entry.created_at)


def _newest_response(entry: Entry) -> Rank:
    return _down(entry.government_response_at), _down(entry.created_at)


def _next_debate(entry: Entry) -> Rank:
    return _up(entry.scheduled_debate_date), _up(entry.debate_threshold_reached_at, nulls_first=True)


def _latest_debate(entry: Entry) -> Rank:
    return (
        _down(entry.scheduled_debate_date, nulls_first=True),
        _down(entry.debate_outcome_at, nulls_first=True),
        _down(entry.created_at),
    )


def _latest_outcome(entry: Entry) -> Rank:
    return _down(entry.debate_outcome_at), _down(entry.created_at)


def _in_state(state: State) -> Callable[[Entry], bool]:
    return lambda entry: entry.state is state


def _everything(entry: Entry) -> bool:
    return True


def _responded(entry: Entry) -> bool:
    return entry.government_response_at is not None


def _awaiting_response(entry: Entry) -> bool:
    return entry.government_response_at is None and entry.response_threshold_reached_at is not None


def _awaiting_debate(entry: Entry) -> bool:
    if entry.debated or entry.not_debated:
        return False
    return entry.scheduled_debate_date is not None or entry.debate_threshold_reached_at is not None


def _debated(entry: Entry) -> bool:
    return entry.debated


def _not_debated(entry: Entry) -> bool:
    return entry.not_debated


_LIVE = {
    "all": Facet(holds=_everything, order=_most_signed),
    "open": Facet(holds=_in_state(State.OPEN), order=_most_signed),
    "recent": Facet(holds=_in_state(State.OPEN), order=_newest_published),
    "closed": Facet(holds=_in_state(State.CLOSED), order=_most_signed),
    "rejected": Facet(holds=_in_state(State.REJECTED), order=_newest_created),
    "awaiting_response": Facet(holds=_awaiting_response, order=_longest_waiting),
    "with_response": Facet(holds=_responded, order=_newest_response),
    "awaiting_debate": Facet(holds=_awaiting_debate, order=_next_debate),
    "debated": Facet(holds=_debated, order=_latest_debate),
    "not_debated": Facet(holds=_not_debated, order=_latest_outcome),
}

_ARCHIVED = {
    "all": Facet(holds=_everything, order=_most_signed),
    "published": Facet(holds=_in_state(State.CLOSED), order=_most_signed),
    "rejected": Facet(holds=_in_state(State.REJECTED), order=_most_signed),
    "with_response": Facet(holds=_responded, order=_most_signed),
    "debated": Facet(holds=_debated, order=_latest_debate),
    "not_debated": Facet(holds=_not_debated, order=_latest_outcome),
}
