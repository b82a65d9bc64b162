"""A wall clock that can be hurried, held and moved: site time as arithmetic over a monotonic clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Site time flows at `speed` site seconds for each second of `monotonic`. No tasks, no waiting: only arithmetic.

    The clock never runs backwards. `paused`: time stands still.
    """

    def __init__(self, start: datetime, speed: float, monotonic: Callable[[], float]) -> None:
        """Start at `start` (aware) and flow from now on."""
        self._monotonic = monotonic
        self.speed = _checked_speed(speed)
        self.paused = False
        self._set(_utc(start))

    def now(self) -> datetime:
        """The site's time, aware and in UTC."""
        if self.paused:
            return self._since
        return self._since + timedelta(seconds=(self._monotonic() - self._set_at) * self.speed)

    def set_speed(self, speed: float) -> None:
        """Let time flow at another speed from this moment on; `ValueError` unless above zero."""
        speed = _checked_speed(speed)
        self._set(self.now())
        self.speed = speed

    def pause(self) -> None:
        """Hold time where it is. Pausing twice is pausing once."""
        self._set(self.now())
        self.paused = True

    def resume(self) -> None:
        """Let time flow again from where it was held."""
        self._set(self.now())
        self.paused = False

    def jump(self, by: timedelta) -> None:
        """Skip forward, also while paused; `ValueError` for a negative step."""
        self.set(self.now() + by)

    def set(self, to: datetime) -> None:
        """Move to an instant; `ValueError` when it lies in the past."""
        to = _utc(to)
        if to < self.now():
            raise ValueError(f"the clock only moves forwards: it is already {self.now()}, after {to}")
        self._set(to)

    def _set(self, since: datetime) -> None:
        self._since = since
        self._set_at = self._monotonic()


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("the clock needs an aware time")
    return instant.astimezone(UTC)


def _checked_speed(speed: float) -> float:
    if not speed > 0:
        raise ValueError(f"speed must be above zero, not {speed}; use pause() to hold the clock")
    return speed
