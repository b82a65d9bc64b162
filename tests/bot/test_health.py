"""Health tells the truth: what works, what is silent, and since when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.health import DEGRADED_AFTER, Condition, Report, judge
from bot.loops import LoopHealth
from petitions.planning import Lateness

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALIVE = LoopHealth(name="watch", stepped_at=100.0, longest_step=60)


def judged(
    *,
    at: float = 110,
    writable: bool = True,
    silent: Mapping[str, datetime] | None = None,
    missing: Mapping[str, datetime] | None = None,
    late: Mapping[str, Lateness] | None = None,
    webhook_problem: str | None = None,
) -> Report:
    return judge(
        loops=[ALIVE],
        at=at,
        writable=writable,
        silent=silent or {},
        missing=missing or {},
        late=late or {},
        webhook_problem=webhook_problem,
        now=NOW,
    )


def test_nothing_to_do_is_healthy() -> None:
    assert judged(at=110, writable=True, silent={}).condition is Condition.OK


def test_a_site_that_was_silent_for_a_moment_is_no_matter() -> None:
    silent = {"uk": NOW - DEGRADED_AFTER + timedelta(seconds=1)}
    assert judged(at=110, writable=True, silent=silent).condition is Condition.OK


def test_a_site_that_is_silent_for_long_is_degraded_and_said_since_when() -> None:
    report = judged(at=110, writable=True, silent={"uk": NOW - DEGRADED_AFTER})
    assert report.condition is Condition.DEGRADED
    assert report.as_json()["unreachable_since"] == {"uk": "2026-03-02T08:50:00+00:00"}


def test_a_dead_loop_or_a_database_that_cannot_be_written_fails() -> None:
    dead = judged(at=161, writable=True, silent={})
    assert (dead.condition, dead.dead_loops) == (Condition.FAILING, ("watch",))
    assert judged(at=110, writable=False, silent={}).condition is Condition.FAILING


def test_what_operators_have_switched_is_said_and_is_healthy() -> None:
    report = judge(
        loops=[ALIVE],
        at=110,
        writable=True,
        silent={},
        missing={},
        late={},
        webhook_problem=None,
        now=NOW,
        off={"uk": NOW},
        maintenance_since=NOW,
    )
    assert (report.condition, report.ready) == (Condition.OK, True)
    assert report.as_json()["switched_off_since"] == {"uk": NOW.isoformat()}
    assert report.as_json()["maintenance_since"] == NOW.isoformat()


def test_a_bot_without_its_webhook_works_but_is_not_ready() -> None:
    report = judged(webhook_problem="Bad Request")
    assert (report.condition, report.ready) == (Condition.DEGRADED, False)
    assert report.as_json()["webhook"] == {"problem": "Bad Request"}


def test_petitions_that_are_missing_together_are_said_at_once() -> None:
    report = judged(missing={"uk": NOW})
    assert report.condition is Condition.DEGRADED
    assert report.as_json()["petitions_missing_since"] == {"uk": NOW.isoformat()}


def test_a_late_watch_is_said() -> None:
    report = judged(late={"uk": Lateness(hot=timedelta(seconds=20), any=timedelta(hours=2))})
    assert report.condition is Condition.OK
    assert report.as_json()["watch_late_seconds"] == {"uk": {"hot": 20, "any": 7_200}}
