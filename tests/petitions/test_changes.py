"""What is news between two looks, and what is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.absence import many_missing, not_there
from petitions.answers import Gone, NotFound, Unpublished
from petitions.changes import Findings, apply_tally, compare, first_look, tally_calls_for_page
from petitions.doubts import CONFIRM_AFTER
from petitions.history import Subject
from petitions.news import (
    Closed,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    MilestoneReached,
    News,
    NotDebated,
    Published,
    Rejected,
    Removed,
    Reopened,
    ResponseEdited,
    ResponsePublished,
    ResponseWithdrawn,
)
from petitions.petition import (
    DebateOutcome,
    PetitionRef,
    PetitionState,
    Rejection,
    Response,
    Site,
    Snapshot,
    Tally,
)
from sites.uk_document import UK

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONDON = UK.zone
NOT_FOUND = NotFound()
HIDDEN = Removed(hidden=True)
OPEN = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=900,
    opened_at=NOW - timedelta(days=30),
    updated_at=NOW - timedelta(minutes=1),
    closing_on=date(2026, 8, 1),
    thresholds=UK.thresholds,
)
RESPONSE = Response(
    responded_on=date(2026, 3, 2),
    summary="We will look at it.",
    details="Bricks are good.\n\n• one\n• two",
    created_at=NOW,
    updated_at=NOW,
)
OUTCOME = DebateOutcome(debated_on=date(2026, 3, 20), overview="MPs spoke of swifts.")


def after(before: Snapshot, **new: object) -> Snapshot:
    """Return the petition a minute later with some fields changed."""
    assert before.updated_at is not None
    changed = {"updated_at": before.updated_at + timedelta(minutes=1), **new}
    return replace(before, **changed)  # type: ignore[arg-type]


def looks(*snapshots: Snapshot, unconditional: bool = True, apart: timedelta = CONFIRM_AFTER) -> list[News]:
    """Return all the news that a series of looks yields, the first of them quiet."""
    findings = first_look(snapshots[0])
    told: list[News] = []
    for turn, snapshot in enumerate(snapshots[1:], start=1):
        findings = compare(
            findings.snapshot, findings.marks, snapshot, NOW + turn * apart, LONDON, unconditional=unconditional
        )
        told += [change.news for change in findings.changes]
    return told


def only(told: list[News]) -> News:
    assert len(told) == 1, told
    return told[0]


def test_the_first_look_is_quiet_and_knows_what_is_old() -> None:
    known = replace(OPEN, signatures=120_000, response=RESPONSE, debate_on=date(2026, 4, 1))
    assert first_look(known).changes == ()
    assert looks(known, after(known)) == []


def test_a_count_that_reaches_a_milestone_is_news_once() -> None:
    reached = after(OPEN, signatures=1_003)
    news = only(looks(OPEN, reached, after(reached, signatures=1_010)))
    assert news == MilestoneReached(highest=1_000, passed=(1_000,), signatures=1_003)


def test_a_jump_over_several_milestones_is_one_change_that_names_the_highest() -> None:
    news = only(looks(OPEN, after(OPEN, signatures=26_000)))
    assert news == MilestoneReached(
        highest=25_000, passed=(1_000, 2_500, 5_000, 10_000, 25_000), signatures=26_000, response_threshold=True
    )


def test_a_falling_count_never_fires_again() -> None:
    up = after(OPEN, signatures=10_050)
    down = after(up, signatures=9_900, response_threshold_at=None)
    again = after(down, signatures=10_200, response_threshold_at=NOW)
    assert len(looks(OPEN, up, down, again)) == 1


@pytest.mark.parametrize("count_first", [True, False])
def test_the_count_and_the_sites_date_raise_one_threshold_alert(count_first: bool) -> None:
    before = replace(OPEN, signatures=9_990)
    by_count = after(before, signatures=10_001)
    by_date = after(before, response_threshold_at=NOW)
    both = after(by_count, signatures=10_002, response_threshold_at=NOW, updated_at=NOW + timedelta(hours=1))
    news = only(looks(before, by_count if count_first else by_date, both))
    assert isinstance(news, MilestoneReached)
    assert (news.highest, news.response_threshold, news.debate_threshold) == (10_000, True, False)


def test_a_response_is_news_and_dated_by_the_site() -> None:
    findings = compare(
        OPEN, first_look(OPEN).marks, after(OPEN, response=RESPONSE, response_at=NOW), NOW, LONDON, unconditional=False
    )
    assert findings.changes[0].news == ResponsePublished(response=RESPONSE)
    assert findings.changes[0].happened_at == NOW
    assert findings.changes[0].key == "response:1"


def test_a_response_with_other_words_is_an_edit() -> None:
    told = after(OPEN, response=RESPONSE)
    edited = replace(RESPONSE, details="Bricks are very good.", updated_at=NOW + timedelta(days=1))
    assert looks(OPEN, told, after(told, response=edited))[1:] == [ResponseEdited(response=edited)]


@pytest.mark.parametrize("touched", [NOW + timedelta(hours=1), NOW])
def test_an_edit_is_dated_by_the_response_unless_that_has_kept_its_date(touched: datetime) -> None:
    told = replace(OPEN, response=RESPONSE)
    edited = replace(RESPONSE, details="Bricks are very good.", updated_at=touched)
    [change] = compare(
        told, first_look(told).marks, after(told, response=edited), NOW, LONDON, unconditional=False
    ).changes
    assert change.happened_at == (touched if touched > NOW else None)


def test_a_moved_timestamp_or_other_white_space_is_no_news() -> None:
    told = replace(OPEN, response=RESPONSE)
    touched = replace(RESPONSE, updated_at=NOW + timedelta(days=1))
    spaced = replace(RESPONSE, details="Bricks  are good.\r\n\r\n•\tone\n•\ttwo ")
    assert looks(told, after(told, response=touched)) == []
    assert looks(told, after(told, response=spaced)) == []


def test_a_response_that_disappears_once_is_a_stale_copy() -> None:
    told = replace(OPEN, response=RESPONSE, response_at=NOW)
    stale = replace(OPEN, updated_at=OPEN.updated_at and OPEN.updated_at - timedelta(minutes=9))
    assert looks(told, stale, after(told)) == []


def test_a_withdrawn_response_is_believed_after_a_second_unconditional_look() -> None:
    told = replace(OPEN, response=RESPONSE, response_at=NOW)
    without = after(told, response=None, response_at=None)
    assert looks(told, without) == []
    assert looks(told, without, without, unconditional=False) == []
    assert looks(told, without, without, apart=timedelta(seconds=20)) == []
    assert looks(told, without, without) == [ResponseWithdrawn()]


def test_a_second_response_after_a_withdrawal_is_news_again_with_a_key_of_its_own() -> None:
    told = replace(OPEN, response=RESPONSE)
    without = after(told, response=None)
    again = after(without, response=replace(RESPONSE, summary="Another answer.", created_at=NOW + timedelta(days=9)))
    findings = first_look(told)
    keys: list[str] = []
    for turn, snapshot in enumerate([without, without, again], start=1):
        at = NOW + turn * CONFIRM_AFTER
        findings = compare(findings.snapshot, findings.marks, snapshot, at, LONDON, unconditional=True)
        keys += [change.key for change in findings.changes]
    assert keys == ["response_withdrawn:1", "response:2"]


def test_a_stale_copy_served_twice_does_not_undo_an_edit() -> None:
    told = replace(OPEN, response=RESPONSE)
    edited = after(told, response=replace(RESPONSE, details="Changed.", updated_at=NOW + timedelta(hours=1)))
    assert looks(told, edited, told, told, edited, unconditional=False) == looks(told, edited)


def test_an_old_copy_confirms_nothing_however_often_it_is_served() -> None:
    told = after(OPEN, response=RESPONSE, updated_at=NOW)
    old = replace(OPEN, updated_at=NOW - timedelta(minutes=6))
    assert looks(told, *[old] * 5, told) == []
    counted = replace(OPEN, updated_at=NOW - timedelta(minutes=1))
    assert looks(told, counted, counted) == [ResponseWithdrawn()]


def test_an_older_copy_with_other_words_is_no_edit() -> None:
    """Neither version of the response has a date of its own: the document's tells which is older."""
    undated = replace(RESPONSE, updated_at=None)
    told = replace(OPEN, response=undated)
    older = after(told, response=replace(undated, details="As it once was."), updated_at=NOW - timedelta(days=2))
    assert looks(told, older, told, unconditional=False) == []


