"""Recordings of a real petition: a series of counts (CSV) or snapshots of its documents (JSON), read from disk."""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.parliament.counting import DEBATE_THRESHOLD, RESPONSE_THRESHOLD, Count
from sandbox.parliament.entries import Entry, Json, entry_of
from sandbox.parliament.geography import signatures_by_place
from sandbox.parliament.growth import Growth
from sandbox.parliament.happenings import OPEN_FOR
from sandbox.parliament.life import Petition, State
from sandbox.parliament.standing import Standing
from sandbox.parliament.times import london_day, parse_stamp

_SERIES_NAME = re.compile(r"uk-(\d+)")
_SNAPSHOT_NAME = "%Y-%m-%dT%H-%M-%SZ"
_COLUMNS = ("timestamp_utc", "signature_count")
_PAGE_ONLY = frozenset(
    {
        "signatures_by_country",
        "signatures_by_constituency",
        "signatures_by_region",
        "other_parliamentary_business",
    }
)


class RecordingError(Exception):
    """The file or folder is no recording; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One observed count, with what the site's rules make of it."""

    at: datetime
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRecording:
    """Counts over time. The document around them is made up: an open petition with a title that says so."""

    petition_id: int
    rows: tuple[SeriesRow, ...]

    @property
    def times(self) -> Sequence[datetime]:
        """When each row was recorded, in order."""
        return [row.at for row in self.rows]

    def entry(self, index: int) -> Entry:
        """The petition as it was at a row."""
        row, opened_at = self.rows[index], self.rows[0].at - timedelta(days=1)
        closes_on = london_day(max(opened_at + OPEN_FOR, self.rows[-1].at + timedelta(days=1)))
        standing = Standing(
            state=State.OPEN,
            count=row.count,
            updated_at=row.count.changed_at or row.at,
            opened_at=opened_at,
            closes_on=closes_on,
        )
        places = signatures_by_place(self.petition_id, row.count.signatures)
        return entry_of(self._petition(opened_at), standing, row.at, places | {"other_parliamentary_business": []})

    def _petition(self, opened_at: datetime) -> Petition:
        return Petition(
            id=self.petition_id,
            action=f"Replayed petition {self.petition_id}",
            background="The signature counts of this petition were recorded. Everything else about it is made up.",
            additional_details="",
            creator_name="A Recorder",
            created_at=opened_at - timedelta(days=7),
            growth=Growth(begins=opened_at, first=0),
            events=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A whole document as it was recorded."""

    at: datetime
    document: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecording:
    """Documents over time, served as they were recorded."""

    petition_id: int
    snapshots: tuple[Snapshot, ...]

    @property
    def times(self) -> Sequence[datetime]:
        """When each document was recorded, in order."""
        return [snapshot.at for snapshot in self.snapshots]

    def entry(self, index: int) -> Entry:
        """The petition as it was in a snapshot."""
        return recorded_entry(self.snapshots[index].document, self.snapshots[index].at)


Recording = SeriesRecording | SnapshotRecording


def load_recordings(path: Path, petition_id: int | None = None) -> tuple[Recording, ...]:
    """Every recording under a file or folder, by petition; `RecordingError` when there is none or two for one petition.

    A series names its petition in its file name (`uk-<id>….csv`) unless `petition_id` is given; a snapshot is dated by
    its file name (`2019-03-26T17-21-02Z.json`), otherwise by its own `updated_at`.
    """
    if not path.exists():
        message = f"{path}: there is no such file or folder"
        raise RecordingError(message)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    series = [load_series(file, petition_id) for file in files if file.suffix == ".csv"]
    recordings: list[Recording] = [*series, *_by_petition(file for file in files if file.suffix == ".json")]
    if not recordings:
        message = f"{path}: no .csv series and no .json snapshots here"
        raise RecordingError(message)
    ids = [recording.petition_id for recording in recordings]
    twice = sorted({str(each) for each in ids if ids.count(each) > 1})
    if twice:
        message = f"{path}: more than one recording of petition {', '.join(twice)}; name one of them"
        raise RecordingError(message)
    return tuple(sorted(recordings, key=lambda recording: recording.petition_id))


def load_series(file: Path, petition_id: int | None = None) -> SeriesRecording:
    """A CSV of counts with the columns timestamp_utc and signature_count."""
    if petition_id is None:
        named = _SERIES_NAME.search(file.name)
        if named is None:
            message = f"{file}: name the file uk-<petition id>.csv, so that the petition is known"
            raise RecordingError(message)
        petition_id = int(named[1])
    with file.open(encoding="utf-8", newline="") as lines:
        observed = [_observed(file, number, row) for number, row in enumerate(csv.DictReader(lines), start=2)]
    if not observed:
        message = f"{file}: no rows"
        raise RecordingError(message)
    return SeriesRecording(petition_id=petition_id, rows=tuple(series_rows(sorted(observed))))


def series_rows(observed: Iterable[tuple[datetime, int]]) -> Iterable[SeriesRow]:
    """Counts in order of time with the thresholds the site would have noted: a count that falls below loses its time.

    A threshold that is reached already at the first row is dated by that row.
    """
    before: Count | None = None
    for at, signatures in observed:
        unchanged = before is not None and before.signatures == signatures
        earlier_response = before.response_threshold_reached_at if before else None
        earlier_debate = before.debate_threshold_reached_at if before else None
        before = Count(
            signatures=signatures,
            changed_at=before.changed_at if before and unchanged else at,
            response_threshold_reached_at=(earlier_response or at) if signatures >= RESPONSE_THRESHOLD else None,
            debate_threshold_reached_at=(earlier_debate or at) if signatures >= DEBATE_THRESHOLD else None,
        )
        yield SeriesRow(at=at, count=before)


def recorded_entry(document: Json, recorded_at: datetime) -> Entry:
    """An entry around a recorded document of any age, with or without its outer `data`."""
    data: Mapping[str, Any] = document.get("data", document)
    attributes: Mapping[str, Any] = data["attributes"]
    debate, debate_on = attributes.get("debate"), attributes.get("scheduled_debate_date")
    outcome_at = parse_stamp(attributes.get("debate_outcome_at"))
    held = bool(debate and debate.get("debated_on"))
    day_is_over = debate_on is not None and debate_on < london_day(recorded_at).isoformat()
    not_debated = outcome_at is not None and debate is not None and not held
    response = attributes.get("government_response")
    return Entry(
        id=data["id"],
        state=State(attributes["state"]),
        updated_at=parse_stamp(attributes.get("updated_at")) or recorded_at,
        signature_count=attributes.get("signature_count"),
        attributes={key: value for key, value in attributes.items() if key not in _PAGE_ONLY},
        created_at=parse_stamp(attributes.get("created_at")),
        opened_at=parse_stamp(attributes.get("opened_at") or attributes.get("open_at")),
        response_threshold_reached_at=parse_stamp(attributes.get("response_threshold_reached_at")),
        government_response_at=parse_stamp(
            attributes.get("government_response_at") or (response.get("created_at") if response else None)
        ),
        debate_threshold_reached_at=parse_stamp(attributes.get("debate_threshold_reached_at")),
        scheduled_debate_date=datetime.fromisoformat(debate_on).date() if debate_on else None,
        debate_outcome_at=outcome_at,
        debated=held or (day_is_over and not not_debated),
        not_debated=not_debated,
        parliament=data.get("parliament", {}) if data.get("type") == "archived-petition" else None,
        recorded=document,
    )


def _observed(file: Path, number: int, row: Mapping[str, str | None]) -> tuple[datetime, int]:
    try:
        at, count = parse_stamp(row[_COLUMNS[0]]), int(row[_COLUMNS[1]] or "")
    except (KeyError, ValueError) as error:
        message = f"{file}, line {number}: expected the columns {' and '.join(_COLUMNS)} with a time and a whole number"
        raise RecordingError(message) from error
    if at is None:
        message = f"{file}, line {number}: no time"
        raise RecordingError(message)
    return at, count


def _by_petition(files: Iterable[Path]) -> list[SnapshotRecording]:
    found: dict[int, list[Snapshot]] = {}
    for file in files:
        entry = _read_snapshot(file)
        snapshot = Snapshot(at=_snapshot_time(file) or entry.updated_at, document=entry.recorded or {})
        found.setdefault(entry.id, []).append(snapshot)
    return [
        SnapshotRecording(petition_id=each, snapshots=tuple(sorted(snapshots, key=lambda snapshot: snapshot.at)))
        for each, snapshots in found.items()
    ]


def _read_snapshot(file: Path) -> Entry:
    try:
        return recorded_entry(json.loads(file.read_bytes()), datetime(1970, 1, 1, tzinfo=UTC))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{file}: this is not the document of one petition"
        raise RecordingError(message) from error


def _snapshot_time(file: Path) -> datetime | None:
    try:
        return datetime.strptime(file.stem, _SNAPSHOT_NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
