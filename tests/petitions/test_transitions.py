"""All that can happen to a petition, by the numbers of `docs/petition-sites.md` §13.

Each row plays one transition as the site shows it. What is no news is played as well, and proves silence.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from petitions.answers import Gone, NotFound, SentHome, Unpublished
from petitions.news import (
    Archived,
    BelowThreshold,
    BusinessAdded,
    BusinessEdited,
    Closed,
    CommitteeNoted,
    CommitteeNoteEdited,
    DeadlineExtended,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    DebateToday,
    MilestoneReached,
    News,
    NotDebated,
    OutcomeCompleted,
    Published,
    Rejected,
    Removed,
    Reopened,
    ResponseEdited,
    ResponsePublished,
    ResponseWithdrawn,
    Stopped,
    WordsEdited,
)
from petitions.observations import ListItem
from petitions.petition import Business, DebateOutcome, PetitionState, Rejection, Response, Snapshot, Tally
from petitions.words import fingerprint
from tests.petitions.watching import NOW, OPEN, Watched, london

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + HOUR
DEADLINE = date(2026, 8, 1)
DEBATE = date(2026, 4, 20)
SIGNED = replace(OPEN, closing_on=DEADLINE, updated_at=NOW)
UNPUBLISHED = replace(SIGNED, state=PetitionState.UNPUBLISHED, opened_at=None, closing_on=None, signatures=6)
WHY = Rejection(code="duplicate", details="There is another.")
REJECTED = replace(
    SIGNED, state=PetitionState.REJECTED, rejection=WHY, rejected_at=LATER, closing_on=None, business=None
)
RESPONSE = Response(summary="We will look at it.", details="Bricks are good.", created_at=LATER, updated_at=LATER)
RESPONDED = replace(SIGNED, response=RESPONSE, response_at=LATER)
EDITED = replace(RESPONSE, details="Bricks are very good.", updated_at=LATER + DAY)
SCHEDULED = replace(SIGNED, debate_on=DEBATE)
OUTCOME = DebateOutcome(debated_on=DEBATE, transcript_url="https://hansard.example/1")
HELD = replace(SCHEDULED, debate_outcome=OUTCOME, debate_outcome_at=LATER)
REFUSAL = DebateOutcome(overview="The Committee chose not to.")
CLOSED = replace(SIGNED, state=PetitionState.CLOSED, closing_on=None)
ON_TIME = replace(CLOSED, closed_at=london(DEADLINE, 23))
EARLY = replace(CLOSED, closed_at=LATER)
ARCHIVED = replace(ON_TIME, archived=True)


def item(body: str, entered: timedelta = HOUR) -> Business:
    return Business(
        created_at=NOW + entered, on=NOW.date(), subject="An inquiry", body=body, fingerprint=fingerprint(body)
    )


INQUIRY = replace(SIGNED, business=(item("It begins."),))


EDITED_WORDS = replace(SIGNED, title="Give swifts bricks", background="They need them.")


def shows(*versions: Snapshot, apart: timedelta = HOUR) -> Callable[[Watched], None]:
    """Let the document be read in these versions, each touched after the one before."""

    def play(watched: Watched) -> None:
        for turn, version in enumerate(versions, start=1):
            at = NOW + turn * apart
            watched.show(replace(version, updated_at=at), at)

    return play


def misses(answer: Gone | NotFound | SentHome | Unpublished) -> Callable[[Watched], None]:
    """Let the same answer come again and again."""

    def play(watched: Watched) -> None:
        for minutes in (0, 15, 30, 45, 300):
            watched.miss(answer, LATER + minutes * MINUTE)

    return play


def counts(*signatures: int) -> Callable[[Watched], None]:
    """Let these be counted, ten minutes after each other."""

    def play(watched: Watched) -> None:
        for turn, number in enumerate(signatures):
            watched.count(Tally(signatures=number), LATER + turn * 10 * MINUTE)

    return play


def both(*plays: Callable[[Watched], None]) -> Callable[[Watched], None]:
    def play(watched: Watched) -> None:
        for each in plays:
            each(watched)

    return play


def debate_day(watched: Watched) -> None:
    watched.reach(london(DEBATE, 8))
    watched.count(Tally(signatures=900, dated=True, debate_on=DEBATE, debated=False), london(DEBATE, 23))
    watched.count(Tally(signatures=900, dated=True, debate_on=DEBATE, debated=True), london(DEBATE + DAY, 0))
    watched.show(replace(SCHEDULED, updated_at=NOW), london(DEBATE + DAY, 1))


def older_copy(watched: Watched) -> None:
    shown = watched.petition.snapshot
    older = replace(INQUIRY, committee_note="We wrote.", updated_at=NOW - HOUR)
    for turn, version in enumerate((older, shown, older), start=1):
        watched.show(version, NOW + turn * HOUR)


def listed_since(watched: Watched) -> None:
    """Let an item be entered, and a list, which shows no items, tell that the petition was touched after that."""
    watched.see(ListItem(shown=replace(SIGNED, updated_at=LATER, business=None)), LATER)
    watched.show(replace(INQUIRY, updated_at=LATER), LATER + HOUR)


def flipped(watched: Watched) -> None:
    watched.see(ListItem(shown=replace(HELD, updated_at=LATER, debated=True)), LATER)
    watched.see(ListItem(shown=replace(HELD, updated_at=LATER + HOUR, debated=False)), LATER + HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A transition: what is known before, what is seen then, and all that is told."""

    number: int
    name: str
    before: Snapshot
    seen: Callable[[Watched], None]
    told: Sequence[News] = ()


