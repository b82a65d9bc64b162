import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.site import PetitionSite
from sandbox.recording import RecordingError, load_recordings

FIRST = datetime(2031, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _series(folder: Path, petition_id: int, counts: list[int], first: datetime = FIRST) -> Path:
    rows = [f"{(first + place * MINUTE).isoformat()},{count}" for place, count in enumerate(counts)]
    file = folder / f"uk-{petition_id}.csv"
    file.write_text("\n".join(["timestamp_utc,signature_count", *rows, ""]), encoding="utf-8")
    return file


def _document(petition_id: int, **attributes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "links": {"self": f"https://petitions.example.org/petitions/{petition_id}.json"},
        "data": {
            "type": "petition",
            "id": petition_id,
            "attributes": {
                "action": "Count the lighthouse stairs",
                "state": "open",
                "signature_count": 12_345,
                "created_at": "2031-04-01T10:00:00.000Z",
                "updated_at": "2031-05-01T12:00:07.120Z",
                "opened_at": "2031-04-02T10:00:00.000Z",
                "response_threshold_reached_at": "2031-04-20T10:00:00.000Z",
                "signatures_by_country": [],
                **attributes,
            },
        },
    }


def _snapshot(folder: Path, petition_id: int, name: str, document: Mapping[str, Any]) -> None:
    (folder / str(petition_id)).mkdir(exist_ok=True)
    (folder / str(petition_id) / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


class _Visitor:
    """Asks a site that shows recordings at a time which is moved."""

    def __init__(self, session: aiohttp.ClientSession, site: PetitionSite, clock: list[datetime]) -> None:
        self._session = session
        self.site = site
        self.clock = clock

    async def json(self, path: str) -> dict[str, Any]:
        async with self._session.get(path, allow_redirects=False) as response:
            assert response.status == 200
            document: dict[str, Any] = await response.json()
            return document

    async def status(self, path: str, **headers: str) -> int:
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.get(path, headers=asked, allow_redirects=False) as response:
            return response.status

    async def ids(self, path: str) -> list[int]:
        return [item["id"] for item in (await self.json(path))["data"]]


@asynccontextmanager
async def _replayed(path: Path, at: datetime = FIRST) -> AsyncIterator[_Visitor]:
    clock = [at]
    site = PetitionSite(load_recordings(path), lambda: clock[-1])
    async with site.serve() as url, aiohttp.ClientSession(url) as session:
        yield _Visitor(session, site, clock)


async def test_a_series_is_served_as_an_open_petition_with_its_counts(tmp_path: Path) -> None:
    async with _replayed(_series(tmp_path, 41, [500, 650])) as visitor:
        attributes = (await visitor.json("/petitions/41.json"))["data"]["attributes"]
        assert (attributes["action"], attributes["state"], attributes["signature_count"]) == (
            "Replayed petition 41",
            "open",
            500,
        )
        assert attributes["opened_at"] < "2031-05-01"
        assert attributes["closing_date"] > "2031-05-01"
        visitor.clock.append(FIRST + MINUTE)
        assert (await visitor.json("/petitions/41/count.json"))["signature_count"] == 650
        assert (await visitor.json("/petitions.json"))["data"][0]["attributes"]["signature_count"] == 650
        assert [outlook.possible for outlook in visitor.site.outlooks(FIRST + MINUTE)] == [()]


def test_a_row_holds_from_its_time_to_that_of_the_next_and_the_first_from_the_beginning(tmp_path: Path) -> None:
    [recording] = load_recordings(_series(tmp_path, 41, [5, 6, 7]))
    seconds = (-3_600, 0, 59, 60, 119, 120, 9_999)
    shown = [recording.document(FIRST + timedelta(seconds=each))["attributes"]["signature_count"] for each in seconds]
    assert shown == [5, 5, 5, 6, 6, 7, 7]


def test_thresholds_of_a_series_are_dated_by_the_row_that_reached_them(tmp_path: Path) -> None:
    [recording] = load_recordings(_series(tmp_path, 41, [9_999, 10_000, 9_998, 10_050, 120_000]))
    attributes = [row.document["attributes"] for row in recording.rows]
    assert [(each["response_threshold_reached_at"], each["debate_threshold_reached_at"]) for each in attributes] == [
        (None, None),
        ("2031-05-01T12:01:00.000Z", None),
        (None, None),
        ("2031-05-01T12:03:00.000Z", None),
        ("2031-05-01T12:03:00.000Z", "2031-05-01T12:04:00.000Z"),
    ]


async def test_a_row_without_a_new_count_is_304(tmp_path: Path) -> None:
    async with _replayed(_series(tmp_path, 41, [5, 5, 6])) as visitor:
        known = "Thu, 01 May 2031 12:00:00 GMT"
        visitor.clock.append(FIRST + MINUTE)
        assert await visitor.status("/petitions/41/count.json", If_Modified_Since=known) == 304
        visitor.clock.append(FIRST + 2 * MINUTE)
        assert await visitor.status("/petitions/41/count.json", If_Modified_Since=known) == 200


async def test_snapshots_are_served_as_they_were_recorded(tmp_path: Path) -> None:
    first = _document(77)
    answered = _document(
        77,
        updated_at="2031-05-02T09:30:00.000Z",
        government_response_at="2031-05-02T09:30:00.000Z",
        government_response={"summary": "Noted.", "details": "", "created_at": "2031-05-02T09:30:00.000Z"},
    )
    _snapshot(tmp_path, 77, "2031-05-01T12-00-09Z", first)
    _snapshot(tmp_path, 77, "2031-05-02T09-31-00Z", answered)
    async with _replayed(tmp_path) as visitor:
        assert (await visitor.json("/petitions/77.json"))["data"] == first["data"]
        assert await visitor.ids("/petitions.json?state=with_response") == []
        assert await visitor.ids("/petitions.json?state=awaiting_response") == [77]
        visitor.clock.append(datetime(2031, 5, 2, 9, 31, tzinfo=UTC))
        assert (await visitor.json("/petitions/77.json"))["data"] == answered["data"]
        assert await visitor.ids("/petitions.json?state=with_response") == [77]
        count = await visitor.json("/petitions/77/count.json")
        assert count["signature_count"] == 12_345
        assert count["government_response_at"] == "2031-05-02T10:30:00.000+01:00"
        (item,) = (await visitor.json("/petitions.json"))["data"]
        assert "signatures_by_country" not in item["attributes"]


async def test_debates_of_snapshots_stand_in_their_facets(tmp_path: Path) -> None:
    outcome = {"debate_outcome_at": "2031-05-01T12:00:00.000Z"}
    debates = {
        1: _document(1, scheduled_debate_date="2031-05-20"),
        2: _document(2, scheduled_debate_date="2031-04-20"),
        3: _document(3, scheduled_debate_date="2031-04-21", debate={"debated_on": "2031-04-21"}, **outcome),
        4: _document(4, debate={"debated_on": None, "overview": "No."}, **outcome),
    }
    for petition_id, document in debates.items():
        _snapshot(tmp_path, petition_id, "2031-05-01T12-00-09Z", document)
    async with _replayed(tmp_path) as visitor:
        assert await visitor.ids("/petitions.json?state=awaiting_debate") == [1]
        assert await visitor.ids("/petitions.json?state=debated") == [3, 2]
        assert await visitor.ids("/petitions.json?state=not_debated") == [4]
        assert [(await visitor.json(f"/petitions/{each}/count.json"))["debated"] for each in debates] == [
            False,
            True,
            True,
            False,
        ]


async def test_old_and_bare_documents_are_served_too(tmp_path: Path) -> None:
    old = _document(88, open_at="2031-03-01T10:00:00.000Z")
    del old["data"]["attributes"]["opened_at"]
    del old["data"]["attributes"]["response_threshold_reached_at"]
    bare = _document(99, state="rejected", rejection={"code": "no-action", "details": None})["data"]
    _snapshot(tmp_path, 88, "2031-05-01T12-00-09Z", old)
    (tmp_path / "99.json").write_text(json.dumps(bare), encoding="utf-8")
    async with _replayed(tmp_path) as visitor:
        assert (await visitor.json("/petitions/88.json"))["data"] == old["data"]
        assert (await visitor.json("/petitions/99.json"))["data"] == bare
        assert await visitor.ids("/petitions.json?state=rejected") == [99]
        assert await visitor.ids("/petitions.json?state=recent") == [88]


async def test_an_archived_document_is_found_in_the_archive(tmp_path: Path) -> None:
    document = _document(66, state="closed")
    document["data"]["type"] = "archived-petition"
    _snapshot(tmp_path, 66, "2031-05-01T12-00-09Z", document)
    async with _replayed(tmp_path) as visitor:
        assert await visitor.status("/petitions/66.json") == 302
        assert await visitor.status("/petitions/66/count.json") == 404
        assert (await visitor.json("/archived/petitions/66.json"))["data"] == document["data"]


async def test_a_replay_can_serve_a_stale_copy(tmp_path: Path) -> None:
    async with _replayed(_series(tmp_path, 41, [5, 6, 7]), at=FIRST + 2 * MINUTE) as visitor:
        visitor.site.faults.add(Fault(kind=FaultKind.STALE, times=1, age=timedelta(seconds=61)))
        assert (await visitor.json("/petitions/41/count.json"))["signature_count"] == 5
        assert (await visitor.json("/petitions/41/count.json"))["signature_count"] == 7


def test_a_series_that_names_no_petition_is_refused(tmp_path: Path) -> None:
    file = _series(tmp_path, 41, [5]).rename(tmp_path / "counts.csv")
    with pytest.raises(RecordingError, match="uk-<petition id>"):
        load_recordings(file)


def test_what_cannot_be_replayed_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        load_recordings(tmp_path / "nowhere")
    with pytest.raises(RecordingError, match=r"no \.csv series"):
        load_recordings(tmp_path)
    (tmp_path / "uk-1.csv").write_text("time,count\n1,2\n", encoding="utf-8")
    with pytest.raises(RecordingError, match=r"uk-1\.csv, line 2: expected the columns"):
        load_recordings(tmp_path)
    (tmp_path / "uk-1.csv").write_text("timestamp_utc,signature_count\n", encoding="utf-8")
    with pytest.raises(RecordingError, match="no rows"):
        load_recordings(tmp_path)
    (tmp_path / "uk-1.csv").write_text("timestamp_utc,signature_count\n2031-05-01,many\n", encoding="utf-8")
    with pytest.raises(RecordingError, match="line 2"):
        load_recordings(tmp_path)


def test_a_json_file_that_is_no_petition_is_refused(tmp_path: Path) -> None:
    for text in ('{"links": {}, "data": []}', "[]", "not json"):
        (tmp_path / "page.json").write_text(text, encoding="utf-8")
        with pytest.raises(RecordingError, match="not the document of one petition"):
            load_recordings(tmp_path)


def test_two_recordings_of_one_petition_are_refused(tmp_path: Path) -> None:
    _series(tmp_path, 41, [5])
    (tmp_path / "other").mkdir()
    _series(tmp_path / "other", 41, [6])
    with pytest.raises(RecordingError, match="more than one recording of petition 41"):
        load_recordings(tmp_path)
