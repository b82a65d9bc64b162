"""Streams: while somebody subscribes, the site's lists are compared for all petitions, at the price of the lists."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from delivery.chats import Limited
from petitions.follows import Followed, Place
from petitions.news import Kind
from petitions.petition import Site, Snapshot
from petitions.streams import SiteStream, Stream
from services.subscribing import Subscribing
from tests.services.world import HOUR, MINUTE, NOW, SWIFTS, World, number, responded

OTHER = number(SWIFTS, "900002")
OLD = number(responded(SWIFTS), "900003")


def stream(which: Stream) -> SiteStream:
    return SiteStream(site=Site.UK, stream=which)


async def subscribe(world: World, which: Stream, place: Place | None = None) -> None:
    subscribing = Subscribing(subscriptions=world.storage.subscriptions)
    assert await subscribing.subscribe(stream(which), place or world.place, world.now) is Followed.NEW


def reaches(threshold: int) -> Callable[[Snapshot, World], Snapshot]:
    name = "response_threshold_at" if threshold == 10_000 else "debate_threshold_at"
    return lambda shown, world: replace(shown, signatures=threshold + 7, **{name: world.now})  # type: ignore[arg-type]


CASES: dict[Stream, tuple[str, Kind, Callable[[Snapshot, World], Snapshot]]] = {
    Stream.RESPONSE_THRESHOLD: ("awaiting_response", Kind.MILESTONE, reaches(10_000)),
    Stream.DEBATE_THRESHOLD: ("awaiting_debate", Kind.MILESTONE, reaches(100_000)),
    Stream.RESPONSE: ("with_response", Kind.RESPONSE, lambda shown, world: responded(shown, world.now)),
    Stream.DEBATE_SCHEDULED: (
        "awaiting_debate",
        Kind.DEBATE_SCHEDULED,
        lambda shown, world: replace(
            shown, debate_on=date(2026, 12, 1), debate_scheduled_on=world.now.date() + timedelta(days=1)
        ),
    ),
    Stream.PUBLISHED: ("recent", Kind.PUBLISHED, lambda shown, world: replace(shown, opened_at=world.now)),
}


@pytest.mark.parametrize("which", CASES)
async def test_news_of_a_petition_nobody_knew_is_found_in_the_list(world: World, which: Stream) -> None:
    facet, kind, happen = CASES[which]
    world.site.lists = {facet: (OLD,)}
    await subscribe(world, which)
    await world.wait(HOUR)
    assert await world.owed_kinds() == []
    world.asked()
    world.site.lists = {facet: (happen(OTHER, world), OLD)}
    await world.wait(HOUR)
    assert await world.owed_kinds() == [kind]
    assert {question.split()[0] for question in world.asked()} == {facet}, "no petition costs a request of its own"


async def test_news_of_a_petition_that_was_followed_long_ago_is_told_and_what_nobody_saw_is_not(world: World) -> None:
    await world.follow()
    await world.following.unfollow(SWIFTS.ref, world.place, world.now)
    world.now += 9 * HOUR
    missed = replace(SWIFTS, debate_on=date(2026, 12, 1), debate_scheduled_on=world.now.date())
    await subscribe(world, Stream.RESPONSE)
    await subscribe(world, Stream.DEBATE_SCHEDULED)
    world.site.lists = {"with_response": (missed,)}
    await world.wait(HOUR)
    assert await world.owed_kinds() == []
    world.site.lists = {"with_response": (responded(missed, world.now),)}
    await world.wait(HOUR)
    assert await world.owed_kinds() == [Kind.RESPONSE]


async def test_what_has_happened_between_subscribing_and_the_first_reading_is_told(world: World) -> None:
    await subscribe(world, Stream.RESPONSE)
    world.now += MINUTE
    world.site.lists = {"with_response": (responded(OTHER, world.now),)}
    await world.watch_now()
    assert await world.owed_kinds() == [Kind.RESPONSE]


async def test_when_nobody_subscribes_any_more_lists_are_read_for_followers_only(world: World) -> None:
    world.site.lists = {"with_response": (OLD,)}
    await subscribe(world, Stream.RESPONSE)
    await world.wait(HOUR)
    await world.storage.subscriptions.unsubscribe(world.place, stream(Stream.RESPONSE))
    await world.wait(10 * MINUTE)
    world.site.lists = {"with_response": (responded(OTHER, world.now), OLD)}
    await world.wait(HOUR)
    assert await world.storage.petitions.find(OTHER.ref) is None
    await subscribe(world, Stream.RESPONSE)
    await world.wait(HOUR)
    assert await world.storage.petitions.find(OTHER.ref) is not None
    assert await world.owed_kinds() == []


async def test_a_list_that_only_streams_need_is_not_read_without_them(world: World) -> None:
    world.site.lists = {"awaiting_response": (OLD,)}
    await world.wait(HOUR)
    assert world.asked() == []


async def test_a_petition_of_a_stream_is_not_watched_by_itself(world: World) -> None:
    world.site.show(OTHER)
    world.site.lists = {"recent": (OTHER,)}
    await subscribe(world, Stream.PUBLISHED)
    await world.wait(3 * HOUR)
    assert {question.split()[0] for question in world.asked()} == {"recent"}
    assert (await world.stored(OTHER)).schedule.page_at is None


async def test_a_follower_of_a_petition_of_a_stream_has_it_watched_from_then_on(world: World) -> None:
    world.site.lists = {"recent": (OTHER,)}
    await subscribe(world, Stream.PUBLISHED)
    await world.wait(10 * MINUTE)
    await world.follow(OTHER)
    world.change(lambda shown: replace(shown, signatures=1_000), OTHER)
    await world.wait(2 * HOUR)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_what_a_subscription_would_have_told_is_shown_before_it_begins(world: World) -> None:
    subscribing = Subscribing(subscriptions=world.storage.subscriptions)
    of = stream(Stream.RESPONSE)
    assert (await subscribing.view(of, world.place, NOW)).told == ()
    await world.follow()
    world.change(responded)
    await world.wait(HOUR)
    view = await subscribing.view(of, world.place, world.now)
    assert [change.change.news.kind for change in view.told] == [Kind.RESPONSE]
    assert view.subscription is None


async def test_a_subscription_is_narrowed_to_some_subjects(world: World) -> None:
    subscribing = Subscribing(subscriptions=world.storage.subscriptions)
    of = stream(Stream.RESPONSE)
    assert not await subscribing.narrow(of, world.place, "health", wanted=True)
    await subscribe(world, Stream.RESPONSE)
    for number_of in range(20):
        assert await subscribing.narrow(of, world.place, f"topic-{number_of}", wanted=True)
    assert not await subscribing.narrow(of, world.place, "one-too-many", wanted=True)
    assert await subscribing.narrow(of, world.place, "topic-3", wanted=False)
    (subscription,) = await subscribing.subscribed(world.place)
    assert len(subscription.subjects) == 19


async def test_what_happened_while_nobody_subscribed_is_not_told_to_who_subscribes_later(world: World) -> None:
    world.site.lists = {"awaiting_response": (OLD,)}
    await subscribe(world, Stream.DEBATE_SCHEDULED)
    await world.wait(HOUR)
    await world.storage.subscriptions.unsubscribe(world.place, stream(Stream.DEBATE_SCHEDULED))
    world.now += timedelta(days=1)
    scheduled = replace(OTHER, debate_on=date(2026, 12, 1), debate_scheduled_on=world.now.date())
    world.now += timedelta(days=3)
    world.site.lists = {"awaiting_response": (scheduled, OLD)}
    await subscribe(world, Stream.DEBATE_SCHEDULED)
    await world.wait(HOUR)
    assert await world.owed_kinds() == []


async def test_a_chat_with_a_limit_of_its_own_may_watch_so_much(world: World) -> None:
    await world.storage.chats.set_limit(42, Limited.SUBSCRIPTIONS, 1)
    subscribing = Subscribing(subscriptions=world.storage.subscriptions)
    await subscribe(world, Stream.RESPONSE)
    assert await subscribing.subscribe(stream(Stream.PUBLISHED), world.place, world.now) is Followed.FULL
    assert await subscribing.limit_of(world.place) == 1
