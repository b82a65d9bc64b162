"""Every change between recorded documents is found, and nothing else, however often they are read.

What is expected was read from the documents: each change with the time at which it is found and, where the site tells
it, the time at which it happened. On the other days there is the calendar.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from petitions.news import Change, DebateMoved, DebateScheduled, DebateToday, MilestoneReached
from tests.petitions.watching import Watched
from tests.recordings.documents import LAST_DOCUMENTS, read

Line = tuple[str, str, str]
"""When it is found, what it is, and when it happened."""

EXPECTED: dict[str, Sequence[Line]] = {
    "241584": [
        ("2019-03-26 17:07:02", "milestone 3000000 4000000 5000000", ""),
        ("2019-03-26 17:21:02", "response", "2019-03-26 17:19:45"),
        ("2019-03-26 17:50:56", "debate_scheduled 2019-04-01", ""),
        ("2019-04-01 07:00:00", "debate_today 2019-04-01", "2019-04-01 07:00:00"),
        ("2019-04-03 11:36:45", "milestone 6000000", ""),
        ("2019-04-03 11:51:02", "debated", "2019-04-03 11:38:59"),
    ],
    "722903": [
        ("2025-10-22 22:51:54", "milestone 500000", ""),
        ("2025-10-22 23:09:37", "closed", "2025-10-22 22:59:59"),
        ("2025-11-13 15:16:07", "debate_scheduled 2025-12-15", ""),
        ("2025-12-15 08:00:00", "debate_today 2025-12-15", "2025-12-15 08:00:00"),
        ("2026-03-04 10:33:30", "debated", "2026-03-04 10:18:45"),
    ],
    # The response was revised, and two items of business entered, before the first document.
    "300239": [
        ("2022-02-04 11:33:18", "closed", "2020-09-05 22:59:59"),
        ("2022-02-04 11:33:18", "other_business", "2020-12-16 13:33:39"),
        ("2022-02-04 11:33:18", "other_business", "2021-01-14 15:40:26"),
        ("2022-02-04 11:33:18", "other_business", "2021-01-29 14:36:29"),
        ("2022-02-04 11:33:18", "debated", "2021-02-08 08:00:30"),
    ],
}


@pytest.fixture(params=["recordings", "originals"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Return the documents with invented words, and in their own."""
    found: Path = request.getfixturevalue(request.param)
    return found / "petitions" / "uk"


@pytest.mark.parametrize("number", EXPECTED)
def test_recorded_documents_change_in_this_and_in_nothing_else(folder: Path, number: str) -> None:
    documents = _documents(folder, number)
    assert all(at < later for (at, _), (later, _) in pairwise(documents))
    (met_at, shown), *rest = documents
    watched = Watched(read(shown), met_at)
    for at, path in rest:
        while watched.news_at is not None and watched.news_at < at:
            watched.reach(watched.news_at)
        watched.show(read(path), at)
        watched.show(read(path), at)
    assert [_line(change) for change in watched.changes] == EXPECTED[number]


def test_the_five_items_of_other_business_are_read(folder: Path) -> None:
    _, path = _documents(folder, "300239")[-1]
    items = read(path).business
    assert items is not None
    assert all(item.subject and item.body for item in items)
    assert len({item.created_at for item in items}) == len({item.fingerprint for item in items}) == 5


def _documents(folder: Path, number: str) -> list[tuple[datetime, Path]]:
    """Return the documents of a petition and when they were recorded, in order."""
    partial = [(f"{read(path).updated_at}", path) for path in folder.glob(f"partial/{number}-*.json")]
    dated = [(re.sub(r"T(\d\d)-(\d\d)-(\d\d)Z", r"T\1:\2:\3", path.stem), path) for path in _in(folder, number)]
    last = [(at, folder / f"{name}.json") for name, at in LAST_DOCUMENTS.items() if name == number]
    return sorted((datetime.fromisoformat(at).replace(tzinfo=UTC), path) for at, path in (*partial, *dated, *last))


def _in(folder: Path, number: str) -> Sequence[Path]:
    return sorted((folder / "snapshots" / number).glob("*.json"))


def _line(change: Change) -> Line:
    news = change.news
    match news:
        case MilestoneReached(passed=passed):
            detail = [str(number) for number in passed]
        case DebateScheduled(on=on) | DebateMoved(on=on) | DebateToday(on=on):
            detail = [str(on)]
        case _:
            detail = []
    happened_at = "" if change.happened_at is None else f"{change.happened_at:%Y-%m-%d %H:%M:%S}"
    return f"{change.seen_at:%Y-%m-%d %H:%M:%S}", " ".join([news.kind, *detail]), happened_at
