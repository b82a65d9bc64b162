"""What a petition is to the site, whether invented or recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sandbox.parliament.document import Json
from sandbox.parliament.happenings import Happening


@dataclass(frozen=True, slots=True)
class Prospect:
    """Something that will happen, in a few words, unless something else is made to happen first."""

    at: datetime
    what: str


class Petition(Protocol):
    """A document at any instant."""

    @property
    def id(self) -> int:
        """Its number."""
        ...

    def document(self, at: datetime) -> Json:
        """How it stands at `at`."""
        ...

    def possible(self, document: Json, at: datetime) -> Sequence[Happening]:
        """What can be made to happen to it at `at`, when this is how it stands."""
        ...

    def after(self, what: Happening, at: datetime) -> "Petition":
        """The petition to which that happens at `at`; raises `CannotHappenError`."""
        ...

    def next(self, document: Json, at: datetime) -> Prospect | None:
        """What happens to it next, when this is how it stands at `at`, as far as is known."""
        ...
