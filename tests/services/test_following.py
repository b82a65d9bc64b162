"""Following: from now on, once, and only what is found later."""

from dataclasses import replace

import pytest

from delivery.chats import ChatKind, Limited
from petitions.answers import Busy, Gone, NotFound, SentHome, Unpublished
from petitions.cadence import Cadence
from petitions.follows import Followed, Place
from petitions.news import Kind, Removed
from petitions.petition import PetitionId, PetitionRef, PetitionState, Site, Snapshot
from services.following import Following, Follows, ListFull
from services.looks import NoSuchPetition, NotNow, SiteSilent
from storage.storage import Storage
from tests.services.world import HOUR, MINUTE, SWIFTS, World, new_world, nobody_sends, number, responded

CADENCE = Cadence(base=MINUTE)


async def test_first_contact_is_quiet(world: World) -> None:
    await world.follow(responded(replace(SWIFTS, signatures=120_000)))
    await world.wait(2 * HOUR)
    assert await world.owed() == []


async def test_a_petition_unfollowed_and_followed_again_announces_nothing_old(world: World) -> None:
    await world.follow()
    assert await world.following.unfollow(SWIFTS.ref, world.place, world.now) is not None
    world.now += 40 * HOUR
    world.change(lambda shown: responded(replace(shown, signatures=30_000), world.now))
    await world.follow()
    await world.wait(2 * HOUR)
    assert await world.owed() == []
    world.sign(50_100)
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_following_twice_is_one_follow(world: World) -> None:
    await world.follow()
    [again] = await world.following.follow([SWIFTS.ref, SWIFTS.ref], world.place, world.now)
    assert isinstance(again, Follows)
    assert again.outcome is Followed.ALREADY
    world.sign(1_001)
    await world.wait(10 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    assert (await world.following.followed(world.place, offset=0, limit=10)).total == 1


async def test_unfollowing_stops_what_is_owed(world: World) -> None:
    await world.follow()
    world.sign(1_001)
    await world.wait(10 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]
    await world.following.unfollow(SWIFTS.ref, world.place, world.now)
    assert await world.owed() == []
    assert await world.following.unfollow(SWIFTS.ref, world.place, world.now) is None


async def test_one_order_may_end_in_different_ways(world: World) -> None:
    stopped = PetitionRef(site=Site.UK, number="900003")
    unknown = PetitionRef(site=Site.UK, number="900009")
    world.site.show(SWIFTS)
    world.site.petitions["900003"] = SentHome()
    results = await world.following.follow([unknown, SWIFTS.ref, stopped], world.place, world.now)
    assert results[0] == NoSuchPetition(ref=unknown)
    assert isinstance(results[1], Follows)
    assert results[1].outcome is Followed.NEW
    assert results[2] == NoSuchPetition(ref=stopped)


GATHERING = PetitionRef(site=Site.UK, number="900004")


@pytest.mark.parametrize("supporters", [4, None])
async def test_a_petition_that_gathers_support_is_followed_without_a_title(
    world: World, supporters: int | None
) -> None:
    world.site.petitions["900004"] = Unpublished(supporters=supporters)
    [result] = await world.following.follow([GATHERING], world.place, world.now)
    assert isinstance(result, Follows)
    shown = result.petition.snapshot
    assert (shown.title, shown.state, shown.signatures) == ("", PetitionState.UNPUBLISHED, supporters or 0)


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (number(SWIFTS, "900004"), Kind.PUBLISHED),
        (replace(number(SWIFTS, "900004"), state=PetitionState.REJECTED, opened_at=None), Kind.REJECTED),
    ],
)
async def test_who_follows_a_petition_that_gathers_support_hears_what_becomes_of_it(
    world: World, shown: Snapshot, kind: Kind
) -> None:
    world.site.petitions["900004"] = Unpublished(supporters=4)
    await world.following.follow([GATHERING], world.place, world.now)
    world.site.petitions["900004"] = Unpublished(supporters=21)
    await world.wait(20 * MINUTE)
    assert (await world.stored(shown)).snapshot.signatures == 21
    await world.wait(2 * HOUR)
    assert await world.owed() == []
    world.site.show(shown)
    await world.wait(20 * MINUTE)
    assert await world.owed_kinds() == [kind]
    assert (await world.stored(shown)).snapshot.title == SWIFTS.title