def test_an_older_response_in_a_copy_without_a_date_is_no_edit() -> None:
    told = replace(OPEN, response=replace(RESPONSE, updated_at=NOW), updated_at=None)
    older = replace(told, response=replace(RESPONSE, details="As it once was.", updated_at=NOW - timedelta(hours=1)))
    assert looks(told, older, told, unconditional=False) == []


def test_a_debate_scheduled_moved_and_moved_back_is_told_three_times() -> None:
    first, second = date(2026, 4, 1), date(2026, 4, 8)
    one = after(OPEN, debate_on=first)
    two = after(one, debate_on=second)
    three = after(two, debate_on=first)
    assert looks(OPEN, one, two, three) == [
        DebateScheduled(on=first),
        DebateMoved(moved_from=first, on=second),
        DebateMoved(moved_from=second, on=first),
    ]


def test_a_cleared_date_is_believed_at_the_second_look() -> None:
    one = replace(OPEN, debate_on=date(2026, 4, 1))
    cleared = after(one, debate_on=None)
    assert looks(one, cleared) == []
    assert looks(one, cleared, cleared) == [DebateCancelled(was_on=date(2026, 4, 1))]


def test_the_date_of_a_debate_that_is_past_is_cleared_without_news() -> None:
    held = replace(OPEN, debate_on=NOW.date() - timedelta(days=1))
    cleared = after(held, debate_on=None)
    assert looks(held, cleared, cleared) == []
    today = replace(held, debate_on=NOW.date())
    assert looks(today, after(today, debate_on=None), after(today, debate_on=None)) == [
        DebateCancelled(was_on=NOW.date())
    ]


