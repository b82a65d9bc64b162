"""A site that is switched off is asked nothing, and nothing that happens meanwhile is lost."""

import pytest

from petitions.answers import Busy
from petitions.news import Kind
from petitions.petition import PetitionRef, Site
from petitions.planning import Lateness
from services.cards import CardView
from services.following import Follows
from services.looks import SiteSilent
from services.searching import SearchUnavailable
from storage.storage import Storage
from tests.services.world import HOUR, MINUTE, SWIFTS, World, new_world, responded


async def switch(world: World, *, off: bool) -> None:
    await world.switches.set_off(Site.UK, world.now, off=off)


async def test_a_site_that_is_off_is_asked_nothing_and_what_happened_is_told_afterwards(world: World) -> None:
    await world.follow()
    await switch(world, off=True)
    world.asked()
    world.change(responded)
    await world.watch_until(world.now + 20 * HOUR, each=HOUR)
    assert world.asked() == []
    assert await world.owed() == []
    await switch(world, off=False)
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.RESPONSE]


async def test_a_site_stays_off_over_a_restart(world: World, storage: Storage) -> None:
    await world.follow()
    await switch(world, off=True)
    again = await new_world(storage, world.site)
    again.asked()
    await again.watch_until(again.now + HOUR)
    assert again.asked() == []
    assert again.switches.off_since(Site.UK) == world.now


async def test_whoever_asks_is_told_that_it_is_off(world: World) -> None:
    await world.follow()
    await switch(world, off=True)
    since, world.now = world.now, world.now + HOUR
    world.asked()
    unknown = PetitionRef(site=Site.UK, number="900009")
    [known, other] = await world.following.follow([SWIFTS.ref, unknown], world.place, world.now)
    assert isinstance(known, Follows)
    assert other == SiteSilent(ref=unknown, since=since, off=True)
    card = await world.cards.card(SWIFTS.ref, world.place, world.now)
    assert isinstance(card, CardView)
    assert (card.stale_since, card.off) == (since, True)
    found = await world.searching.search("swift", page=1, site=Site.UK, chat=world.place.chat, now=world.now)
    assert found == SearchUnavailable(since=since, off=True)
    assert world.asked() == []


async def test_a_site_that_is_off_is_neither_silent_nor_late(world: World) -> None:
    await world.follow()
    world.site.down = Busy(reason="503")
    await world.watch_until(world.now + HOUR, each=5 * MINUTE)
    assert world.watch.unreachable_since(Site.UK) is not None
    assert world.watch.lateness(Site.UK) != Lateness()
    await switch(world, off=True)
    assert world.watch.unreachable_since(Site.UK) is None
    assert world.watch.lateness(Site.UK) == Lateness()


@pytest.mark.parametrize("on", [True, False])
async def test_maintenance_is_remembered(world: World, storage: Storage, on: bool) -> None:
    await world.switches.set_maintenance(world.now, on=True)
    if not on:
        await world.switches.set_maintenance(world.now, on=False)
    again = await new_world(storage, world.site)
    assert again.switches.maintenance_since == (world.now if on else None)
