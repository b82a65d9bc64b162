"""What has been said once is not said again, whatever the site shows twice and whenever the bot is restarted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from petitions.news import Kind
from petitions.petition import DebateOutcome, PetitionState, Snapshot
from storage.schema import changes
from storage.storage import Storage
from tests.services.world import HOUR, NOW, RESPONSE, SWIFTS, World, new_world, responded

DAY = timedelta(days=1)
NEAR = replace(SWIFTS, signatures=9_990, committee_note="", business=())
REACHED = replace(NEAR, signatures=10_050, response_threshold_at=NOW + HOUR)
LOST = replace(NEAR, signatures=9_950, response_threshold_at=None)
REGAINED = replace(REACHED, signatures=10_060, response_threshold_at=NOW + 9 * HOUR)
RESPONDED = responded(replace(REACHED, closing_on=None))
CLOSED = replace(
    RESPONDED,
    state=PetitionState.CLOSED,
    closed_at=NOW - DAY + HOUR / 2,
    debate_outcome=DebateOutcome(overview="They spoke."),
    debate_outcome_at=NOW - DAY,
    debated=True,
)

SHOWN: dict[str, tuple[Sequence[Snapshot], Sequence[Kind]]] = {
    "a timestamp that moves": ([REACHED] * 5, [Kind.MILESTONE]),
    "a count that falls and rises": (
        [replace(NEAR, signatures=count) for count in (10_050, 10_020, 10_050, 10_001, 10_070)],
        [Kind.MILESTONE],
    ),
    "a threshold lost and regained": (
        [REACHED, LOST, LOST, REGAINED, LOST, LOST, REGAINED],
        [Kind.MILESTONE, Kind.BELOW_THRESHOLD],
    ),
    "a response that is touched, dated anew and laid out anew": (
        [
            RESPONDED,
            replace(RESPONDED, response_at=NOW + 3 * HOUR),
            replace(RESPONDED, response=replace(RESPONSE, updated_at=NOW + 4 * HOUR)),
            replace(RESPONDED, response=replace(RESPONSE, details=" Bricks\r\nare  good.\n")),
            RESPONDED,
        ],
        [Kind.MILESTONE, Kind.RESPONSE],
    ),
}


@pytest.mark.parametrize("restarts", [False, True], ids=["in one process", "in a new process each hour"])
@pytest.mark.parametrize("case", SHOWN)
async def test_what_is_shown_again_is_told_once(world: World, storage: Storage, case: str, *, restarts: bool) -> None:
    versions, told = SHOWN[case]
    await world.follow(NEAR)
    for shown in versions:
        if restarts:
            now, world = world.now, await new_world(storage, world.site)
            world.now = now
        world.site.show(replace(shown, updated_at=world.now))
        await world.wait(HOUR)
    assert await world.owed_kinds() == told


async def test_an_archived_petition_and_its_live_twin_tell_the_same_once(world: World, storage: Storage) -> None:
    """Lists may go on showing a petition as it was after its document has moved."""
    await world.follow(CLOSED)
    world.site.show_lists((CLOSED,))
    await world.wait(HOUR)
    world.site.archive["900001"] = replace(CLOSED, archived=True, debated=None)
    del world.site.petitions["900001"]
    await world.watch_until(world.now + 13 * HOUR, each=HOUR)
    world.asked()
    await world.watch_until(world.now + 13 * HOUR, each=HOUR)
    assert {question for question in world.asked() if "900001" in question} == {"archived 900001"}
    async with storage.database.read() as connection:
        told = (await connection.scalars(select(changes.c.kind).order_by(changes.c.id))).all()
    assert told == [Kind.FINAL_COUNT, Kind.ARCHIVED]
    assert await world.owed_kinds() == [Kind.FINAL_COUNT]
