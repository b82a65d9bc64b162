"""Followers of a petition that has ended are offered, once, an open one that asks for the same."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from petitions.news import Closed, Kind, News, SuccessorFound
from petitions.observations import ListItem, first_listing
from petitions.petition import PetitionState, Snapshot
from services.successors import BATCH, OFFERS_APART, STILL_OPEN, Successors
from sites.uk_document import UK
from storage.schema import petitions
from tests.services.world import HOUR, SWIFTS, World, number

OLD = replace(
    SWIFTS,
    signatures=131_627,
    background="Swifts come back to the same roof each May, and builders have left them no gap in it. A nest brick costs"
    " less than a door handle and lasts as long as the house.",
)
ENDED = replace(OLD, state=PetitionState.CLOSED, closed_at=SWIFTS.opened_at)
TWIN = replace(
    number(OLD, "900002"),
    title="Give all swifts a nest brick",
    signatures=13_000,
    background=OLD.background.replace("A nest brick", "A single brick for a nest"),
)
OFFER = SuccessorFound(ref=TWIN.ref, title=TWIN.title, signatures=TWIN.signatures)


@pytest.fixture
def successors(world: World) -> Successors:
    return Successors(store=world.storage.successors)


async def lists(world: World, *shown: Snapshot) -> None:
    """Let petitions be known that nobody follows."""
    for each in shown:
        look = first_listing(ListItem(shown=each, followed=False), world.now, UK.zone)
        assert await world.storage.petitions.record(look)


async def compare(world: World, successors: Successors) -> None:
    for _ in range(100):
        if not await successors.step(world.now):
            return
    raise AssertionError("the comparing finds no end")


async def offers(world: World) -> list[News]:
    return [news for news in await world.owed() if news.kind is Kind.SUCCESSOR]


async def test_who_follows_an_ended_petition_is_offered_the_open_one(world: World, successors: Successors) -> None:
    await lists(world, TWIN)
    await compare(world, successors)
    await world.follow(ENDED)
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_a_new_petition_is_offered_to_the_followers_of_an_old_one(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    await compare(world, successors)
    assert await offers(world) == []
    await lists(world, TWIN)
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_when_a_followed_petition_closes_its_twin_is_offered(world: World, successors: Successors) -> None:
    await world.follow(OLD)
    await lists(world, TWIN)
    await compare(world, successors)
    assert await offers(world) == []
    world.site.petitions[OLD.ref.number] = replace(ENDED, closed_at=world.now, updated_at=world.now)
    await world.wait(HOUR)
    await compare(world, successors)
    assert [news.kind for news in await world.owed()] == [Kind.CLOSED, Kind.SUCCESSOR]
    assert Closed(signatures=OLD.signatures, early=True) in await world.owed()


async def test_both_at_once_find_each_other_and_are_told_once(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    await lists(world, TWIN)
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_the_same_offer_is_not_made_twice(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    await lists(world, TWIN)
    await compare(world, successors)
    async with world.storage.database.write() as connection:
        await connection.execute(update(petitions).values(compared_as=None))
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_a_step_that_was_cut_short_is_made_good(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    await lists(world, TWIN)
    store = world.storage.successors
    await store.index({each.petition: {"half", "done"} for each in await store.uncompared(BATCH)})
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_of_several_twins_the_most_signed_is_offered(world: World, successors: Successors) -> None:
    fewer = [replace(number(TWIN, str(each)), signatures=each % 10) for each in (900_003, 900_009)]
    await lists(world, fewer[0], TWIN, fewer[1])
    await world.follow(ENDED)
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_a_swarm_of_twins_is_one_offer_a_month(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    for each in range(5):
        await lists(world, number(TWIN, str(920_000 + each)))
        await compare(world, successors)
    assert len(await offers(world)) == 1
    world.now += OFFERS_APART + HOUR
    await lists(world, TWIN)
    await compare(world, successors)
    assert OFFER in await offers(world)


@pytest.mark.parametrize(
    "other",
    [
        replace(TWIN, state=PetitionState.CLOSED),
        replace(TWIN, background="Whoever repairs a jetty should be paid for it before noon, as the ferries are."),
        replace(TWIN, title="Give no swift a nest brick"),
    ],
)
async def test_what_cannot_be_signed_or_asks_for_something_else_is_not_offered(
    world: World, successors: Successors, other: Snapshot
) -> None:
    await world.follow(ENDED)
    await lists(world, other)
    await compare(world, successors)
    assert await offers(world) == []


async def test_what_nobody_follows_is_not_compared_when_it_ends(world: World, successors: Successors) -> None:
    await lists(world, ENDED)
    assert not await successors.step(world.now)


async def test_one_that_cannot_be_read_holds_up_no_other(world: World, successors: Successors) -> None:
    await world.follow(ENDED)
    broken = [number(SWIFTS, str(910_000 + each)) for each in range(BATCH)]
    await lists(world, *broken, TWIN)
    async with world.storage.database.write() as connection:
        numbers = [each.ref.number for each in broken]
        await connection.execute(update(petitions).where(petitions.c.number.in_(numbers)).values(snapshot="{"))
    await compare(world, successors)
    assert await offers(world) == [OFFER]


async def test_one_that_may_have_closed_meanwhile_is_not_offered(world: World, successors: Successors) -> None:
    await lists(world, TWIN)
    await compare(world, successors)
    world.now += STILL_OPEN + HOUR
    await world.follow(ENDED)
    await compare(world, successors)
    assert await offers(world) == []
