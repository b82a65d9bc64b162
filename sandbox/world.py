"""The world in miniature: a movable clock, a petition site, and a little Telegram with people and chats in it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sandbox.clock import MovableClock
from sandbox.memory import Happened, Remembered
from sandbox.neighbourhood import Neighbourhood, found
from sandbox.parliament.catalogue.complete import DEFAULT_SPEED, DEFAULT_START, invented_petitions
from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.site import PetitionSite
from sandbox.recording import Recording
from sandbox.replay import ReplaySite
from sandbox.telegram.limits import TokenBuckets
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
        *,
        clock: MovableClock,
        site: PetitionSite | ReplaySite,
        telegram: LocalTelegram,
        neighbourhood: Neighbourhood,
        starts: int,
    ) -> None:
        """Put the parts together; `invented_world` and `replayed_world` make them."""
        self.clock = clock
        self.site = site
        self.telegram = telegram
        self.neighbourhood = neighbourhood
        self.starts = starts
        self._happened: list[Happened] = []
        self._begun = False

    def begin(self) -> None:
        """Let time flow, if this is the first call."""
        if not self._begun:
            self._begun = True
            self.clock.resume()

    def make_happen(self, petition_id: int, what: Happening) -> None:
        """Let something happen to a petition now. `KeyError` when there is none, `CannotHappenError` if it cannot."""
        if isinstance(self.site, ReplaySite):
            message = "a recording cannot be changed"
            raise CannotHappenError(message)
        happened = Happened(petition=petition_id, what=what, at=self.clock.now())
        self.site.make_happen(happened.petition, happened.what, happened.at)
        self._happened.append(happened)

    def happen_again(self, happened: Sequence[Happened]) -> None:
        """Let everything happen that was made to happen before; what no longer fits is left out."""
        for each in happened:
            if isinstance(self.site, ReplaySite):
                return
            try:
                self.site.make_happen(each.petition, each.what, each.at)
            except (KeyError, CannotHappenError):
                continue
            self._happened.append(each)

    def remembered(self, *, ahead: float = 0.0) -> Remembered:
        """What the next start needs to go on from here, with the clock `ahead` real seconds further."""
        further = timedelta(0) if self.clock.paused else timedelta(seconds=ahead * self.clock.speed)
        return Remembered(
            starts=self.starts,
            now=self.clock.now() + further,
            speed=self.clock.speed,
            happened=tuple(self._happened),
            chats=self.neighbourhood.remembered(self.telegram),
        )


def invented_world(
    monotonic: Callable[[], float], *, speed: float | None = None, remembered: Remembered | None = None
) -> SandboxWorld:
    """A world with the invented petitions: a new one, or the one that is remembered."""
    start = remembered.now if remembered else DEFAULT_START
    flows = speed or (remembered.speed if remembered else DEFAULT_SPEED)
    clock = _held_clock(start, flows, monotonic)
    site = PetitionSite(invented_petitions(), clock.now)
    world = _world(clock, site, monotonic, remembered)
    if remembered is not None:
        world.happen_again(remembered.happened)
    return world


def replayed_world(
    recordings: Sequence[Recording], monotonic: Callable[[], float], *, speed: float | None = None
) -> SandboxWorld:
    """A world in which recordings play from their first row, in about five minutes unless `speed` is given."""
    begins = min(recording.times[0] for recording in recordings)
    lasts = max(recording.times[-1] for recording in recordings) - begins
    flows = speed or max(_SLOWEST_REPLAY, lasts.total_seconds() / _REPLAY_LASTS)
    clock = _held_clock(begins, flows, monotonic)
    return _world(clock, ReplaySite(recordings, clock.now), monotonic, None)


def _held_clock(start: datetime, speed: float, monotonic: Callable[[], float]) -> MovableClock:
    clock = MovableClock(start, speed, monotonic)
    clock.pause()
    return clock


def _world(
    clock: MovableClock,
    site: PetitionSite | ReplaySite,
    monotonic: Callable[[], float],
    remembered: Remembered | None,
) -> SandboxWorld:
    starts = remembered.starts + 1 if remembered else 1
    telegram = LocalTelegram(
        token=TOKEN,
        now=clock.now,
        monotonic=monotonic,
        limits=TokenBuckets(),
        # The bot remembers update ids, so that each start has numbers of its own.
        first_update_id=_FIRST_UPDATE + (starts - 1) * _UPDATES_A_START,
        record=500,
    )
    neighbourhood = found(telegram, remembered.chats if remembered else None)
    return SandboxWorld(clock=clock, site=site, telegram=telegram, neighbourhood=neighbourhood, starts=starts)