def test_an_outcome_is_dated_by_the_site() -> None:
    held = after(OPEN, debate_outcome=OUTCOME, debate_outcome_at=NOW - timedelta(hours=2))
    [change] = compare(OPEN, first_look(OPEN).marks, held, NOW, LONDON, unconditional=False).changes
    assert change.happened_at == NOW - timedelta(hours=2)


def test_an_outcome_that_disappears_is_doubted_and_comes_back_without_news() -> None:
    held = replace(OPEN, debate_outcome=OUTCOME, debate_outcome_at=NOW)
    without = after(held, debate_outcome=None, debate_outcome_at=None)
    doubtful = compare(held, first_look(held).marks, without, NOW, LONDON, unconditional=True)
    assert (doubtful.snapshot.debate_outcome, doubtful.snapshot.debate_outcome_at) == (OUTCOME, NOW)
    assert [doubt.subject for doubt in doubtful.marks.doubts] == [Subject.OUTCOME]
    assert looks(held, without, after(held)) == []
    assert compare(held, first_look(held).marks, after(held), NOW, LONDON, unconditional=True).marks.doubts == ()


def test_a_doubt_begins_with_the_first_look_that_raises_it() -> None:
    told = replace(OPEN, response=RESPONSE)
    without = after(told, response=None)
    marks = first_look(told).marks
    for minutes in (0, 1, 2):
        now = NOW + timedelta(minutes=minutes)
        marks = compare(told, marks, without, now, LONDON, unconditional=True).marks
        assert [doubt.since for doubt in marks.doubts] == [NOW]


def test_an_outcome_says_the_debate_was_held() -> None:
    scheduled = replace(OPEN, debate_on=date(2026, 3, 20))
    assert looks(scheduled, after(scheduled, debate_outcome=OUTCOME, debate_outcome_at=NOW)) == [
        Debated(outcome=OUTCOME)
    ]


def test_a_debate_met_together_with_its_outcome_is_one_piece_of_news() -> None:
    held = after(OPEN, debate_on=date(2026, 3, 20), debate_outcome=OUTCOME, debate_outcome_at=NOW)
    assert looks(OPEN, held) == [Debated(outcome=OUTCOME)]


def test_an_outcome_without_a_day_is_a_decision_against_a_debate() -> None:
    refused = DebateOutcome(overview="The Committee chose not to.")
    assert looks(OPEN, after(OPEN, debate_outcome=refused, debate_outcome_at=NOW)) == [NotDebated(outcome=refused)]


def test_the_list_a_petition_stands_in_outweighs_the_day_of_its_outcome() -> None:
    odd = after(OPEN, debate_outcome=OUTCOME, debate_outcome_at=NOW, debated=False)
    assert looks(OPEN, odd) == [NotDebated(outcome=OUTCOME)]


