"""Where a petition is signed is read when somebody asks, politely, and teaches what is usual."""

from collections.abc import Sequence

import pytest

from messages.constituencies import Local
from petitions.answers import Busy, Ok, Unreadable
from petitions.breakdown import Constituency
from petitions.cadence import Cadence
from petitions.petition import PetitionId
from services.back_off import SiteBackOff
from services.command_limit import RateLimit
from services.constituencies import REMEMBERED_FOR, Constituencies
from services.looks import NoSuchPetition, NotNow, SiteSilent
from storage import breakdowns
from tests.services.world import MINUTE, NOW, SWIFTS, World, number
from tests.storage.samples import first_look

PLACES = (Constituency(code="E1", name="Bath", member="Ann Example MP", signatures=1_200),)


def service(world: World, *, looks: int = 1_000) -> Constituencies:
    return Constituencies(
        cards=world.cards,
        sites={SWIFTS.ref.site: world.site},
        breakdowns=world.storage.breakdowns,
        back_off=SiteBackOff(Cadence(base=MINUTE), on_long_wait=lambda _site, _wait: None),
        limit=RateLimit(looks, lambda: 0.0),
    )


@pytest.fixture
def shown(world: World) -> World:
    world.site.show(SWIFTS)
    world.site.breakdowns[SWIFTS.ref.number] = Ok(body=PLACES)
    return world


async def test_it_is_asked_once_and_remembered_for_a_while(shown: World) -> None:
    constituencies = service(shown)
    for after in (0 * MINUTE, REMEMBERED_FOR / 2):
        local = await constituencies.of(SWIFTS.ref, shown.place, NOW + after)
        assert isinstance(local, Local)
        assert (local.breakdown, local.usual) == (PLACES, None)
    await constituencies.of(SWIFTS.ref, shown.place, NOW + REMEMBERED_FOR)
    asked = [question for question in shown.asked() if "breakdown" in question]
    assert asked == ["900001 breakdown!"] * 2


async def test_what_others_show_teaches_what_is_usual(shown: World) -> None:
    constituencies = service(shown)
    for other in range(5):
        swifts = number(SWIFTS, f"90001{other}")
        shown.site.show(swifts)
        shown.site.breakdowns[swifts.ref.number] = Ok(body=PLACES)
        await constituencies.of(swifts.ref, shown.place, NOW)
    local = await constituencies.of(SWIFTS.ref, shown.place, NOW)
    assert isinstance(local, Local)
    assert local.usual == {"E1": 1.0}


async def test_a_chat_that_has_asked_for_much_waits(shown: World) -> None:
    constituencies, swifts = service(shown, looks=1), number(SWIFTS, "900002")
    shown.site.show(swifts)
    assert isinstance(await constituencies.of(SWIFTS.ref, shown.place, NOW), Local)
    assert isinstance(await constituencies.of(swifts.ref, shown.place, NOW), NotNow)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Busy(reason="no turn", ours=True), NotNow),
        (Busy(reason="503"), SiteSilent),
        (Unreadable(reason="HTML"), SiteSilent),
    ],
)
async def test_a_site_without_an_answer_is_told_apart_from_our_own_budget(
    shown: World, answer: Busy | Unreadable, kind: type[NotNow | SiteSilent]
) -> None:
    shown.site.breakdowns[SWIFTS.ref.number] = answer
    assert isinstance(await service(shown).of(SWIFTS.ref, shown.place, NOW), kind)


async def test_what_is_not_there_is_not_asked_for_twice(world: World) -> None:
    assert isinstance(await service(world).of(SWIFTS.ref, world.place, NOW), NoSuchPetition)
    assert not any("breakdown" in question for question in world.asked())


async def test_only_so_many_breakdowns_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    store, petitions = world.storage.breakdowns, list[PetitionId]()
    monkeypatch.setattr(breakdowns, "MOST_KEPT", 3)
    for place in range(5):
        stored = await world.storage.petitions.record(first_look(place + 1))
        assert stored is not None
        petitions.append(stored.id)
        await store.learn(stored.id, {"E1": place}, NOW + place * MINUTE)
    kept: Sequence[object] = await store.others(PetitionId(0))
    assert kept == [{"E1": 2}, {"E1": 3}, {"E1": 4}]
    await store.learn(petitions[4], {"E1": 40}, NOW + 9 * MINUTE)
    assert await store.others(petitions[4]) == [{"E1": 2}, {"E1": 3}]