ROWS = (
    Row(
        number=1,
        name="published",
        before=UNPUBLISHED,
        seen=shows(SIGNED, SIGNED),
        told=[Published(closing_on=DEADLINE)],
    ),
    Row(
        number=2,
        name="rejected at moderation",
        before=UNPUBLISHED,
        seen=shows(replace(REJECTED, opened_at=None)),
        told=[Rejected(rejection=WHY)],
    ),
    Row(
        number=3,
        name="rejected and hidden at moderation",
        before=UNPUBLISHED,
        seen=misses(NotFound()),
        told=[Removed(hidden=True, published=False)],
    ),
    Row(number=4, name="signatures rise between milestones: no news", before=SIGNED, seen=counts(950, 999)),
    Row(
        number=5,
        name="response threshold",
        before=replace(SIGNED, signatures=9_999),
        seen=shows(
            *[replace(SIGNED, signatures=9_999, response_threshold_at=LATER)] * 3,
            replace(SIGNED, signatures=10_004, response_threshold_at=LATER),
        ),
        told=[MilestoneReached(highest=10_000, passed=(10_000,), signatures=9_999, response_threshold=True)],
    ),
    Row(
        number=6,
        name="debate threshold",
        before=replace(SIGNED, signatures=99_000),
        seen=counts(100_003, 100_100),
        told=[MilestoneReached(highest=100_000, passed=(100_000,), signatures=100_003, debate_threshold=True)],
    ),
    Row(
        number=7,
        name="the count falls below a threshold, and again",
        before=replace(SIGNED, signatures=10_050),
        seen=counts(9_990, 9_980, 9_985, 9_980, 9_990, 10_020, 9_970, 9_970, 9_970, 9_970, 9_970),
        told=[BelowThreshold(threshold=10_000, signatures=9_980, for_debate=False)],
    ),
    Row(
        number=7,
        name="the count falls, but not below a threshold, or only for a moment: no news",
        before=replace(SIGNED, signatures=10_050),
        seen=counts(10_010, 9_990, 9_980, 10_001, 9_990, 9_990, 10_001),
    ),
    Row(
        number=7,
        name="the count falls once the response is there: no news",
        before=replace(RESPONDED, signatures=10_050),
        seen=counts(*[9_990] * 6),
    ),
    Row(
        number=7,
        name="the count falls once the debate has a date: no news",
        before=replace(SCHEDULED, signatures=100_050),
        seen=counts(*[99_990] * 6),
    ),
    Row(
        number=7,
        name="the count is lower in the archive: no news",
        before=replace(ARCHIVED, signatures=10_050),
        seen=shows(*[replace(ARCHIVED, signatures=9_990)] * 3),
    ),
    Row(number=8, name="response", before=SIGNED, seen=shows(RESPONDED), told=[ResponsePublished(response=RESPONSE)]),
    Row(
        number=9,
        name="response edited",
        before=RESPONDED,
        seen=shows(
            replace(RESPONDED, response=replace(RESPONSE, updated_at=LATER + HOUR)),  # a timestamp alone is no news
            replace(RESPONDED, response=EDITED),
            replace(RESPONDED, response=replace(EDITED, details="Bricks  are\nvery good.")),
        ),
        told=[ResponseEdited(response=EDITED)],
    ),
    Row(
        number=10,
        name="response deleted",
        before=RESPONDED,
        seen=shows(SIGNED, SIGNED, SIGNED),
        told=[ResponseWithdrawn()],
    ),
    Row(number=11, name="debate scheduled", before=SIGNED, seen=shows(SCHEDULED), told=[DebateScheduled(on=DEBATE)]),
    Row(
        number=12,
        name="debate moved",
        before=SCHEDULED,
        seen=shows(replace(SCHEDULED, debate_on=DEBATE + 7 * DAY)),
        told=[DebateMoved(moved_from=DEBATE, on=DEBATE + 7 * DAY)],
    ),
    Row(
        number=13,
        name="debate date cleared",
        before=SCHEDULED,
        seen=shows(SIGNED, SIGNED),
        told=[DebateCancelled(was_on=DEBATE)],
    ),
    Row(
        number=14,
        name="debate day over: its morning is told, its end is no news",
        before=SCHEDULED,
        seen=debate_day,
        told=[DebateToday(on=DEBATE)],
    ),
    Row(number=15, name="outcome: debated", before=SCHEDULED, seen=shows(HELD), told=[Debated(outcome=OUTCOME)]),
    Row(
        number=16,
        name="outcome: not debated",
        before=SIGNED,
        seen=shows(replace(SIGNED, debate_outcome=REFUSAL, debate_outcome_at=LATER)),
        told=[NotDebated(outcome=REFUSAL)],
    ),
    Row(
        number=17,
        name="outcome completed: each part once, and those that come together in one",
        before=HELD,
        seen=shows(
            replace(HELD, debate_outcome=replace(OUTCOME, overview="They spoke.", video_url="https://video.example/1")),
            HELD,
            replace(HELD, debate_outcome=replace(OUTCOME, overview="They spoke well.", debate_summary_url="https://x")),
        ),
        told=[
            OutcomeCompleted(
                added=DebateOutcome(debated_on=DEBATE, overview="They spoke.", video_url="https://video.example/1")
            ),
            OutcomeCompleted(added=DebateOutcome(debated_on=DEBATE, debate_summary_url="https://x")),
        ],
    ),
    Row(
        number=18,
        name="outcome flipped",
        before=HELD,
        seen=flipped,
        told=[NotDebated(outcome=OUTCOME)],
    ),
    Row(
        number=19,
        name="committee news: each item once",
        before=SIGNED,
        seen=shows(INQUIRY, replace(INQUIRY, business=(item("It begins."), item("It ends.", 2 * HOUR)))),
        told=[BusinessAdded(item=item("It begins.")), BusinessAdded(item=item("It ends.", 2 * HOUR))],
    ),
    Row(
        number=19,
        name="committee news of a petition whose other items are not known: what was entered since",
        before=replace(SIGNED, business=None),
        seen=shows(replace(INQUIRY, business=(item("It begins.", -HOUR), item("It ends.")))),
        told=[BusinessAdded(item=item("It ends."))],
    ),
    Row(
        number=19,
        name="committee news of such a petition that has been listed meanwhile",
        before=replace(SIGNED, business=None),
        seen=listed_since,
        told=[BusinessAdded(item=item("It begins."))],
    ),
    Row(
        number=20,
        name="news edited",
        before=INQUIRY,
        seen=shows(
            replace(INQUIRY, business=(item("It has begun."),)), replace(INQUIRY, business=(item("It  has begun. "),))
        ),
        told=[BusinessEdited(item=item("It has begun."))],
    ),
    Row(
        number=20,
        name="news deleted, or not shown as in lists: no news",
        before=INQUIRY,
        seen=shows(SIGNED, replace(SIGNED, business=None), SIGNED),
    ),
    Row(
        number=21,
        name="text edited",
        before=SIGNED,
        seen=shows(EDITED_WORDS, replace(EDITED_WORDS, background="They  need\nthem.")),
        told=[WordsEdited(parts=("title", "background"), was_titled=SIGNED.title)],
    ),
    Row(
        number=21,
        name="an older copy, with words as they were before: no news",
        before=replace(EDITED_WORDS, committee_note="We wrote again.", business=(item("It has begun."),)),
        seen=older_copy,
    ),
    Row(
        number=21,
        name="committee note added, edited, taken away and put back",
        before=SIGNED,
        seen=shows(
            replace(SIGNED, committee_note="We wrote."),
            replace(SIGNED, committee_note="We wrote again."),
            SIGNED,
            replace(SIGNED, committee_note="We wrote  again."),
        ),
        told=[CommitteeNoted(note="We wrote."), CommitteeNoteEdited(note="We wrote again.")],
    ),
    Row(
        number=21,
        name="topics or departments edited: no news",
        before=SIGNED,
        seen=shows(replace(SIGNED, topics=("birds",), departments=("DEFRA",))),
    ),
    Row(
        number=22,
        name="a topic deleted from the whole site: no news",
        before=replace(SIGNED, topics=("birds",)),
        seen=lambda watched: watched.show(SIGNED, LATER),
    ),
    Row(
        number=23,
        name="deadline extended night by night: at first, and after a week",
        before=SIGNED,
        seen=shows(*(replace(SIGNED, closing_on=DEADLINE + night * DAY) for night in range(1, 9)), apart=DAY),
        told=[
            DeadlineExtended(was_on=DEADLINE, on=DEADLINE + DAY),
            DeadlineExtended(was_on=DEADLINE + DAY, on=DEADLINE + 8 * DAY),
        ],
    ),
    Row(
        number=23,
        name="deadline brought forward: no news",
        before=SIGNED,
        seen=shows(*[replace(SIGNED, closing_on=DEADLINE - DAY)] * 2),
    ),
    Row(number=24, name="closed at the deadline", before=SIGNED, seen=shows(ON_TIME), told=[Closed(signatures=900)]),
    Row(
        number=25,
        name="closed early by a dissolution",
        before=SIGNED,
        seen=shows(EARLY),
        told=[Closed(signatures=900, early=True)],
    ),
    Row(
        number=26,
        name="taken down for a public reason",
        before=INQUIRY,
        seen=shows(REJECTED),
        told=[Rejected(rejection=WHY, taken_down=True)],
    ),
    Row(number=27, name="taken down or removed (410)", before=SIGNED, seen=misses(Gone()), told=[Removed()]),
    Row(number=27, name="hidden (404)", before=SIGNED, seen=misses(NotFound()), told=[Removed(hidden=True)]),
    Row(
        number=27,
        name="hidden (302 to the front page)",
        before=SIGNED,
        seen=misses(SentHome()),
        told=[Removed(hidden=True)],
    ),
    Row(
        number=28,
        name="back in moderation, and published again with new words",
        before=REJECTED,
        seen=both(
            misses(Unpublished()),
            shows(replace(SIGNED, title="Give swifts bricks", opened_at=NOW + DAY), apart=DAY),
        ),
        told=[
            Reopened(was=PetitionState.REJECTED, state=PetitionState.UNPUBLISHED),
            Published(closing_on=DEADLINE),
        ],
    ),
    Row(
        number=29,
        name="rejection withdrawn",
        before=REJECTED,
        seen=shows(SIGNED, SIGNED),
        told=[Reopened(was=PetitionState.REJECTED, state=PetitionState.OPEN)],
    ),
    Row(
        number=29,
        name="rejected and approved after all with a later deadline: that is part of it",
        before=SIGNED,
        seen=shows(REJECTED, *[replace(SIGNED, closing_on=DEADLINE + DAY)] * 2),
        told=[
            Rejected(rejection=WHY, taken_down=True),
            Reopened(was=PetitionState.REJECTED, state=PetitionState.OPEN),
        ],
    ),
    Row(
        number=29,
        name="rejection withdrawn when the deadline is over",
        before=REJECTED,
        seen=shows(EARLY, EARLY),
        told=[Reopened(was=PetitionState.REJECTED, state=PetitionState.CLOSED)],
    ),
    Row(
        number=30,
        name="stopped at a dissolution",
        before=UNPUBLISHED,
        seen=both(misses(SentHome()), lambda watched: watched.miss(NotFound(), LATER + 9 * DAY)),
        told=[Stopped()],
    ),
    Row(number=31, name="archived", before=ON_TIME, seen=shows(ARCHIVED, ARCHIVED), told=[Archived()]),
    Row(
        number=32,
        name="in the archive things go on",
        before=ARCHIVED,
        seen=shows(
            replace(ARCHIVED, response=RESPONSE, response_at=LATER),
            replace(ARCHIVED, response=RESPONSE, response_at=LATER, debate_outcome=OUTCOME, debate_outcome_at=LATER),
        ),
        told=[ResponsePublished(response=RESPONSE), Debated(outcome=OUTCOME)],
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number:02} {row.name}")
def test_a_transition_is_told_as_what_it_is(row: Row) -> None:
    watched = Watched(row.before)
    row.seen(watched)
    assert watched.told == list(row.told)
    keys = [change.key for change in watched.changes]
    assert len(keys) == len(set(keys))


def test_every_transition_has_a_row_here_and_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "petition-sites.md").read_text(encoding="utf-8")
    table = page[page.index("## 13") :]
    assert re.findall(r"^\| (\d+) \|", table, re.MULTILINE) == [str(number) for number in range(1, 33)]
    assert {row.number for row in ROWS} == set(range(1, 33))
    assert set(re.findall("`([a-z_]+)`", table)) >= {news.kind for row in ROWS for news in row.told}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number:02} {row.name}")
def test_a_transition_that_is_old_when_the_petition_is_met_is_quiet(row: Row) -> None:
    """Whatever there is when somebody begins to follow is no news for them, however often it is read again."""
    watched = Watched(row.before)
    row.seen(watched)
    met = Watched(watched.petition.snapshot, met_at=NOW + 99 * DAY)
    for hours in (1, 2, 30):
        met.show(watched.petition.snapshot, NOW + 99 * DAY + hours * HOUR)
    assert met.told == []


def test_a_petition_that_an_earlier_version_stored_tells_nothing_old() -> None:
    watched = Watched(replace(HELD, committee_note=None, business=None))
    marks = replace(watched.petition.marks, outcome_parts=None, deadline=None, dates_until=None)
    watched.petition = replace(watched.petition, marks=marks)
    outcome = replace(OUTCOME, video_url="https://video.example/1")
    now = replace(HELD, debate_outcome=outcome, committee_note="We wrote.", business=(item("It begins.", -HOUR),))
    shows(now, replace(now, closing_on=DEADLINE + DAY), apart=DAY)(watched)
    assert watched.told == [DeadlineExtended(was_on=DEADLINE, on=DEADLINE + DAY)]
