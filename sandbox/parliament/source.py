"""What the HTTP side needs to know of a site's petitions, whether they are invented or recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sandbox.parliament.entries import Entry
from sandbox.parliament.faults import Faults
from sandbox.parliament.visits import Visits


class Source(Protocol):
    """Petitions at any instant, the faults asked for, and a record of the visitors."""

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        ...

    @property
    def visits(self) -> Visits:
        """Who asked for what."""
        ...

    def now(self) -> datetime:
        """The site's time."""
        ...

    def entries(self, at: datetime) -> Sequence[Entry]:
        """Every petition there was at `at`, as lists show them."""
        ...

    def entry(self, petition_id: int, at: datetime) -> Entry | None:
        """One petition at `at` with all that its single page shows; None if there was none."""
        ...
