"""Recorded documents are told as what happened between them, once each, however the replay is thinned or restarted.

What is expected was read from the documents. What they hold besides is no news: the rejection of 241584 that is an
object of nulls (2019-04-12), the counts of 722903 that fall by one after closing, and the white space of its response
that was edited (2026-05-11).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from petitions.cadence import Cadence
from petitions.follows import Followed
from sandbox.recording import Recording, Row, load_recordings
from tests.recordings.documents import LAST_DOCUMENTS
from tests.recordings.reading import headlines, told_at
from tests.recordings.replaying import Replay
from tests.recordings.replaying import replay as replay_recording

WITH_PATIENCE = Cadence(base=timedelta(seconds=20))
"""Due at every document while the petition is open; then the lists tell. Documents are asked for conditionally."""

ALWAYS_DUE = Cadence(base=timedelta(microseconds=100))


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message: the time of the document in which it is seen, its headlines, and facts that it must tell."""

    at: str
    headlines: Sequence[str]
    facts: Sequence[str]


ARTICLE_50_RESPONSE = News(
    at="2019-03-26T17:21:02",
    headlines=["💬 The government has responded"],
    facts=["26 March 2019"],
)
ARTICLE_50_DEBATE = News(
    at="2019-04-03T11:51:02",
    headlines=["🏛 Parliament has debated this petition"],
    facts=["Monday 1 April 2019", "Watch · Read the transcript · Research pack"],
)
ARTICLE_50 = [
    News(
        at="2019-03-26T17:07:02",
        headlines=["🎉 5,000,000 signatures"],
        facts=["3,000,000, 4,000,000 and 5,000,000", "5,750,789 signatures"],
    ),
    ARTICLE_50_RESPONSE,
    News(
        at="2019-03-26T17:50:56",
        headlines=["📅 Parliament will debate this petition"],
        facts=["Monday 1 April 2019"],
    ),
    News(
        at="2019-04-03T11:36:45",
        headlines=["🎉 6,000,000 signatures"],
        facts=["6,056,681 signatures"],
    ),
    ARTICLE_50_DEBATE,
]
ONLINE_SAFETY_DEBATE = News(
    at="2026-03-04T10:33:30",
    headlines=["🏛 Parliament has debated this petition"],
    facts=["Monday 15 December 2025", "Watch · Read the transcript · Research pack"],
)
ONLINE_SAFETY = [
    News(
        at="2025-10-22T22:51:54",
        headlines=["🎉 500,000 signatures"],
        facts=["550,134 signatures"],
    ),
    News(
        at="2025-10-22T23:09:37",
        headlines=["🔒 Closed for signatures"],
        facts=["550,135 signatures"],
    ),
    News(
        at="2025-11-13T15:16:07",
        headlines=["📅 Parliament will debate this petition"],
        facts=["Monday 15 December 2025"],
    ),
    ONLINE_SAFETY_DEBATE,
]

EVERY_DOCUMENT = range(1, 100)
REPLAYS: list[tuple[str, Sequence[int], Sequence[News]]] = [
    ("241584", EVERY_DOCUMENT, ARTICLE_50),
    (
        "241584",
        [4, 6, 9],
        [
            News(
                at="2019-03-26T17:50:56",
                headlines=[
                    "🔔 3 updates",
                    "🎉 5,000,000 signatures",
                    "💬 The government has responded",
                    "📅 Parliament will debate this petition",
                ],
                facts=[
                    "3,000,000, 4,000,000 and 5,000,000",
                    "5,756,664 signatures",
                    "26 March 2019",
                    "Monday 1 April 2019",
                ],
            ),
            News(
                at="2019-04-03T11:51:02",
                headlines=["🔔 2 updates", "🎉 6,000,000 signatures", "🏛 Parliament has debated this petition"],
                facts=["6,056,744 signatures", *ARTICLE_50_DEBATE.facts],
            ),
        ],
    ),
    (
        "241584",
        [8],
        [
            # The date of the debate is part of the story of its outcome.
            News(
                at="2019-04-12T10:50:01",
                headlines=[
                    "🔔 3 updates",
                    "🎉 6,000,000 signatures",
                    "💬 The government has responded",
                    "🏛 Parliament has debated this petition",
                ],
                facts=[
                    "3,000,000, 4,000,000, 5,000,000 and 6,000,000",
                    "6,075,344 signatures",
                    *ARTICLE_50_RESPONSE.facts,
                    *ARTICLE_50_DEBATE.facts,
                ],
            ),
        ],
    ),
    ("722903", EVERY_DOCUMENT, ONLINE_SAFETY),
    (
        "722903",
        [4, 5, 8],
        [
            News(
                at="2025-11-13T15:16:07",
                headlines=[
                    "🔔 3 updates",
                    "🎉 500,000 signatures",
                    "📅 Parliament will debate this petition",
                    "🔒 Closed for signatures",
                ],
                facts=["550,138 signatures", "Monday 15 December 2025"],
            ),
            News(
                at="2026-08-22T16:44:23",
                headlines=["🏛 Parliament has debated this petition"],
                facts=ONLINE_SAFETY_DEBATE.facts,
            ),
        ],
    ),
    (
        "722903",
        [7],
        [
            News(
                at="2026-05-11T07:55:23",
                headlines=[
                    "🔔 3 updates",
                    "🎉 500,000 signatures",
                    "🔒 Closed for signatures",
                    "🏛 Parliament has debated this petition",
                ],
                facts=["550,136 signatures", *ONLINE_SAFETY_DEBATE.facts],
            ),
        ],
    ),
]
"""A petition, the documents that are looked at after the first, and what is told."""


@pytest.mark.parametrize("cadence", [WITH_PATIENCE, ALWAYS_DUE], ids=["with patience", "always due"])
@pytest.mark.parametrize(("number", "documents", "expected"), REPLAYS)
async def test_documents_are_told_once_in_spite_of_restarts_and_repetitions(  # noqa: PLR0917 - fixtures and parameters
    recordings: Path, tmp_path: Path, number: str, documents: Sequence[int], expected: Sequence[News], cadence: Cadence
) -> None:
    recording = _snapshots(recordings, number)
    rows = [row for row in documents if row < len(recording.rows)]
    restarts = {_moment(news.at) for news in expected}
    async with replay_recording(recording, tmp_path / "alerts.db", cadence) as played:
        looks = await played.play(rows, restarts=restarts)
        assert looks == len(rows) or cadence is WITH_PATIENCE, "the lists tell of a petition that is not due"
        _assert_told(played, expected)

        await played.restart()
        played.show(0)
        assert await played.follow() is Followed.ALREADY
        await played.play([0, *rows], restarts=restarts)
        _assert_told(played, expected)


def _snapshots(recordings: Path, number: str) -> Recording:
    """All documents of a petition in order: those of its folder, and the last one, which stands outside of it."""
    folder = recordings / "petitions" / "uk"
    [recording] = load_recordings(folder / "snapshots" / number)
    [outside] = load_recordings(folder / f"{number}.json")
    last = Row(_moment(LAST_DOCUMENTS[number]), outside.rows[0].document)
    return replace(recording, rows=(*recording.rows, last))


def _assert_told(played: Replay, expected: Sequence[News]) -> None:
    messages = played.told()
    assert [(told_at(message), headlines(message)) for message in messages] == [
        (_moment(news.at), list(news.headlines)) for news in expected
    ]
    for message, news in zip(messages, expected, strict=True):
        for fact in news.facts:
            assert fact in message.text


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
