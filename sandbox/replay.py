"""A petition site that plays recordings back, by row or by clock, through the same HTTP rules as the invented one."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from aiohttp import web

from sandbox.parliament.application import application, serve
from sandbox.parliament.entries import Entry
from sandbox.parliament.faults import Faults
from sandbox.parliament.prospects import Prospect
from sandbox.parliament.site import PetitionOverview
from sandbox.parliament.visits import Visits
from sandbox.recording import Recording


class ReplaySite:
    """Recordings of one or several petitions merged into one sequence of rows, in order of time.

    Without a clock the cursor moves only by `advance` and `seek`, and the site's time is the row's. With a clock it
    stands on the last row that the clock has passed. A petition is not there before its first row; the first row of
    all is there from the beginning.
    """

    def __init__(self, recordings: Sequence[Recording], now: Callable[[], datetime] | None = None) -> None:
        """Put the cursor on the first row; `ValueError` without recordings."""
        rows = sorted(
            (at, recording.petition_id, index) for recording in recordings for index, at in enumerate(recording.times)
        )
        if not rows:
            message = "nothing to replay"
            raise ValueError(message)
        self._recordings = {recording.petition_id: recording for recording in recordings}
        self._times = [at for at, _, _ in rows]
        self._positions: dict[int, list[int]] = {petition_id: [] for petition_id in self._recordings}
        for position, (_, petition_id, _) in enumerate(rows):
            self._positions[petition_id].append(position)
        self._clock = now
        self._cursor = 0
        self.faults = Faults()
        self.visits = Visits()

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._times)

    @property
    def position(self) -> int:
        """The number of the row that is served now, from 0."""
        return self._cursor if self._clock is None else self._position_at(self._clock())

    @property
    def recorded_time(self) -> datetime:
        """When the row that is served now was recorded."""
        return self._times[self.position]

    @property
    def begins(self) -> datetime:
        """When the first row was recorded: where a clock should start."""
        return self._times[0]

    @property
    def ends(self) -> datetime:
        """When the last row was recorded."""
        return self._times[-1]

    def advance(self) -> bool:
        """Move on by one row; False when the last one is being served already. `RuntimeError` when a clock does it."""
        return self.seek(self._cursor + 1)

    def seek(self, position: int) -> bool:
        """Move to a row; False, and no move, when there is none of that number."""
        if self._clock is not None:
            message = "this replay goes by its clock"
            raise RuntimeError(message)
        if not 0 <= position < len(self._times):
            return False
        self._cursor = position
        return True

    def now(self) -> datetime:
        """The clock's time, or the time of the row."""
        return self.recorded_time if self._clock is None else self._clock()

    def application(self) -> web.Application:
        """The site as an aiohttp application."""
        return application(self)

    def serve(self, host: str = "127.0.0.1", port: int = 0) -> AbstractAsyncContextManager[str]:
        """Serve it over HTTP: `async with replay.serve() as url`."""
        return serve(self, host, port)

    def entries(self, at: datetime) -> Sequence[Entry]:
        """Every petition recorded by `at`, as its last row up to then has it; never beyond the cursor."""
        entries = (self.entry(petition_id, at) for petition_id in self._recordings)
        return [entry for entry in entries if entry is not None]

    def entry(self, petition_id: int, at: datetime) -> Entry | None:
        """One petition likewise; None when it is unknown or not recorded yet."""
        if petition_id not in self._recordings:
            return None
        position = min(self.position, self._position_at(at))
        index = bisect_right(self._positions[petition_id], position) - 1
        return self._recordings[petition_id].entry(index) if index >= 0 else None

    def petitions_overview(self, at: datetime) -> tuple[PetitionOverview, ...]:
        """The replayed petitions; nothing can be made to happen to them."""
        return tuple(
            PetitionOverview(
                id=entry.id,
                action=str(entry.attributes.get("action", "")),
                signature_count=entry.signature_count or 0,
                state=entry.state,
                archived=entry.archived,
                next=None,
                possible=(),
            )
            for entry in self.entries(at)
        )

    def upcoming(self, at: datetime, limit: int = 20) -> tuple[Prospect, ...]:
        """The next rows."""
        following = range(self._position_at(at) + 1, min(len(self._times), self._position_at(at) + 1 + limit))
        return tuple(self._prospect(position) for position in following)

    def _prospect(self, position: int) -> Prospect:
        petition_id = next(each for each, positions in self._positions.items() if _contains(positions, position))
        entry = self._recordings[petition_id].entry(bisect_right(self._positions[petition_id], position) - 1)
        return Prospect(
            at=self._times[position],
            petition_id=petition_id,
            action=str(entry.attributes.get("action", "")),
            what=f"was recorded with {entry.signature_count or 0:,} signatures",
        )

    def _position_at(self, at: datetime) -> int:
        return max(0, bisect_right(self._times, at) - 1)


def _contains(positions: Sequence[int], position: int) -> bool:
    place = bisect_right(positions, position) - 1
    return place >= 0 and positions[place] == position