def test_yesterdays_count_document_does_not_make_todays_debate_unheld() -> None:
    waiting = apply_tally(OPEN, Tally(signatures=900, dated=True, debated=False))
    held = after(waiting, debate_outcome=OUTCOME, debate_outcome_at=NOW, debated=None)
    stale = apply_tally(held, Tally(signatures=900, dated=True, debated=False))
    assert looks(waiting, held, stale) == [Debated(outcome=OUTCOME)]


def test_closing_at_the_deadline_and_before_it() -> None:
    closed = after(OPEN, state=PetitionState.CLOSED, closed_at=datetime(2026, 8, 1, 22, 59, 59, tzinfo=UTC))
    early = after(OPEN, state=PetitionState.CLOSED, closed_at=datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert looks(OPEN, closed) == [Closed(signatures=900)]
    assert looks(OPEN, early) == [Closed(signatures=900, early=True)]


def test_a_rejection_of_a_public_petition_says_it_was_taken_down() -> None:
    why = Rejection(code="duplicate", details="There is another.")
    rejected = after(OPEN, state=PetitionState.REJECTED, rejection=why, rejected_at=NOW)
    assert looks(OPEN, rejected) == [Rejected(rejection=why, taken_down=True)]


def test_an_unpublished_petition_is_published_or_rejected() -> None:
    hidden = replace(OPEN, state=PetitionState.UNPUBLISHED, opened_at=None, signatures=0)
    why = Rejection(code="irrelevant")
    assert looks(hidden, after(hidden, state=PetitionState.OPEN)) == [Published(closing_on=OPEN.closing_on)]
    assert looks(hidden, after(hidden, state=PetitionState.REJECTED, rejection=why)) == [Rejected(rejection=why)]


def test_a_closed_petition_that_looks_open_again_is_stale_until_confirmed() -> None:
    closed = after(OPEN, state=PetitionState.CLOSED, closed_at=NOW)
    assert looks(closed, OPEN, closed) == []
    assert looks(closed, OPEN, OPEN) == [Reopened(was=PetitionState.CLOSED, state=PetitionState.OPEN)]


def missed(
    *minutes: int, answer: NotFound | Unpublished | Gone = NOT_FOUND, site_ill: bool = False
) -> tuple[Findings, list[list[News]]]:
    """Let an answer without a document come at these minutes; return what is left, and what each answer told."""
    findings, told = Findings(snapshot=OPEN, marks=first_look(OPEN).marks), []
    for minute in minutes:
        findings = not_there(
            findings.snapshot,
            findings.marks,
            answer,
            NOW + timedelta(minutes=minute),
            believe_after=timedelta(minutes=30),
            site_ill=site_ill,
        )
        told.append([change.news for change in findings.changes])
    return findings, told


def test_gone_is_believed_at_once() -> None:
    assert missed(0, answer=Gone())[1] == [[Removed()]]


def test_not_found_is_believed_after_three_answers_in_half_an_hour() -> None:
    assert missed(0, 5, 30, 31)[1] == [[], [], [HIDDEN], []]
    assert missed(0, 1, 2, 3, 29, 30)[1] == [[], [], [], [], [], [HIDDEN]]
    assert missed(0, 45, 46)[1] == [[], [], [HIDDEN]]


def test_nothing_is_believed_of_a_site_that_is_ill() -> None:
    assert missed(0, 30, 60, 600, site_ill=True)[1] == [[], [], [], []]
    assert missed(0, answer=Gone(), site_ill=True)[1] == [[]]


def test_a_petition_that_is_gone_leaves_no_doubts() -> None:
    told = replace(OPEN, response=RESPONSE)
    doubtful = compare(told, first_look(told).marks, after(told, response=None), NOW, LONDON, unconditional=True)
    assert doubtful.marks.doubts != ()
    gone = not_there(doubtful.snapshot, doubtful.marks, Gone(), NOW, believe_after=timedelta(minutes=30))
    assert (gone.snapshot.state, gone.marks.doubts) == (PetitionState.REMOVED, ())


def test_a_petition_seen_in_between_was_never_missing() -> None:
    missing, _ = missed(0, 29)
    seen = compare(OPEN, missing.marks, after(OPEN), NOW, LONDON, unconditional=True)
    assert (seen.marks.misses, seen.marks.missing_since) == (0, None)


def test_a_petition_back_in_moderation_is_told_when_repeated() -> None:
    assert missed(0, 15, 30, answer=Unpublished())[1][-1] == [
        Reopened(was=PetitionState.OPEN, state=PetitionState.UNPUBLISHED)
    ]


def test_a_petition_that_was_never_public_is_missed_from_the_first_answer_that_misses_it() -> None:
    waiting = replace(OPEN, state=PetitionState.UNPUBLISHED)
    seen = not_there(waiting, first_look(waiting).marks, Unpublished(), NOW, believe_after=timedelta(minutes=30))
    findings, told = seen, []
    for minute in (600, 605, 610, 630):
        findings = not_there(
            findings.snapshot,
            findings.marks,
            NotFound(),
            NOW + timedelta(minutes=minute),
            believe_after=timedelta(minutes=30),
        )
        told.append([change.news for change in findings.changes])
    assert told == [[], [], [], [Removed(hidden=True, published=False)]]


def test_it_stays_known_since_when_a_petition_is_gone() -> None:
    assert missed(0, 15, 30)[0].marks.missing_since == NOW


@pytest.mark.parametrize(
    ("missing", "followed", "ill"), [(1, 1, False), (2, 2, True), (2, 4, True), (2, 5, False), (12, 12, True)]
)
def test_many_missing_together_are_the_sites_illness(missing: int, followed: int, *, ill: bool) -> None:
    assert many_missing(missing, followed) is ill


def test_a_tally_calls_for_the_page_only_when_it_hints_at_words() -> None:
    assert not tally_calls_for_page(OPEN, Tally(signatures=99_999))
    assert not tally_calls_for_page(OPEN, Tally(signatures=99_999, dated=True, response_threshold_at=NOW))
    assert tally_calls_for_page(OPEN, Tally(signatures=900, dated=True, response_at=NOW))
    assert tally_calls_for_page(OPEN, Tally(signatures=900, dated=True, debate_on=date(2026, 4, 1)))
    assert tally_calls_for_page(OPEN, Tally(signatures=900, dated=True, debate_outcome_at=NOW))


def test_an_undated_tally_changes_nothing_but_the_count() -> None:
    known = replace(OPEN, response_threshold_at=NOW, debate_on=date(2026, 4, 1), debated=False)
    assert apply_tally(known, Tally(signatures=7)) == replace(known, signatures=7)


@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=40))
def test_every_milestone_is_told_at_most_once_and_none_below_the_peak_is_missed(counts: list[int]) -> None:
    told = looks(OPEN, *(after(OPEN, signatures=count) for count in counts))
    passed = [number for news in told if isinstance(news, MilestoneReached) for number in news.passed]
    assert passed == sorted(set(passed))
    start = first_look(OPEN).marks.milestone
    reached = first_look(replace(OPEN, signatures=max([OPEN.signatures, *counts]))).marks.milestone
    assert (max(passed, default=start)) == reached


