from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import MovableClock

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.passed = 100.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def clock(seconds: Seconds) -> MovableClock:
    return MovableClock(START, 600, seconds)


def test_time_flows_at_its_speed(clock: MovableClock, seconds: Seconds) -> None:
    seconds.passed += 6
    assert clock.now() == START + timedelta(hours=1)


def test_a_new_speed_counts_only_from_now_on(clock: MovableClock, seconds: Seconds) -> None:
    seconds.passed += 6
    clock.set_speed(1)
    seconds.passed += 6
    assert clock.now() == START + timedelta(hours=1, seconds=6)


def test_a_paused_clock_stands_still_and_goes_on_where_it_was(clock: MovableClock, seconds: Seconds) -> None:
    clock.pause()
    clock.pause()
    seconds.passed += 60
    assert clock.paused
    assert clock.now() == START
    clock.resume()
    seconds.passed += 6
    assert not clock.paused
    assert clock.now() == START + timedelta(hours=1)


def test_the_speed_of_a_paused_clock_can_be_changed(clock: MovableClock, seconds: Seconds) -> None:
    clock.pause()
    clock.set_speed(60)
    seconds.passed += 5
    clock.resume()
    seconds.passed += 5
    assert clock.now() == START + timedelta(minutes=5)


def test_a_jump_goes_forward_also_while_paused(clock: MovableClock) -> None:
    clock.pause()
    clock.jump(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)


def test_the_clock_never_goes_back(clock: MovableClock) -> None:
    with pytest.raises(ValueError, match="only moves forwards"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="only moves forwards"):
        clock.jump(timedelta(seconds=-1))
    assert clock.now() == START


def test_other_zones_become_utc_and_naive_times_are_refused(clock: MovableClock) -> None:
    clock.set(datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now().isoformat() == "2026-03-02T11:00:00+00:00"
    with pytest.raises(ValueError, match="aware"):
        clock.set(datetime(2026, 3, 3))  # noqa: DTZ001


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_not_above_zero_is_refused(clock: MovableClock, speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        clock.set_speed(speed)


@given(st.lists(st.tuples(st.sampled_from(["wait", "speed", "pause", "resume", "jump"]), st.floats(0.01, 10_000))))
def test_time_never_runs_backwards(steps: list[tuple[str, float]]) -> None:
    seconds = Seconds()
    clock = MovableClock(START, 600, seconds)
    for step, amount in steps:
        before = clock.now()
        match step:
            case "wait":
                seconds.passed += amount
            case "speed":
                clock.set_speed(amount)
            case "pause":
                clock.pause()
            case "resume":
                clock.resume()
            case _:
                clock.jump(timedelta(seconds=amount))
        assert clock.now() >= before
