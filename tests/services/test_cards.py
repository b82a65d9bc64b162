"""Cards: fresh enough, polite, and honest about a site that is silent."""

from dataclasses import replace

import pytest

from petitions.answers import Busy
from petitions.petition import PetitionRef, Site
from services.cards import CardView
from services.looks import NoSuchPetition, SiteSilent
from storage.storage import Storage
from tests.services.world import HOUR, MINUTE, SWIFTS, World, new_world


async def _card(world: World, *, refresh: bool = False) -> CardView:
    card = await world.cards.card(SWIFTS.ref, world.place, world.now, refresh=refresh)
    assert isinstance(card, CardView)
    return card


async def test_a_fresh_card_asks_nothing(world: World) -> None:
    await world.follow()
    world.asked()
    card = await _card(world)
    assert world.asked() == []
    assert card.following is not None
    assert not card.following.muted
    assert card.stale_since is None


async def test_an_old_card_and_a_refreshed_one_are_read_for_somebody_who_waits(world: World) -> None:
    world.site.show(SWIFTS)
    await _card(world)
    world.now += 2 * MINUTE
    world.sign(950)
    world.asked()
    assert (await _card(world)).petition.snapshot.signatures == 950
    assert world.asked() == ["900001?!"]
    world.now += MINUTE / 4
    world.sign(960)
    assert (await _card(world)).petition.snapshot.signatures == 950
    assert (await _card(world, refresh=True)).petition.snapshot.signatures == 960


async def test_a_card_that_had_to_be_read_still_knows_who_follows(world: World) -> None:
    await world.follow()
    assert (await _card(world, refresh=True)).following is not None


async def test_a_chat_that_has_asked_for_much_is_shown_what_was_seen_last(storage: Storage) -> None:
    world = await new_world(storage, looks_a_minute=1)
    await world.follow()
    world.now += HOUR
    world.asked()
    card = await _card(world)
    assert (card.petition.snapshot, card.stale_since) == (SWIFTS, None)
    assert world.asked() == []


async def test_a_card_of_a_silent_site_says_since_when(world: World) -> None:
    await world.follow()
    await world.watch_now()
    seen_at = world.now
    world.site.down = Busy(reason="503")
    world.now += HOUR
    first = await _card(world)
    assert first.stale_since == world.now
    since = world.now
    await world.wait(HOUR)
    card = await _card(world)
    assert card.stale_since == since
    assert card.petition.seen_at == seen_at


async def test_an_unknown_petition_has_no_card(world: World) -> None:
    ref = PetitionRef(site=Site.UK, number="900009")
    assert await world.cards.card(ref, world.place, world.now) == NoSuchPetition(ref=ref)
    world.site.down = Busy(reason="503")
    assert await world.cards.card(ref, world.place, world.now) == SiteSilent(ref=ref, since=world.now)


async def test_a_card_looked_at_by_nobody_who_follows_tells_nobody(world: World) -> None:
    world.site.show(SWIFTS)
    card = await world.cards.card(SWIFTS.ref, world.place, world.now)
    assert isinstance(card, CardView)
    assert card.following is None
    assert card.growth is None


async def test_a_card_knows_how_a_petition_grows_that_was_watched(world: World) -> None:
    world.site.show(replace(SWIFTS, signatures=10_000))
    await world.follow()
    for hour in range(1, 25):
        world.sign(10_000 + hour * 20)
        await world.watch_until(world.now + HOUR, each=20 * MINUTE)
    growth = (await _card(world)).growth
    assert growth is not None
    assert growth.per_day == pytest.approx(480, rel=0.1)
    assert growth.reach is not None
    assert growth.reach.threshold == 100_000
