"""Recorded signature counts are told milestone by milestone, once each, however the replay is thinned or restarted.

What is expected was read from the series: the time of the first row that shows a count at or above a milestone, and
the milestones passed since the last look. What was passed before the first row is old news. No milestone of these
series stands within ten seconds of the row before it, so none can hide behind "not modified".
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from petitions.cadence import Cadence
from petitions.follows import Followed
from sandbox.recording import Recording, load_series
from tests.recordings.reading import Milestones, dated, milestones
from tests.recordings.replaying import Replay, replay

Row = tuple[str, *tuple[int, ...]]
"""When it is seen, and the milestones passed since the last look."""

EVERY_ROW: dict[str, Sequence[Row]] = {
    "722903": [
        ("2025-08-06T18:49:10", 500_000),
    ],
    "700143": [
        ("2024-11-24T08:10:38", 250_000),
        ("2024-11-24T10:54:21", 500_000),
        ("2024-11-24T16:03:39", 1_000_000),
        ("2024-11-25T11:32:37", 2_000_000),
        ("2024-12-23T19:06:07", 3_000_000),
    ],
    "241584-fine": [
        ("2019-03-21T14:53:42", 1_000_000),
        ("2019-03-21T22:39:11", 2_000_000),
        ("2019-03-22T12:06:35", 3_000_000),
        ("2019-03-23T09:15:57", 4_000_000),
        ("2019-03-24T14:20:37", 5_000_000),
        ("2019-04-05T06:38:54", 6_000_000),
    ],
    "241584": [
        ("2019-03-20T23:10:00", 250_000),
        ("2019-03-21T08:00:00", 500_000),
        ("2019-03-21T14:54:56", 1_000_000),
        ("2019-03-21T22:38:12", 2_000_000),
        ("2019-03-22T12:05:46", 3_000_000),
        ("2019-03-23T09:20:57", 4_000_000),
        ("2019-03-24T14:20:40", 5_000_000),
        ("2019-03-31T10:06:54", 6_000_000),
    ],
    "241584-wayback": [
        ("2019-03-20T16:46:28", 25_000),
        ("2019-03-20T17:48:42", 50_000),
        ("2019-03-20T19:28:41", 75_000),
        ("2019-03-20T20:35:32", 100_000),
        ("2019-03-20T23:06:04", 250_000),
        ("2019-03-21T08:25:50", 500_000),
        ("2019-03-21T14:53:53", 1_000_000),
        ("2019-03-21T22:41:31", 2_000_000),
        ("2019-03-22T12:28:32", 3_000_000),
        ("2019-03-23T09:46:23", 4_000_000),
        ("2019-03-24T14:45:18", 5_000_000),
    ],
}
"""Told of every row around a milestone, and of those that are played elsewhere."""

AROUND = 3
ELSEWHERE = 400
"""Only every so many rows are played where there is no milestone within `AROUND` rows."""

THINNED: dict[tuple[str, int], Sequence[Row]] = {
    ("241584", 400): [
        ("2019-03-24T20:06:31", 250_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000),
        ("2019-04-02T05:50:35", 6_000_000),
    ],
    ("241584-fine", 1000): [
        ("2019-03-21T18:14:43", 1_000_000),
        ("2019-03-22T09:48:36", 2_000_000),
        ("2019-03-23T23:07:44", 3_000_000, 4_000_000),
        ("2019-03-27T12:10:15", 5_000_000),
    ],
    ("241584-wayback", 10): [
        ("2019-03-20T20:35:32", 25_000, 50_000, 75_000, 100_000),
        ("2019-03-20T23:43:10", 250_000),
        ("2019-03-21T10:11:22", 500_000),
        ("2019-03-21T15:16:47", 1_000_000),
        ("2019-03-22T00:41:18", 2_000_000),
        ("2019-03-22T14:48:07", 3_000_000),
        ("2019-03-23T14:27:52", 4_000_000),
        ("2019-03-24T16:05:15", 5_000_000),
    ],
    ("700143", 2000): [
        ("2024-11-25T10:41:57", 250_000, 500_000, 1_000_000),
        ("2024-12-02T00:14:43", 2_000_000),
        ("2024-12-23T21:46:04", 3_000_000),
    ],
    ("722903", 2000): [
        ("2025-08-30T08:44:40", 500_000),
    ],
}
"""Only every so many rows of a series, from its first on."""

DATED = {
    "241584": ["🕰 30 days without a response"],
    "700143": ["🕰 30 days without a response"],
}
"""What the calendar brings while the rows are played: a series shows no response. Of the others it is over too soon."""

ALWAYS_DUE = Cadence(base=timedelta(microseconds=100))


@pytest.mark.parametrize(("name", "every"), THINNED)
async def test_a_thinned_series_is_told_once_in_spite_of_restarts_and_repetitions(
    recordings: Path, tmp_path: Path, name: str, every: int
) -> None:
    expected = _milestones(THINNED[name, every])
    async with replay(load_series(_file(recordings, name)), tmp_path / "alerts.db", ALWAYS_DUE) as played:
        rows = range(every, len(played.recording.rows), every)
        assert await played.play(rows, restarts={milestone.at for milestone in expected}) == len(rows)
        assert _told(played) == expected
        assert _dated(played) == DATED.get(name, [])

        # Clock and site are put back: looks that were planned by a clock that was ahead are made, and tell nothing again.
        assert await played.play(range(0, len(played.recording.rows), every)) == len(rows) + 1
        assert _told(played) == expected
        played.show(0)
        assert await played.follow() is Followed.ALREADY
        assert _told(played) == expected

        # The site is put back to its first row and grows once more, while time goes on.
        again = played.recording.rows[-1].at - played.recording.rows[0].at + timedelta(days=1)
        assert await played.play(range(0, len(played.recording.rows), every), later=again) == len(rows) + 1
        assert _told(played) == expected
        assert len(told := _dated(played)) == len(set(told))


@pytest.mark.parametrize("name", EVERY_ROW)
async def test_a_series_is_told_milestone_by_milestone(recordings: Path, tmp_path: Path, name: str) -> None:
    series, expected = load_series(_file(recordings, name)), _milestones(EVERY_ROW[name])
    rows = _rows(series, expected)
    async with replay(series, tmp_path / "alerts.db", ALWAYS_DUE) as played:
        assert await played.play(rows) == len(rows)
        assert _told(played) == expected
        assert _dated(played) == DATED.get(name, [])


def _rows(series: Recording, expected: Sequence[Milestones]) -> Sequence[int]:
    """The rows to play, without those that repeat a count: there the site answers the same to the byte."""
    places = {row.at.replace(microsecond=0): place for place, row in enumerate(series.rows)}
    around = {row for each in expected for row in range(places[each.at] - AROUND, places[each.at] + AROUND)}
    counts = [row.document["attributes"]["signature_count"] for row in series.rows]
    return [
        row
        for row in range(1, len(counts))
        if (row in around or row % ELSEWHERE == 0) and counts[row] != counts[row - 1]
    ]


def _file(recordings: Path, name: str) -> Path:
    return recordings / "series" / f"uk-{name}.csv"


def _milestones(rows: Sequence[Row]) -> list[Milestones]:
    return [Milestones(datetime.fromisoformat(at).replace(tzinfo=UTC), tuple(passed)) for at, *passed in rows]


def _told(played: Replay) -> list[Milestones]:
    return [told for message in played.told() if (told := milestones(message)) is not None]


def _dated(played: Replay) -> list[str]:
    return [headline for message in played.told() for headline in dated(message)]