async def test_petitions_that_gather_support_are_not_missing(world: World) -> None:
    refs = [PetitionRef(site=Site.UK, number=f"90000{digit}") for digit in range(4, 8)]
    for ref in refs:
        world.site.petitions[ref.number] = Unpublished(supporters=4)
    await world.following.follow(refs, world.place, world.now)
    await world.wait(2 * HOUR)
    world.site.petitions["900004"] = NotFound()
    for _ in range(120):
        await world.wait(MINUTE)
        assert world.watch.ill_since(Site.UK) is None
    assert await world.owed() == [Removed(hidden=True, published=False)]


async def test_nobody_is_taken_for_unpublished_while_the_site_is_ill(world: World) -> None:
    shown = [number(SWIFTS, f"90000{digit}") for digit in range(5, 9)]
    for petition in shown:
        await world.follow(petition)
        world.site.petitions[petition.ref.number] = NotFound()
    await world.wait(HOUR)
    assert world.watch.ill_since(Site.UK) is not None
    world.site.petitions["900004"] = Unpublished(supporters=50_000)
    [result] = await world.following.follow([GATHERING], world.place, world.now)
    assert isinstance(result, SiteSilent)


async def test_a_known_petition_is_followed_even_while_its_site_is_silent(world: World) -> None:
    await world.follow()
    await world.following.unfollow(SWIFTS.ref, world.place, world.now)
    world.now += HOUR
    world.site.down = Busy(reason="503")
    other = Place(chat=world.place.chat, thread=7)
    [known] = await world.following.follow([SWIFTS.ref], other, world.now)
    assert isinstance(known, Follows)
    (followed,) = (await world.following.followed(other, offset=0, limit=5)).items
    assert followed.followed_at == world.now
    [unknown] = await world.following.follow([PetitionRef(site=Site.UK, number="900002")], other, world.now)
    assert isinstance(unknown, SiteSilent)
    assert unknown.since == world.now


async def test_who_follows_while_the_site_is_silent_hears_what_happens_from_then_on_and_no_old_news(
    world: World,
) -> None:
    world.site.open_a_page = 1
    world.site.show(SWIFTS)
    await world.wait(MINUTE)
    world.site.down = Busy(reason="503")
    world.change(lambda shown: responded(shown, world.now))
    world.now += 2 * HOUR
    await world.follow()
    world.site.down = None
    await world.wait(HOUR)
    assert await world.owed_kinds() == []
    assert (await world.stored()).snapshot.response is not None
    world.sign(1_001)
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_two_people_may_meet_a_petition_at_once(world: World) -> None:
    """The second look begins when the first has been stored between its question and its answer."""
    world.site.show(SWIFTS)
    asked_first = world.site.document

    async def overtaken(*args: object, **kwargs: object) -> object:
        world.site.document = asked_first  # type: ignore[method-assign]
        await world.watch.look(SWIFTS.ref, world.place.chat, world.now)
        return await asked_first(*args, **kwargs)  # type: ignore[arg-type]

    world.site.document = overtaken  # type: ignore[method-assign, assignment]
    await world.follow()
    assert (await world.stored()).version == 2


async def test_what_happened_while_muted_is_not_told_afterwards(world: World) -> None:
    await world.follow()
    assert await world.following.set_muted(SWIFTS.ref, world.place, world.now, muted=True)
    world.now += HOUR
    world.sign(1_001)
    await world.wait(HOUR)
    assert await world.following.set_muted(SWIFTS.ref, world.place, world.now, muted=False)
    await world.wait(HOUR)
    assert await world.owed() == []
    world.sign(2_600)
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_nothing_can_be_muted_that_is_not_followed(world: World) -> None:
    assert not await world.following.set_muted(SWIFTS.ref, world.place, world.now, muted=True)


