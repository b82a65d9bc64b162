"""The invented petition site: petitions, the time, and what has been made to happen."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sandbox.parliament.application import application, serve
from sandbox.parliament.entries import Entry, business_documents, entry_of
from sandbox.parliament.faults import Faults
from sandbox.parliament.geography import signatures_by_place
from sandbox.parliament.happenings import Happening, event_for, possible
from sandbox.parliament.life import Event, Petition, State
from sandbox.parliament.prospects import Prospect, prospects
from sandbox.parliament.standing import Standing, standing_at
from sandbox.parliament.visits import Visits


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionOverview:
    """A line of the sandbox's page; `next` is the next thing in this petition's life, if any is planned."""

    id: int
    action: str
    signature_count: int
    state: State
    archived: bool
    next: Prospect | None
    possible: tuple[Happening, ...]


class PetitionSite:
    """A site whose documents are pure functions of the petitions' lives, what was made to happen, and the time."""

    def __init__(self, petitions: Sequence[Petition], now: Callable[[], datetime]) -> None:
        """Serve `petitions` on the clock `now`, which gives aware times."""
        self._petitions = {petition.id: petition for petition in petitions}
        self._overrides: dict[int, tuple[Event, ...]] = {}
        self._now = now
        self.faults = Faults()
        self.visits = Visits()

    def now(self) -> datetime:
        """The site's time."""
        return self._now()

    def application(self) -> web.Application:
        """The site as an aiohttp application."""
        return application(self)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[str]:
        """Serve it over HTTP: `async with site.serve() as url`."""
        return serve(self, host, port)

    def make_happen(self, petition_id: int, what: Happening, at: datetime) -> Event:
        """Let something happen to a petition at `at`, usually now, and tell which event it was.

        `KeyError` for an unknown petition, `CannotHappenError` when it is not in a state for that. As on the real site
        a change shows to conditional requests only ten seconds of site time after the one before.
        """
        petition = self._petitions[petition_id]
        standing = self.standing(petition_id, at)
        event = event_for(what, petition, standing, at)
        self._overrides[petition_id] = (*self._overrides.get(petition_id, ()), event)
        return event

    def petition(self, petition_id: int) -> Petition:
        """An invented petition and its life; `KeyError` when there is none."""
        return self._petitions[petition_id]

    def standing(self, petition_id: int, at: datetime) -> Standing:
        """How a petition stands at `at`; `KeyError` when there is none."""
        standing = self._standing(self._petitions[petition_id], at)
        if standing is None:
            raise KeyError(petition_id)
        return standing

    def entries(self, at: datetime) -> Sequence[Entry]:
        """Every petition there was at `at`, as lists show them."""
        standings = ((petition, self._standing(petition, at)) for petition in self._petitions.values())
        return [entry_of(petition, standing, at, {}) for petition, standing in standings if standing is not None]

    def entry(self, petition_id: int, at: datetime) -> Entry | None:
        """One petition at `at` with all that its single page shows."""
        petition = self._petitions.get(petition_id)
        standing = None if petition is None else self._standing(petition, at)
        if petition is None or standing is None:
            return None
        places = signatures_by_place(petition.id, standing.count.signatures)
        business = {"other_parliamentary_business": business_documents(standing)}
        return entry_of(petition, standing, at, places | business)

    def petitions_overview(self, at: datetime) -> tuple[PetitionOverview, ...]:
        """Every petition with its state, what comes next and what can be made to happen; most signed first."""
        lines = (self._overview(petition, at) for petition in self._petitions.values())
        return tuple(sorted((line for line in lines if line is not None), key=_by_size))

    def upcoming(self, at: datetime, limit: int = 20) -> tuple[Prospect, ...]:
        """What will happen next on the whole site, soonest first."""
        coming = [prospect for petition in self._petitions.values() for prospect in self._prospects(petition, at)]
        return tuple(sorted(coming, key=lambda prospect: (prospect.at, prospect.petition_id))[:limit])

    def _overview(self, petition: Petition, at: datetime) -> PetitionOverview | None:
        standing = self._standing(petition, at)
        if standing is None:
            return None
        coming = self._prospects(petition, at)
        return PetitionOverview(
            id=petition.id,
            action=petition.action,
            signature_count=standing.count.signatures,
            state=standing.state,
            archived=petition.parliament is not None,
            next=coming[0] if coming else None,
            possible=possible(standing, at),
        )

    def _prospects(self, petition: Petition, at: datetime) -> tuple[Prospect, ...]:
        return prospects(petition, self._overrides.get(petition.id, ()), at)

    def _standing(self, petition: Petition, at: datetime) -> Standing | None:
        return standing_at(petition, self._overrides.get(petition.id, ()), at)


def _by_size(line: PetitionOverview) -> tuple[int, int]:
    return -line.signature_count, line.id