VERSIONS = st.lists(
    st.tuples(
        st.sampled_from([None, "We will.", "We will not."]),
        st.sampled_from([None, date(2026, 4, 1), date(2026, 4, 8)]),
        st.booleans(),
    ),
    max_size=12,
)


@given(VERSIONS)
def test_keys_are_unique_whatever_comes_and_goes(versions: list[tuple[str | None, date | None, bool]]) -> None:
    findings = first_look(OPEN)
    keys: list[str] = []
    for turn, (words, day, unconditional) in enumerate(versions, start=1):
        snapshot = after(
            OPEN,
            updated_at=NOW + turn * CONFIRM_AFTER,
            response=Response(summary=words) if words else None,
            debate_on=day,
        )
        at = NOW + turn * CONFIRM_AFTER
        findings = compare(findings.snapshot, findings.marks, snapshot, at, LONDON, unconditional=unconditional)
        keys += [change.key for change in findings.changes]
    assert len(keys) == len(set(keys))


def test_what_cannot_be_read_stays_as_it_was_and_hides_no_other_news() -> None:
    before = replace(OPEN, response=RESPONSE, debate_on=date(2026, 4, 1))
    after = replace(OPEN, signatures=1_000, unreadable=frozenset({"response", "debate_on", "closing_on"}))
    found = compare(before, first_look(before).marks, after, NOW, LONDON, unconditional=True)
    assert found.snapshot == replace(before, signatures=1_000)
    assert [change.news.kind for change in found.changes] == ["milestone"]
    assert not found.doubtful


def test_a_petition_is_met_with_what_could_be_read_of_it() -> None:
    assert first_look(replace(OPEN, unreadable=frozenset({"response"}))) == first_look(OPEN)