async def test_a_full_list_takes_no_more(world: World) -> None:
    following = Following(
        watch=world.watch,
        petitions=world.storage.petitions,
        follows=world.storage.follows,
        recall=nobody_sends,
        cadence=CADENCE,
        monotonic=lambda: 0.0,
        limit=1,
    )
    refs = []
    for name in ("900001", "900002"):
        world.site.show(number(SWIFTS, name))
        refs.append(PetitionRef(site=Site.UK, number=name))
    results = await following.follow(refs, world.place, world.now)
    assert isinstance(results[0], Follows)
    assert results[1] == ListFull(ref=refs[1], limit=1)


async def test_a_sender_that_holds_messages_hears_of_an_end_and_of_muting(world: World) -> None:
    recalled: list[tuple[PetitionId, Place]] = []
    following = Following(
        watch=world.watch,
        petitions=world.storage.petitions,
        follows=world.storage.follows,
        recall=lambda petition, place: recalled.append((petition, place)),
        cadence=CADENCE,
        monotonic=lambda: 0.0,
    )
    await world.follow(SWIFTS)
    assert await following.set_muted(SWIFTS.ref, world.place, world.now, muted=True)
    assert await following.set_muted(SWIFTS.ref, world.place, world.now, muted=False)
    unfollowed = await following.unfollow(SWIFTS.ref, world.place, world.now)
    assert unfollowed is not None
    assert recalled == [(unfollowed.id, world.place)] * 2


async def test_a_list_is_served_in_pages(world: World) -> None:
    for name in range(900_001, 900_008):
        await world.follow(number(SWIFTS, str(name)))
    page = await world.following.followed(world.place, offset=5, limit=5)
    assert [item.petition.ref.number for item in page.items] == ["900002", "900001"]
    assert page.total == 7


async def test_a_rejected_petition_is_followed_quietly_and_read_slowly(world: World) -> None:
    await world.follow(replace(SWIFTS, state=PetitionState.REJECTED))
    world.asked()
    await world.wait(3 * HOUR)
    assert not [question for question in world.asked() if question.startswith("900001")]


async def test_what_was_undone_while_nobody_followed_is_not_told_to_who_follows_later(world: World) -> None:
    await world.follow(responded(SWIFTS))
    await world.following.unfollow(SWIFTS.ref, world.place, world.now)
    world.now += 24 * HOUR
    world.change(lambda shown: replace(shown, response=None, response_at=None))
    await world.follow()
    assert (await world.stored()).snapshot.response is None
    await world.wait(HOUR)
    assert await world.owed() == []


async def test_a_petition_that_is_gone_cannot_be_followed_again(world: World) -> None:
    await world.follow()
    await world.following.unfollow(SWIFTS.ref, world.place, world.now)
    for answer in (NotFound(), Gone()):
        world.site.petitions["900001"] = answer
        world.now += HOUR
        results = await world.following.follow([SWIFTS.ref], world.place, world.now)
        assert results == [NoSuchPetition(ref=SWIFTS.ref)]
    await world.wait(HOUR)
    assert await world.owed() == []


async def test_a_petition_of_an_earlier_parliament_is_found_in_the_archive(world: World) -> None:
    world.site.archive["900001"] = replace(SWIFTS, archived=True, state=PetitionState.CLOSED, closing_on=None)
    [result] = await world.following.follow([SWIFTS.ref], world.place, world.now)
    assert isinstance(result, Follows)
    assert result.petition.snapshot.archived
    assert world.asked() == ["900001!", "archived 900001!"]


