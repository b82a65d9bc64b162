"""What the calendar brings, and that nothing of it is told twice, late or to those for whom it is old."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.answers import Gone, Ok
from petitions.calendar import moments
from petitions.history import Marks
from petitions.news import (
    Closed,
    ClosingSoon,
    DeadlineExtended,
    DebateMoved,
    DebateScheduled,
    DebateToday,
    FinalCount,
    ResponsePublished,
    WaitingForResponse,
)
from petitions.observations import CountPoll, FullFetch, ListItem
from petitions.petition import DebateOutcome, PetitionState, Response, Snapshot, Tally
from sites.uk_document import UK
from tests.petitions.watching import NOW, OPEN, Watched, london

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CLOSING = replace(OPEN, closing_on=date(2026, 8, 1))
"""It closes in summer, when 08:00 in London is 07:00."""

WAITING = replace(OPEN, signatures=10_400, response_threshold_at=NOW - HOUR)
DEBATED = replace(OPEN, debate_on=date(2026, 4, 20))
CLOSED = replace(OPEN, state=PetitionState.CLOSED, closed_at=NOW)


def test_a_petition_is_said_to_close_soon_a_week_and_a_day_before() -> None:
    watched = Watched(CLOSING)
    assert watched.news_at == datetime(2026, 7, 25, 7, tzinfo=UTC)
    watched.reach(watched.news_at)
    assert watched.news_at == datetime(2026, 7, 31, 7, tzinfo=UTC)
    watched.reach(watched.news_at)
    assert watched.news_at is None
    assert watched.told == [ClosingSoon(on=date(2026, 8, 1), signatures=900)] * 2
    assert [change.key for change in watched.changes] == ["closing_soon:2026-08-01:7", "closing_soon:2026-08-01:1"]


def test_a_wait_for_a_response_is_told_after_a_month_and_a_quarter() -> None:
    watched = Watched(WAITING)
    while watched.news_at is not None:
        watched.reach(watched.news_at)
    since = date(2026, 3, 2)
    assert watched.told == [WaitingForResponse(days=30, since=since), WaitingForResponse(days=90, since=since)]
    assert watched.changes[0].happened_at == london(since + 30 * DAY, 8)
    assert [change.key for change in watched.changes] == ["waiting_for_response:30", "waiting_for_response:90"]


def test_the_day_of_a_debate_is_told_in_the_morning() -> None:
    watched = Watched(DEBATED)
    assert watched.news_at == london(date(2026, 4, 20), 8)
    watched.reach(watched.news_at)
    assert watched.told == [DebateToday(on=date(2026, 4, 20))]


@pytest.mark.parametrize(
    "over",
    [
        replace(CLOSING, state=PetitionState.CLOSED),
        replace(WAITING, response=Response(summary="No.")),
        replace(WAITING, response_at=NOW),
        replace(WAITING, archived=True),
        replace(WAITING, state=PetitionState.REJECTED),
        replace(DEBATED, debated=True),
        replace(DEBATED, debate_outcome=DebateOutcome()),
        OPEN,
    ],
    ids=range(8),
)
def test_nothing_is_to_come_of_what_is_over(over: Snapshot) -> None:
    assert moments(over, Marks(), UK.zone) == []


def test_what_has_come_is_told_by_whatever_is_seen_first() -> None:
    at = london(date(2026, 4, 20), 8)
    for seen in (
        FullFetch(answer=Ok(body=DEBATED), past_caches=True),
        CountPoll(answer=Ok(body=Tally(signatures=900))),
        ListItem(shown=DEBATED),
        FullFetch(answer=Gone(), past_caches=True, site_ill=True),
    ):
        watched = Watched(DEBATED)
        watched.see(seen, at)
        watched.reach(at + HOUR)
        assert watched.told == [DebateToday(on=date(2026, 4, 20))], seen


def test_reaching_a_date_is_no_look() -> None:
    watched = Watched(DEBATED)
    before = watched.petition
    watched.reach(london(date(2026, 4, 20), 8))
    assert watched.petition.seen_at == before.seen_at
    assert watched.petition.schedule == replace(before.schedule, news_at=None)


def test_first_contact_is_quiet() -> None:
    shown = replace(CLOSING, debate_on=date(2026, 7, 25), response_threshold_at=london(date(2026, 6, 25), 8))
    watched = Watched(shown, met_at=london(date(2026, 7, 25), 9))
    watched.show(shown, london(date(2026, 7, 25), 10))
    assert watched.told == []


def test_an_upgrade_is_quiet() -> None:
    watched = Watched(DEBATED)
    watched.petition = replace(watched.petition, marks=replace(watched.petition.marks, dates_until=None))
    watched.reach(london(date(2026, 4, 20), 9))
    assert watched.told == []


def test_a_follow_that_was_taken_over_is_quiet_until_it_is_looked_at() -> None:
    watched = Watched(DEBATED)
    marks = replace(watched.petition.marks, old_before=london(date(2026, 4, 20), 12))
    watched.petition = replace(watched.petition, marks=marks)
    watched.reach(london(date(2026, 4, 20), 12))
    watched.show(DEBATED, london(date(2026, 4, 20), 13))
    assert watched.told == []


@pytest.mark.parametrize(
    ("shown", "late", "told"),
    [
        (DEBATED, 15 * HOUR, 1),
        (DEBATED, 16 * HOUR, 0),  # the day is over
        (WAITING, 47 * HOUR, 1),
        (WAITING, 48 * HOUR, 0),
        (CLOSING, 47 * HOUR, 1),
        (CLOSING, 48 * HOUR, 0),
        (CLOSING, 6 * DAY, 1),  # the day before speaks for the week before
        (CLOSING, 7 * DAY + 15 * HOUR, 1),
        (CLOSING, 7 * DAY + 16 * HOUR, 0),
    ],
    ids=range(9),
)
def test_what_is_late_is_told_while_it_makes_sense(shown: Snapshot, late: timedelta, told: int) -> None:
    watched = Watched(shown)
    assert watched.news_at is not None
    watched.reach(watched.news_at + late)
    assert len(watched.told) == told


def test_a_debate_scheduled_for_today_is_told_once() -> None:
    watched = Watched(OPEN)
    at = london(date(2026, 4, 20), 10)
    watched.show(DEBATED, at)
    watched.show(DEBATED, at + HOUR)
    assert watched.told == [DebateScheduled(on=date(2026, 4, 20))]


def test_a_debate_that_is_moved_is_told_of_on_its_new_day_alone() -> None:
    watched, moved = Watched(DEBATED), replace(DEBATED, debate_on=date(2026, 4, 27))
    watched.show(moved, london(date(2026, 4, 20), 8))
    watched.reach(london(date(2026, 4, 20), 9))
    watched.reach(london(date(2026, 4, 27), 8))
    assert [type(news) for news in watched.told] == [DebateMoved, DebateToday]


def test_a_response_ends_the_wait() -> None:
    watched = Watched(WAITING)
    assert watched.news_at is not None
    watched.show(replace(WAITING, response=Response(summary="Yes.")), watched.news_at)
    assert [type(news) for news in watched.told] == [ResponsePublished]


def test_a_threshold_that_is_reached_anew_does_not_tell_the_same_wait_again() -> None:
    watched, told_at = Watched(WAITING), london(date(2026, 4, 1), 8)
    watched.reach(told_at)
    watched.show(replace(WAITING, response_threshold_at=told_at + DAY), told_at + DAY)
    watched.reach(told_at + 32 * DAY)
    assert watched.news_at == told_at + 91 * DAY
    watched.reach(watched.news_at)
    assert [news.days for news in watched.told if isinstance(news, WaitingForResponse)] == [30, 90]


def test_the_final_count_is_told_at_the_first_look_after_a_day() -> None:
    watched = Watched(CLOSED)
    final_at = NOW + DAY
    watched.show(replace(CLOSED, signatures=901), final_at - timedelta(seconds=1))
    watched.reach(final_at + timedelta(minutes=1))
    assert watched.told == []
    watched.see(CountPoll(answer=Ok(body=Tally(signatures=903))), final_at + timedelta(minutes=2))
    watched.show(replace(CLOSED, signatures=903), final_at + HOUR)
    assert watched.told == [FinalCount(signatures=903)]


def test_a_petition_that_is_found_closed_days_later_is_told_as_that() -> None:
    watched = Watched(CLOSING)
    watched.show(replace(CLOSED, signatures=1_000, closing_on=None), NOW + 2 * DAY)
    watched.show(replace(CLOSED, signatures=1_000, closing_on=None), NOW + 2 * DAY + HOUR)
    assert Closed(signatures=1_000, early=True) in watched.told
    assert not any(isinstance(news, FinalCount) for news in watched.told)


def test_a_final_count_that_comes_days_late_is_passed_over() -> None:
    watched = Watched(CLOSED)
    watched.show(CLOSED, NOW + 4 * DAY)
    assert watched.told == []


def extended(days: int) -> Snapshot:
    return replace(CLOSING, closing_on=date(2026, 8, 1) + timedelta(days=days))


@pytest.mark.parametrize(("left", "reminders"), [(8, 2), (7, 1), (1, 0)])
def test_signing_that_is_paused_for_weeks_is_no_message_a_night(left: int, reminders: int) -> None:
    """It is paused when the petition has so many days left, and goes on three weeks later."""
    paused = date(2026, 8, 1) - timedelta(days=left)
    watched = Watched(CLOSING, met_at=london(paused, 12))
    for night in range(1, 22):
        day = paused + timedelta(days=night)
        watched.show(extended(night), london(day, 0))
        watched.reach(london(day, 8))
    closing = date(2026, 8, 22)
    for days in (7, 1):
        watched.reach(london(closing - timedelta(days=days), 8))
    assert watched.told == [
        DeadlineExtended(was_on=date(2026, 8, 1), on=date(2026, 8, 2)),
        DeadlineExtended(was_on=date(2026, 8, 2), on=date(2026, 8, 9)),
        DeadlineExtended(was_on=date(2026, 8, 9), on=date(2026, 8, 16)),
        *[ClosingSoon(on=closing, signatures=900)] * reminders,
    ]


def test_a_deadline_that_moves_far_brings_both_its_reminders() -> None:
    watched = Watched(CLOSING)
    watched.reach(london(date(2026, 7, 25), 8))
    watched.show(extended(30), london(date(2026, 7, 26), 0))
    while watched.news_at is not None:
        watched.reach(watched.news_at)
    assert [type(news) for news in watched.told] == [ClosingSoon, DeadlineExtended, ClosingSoon, ClosingSoon]


DAYS = st.dates(date(2026, 3, 1), date(2026, 5, 1)) | st.none()
MOVES = st.lists(
    st.tuples(
        st.timedeltas(timedelta(days=-3), timedelta(days=9)),
        DAYS,
        DAYS,
        st.timedeltas(timedelta(days=-60), timedelta(days=30)).map(lambda ago: NOW + ago) | st.none(),
        st.booleans(),
    ),
    max_size=25,
)


@given(MOVES)
def test_no_date_is_told_twice_whatever_moves_and_however_the_clock_steps(moves: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    watched, now = Watched(OPEN), NOW
    for step, closing_on, debate_on, reached_at, asked in moves:
        now += step
        shown = replace(
            OPEN, updated_at=now, closing_on=closing_on, debate_on=debate_on, response_threshold_at=reached_at
        )
        if asked:
            watched.show(shown, now)
        else:
            watched.reach(now)
    dated = [
        change.key
        for change in watched.changes
        if isinstance(change.news, ClosingSoon | DebateToday | WaitingForResponse)
    ]
    assert len(dated) == len(set(dated))


@given(MOVES)
def test_what_is_stored_tells_when_there_is_something_to_say(moves: Sequence[tuple]) -> None:  # type: ignore[type-arg]
    """Nothing is told at a moment for which the petition was not planned to be taken up."""
    watched, now = Watched(OPEN), NOW
    for step, closing_on, debate_on, reached_at, _ in moves:
        now += abs(step)
        planned, before = watched.news_at, len(watched.changes)
        watched.reach(now)
        assert (len(watched.changes) == before) or (planned is not None and planned <= now)
        assert watched.news_at is None or watched.news_at > now
        watched.show(
            replace(OPEN, updated_at=now, closing_on=closing_on, debate_on=debate_on, response_threshold_at=reached_at),
            now,
        )
