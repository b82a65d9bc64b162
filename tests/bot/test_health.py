"""Health tells the truth: what works, what is silent, and since when."""

from datetime import UTC, datetime, timedelta

from bot.health import DEGRADED_AFTER, Condition, judge
from bot.loops import LoopHealth

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALIVE = LoopHealth(name="watch", stepped_at=100.0, longest_step=60)


def test_nothing_to_do_is_healthy() -> None:
    assert (
        judge(loops=[ALIVE], at=110, writable=True, silent={}, webhook_problem=None, now=NOW).condition is Condition.OK
    )


def test_a_site_that_was_silent_for_a_moment_is_no_matter() -> None:
    silent = {"uk": NOW - DEGRADED_AFTER + timedelta(seconds=1)}
    assert (
        judge(loops=[ALIVE], at=110, writable=True, silent=silent, webhook_problem=None, now=NOW).condition
        is Condition.OK
    )


def test_a_site_that_is_silent_for_long_is_degraded_and_said_since_when() -> None:
    report = judge(
        loops=[ALIVE], at=110, writable=True, silent={"uk": NOW - DEGRADED_AFTER}, webhook_problem=None, now=NOW
    )
    assert report.condition is Condition.DEGRADED
    assert report.as_json()["unreachable_since"] == {"uk": "2026-03-02T08:50:00+00:00"}


def test_a_dead_loop_or_a_database_that_cannot_be_written_fails() -> None:
    dead = judge(loops=[ALIVE], at=161, writable=True, silent={}, webhook_problem=None, now=NOW)
    assert (dead.condition, dead.dead_loops) == (Condition.FAILING, ("watch",))
    assert (
        judge(loops=[ALIVE], at=110, writable=False, silent={}, webhook_problem=None, now=NOW).condition
        is Condition.FAILING
    )


def test_a_bot_without_its_webhook_works_but_is_not_ready() -> None:
    report = judge(loops=[ALIVE], at=110, writable=True, silent={}, webhook_problem="Bad Request", now=NOW)
    assert (report.condition, report.ready) == (Condition.DEGRADED, False)
    assert report.as_json()["webhook"] == {"problem": "Bad Request"}
