"""Petition 300239 as it was recorded: followed from its first hour until it has closed, and then its twin is offered.

Its response is known in its second wording, of which the first is invented here. So are all other words.
"""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from petitions.news import Kind
from sandbox.parliament.invented import tell
from sandbox.parliament.petition import Petition
from sandbox.parliament.times import instant_of
from sandbox.recording import load_recordings
from tests.journeys.town import town_in

NUMBER, TWIN = 300_239, 607_239
RECORDED = Path(__file__).parents[1] / "data" / "petitions" / "uk" / "partial"

OPENED = datetime(2020, 3, 5, 14, 20, 15, tzinfo=UTC)
TEN_THOUSAND = datetime(2020, 3, 5, 20, 21, 54, tzinfo=UTC)
HUNDRED_THOUSAND = datetime(2020, 3, 10, 4, 43, 34, tzinfo=UTC)
RESPONDED = datetime(2020, 4, 24, 18, 12, 41, tzinfo=UTC)
EDITED = datetime(2020, 6, 5, 12, 15, 36, tzinfo=UTC)
CLOSED = datetime(2022, 2, 4, 11, 33, 18, tzinfo=UTC)
COUNTS = {OPENED: 212, TEN_THOUSAND: 10_000, HUNDRED_THOUSAND: 100_000, RESPONDED: 121_000, EDITED: 128_000}
"""Two follow from when the thresholds were reached, the others are invented."""

WORDS = {
    "action": "Publish the Harbour Office’s lantern survey in full",
    "background": "The Government is refusing to publish official research on the state of harbour lanterns, saying that"
    " it is not in the interest of sailors. We, who sail at night, demand the survey in full.",
}
REFUSAL = "The Government does not intend to publish the survey, because that would not be in the public interest."

ITS_TWIN = tell(
    CLOSED,
    id=TWIN,
    action="Release the survey of harbour lanterns in full",
    background="The Government still refuses to publish its official research on harbour lanterns. We who sail at night"
    " demand that the whole survey is released.",
    signatures=13_000,
    opened_days_ago=20,
)

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
OFFER, PAPERS = "🔁 A petition like this is open", "📜 News from Parliament"
HEARD_AT_ITS_END = [OFFER, PAPERS, PAPERS, PAPERS, "🏛 Parliament has debated this petition", "🔒 Closed for signatures"]
"""In no certain order: a list tells of the debate and the end, and only the document, read before or after, of papers."""

FOLLOW = "🔔 Follow “Release the survey of harbour lanterns…”"
COMPARED = "SELECT count(*) = 2 AND min(compared_as = state) FROM petitions WHERE number IN (?, ?)"
OFFERED = f"SELECT count(*) FROM changes WHERE kind = '{Kind.SUCCESSOR}'"  # noqa: S608 - a constant


def recorded(day: str) -> dict[str, Any]:
    """Return the document recorded on that day, with other words."""
    document: dict[str, Any] = json.loads(gzip.decompress((RECORDED / f"{NUMBER}-{day}.json.gz").read_bytes()))["data"]
    return {**document, "attributes": {**document["attributes"], **WORDS}}


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
    """Write the recorded documents, and those before them of which the first tells."""
    first = recorded("2020-08-21")
    earlier = [{**first, "attributes": as_it_stood(first["attributes"], at)} for at in COUNTS]
    for number, document in enumerate([*earlier, first, recorded("2022-02-04")]):
        (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")


async def test_a_recorded_petition_is_followed_to_its_end_and_its_twin_is_offered_once(tmp_path: Path) -> None:
    recording, folder = tmp_path / "recording", tmp_path / "town"
    for each in (recording, folder):
        each.mkdir()
    record(recording)
    lives: list[Petition] = [*load_recordings(recording), ITS_TWIN]
    async with town_in(folder, lives=lives, start=OPENED + timedelta(minutes=5)) as town:
        town.clock.pause()
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {NUMBER}", "Now following")
            for at in LOOKS:
                town.clock.set(at + timedelta(minutes=1))
                await town.settled()
            assert town.words_to(rosa) == ["🔔 Now following", *HEARD]
            town.clock.set(CLOSED + timedelta(minutes=1))
            offer = await town.hears(rosa, OFFER)
            assert "and has 13,000 signatures so far:\n\nRelease the survey of harbour lanterns" in offer.text
            await town.hears(rosa, PAPERS, times=3)
            assert sorted(town.words_to(rosa)[1 + len(HEARD) :]) == sorted(HEARD_AT_ITS_END)
            await town.presses(rosa, offer, FOLLOW, rosa)
            await town.hears(rosa, "Now following", times=2)
        debate_threshold, response = (town.telegram.bot_messages(rosa)[place].text for place in (2, 4))
        assert "It passed 25,000, 50,000, 75,000 and 100,000" in debate_threshold
        assert "Parliament will consider it for debate." in debate_threshold
        assert REFUSAL in response
        async with town.bot():
            await town.until_stored(COMPARED, str(NUMBER), str(TWIN))
            listed = await town.ask(rosa, "/list", "2. ")
            assert "Release the survey of harbour lanterns" in listed.text
            assert town.heard(rosa, OFFER) == 1
            assert town.stored(OFFERED) == [(1,)]
