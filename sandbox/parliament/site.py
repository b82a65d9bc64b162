"""The petition site: petitions on a clock, what is made to happen to them, what goes wrong, and who has visited."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from sandbox.parliament.document import Json
from sandbox.parliament.faults import Faults
from sandbox.parliament.happenings import Happening
from sandbox.parliament.petition import Petition, Prospect
from sandbox.parliament.server import PetitionServer, Visits
from sandbox.serving import serving


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a petition stands, what happens to it next, and what can be made to happen."""

    document: Json
    next: Prospect | None
    possible: Sequence[Happening]


class PetitionSite:
    """A site whose every answer is a function of its petitions and of the time of the request."""

    def __init__(self, petitions: Sequence[Petition], now: Callable[[], datetime]) -> None:
        """Serve `petitions` on the clock `now`, which gives aware times."""
        self.now = now
        self.faults = Faults()
        self.visits = Visits()
        self._petitions = {petition.id: petition for petition in petitions}

    def serve(self) -> AbstractAsyncContextManager[str]:
        """Serve it over HTTP on any free port: `async with site.serve() as url`."""
        server = PetitionServer(petitions=self._petitions, now=self.now, faults=self.faults, visits=self.visits)
        return serving(server.application())

    def document(self, petition_id: int, at: datetime) -> Json:
        """A petition as it stands at `at`; `KeyError` when there is none."""
        return self._petitions[petition_id].document(at)

    def make_happen(self, petition_id: int | None, what: Happening, at: datetime) -> None:
        """Let something happen at `at`, usually now, to a petition, or with None to all to which it can.

        `KeyError` when there is none of that number, `CannotHappenError` when it is not in a state for that. As on the
        real site a change shows to conditional requests only ten seconds of site time after the one before.
        """
        if petition_id is None:
            for number in [each.document["id"] for each in self.outlooks(at) if what in each.possible]:
                self.make_happen(number, what, at)
        else:
            self._petitions[petition_id] = self._petitions[petition_id].after(what, at)

    def outlooks(self, at: datetime) -> Iterator[Outlook]:
        """Every petition as it stands at `at`."""
        for petition in self._petitions.values():
            document = petition.document(at)
            yield Outlook(document, petition.next(document, at), petition.possible(document, at))
