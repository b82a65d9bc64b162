"""A petition under watch, and what has been told of it, for the tests of this folder."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from petitions.answers import Gone, NotFound, Ok, SentHome, Unpublished
from petitions.cadence import Cadence
from petitions.news import Change, News
from petitions.observations import CountPoll, DateReached, FullFetch, Observation, first_contact, look_of
from petitions.petition import PetitionId, PetitionRef, PetitionState, Site, Snapshot, Tally
from petitions.watched import Look, WatchedPetition
from sites.uk_document import UK
from storage.documents import MARKS, SNAPSHOT

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CADENCE = Cadence(base=timedelta(minutes=1))
OPEN = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=900,
    opened_at=NOW - timedelta(days=30),
    committee_note="",
    business=(),
    thresholds=UK.thresholds,
)


class Watched:
    """A petition that is known since `met_at`. The process ends after every observation, and another begins."""

    def __init__(self, shown: Snapshot, met_at: datetime = NOW) -> None:
        self.petition = _stored(first_contact(Ok(body=shown), met_at, CADENCE, UK.zone), 1)
        self.changes: list[Change] = []

    @property
    def told(self) -> Sequence[News]:
        return [change.news for change in self.changes]

    @property
    def news_at(self) -> datetime | None:
        return self.petition.schedule.news_at

    def see(self, seen: Observation, at: datetime) -> None:
        look = look_of(self.petition, seen, (), at, CADENCE, zone=UK.zone)
        self.petition = _stored(look, self.petition.version + 1)
        self.changes += look.changes

    def show(self, shown: Snapshot, at: datetime) -> None:
        self.see(FullFetch(answer=Ok(body=shown), past_caches=True), at)

    def count(self, tally: Tally, at: datetime) -> None:
        self.see(CountPoll(answer=Ok(body=tally)), at)

    def miss(self, answer: Gone | NotFound | SentHome | Unpublished, at: datetime) -> None:
        self.see(FullFetch(answer=answer, past_caches=True), at)

    def reach(self, at: datetime) -> None:
        self.see(DateReached(), at)


def london(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UK.zone).astimezone(UTC)


def _stored(look: Look, version: int) -> WatchedPetition:
    """Return what is read of a look after a restart."""
    return WatchedPetition(
        id=PetitionId(1),
        version=version,
        snapshot=SNAPSHOT.read(SNAPSHOT.write(look.snapshot)),
        marks=MARKS.read(MARKS.write(look.marks)),
        schedule=look.schedule,
        seen_at=look.seen_at,
        full_at=look.full_at,
    )