async def test_what_is_known_and_fresh_or_cannot_be_followed_costs_no_look(world: World) -> None:
    await world.follow()
    world.now += MINUTE / 2
    world.asked()
    other = Place(chat=world.place.chat, thread=7)
    [fresh] = await world.following.follow([SWIFTS.ref], other, world.now)
    assert isinstance(fresh, Follows)
    world.now += HOUR
    [again] = await world.following.follow([SWIFTS.ref], world.place, world.now)
    assert isinstance(again, Follows)
    assert again.outcome is Followed.ALREADY
    full = Following(
        watch=world.watch,
        petitions=world.storage.petitions,
        follows=world.storage.follows,
        recall=nobody_sends,
        cadence=CADENCE,
        monotonic=lambda: 0.0,
        limit=2,
    )
    unknown = PetitionRef(site=Site.UK, number="900002")
    assert await full.follow([unknown], world.place, world.now) == [ListFull(ref=unknown, limit=2)]
    assert world.asked() == []


async def test_a_chat_that_asks_for_too_many_looks_is_told_and_others_are_not(storage: Storage) -> None:
    world = await new_world(storage, looks_a_minute=2)
    refs = [PetitionRef(site=Site.UK, number=str(name)) for name in range(900_001, 900_004)]
    for ref in refs:
        world.site.show(number(SWIFTS, ref.number))
    results = await world.following.follow(refs, world.place, world.now)
    assert results[2] == NotNow(ref=refs[2])
    stranger = await storage.chats.ensure(43, ChatKind.PRIVATE, world.now)
    [followed] = await world.following.follow(refs[2:], Place(chat=stranger.id), world.now)
    assert isinstance(followed, Follows)


async def test_a_site_that_our_own_budget_keeps_us_from_is_not_called_silent(world: World) -> None:
    world.site.down = Busy(reason="many people are asking", ours=True)
    results = await world.following.follow([SWIFTS.ref], world.place, world.now)
    assert results == [NotNow(ref=SWIFTS.ref)]
    world.site.down = None
    await world.follow()
    assert world.watch.unreachable_since(Site.UK) is None


async def test_a_long_order_is_answered_after_a_while_with_what_is_left(world: World) -> None:
    seconds = iter(range(0, 1_000, 15))
    following = Following(
        watch=world.watch,
        petitions=world.storage.petitions,
        follows=world.storage.follows,
        recall=nobody_sends,
        cadence=CADENCE,
        monotonic=lambda: float(next(seconds)),
    )
    refs = [PetitionRef(site=Site.UK, number=str(name)) for name in range(900_001, 900_004)]
    for ref in refs:
        world.site.show(number(SWIFTS, ref.number))
    first, *left = await following.follow(refs, world.place, world.now)
    assert isinstance(first, Follows)
    assert left == [NotNow(ref=ref) for ref in refs[1:]]


async def test_what_is_found_between_the_look_and_the_follow_is_shown(world: World) -> None:
    """The watch stores a milestone while the follow is about to begin: it is old news, so the answer shows it."""
    world.site.show(SWIFTS)
    begin = world.storage.follows.follow

    async def overtaken(*args: object) -> Followed:
        world.sign(1_234)
        await world.watch.look(SWIFTS.ref, world.place.chat, world.now + MINUTE)
        return await begin(*args)  # type: ignore[arg-type]

    world.storage.follows.follow = overtaken  # type: ignore[method-assign, assignment]
    [result] = await world.following.follow([SWIFTS.ref], world.place, world.now)
    assert isinstance(result, Follows)
    assert result.petition.snapshot.signatures == 1_234
    assert await world.owed() == []


async def test_a_chat_with_a_limit_of_its_own_has_that_one(world: World) -> None:
    await world.storage.chats.set_limit(42, Limited.FOLLOWS, 1)
    await world.follow()
    other = number(SWIFTS, "900002")
    world.site.show(other)
    [full] = await world.following.follow([other.ref], world.place, world.now)
    assert full == ListFull(ref=other.ref, limit=1)
    await world.storage.chats.set_limit(42, Limited.FOLLOWS, 2)
    await world.follow(other)
