"""Where a change goes: to followers and subscribers, once each, and no more a day than the cap."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import update

from delivery.chats import ChatKind
from petitions.follows import Followed, Place
from petitions.news import Change, Published, ResponsePublished
from petitions.petition import Response, Site
from petitions.streams import SiteStream, Stream, Subscription
from petitions.watched import WatchedPetition
from storage.schema import alerts, changes
from storage.storage import Storage
from tests.storage.samples import (
    HOUR,
    NOW,
    SECOND,
    TODAY,
    announce_all,
    change,
    first_look,
    follower,
    happen,
    known_chat,
    next_look,
    stored_petition,
)

RESPONSES = SiteStream(site=Site.UK, stream=Stream.RESPONSE)
NEW = SiteStream(site=Site.UK, stream=Stream.PUBLISHED)


def responds(key: str = "response:1") -> Change:
    return change(key, ResponsePublished(response=Response(summary="Yes.")))


async def subscriber(
    storage: Storage, telegram_id: int = -5, of: SiteStream = RESPONSES, *, thread: int = 0, **changes: object
) -> Subscription:
    place = Place(chat=(await known_chat(storage, telegram_id, ChatKind.SUPERGROUP)).id, thread=thread)
    assert await storage.subscriptions.subscribe(place, of, NOW, 10) is Followed.NEW
    subscription = replace(Subscription(place=place, of=of, since=NOW), **changes)  # type: ignore[arg-type]
    assert await storage.subscriptions.change(subscription)
    return subscription


async def petition_about(storage: Storage, number: int, *topics: str) -> WatchedPetition:
    look = first_look(number)
    petition = await storage.petitions.record(replace(look, snapshot=replace(look.snapshot, topics=topics)))
    assert petition is not None
    return petition


async def owed_to(storage: Storage) -> list[Place]:
    return [alert.place for alert in await storage.alerts.due(NOW, 100)]


async def states(storage: Storage) -> Iterable[tuple[str, int]]:
    async with storage.database.read() as connection:
        rows = (await connection.execute(alerts.select().order_by(alerts.c.id))).all()
    return [(row.state, row.change_id) for row in rows]


async def test_a_subscriber_is_owed_what_is_in_the_stream_and_nothing_else(storage: Storage) -> None:
    subscription = await subscriber(storage)
    await happen(storage, await stored_petition(storage), responds(), change("milestone"))
    (alert,) = await storage.alerts.due(NOW, 10)
    assert (alert.place, alert.change.change.key, alert.followed) == (subscription.place, "response:1", False)


async def test_who_follows_and_subscribes_is_owed_one_alert(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, -5)
    assert await storage.subscriptions.subscribe(place, RESPONSES, NOW, 10) is Followed.NEW
    await happen(storage, petition, responds())
    (alert,) = await storage.alerts.due(NOW, 10)
    assert alert.followed


async def test_topics_of_a_forum_subscribe_for_themselves(storage: Storage) -> None:
    one, other = await subscriber(storage, thread=2), await subscriber(storage, thread=3, of=NEW)
    await happen(storage, await stored_petition(storage), responds())
    assert await owed_to(storage) == [one.place]
    assert await storage.subscriptions.subscriptions(other.place) == [other]


async def test_a_narrowed_subscription_is_owed_what_is_on_its_subjects(storage: Storage) -> None:
    subscription = await subscriber(storage, subjects=frozenset({"health", "housing"}))
    for number, topics in enumerate([("health", "food"), ("food",), ()], start=1):
        await happen(storage, await petition_about(storage, number, *topics), responds())
    (alert,) = await storage.alerts.due(NOW, 10)
    assert (alert.place, alert.change.ref.number) == (subscription.place, "1")


async def test_a_change_without_subjects_of_its_own_is_about_what_its_petition_is(storage: Storage) -> None:
    subscription = await subscriber(storage, subjects=frozenset({"health"}))
    petition = await petition_about(storage, 1, "health")
    current = await storage.petitions.find(petition.ref)
    assert current is not None
    await storage.petitions.record(next_look(current, responds()))
    async with storage.database.write() as connection:
        await connection.execute(update(changes).values(subjects=None))
    await announce_all(storage)
    assert await owed_to(storage) == [subscription.place]


async def test_what_was_found_or_happened_before_is_not_owed(storage: Storage) -> None:
    petition = await stored_petition(storage, 1, responds("old"))
    await subscriber(storage)
    late = replace(responds("late"), happened_at=NOW - SECOND)
    await happen(storage, petition, late, replace(responds("new"), happened_at=NOW))
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["new"]


async def test_a_change_reaches_followers_and_subscribers_in_batches(storage: Storage) -> None:
    petition = await stored_petition(storage)
    followers = [await follower(storage, petition, number) for number in range(1, 6)]
    subscribers = [(await subscriber(storage, -number)).place for number in range(1, 6)]
    current = await storage.petitions.find(petition.ref)
    assert current is not None
    look = replace(first_look(1), version=current.version, changes=(responds(),))
    await storage.petitions.record(look)
    finished = []
    while announced := await storage.alerts.announce_next(NOW, 3, TODAY):
        finished.append((announced.alerts, announced.finished))
    assert finished == [(3, False), (3, False), (3, False), (1, True)]
    assert await owed_to(storage) == [*followers, *subscribers]


async def test_what_is_more_than_the_cap_is_owed_when_the_day_ends(storage: Storage) -> None:
    subscription = await subscriber(storage, daily_cap=5)
    for number in range(1, 9):
        await happen(storage, await stored_petition(storage, number), responds())
    assert await owed_to(storage) == [subscription.place] * 5
    assert await storage.alerts.release_deferred(TODAY[1] - SECOND, 100) == 0
    assert await storage.alerts.release_deferred(TODAY[1], 2) == 2
    assert await storage.alerts.release_deferred(TODAY[1], 100) == 1
    due = await storage.alerts.due(TODAY[1], 100)
    assert sorted(alert.change.ref.number for alert in due) == [str(number) for number in range(1, 9)]


async def test_a_summary_takes_nothing_from_the_next_day(storage: Storage) -> None:
    await subscriber(storage, daily_cap=5)
    for number in range(1, 8):
        await happen(storage, await stored_petition(storage, number), responds())
    tomorrow = TODAY[1], TODAY[1] + 24 * HOUR
    await storage.alerts.release_deferred(TODAY[1], 100)
    petition = await stored_petition(storage, 20)
    await storage.petitions.record(replace(first_look(20), version=petition.version, changes=(responds(),)))
    await storage.alerts.announce_next(TODAY[1] + HOUR, 100, tomorrow)
    assert [state for state, _ in await states(storage)] == ["owed"] * 8


async def test_who_unsubscribes_is_owed_nothing_more_and_others_all(storage: Storage) -> None:
    subscription, other = await subscriber(storage, daily_cap=1), await subscriber(storage, -6, daily_cap=1)
    for number in range(1, 3):
        await happen(storage, await stored_petition(storage, number), responds())
    assert await storage.subscriptions.unsubscribe(subscription.place, RESPONSES)
    assert not await storage.subscriptions.unsubscribe(subscription.place, RESPONSES)
    assert not await storage.subscriptions.change(subscription)
    await happen(storage, await stored_petition(storage, 3), responds())
    await storage.alerts.release_deferred(TODAY[1], 100)
    assert [alert.place for alert in await storage.alerts.due(TODAY[1], 100)] == [other.place] * 3


async def test_unfollowing_leaves_what_is_owed_to_a_subscription(storage: Storage) -> None:
    subscription = await subscriber(storage)
    petition = await stored_petition(storage)
    await happen(storage, petition, responds())
    assert not await storage.follows.unfollow(petition.id, subscription.place)
    assert await owed_to(storage) == [subscription.place]


async def test_a_chat_has_only_so_many_subscriptions(storage: Storage) -> None:
    chat = await known_chat(storage)
    for thread in range(3):
        assert await storage.subscriptions.subscribe(Place(chat=chat.id, thread=thread), NEW, NOW, 3) is Followed.NEW
    assert await storage.subscriptions.subscribe(Place(chat=chat.id, thread=9), NEW, NOW, 3) is Followed.FULL
    assert await storage.subscriptions.subscribe(Place(chat=chat.id, thread=1), NEW, NOW, 3) is Followed.ALREADY


async def test_a_group_that_becomes_a_known_supergroup_keeps_both_subscriptions(storage: Storage) -> None:
    one, same = await subscriber(storage, -5), await subscriber(storage, -1005)
    other = await subscriber(storage, -1005, NEW)
    await storage.chats.migrate(-5, -1005, NOW)
    kept = await storage.subscriptions.subscriptions(one.place)
    assert [each.of for each in kept] == [RESPONSES, NEW]
    assert await storage.subscriptions.subscriptions(same.place) == []
    assert other.place == same.place


async def test_what_has_been_in_a_stream_is_remembered(storage: Storage) -> None:
    petition = await petition_about(storage, 1, "health")
    await happen(storage, petition, responds("a"), change("milestone"), responds("b"))
    await announce_all(storage)
    told = await storage.subscriptions.told_since(RESPONSES, NOW)
    assert [(item.change.change.key, *item.subjects) for item in told] == [("a", "health"), ("b", "health")]
    assert await storage.subscriptions.told_since(RESPONSES, NOW + SECOND) == ()
    assert await storage.subscriptions.told_since(NEW, NOW) == ()


async def test_the_subjects_of_known_petitions_are_offered_the_most_frequent_first(storage: Storage) -> None:
    await petition_about(storage, 1, "food", "health")
    await petition_about(storage, 2, "health")
    assert await storage.subscriptions.subjects(Site.UK) == ["health", "food"]
    assert await storage.subscriptions.subjects(Site.SENEDD) == []


async def test_the_oldest_subscription_says_since_when_a_site_is_read_for_all(storage: Storage) -> None:
    assert await storage.subscriptions.subscribed_since(Site.UK) is None
    subscription = await subscriber(storage)
    await storage.subscriptions.subscribe(subscription.place, NEW, NOW + HOUR, 10)
    assert await storage.subscriptions.subscribed_since(Site.UK) == NOW
    assert await storage.subscriptions.subscribed_since(Site.SENEDD) is None


async def test_a_new_petition_is_published_to_those_who_subscribe_to_new_ones(storage: Storage) -> None:
    subscription = await subscriber(storage, of=NEW)
    await happen(storage, await stored_petition(storage), change("state:1", Published(closing_on=None)))
    assert await owed_to(storage) == [subscription.place]
