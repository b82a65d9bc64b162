"""Recordings of a real petition: a series of counts (CSV) or snapshots of its documents (JSON), read from disk."""

import csv
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.parliament.changes import sign
from sandbox.parliament.document import Json, State
from sandbox.parliament.happenings import CannotHappenError, Happening
from sandbox.parliament.invented import tell
from sandbox.parliament.times import instant_of, stamp

_SERIES_NAME = re.compile(r"uk-(\d+)")
_SNAPSHOT_NAME = "%Y-%m-%dT%H-%M-%SZ"
_COLUMNS = ("timestamp_utc", "signature_count")


class RecordingError(Exception):
    """The file or folder is no recording; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A petition's document, and when it was recorded."""

    at: datetime
    document: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What was recorded of one petition, in order of time. Nothing can be made to happen to it."""

    id: int
    rows: Sequence[Row]

    def document(self, at: datetime) -> Json:
        """The petition as its last row until `at` has it; the first row holds from the beginning."""
        passed = bisect_right(self.rows, at, key=lambda row: row.at)
        return self.rows[max(0, passed - 1)].document

    def possible(self, _document: Json, _at: datetime) -> Sequence[Happening]:
        """Nothing."""
        return ()

    def after(self, what: Happening, _at: datetime) -> "Recording":
        """Raise `CannotHappenError`."""
        raise CannotHappenError(f"{what.value} cannot happen: a recording cannot be changed")

    def next(self, _document: Json, _at: datetime) -> None:
        """Nothing that is foretold."""


def load_recordings(path: Path) -> tuple[Recording, ...]:
    """Every recording under a file or folder, by petition; `RecordingError` when there is none or two for one petition.

    A series names its petition in its file name (`uk-<id>….csv`); a snapshot is dated by its file name
    (`2019-03-26T17-21-02Z.json`), otherwise by its own `updated_at`.
    """
    if not path.exists():
        raise RecordingError(f"{path}: there is no such file or folder")
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    recordings = [load_series(file) for file in files if file.suffix == ".csv"]
    recordings += _by_petition(_load_snapshot(file) for file in files if file.suffix == ".json")
    if not recordings:
        raise RecordingError(f"{path}: no .csv series and no .json snapshots here")
    ids = [recording.id for recording in recordings]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise RecordingError(f"{path}: more than one recording of petition {twice[0]}; name one of them")
    return tuple(sorted(recordings, key=lambda recording: recording.id))


def load_series(file: Path) -> Recording:
    """A CSV of counts with the columns timestamp_utc and signature_count.

    The documents around them are made up: an open petition with a title that says so, which reached its thresholds, and
    fell below them, as the site would have noted it.
    """
    named = _SERIES_NAME.search(file.name)
    if named is None:
        raise RecordingError(f"{file}: name the file uk-<petition id>.csv, so that the petition is known")
    with file.open(encoding="utf-8", newline="") as lines:
        observed = sorted(_observed(file, number, row) for number, row in enumerate(csv.DictReader(lines), start=2))
    if not observed:
        raise RecordingError(f"{file}: no rows")
    petition_id = int(named[1])
    return Recording(id=petition_id, rows=tuple(_series_rows(petition_id, observed)))


def _series_rows(petition_id: int, observed: Sequence[tuple[datetime, int]]) -> Iterable[Row]:
    (begins, _), (ends, _) = observed[0], observed[-1]
    document = tell(
        begins,
        id=petition_id,
        action=f"Replayed petition {petition_id}",
        background="The signature counts of this petition were recorded. Everything else about it is made up.",
        opened_days_ago=1,
        closes_in_days=max(181, (ends - begins).days + 2),
        signatures=max(6, observed[0][1]),
    ).document(begins)
    for at, signatures in observed:
        attributes = dict(document["attributes"])
        if gained := signatures - attributes["signature_count"]:
            sign(attributes, at, gained)
            attributes["updated_at"] = stamp(at)
            document = {**document, "attributes": attributes}
        yield Row(at, document)


def _observed(file: Path, number: int, row: Mapping[str, str | None]) -> tuple[datetime, int]:
    try:
        return instant_of(row[_COLUMNS[0]] or ""), int(row[_COLUMNS[1]] or "")
    except (KeyError, ValueError) as error:
        expected = f"expected the columns {' and '.join(_COLUMNS)} with a time and a whole number"
        raise RecordingError(f"{file}, line {number}: {expected}") from error


def _by_petition(rows: Iterable[Row]) -> list[Recording]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.document["id"], []).append(row)
    return [
        Recording(id=petition_id, rows=tuple(sorted(rows, key=lambda row: row.at)))
        for petition_id, rows in found.items()
    ]


def _load_snapshot(file: Path) -> Row:
    """A document of any age, with or without its outer `data`."""
    try:
        page: dict[str, Any] = json.loads(file.read_bytes())
        document = page.get("data", page)
        attributes = document["attributes"]
        State(attributes["state"])
        at = _named_time(file) or instant_of(attributes["updated_at"])
        return Row(at, {"type": "petition", **document, "id": int(document["id"])})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordingError(f"{file}: this is not the document of one petition") from error


def _named_time(file: Path) -> datetime | None:
    try:
        return datetime.strptime(file.stem, _SNAPSHOT_NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
