"""The world in miniature: a movable clock, a petition site, and a Telegram with people and chats in it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sandbox.clock import MovableClock
from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.invented import DEFAULT_SPEED, DEFAULT_START, invented_petitions
from sandbox.parliament.petition import Petition
from sandbox.parliament.site import PetitionSite
from sandbox.recording import Recording
from sandbox.saved_state import Happened, SavedState
from sandbox.starting_chats import create_chats
from sandbox.telegram.flood_control import FloodControl
from sandbox.telegram.local import LocalTelegram

TOKEN = "700000001:SANDBOX-not-a-secret"  # noqa: S105 - it opens nothing but the local Telegram
SAVED_AHEAD = 6.0
"""Real seconds by which a saved clock is ahead, so that a killed sandbox never goes on earlier than it had come."""

_UPDATES_A_START = 1_000_000
_FIRST_UPDATE = 500_000_001
_REPLAY_LASTS = 300.0
_SLOWEST_REPLAY = 60.0


class SandboxWorld:
    """Everything around the bot. Time is held until `begin` is called, so that nobody misses the first hours."""

    def __init__(
        self,
        petitions: Sequence[Petition],
        monotonic: Callable[[], float],
        *,
        start: datetime,
        speed: float,
        saved: SavedState | None = None,
    ) -> None:
        """Put the parts together on one clock; `invented_world` and `replayed_world` call it."""
        self.clock = MovableClock(start, speed, monotonic)
        self.clock.pause()
        self.site = PetitionSite(petitions, self.clock.now)
        self.starts = saved.starts + 1 if saved else 1
        self.telegram = LocalTelegram(
            token=TOKEN,
            now=self.clock.now,
            monotonic=monotonic,
            flood_control=FloodControl("L"),
            # The bot remembers update ids, so that each start has numbers of its own.
            first_update_id=_FIRST_UPDATE + (self.starts - 1) * _UPDATES_A_START,
            record=500,
        )
        self.chats = create_chats(self.telegram, saved.chats if saved else None)
        self._happened: list[Happened] = []
        self._begun = False
        for each in saved.happened if saved else ():
            try:
                self._make_happen(each)
            except (KeyError, CannotHappenError):
                # What no longer fits is left out.
                continue

    def begin(self) -> None:
        """Let time flow, if this is the first call."""
        if not self._begun:
            self._begun = True
            self.clock.resume()

    def make_happen(self, petition_id: int | None, what: Happening) -> None:
        """Let something happen now to a petition, or with None to all that it can happen to.

        `KeyError` when there is none of that number, `CannotHappenError` if it cannot happen to it.
        """
        self._make_happen(Happened(petition=petition_id, what=what, at=self.clock.now()))

    def state(self, *, ahead: float = 0.0) -> SavedState:
        """What the next start needs to go on from here, with the clock `ahead` real seconds further."""
        further = 0.0 if self.clock.paused else ahead * self.clock.speed
        return SavedState(
            starts=self.starts,
            now=self.clock.now() + timedelta(seconds=further),
            speed=self.clock.speed,
            happened=tuple(self._happened),
            chats=self.chats.saved(self.telegram),
        )

    def _make_happen(self, happened: Happened) -> None:
        self.site.make_happen(happened.petition, happened.what, happened.at)
        self._happened.append(happened)


def invented_world(
    monotonic: Callable[[], float], *, speed: float | None = None, saved: SavedState | None = None
) -> SandboxWorld:
    """A world with the invented petitions: a new one, or the one that was saved."""
    return SandboxWorld(
        invented_petitions(),
        monotonic,
        start=saved.now if saved else DEFAULT_START,
        speed=speed or (saved.speed if saved else DEFAULT_SPEED),
        saved=saved,
    )


def replayed_world(
    recordings: Sequence[Recording], monotonic: Callable[[], float], *, speed: float | None = None
) -> SandboxWorld:
    """A world in which recordings play from their first row, in about five minutes unless `speed` is given."""
    begins = min(recording.rows[0].at for recording in recordings)
    lasts = max(recording.rows[-1].at for recording in recordings) - begins
    usual = max(_SLOWEST_REPLAY, lasts.total_seconds() / _REPLAY_LASTS)
    return SandboxWorld(recordings, monotonic, start=begins, speed=speed or usual)
