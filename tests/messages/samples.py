"""A petition and what may happen to it, for the tests of this folder."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from delivery.audit import Fault
from messages.bot_status import AuditStatus, BotStatus, SiteStatus
from messages.content import Content
from messages.render_context import RenderContext
from messages.words import Words
from petitions.forecast import Growth, Reach
from petitions.history import Marks
from petitions.news import (
    Archived,
    BelowThreshold,
    BusinessAdded,
    BusinessEdited,
    Change,
    ChangeId,
    Closed,
    ClosingSoon,
    CommitteeNoted,
    CommitteeNoteEdited,
    DeadlineExtended,
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    DebateToday,
    FinalCount,
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
    StoredChange,
    SuccessorFound,
    WaitingForResponse,
    WordsEdited,
)
from petitions.petition import (
    Business,
    DebateOutcome,
    PetitionId,
    PetitionRef,
    PetitionState,
    Rejection,
    Response,
    Site,
    Snapshot,
)
from petitions.watched import Schedule, WatchedPetition
from sites.uk_document import UK

NOW: Final = datetime(2026, 3, 3, 14, 2, tzinfo=UTC)
WORDS: Final = Words("en")
RENDER: Final = RenderContext(
    words=WORDS, sites={UK.site: replace(UK, address="https://petition.example")}, zone=UK.zone, now=NOW
)
REF: Final = PetitionRef(site=Site.UK, number="700143")

RESPONSE: Final = Response(
    responded_on=date(2026, 3, 2),
    summary="We have no plans to change the length of the swimming season.",
    details="The government recognises the value of cold water.\n\nIt will keep the matter under review.",
)
OUTCOME: Final = DebateOutcome(
    debated_on=date(2026, 2, 23),
    overview="Members from all sides spoke for longer opening hours.",
    transcript_url="https://hansard.example/1",
    video_url="https://video.example/1",
    debate_pack_url="https://library.example/1",
)
SNAPSHOT: Final = Snapshot(
    ref=REF,
    title="Keep lidos open all winter",
    state=PetitionState.OPEN,
    signatures=46_120,
    background="Cold water is good for you, and most lidos close in September.",
    opened_at=NOW - timedelta(days=100),
    closing_on=date(2026, 5, 24),
    thresholds=UK.thresholds,
    response_threshold_at=NOW - timedelta(days=9),
)

UGLY: Final = (
    "".join(map(chr, range(0x20)))
    + "<b>bold & brash</b> _x_ *y* \u202eright to left\u202c \u200f\u05d0\u05d1\u05d2 \u2066\u2067 &amp; \ud800 👩‍👩‍👧‍👦🇬🇧 "
)


STATUS: Final = BotStatus(
    version="1.2",
    python="3.11.2",
    library="22.8",
    schema="0006",
    loops=11,
    ill_loops=(),
    writable=True,
    sites=(
        SiteStatus(
            name="uk",
            late_hot=timedelta(0),
            late_any=timedelta(0),
            silent_since=None,
            missing_since=None,
            off_since=None,
        ),
    ),
    telegram_silent_since=None,
    webhook_problem=None,
    circuit="closed",
    maintenance_since=None,
    queued={"reply": 0, "alert": 1_200, "broadcast": 0, "paid": 0},
    owed=3,
    oldest_due_at=NOW - timedelta(seconds=20),
    sends={"minute": {"sent": 12}, "hour": {"sent": 1_720, "later": 2}},
    updates_waiting=0,
    given_up={"rejected": 0, "uncertain": 0, "set_aside": 0},
    audit=AuditStatus(
        alerts_at=NOW - timedelta(minutes=4),
        lists_at=NOW - timedelta(minutes=14),
        accounted=12_345,
        faults=dict.fromkeys(Fault, 0),
    ),
    paused=1,
    suspended=4,
    banned=2,
    uptime=timedelta(days=3),
    database_bytes=48_123_456,
)
"""A bot that is well."""


def stored(
    news: News, *, happened_at: datetime | None = None, seen_at: datetime = NOW, number: int = 1
) -> StoredChange:
    return StoredChange(
        id=ChangeId(number),
        petition=PetitionId(1),
        ref=REF,
        title=SNAPSHOT.title,
        change=Change(key=f"key:{number}", news=news, happened_at=happened_at, seen_at=seen_at),
    )


def watched(snapshot: Snapshot = SNAPSHOT, *, seen_at: datetime = NOW) -> WatchedPetition:
    return WatchedPetition(
        id=PetitionId(1),
        version=1,
        snapshot=snapshot,
        marks=Marks(),
        schedule=Schedule(count_at=None, page_at=None),
        seen_at=seen_at,
        full_at=None,
    )


def shown(content: Content) -> str:
    """Write a message as it is sent, its buttons below: [label → where it leads]."""
    rows = (" ".join(f"[{one.label} → {one.url or one.data}]" for one in row) for row in content.buttons)
    return "\n".join([content.text, *rows])


def _news(text: str, number: int) -> list[News]:
    """Return one of each kind, with the text wherever there is text from outside."""
    response = replace(RESPONSE, summary=text, details=text)
    outcome = DebateOutcome(overview=text, transcript_url=text, video_url=f"https://x/{text}", debate_pack_url=text)
    day = date(2026, 4, 20)
    item = Business(created_at=NOW, on=day, subject=text, body=text)
    return [
        MilestoneReached(highest=number, passed=(number,), signatures=number, response_threshold=True),
        MilestoneReached(highest=number + 1, passed=tuple(range(1, 40)), signatures=number, debate_threshold=True),
        MilestoneReached(
            highest=number,
            passed=(number,),
            signatures=number,
            growth=Growth(
                per_day=number,
                per_hour=number,
                surge=number,
                reach=Reach(threshold=number, soonest=NOW, latest=NOW + timedelta(days=number % 10_000)),
            ),
        ),
        BelowThreshold(threshold=10_000, signatures=number, for_debate=False),
        BelowThreshold(threshold=100_000, signatures=number, for_debate=True),
        FinalCount(signatures=number),
        ClosingSoon(on=day, signatures=number),
        DeadlineExtended(was_on=day, on=day),
        ResponsePublished(response=response),
        ResponseEdited(response=response),
        ResponseWithdrawn(),
        WaitingForResponse(days=30, since=day),
        DebateScheduled(on=day),
        DebateMoved(moved_from=day, on=day),
        DebateCancelled(was_on=day),
        DebateToday(on=day),
        Debated(outcome=outcome),
        Debated(outcome=replace(outcome, debated_on=day)),
        NotDebated(outcome=outcome),
        OutcomeCompleted(added=outcome),
        CommitteeNoted(note=text),
        CommitteeNoteEdited(note=text),
        BusinessAdded(item=item),
        BusinessAdded(item=replace(item, on=None)),
        BusinessEdited(item=item),
        WordsEdited(parts=("title", "background", "details"), was_titled=text),
        WordsEdited(parts=("details",)),
        Published(closing_on=None),
        Published(closing_on=day),
        Closed(signatures=number),
        Closed(signatures=number, early=True),
        Rejected(rejection=Rejection(code=text, details=text)),
        Rejected(rejection=None, taken_down=True),
        Removed(),
        Removed(hidden=True),
        Removed(hidden=True, published=False),
        Reopened(was=PetitionState.CLOSED, state=PetitionState.OPEN),
        Reopened(was=PetitionState.REJECTED, state=PetitionState.OPEN),
        Reopened(was=PetitionState.REJECTED, state=PetitionState.CLOSED),
        Reopened(was=PetitionState.REMOVED, state=PetitionState.UNPUBLISHED),
        Stopped(),
        Archived(),
        SuccessorFound(ref=PetitionRef(site=Site.UK, number="760144"), title=text, signatures=number),
    ]


moments = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
growths = st.builds(
    Growth,
    per_day=st.floats(0, 1e9),
    per_hour=st.none() | st.floats(0, 1e9),
    surge=st.none() | st.floats(2, 1e9),
    reach=st.none() | st.builds(Reach, threshold=st.integers(1, 10**9), soonest=moments, latest=moments),
)

EVERY_NEWS: Final = _news("some text", 10_000)

characters = st.characters() | st.sampled_from(
    "\x00\n\u202e\u202d\u2066\u200f\u05d0\ud800\udfff<>&\"'_ \t👩\u200d🇬\ufe0f\u0301"
)
texts = st.one_of(
    st.text(alphabet=characters, max_size=60),
    st.builds(
        lambda text, times: text * times, st.text(alphabet=characters, min_size=1, max_size=12), st.integers(1, 1000)
    ),
    st.just(UGLY * 60),
)
news_of_any_text = st.builds(_news, texts, st.integers(1, 10**9)).flatmap(st.sampled_from)
