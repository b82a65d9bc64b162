"""Whatever a petition's document says: its own true news is told, and that of all others in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pytest

from sandbox.parliament.document import Json
from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition
from sandbox.parliament.petition import Prospect
from tests.journeys.others import others_beside
from tests.journeys.town import petition

SPOILED = 762_001
LINES = "\n".join(f"[{number}]: https://example.org/{number} and [{number}]" for number in range(75_000))

Attributes = Mapping[str, Any]

WITHOUT_NEWS: Mapping[str, Attributes] = {
    "a deadline in the year 9999": {"closing_date": "9999-12-31"},
    "a debate in the year 1": {"scheduled_debate_date": "0001-01-01"},
    "a threshold reached in the year 1": {"response_threshold_reached_at": "0001-01-01T00:00:00.000Z"},
    "an opening in the year 9999": {"opened_at": "9999-12-31T23:59:59.999Z"},
    "a title of a megabyte": {"action": "Mend the weathercock " + "x" * 1_000_000},
    "a background that is a list": {"background": [["x"] * 10] * 10},
    "a response that is a number": {"government_response": 12},
}
PARLIAMENT = {"period": "2024-2029", "response_threshold": 10_000, "debate_threshold": 100_000}


@dataclass(slots=True)
class SpoiledPetition:
    """A petition of which the site says something else than it should."""

    petition: InventedPetition
    says: Attributes
    beside: Attributes = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.petition.id

    def document(self, at: datetime) -> Json:
        document = self.petition.document(at)
        return {**document, "attributes": {**document["attributes"], **self.says}, **self.beside}

    def possible(self, document: Json, at: datetime) -> Sequence[Happening]:
        return self.petition.possible(document, at)

    def after(self, what: Happening, at: datetime) -> Self:
        self.petition = self.petition.after(what, at)
        return self

    def next(self, document: Json, at: datetime) -> Prospect | None:
        return None


def spoiled(says: Attributes) -> SpoiledPetition:
    return SpoiledPetition(petition(SPOILED, "Mend the weathercock", now=900), says)


@pytest.mark.parametrize("says", WITHOUT_NEWS.values(), ids=WITHOUT_NEWS)
@pytest.mark.parametrize("from_the_start", [True, False])
async def test_a_document_out_of_bounds_is_followed_and_its_milestone_told(
    tmp_path: Path, says: Attributes, from_the_start: bool
) -> None:
    shown = spoiled(says if from_the_start else {})
    async with others_beside(tmp_path, shown) as others:
        town, rosa = others.town, others.town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {SPOILED}", "Now following")
        shown.says = says
        town.happens(SPOILED, Happening.SIGN_1000)
        await others.are_told_and_answered_in_time()
        await town.hears(rosa, "1,000 signatures")
        assert len(town.telegram.bot_messages(rosa)) == 2


async def test_a_response_of_megabytes_that_is_edited_holds_nobody_up(tmp_path: Path) -> None:
    shown = spoiled({})
    async with others_beside(tmp_path, shown) as others:
        town, rosa = others.town, others.town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {SPOILED}", "Now following")
        answered = {
            "created_at": "2026-03-02T09:00:00Z",
            "responded_on": "2026-03-02",
            "summary": "No.",
            "details": LINES,
        }
        shown.says = {"government_response": answered, "government_response_at": "2026-03-02T09:00:00Z"}
        town.happens(SPOILED, Happening.SIGN_1000)
        await town.hears(rosa, "The government has responded")
        edited = answered | {"details": LINES.replace("and", "or"), "updated_at": "2026-03-02T10:00:00Z"}
        shown.says = {**shown.says, "government_response": edited}
        town.happens(SPOILED, Happening.SIGN_1000)
        await others.are_told_and_answered_in_time()
        await town.hears(rosa, "response has changed")


async def test_a_petition_with_a_stray_parliament_is_not_taken_for_archived(tmp_path: Path) -> None:
    shown = spoiled({})
    async with others_beside(tmp_path, shown) as others:
        town, rosa = others.town, others.town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {SPOILED}", "Now following")
        shown.beside = {"parliament": PARLIAMENT}
        town.happens(SPOILED, Happening.SIGN_1000)
        await others.are_told_and_answered_in_time()
        await town.hears(rosa, "1,000 signatures")
        town.happens(SPOILED, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "10,000 signatures")


async def test_a_jump_to_hundreds_of_millions_is_said_and_hides_nothing(tmp_path: Path) -> None:
    shown = spoiled({})
    async with others_beside(tmp_path, shown) as others:
        town, rosa = others.town, others.town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {SPOILED}", "Now following")
        shown.says = {"signature_count": 220_000_000}
        town.happens(SPOILED, Happening.SIGN_1000)
        await others.are_told_and_answered_in_time()
        assert "220,000,000" in (await town.hears(rosa, "milestones at once")).text


async def test_an_address_of_a_megabyte_is_not_sent(tmp_path: Path) -> None:
    debate = {
        "debated_on": "2026-03-01",
        "overview": "It was held.",
        "video_url": "https://example.org/" + "x" * 1_000_000,
    }
    shown = spoiled({})
    async with others_beside(tmp_path, shown) as others:
        town, rosa = others.town, others.town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {SPOILED}", "Now following")
        shown.says = {"debate": debate, "debate_outcome_at": "2026-03-02T09:00:00Z"}
        town.happens(SPOILED, Happening.SIGN_1000)
        await others.are_told_and_answered_in_time()
        await town.hears(rosa, "has debated this petition")
        sent = [len(str(request.params)) for request in town.telegram.requests]
        assert max(sent) < 10_000
