"""Petition 300239 as it was recorded: followed from its first hour until its response is reworded.

Its response is known in its second wording, of which the first is invented here. So are all other words.
"""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.parliament.times import instant_of
from sandbox.recording import load_recordings
from tests.journeys.town import town_in

NUMBER = 300239
RECORDED = Path(__file__).parents[1] / "data" / "petitions" / "uk" / "partial" / f"{NUMBER}-2020-08-21.json.gz"

OPENED = datetime(2020, 3, 5, 14, 20, 15, tzinfo=UTC)
TEN_THOUSAND = datetime(2020, 3, 5, 20, 21, 54, tzinfo=UTC)
HUNDRED_THOUSAND = datetime(2020, 3, 10, 4, 43, 34, tzinfo=UTC)
RESPONDED = datetime(2020, 4, 24, 18, 12, 41, tzinfo=UTC)
EDITED = datetime(2020, 6, 5, 12, 15, 36, tzinfo=UTC)
COUNTS = {OPENED: 212, TEN_THOUSAND: 10_000, HUNDRED_THOUSAND: 100_000, RESPONDED: 121_000, EDITED: 128_000}
"""Two follow from when the thresholds were reached, the others are invented."""

REFUSAL = "The Government does not intend to publish the review, because that would not be in the public interest."

LOOKS = (
    TEN_THOUSAND,
    HUNDRED_THOUSAND,
    datetime(2020, 4, 4, 7, 5, tzinfo=UTC),
    RESPONDED,
    EDITED,
    datetime(2020, 8, 22, tzinfo=UTC),
)
HEARD = [
    "🎯 10,000 signatures",
    "🎯 100,000 signatures",
    "🕰 30 days without a response",
    "💬 The government has responded",
    "✏️ The government’s response has changed",
]


def as_it_stood(attributes: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Take from a document what the site dates later, and give the response its first wording until it was edited."""
    stood = {**attributes, "signature_count": COUNTS[at], "updated_at": at.isoformat()}
    for time in ("response_threshold_reached_at", "debate_threshold_reached_at", "government_response_at"):
        stood[time] = attributes[time] if instant_of(attributes[time]) <= at else None
    response = attributes["government_response"]
    first = {**response, "summary": REFUSAL, "updated_at": response["created_at"], "responded_on": "2020-04-24"}
    stood["government_response"] = None if at < RESPONDED else first if at < EDITED else response
    return stood


def record(folder: Path) -> None:
    """Write the recorded document, and those before it of which it tells."""
    recorded: Mapping[str, Any] = json.loads(gzip.decompress(RECORDED.read_bytes()))["data"]
    earlier = [{**recorded, "attributes": as_it_stood(recorded["attributes"], at)} for at in COUNTS]
    for number, document in enumerate([*earlier, recorded]):
        (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")


async def test_a_recorded_petition_is_followed_until_its_response_is_reworded(tmp_path: Path) -> None:
    recording, folder = tmp_path / "recording", tmp_path / "town"
    for each in (recording, folder):
        each.mkdir()
    record(recording)
    async with town_in(folder, lives=load_recordings(recording), start=OPENED + timedelta(minutes=5)) as town:
        town.clock.pause()
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {NUMBER}", "Now following")
            for at in LOOKS:
                town.clock.set(at + timedelta(minutes=1))
                await town.settled()
        assert town.words_to(rosa) == ["🔔 Now following", *HEARD]
        debate_threshold, response = (town.telegram.bot_messages(rosa)[place].text for place in (2, 4))
        assert "It passed 25,000, 50,000, 75,000 and 100,000" in debate_threshold
        assert "Parliament will consider it for debate." in debate_threshold
        assert REFUSAL in response
