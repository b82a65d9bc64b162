from dataclasses import replace

import pytest

from delivery.outbox import TopicLost
from petitions.follows import Followed
from storage.chats import close_topic
from storage.storage import Storage
from tests.storage.samples import (
    HOUR,
    NOW,
    announce_all,
    change,
    claimed,
    compose_due,
    follower,
    happen,
    known_chat,
    later,
    message,
    next_look,
    stored_petition,
    texts,
)


async def test_following_announces_nothing_that_is_already_stored(storage: Storage) -> None:
    petition = await stored_petition(storage, 1, change("old"))
    await follower(storage, petition)
    await announce_all(storage)
    assert await storage.alerts.due(NOW, 10) == []


async def test_following_twice_is_one_follow_and_changes_nothing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    before = await storage.follows.is_following(petition.id, place)
    assert await storage.follows.follow(petition.id, place, NOW + HOUR, 5) is Followed.ALREADY
    assert await storage.follows.is_following(petition.id, place) == before
    assert await storage.follows.count(place) == 1


async def test_following_again_does_not_skip_what_is_not_announced_yet(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    assert await storage.petitions.record(next_look(petition, change("new"))) is not None
    assert await storage.follows.follow(petition.id, place, NOW, 5) is Followed.ALREADY
    await announce_all(storage)
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["new"]


async def test_a_full_chat_follows_no_more_in_any_of_its_topics(storage: Storage) -> None:
    first, second = await stored_petition(storage, 1), await stored_petition(storage, 2)
    place = await follower(storage, first, -5)
    assert await storage.follows.follow(second.id, place, NOW, 1) is Followed.FULL
    assert await storage.follows.follow(first.id, place, NOW, 1) is Followed.ALREADY
    assert await storage.follows.follow(second.id, replace(place, thread=4), NOW, 1) is Followed.FULL


async def test_unfollowing_what_is_not_followed_says_so(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    assert await storage.follows.unfollow(petition.id, place)
    assert not await storage.follows.unfollow(petition.id, place)
    assert not await storage.follows.set_muted(petition.id, place, muted=True)
    assert await storage.follows.is_following(petition.id, place) is None


@pytest.mark.parametrize("mute", [False, True])
async def test_unfollowing_or_muting_stops_what_is_owed_and_queued(storage: Storage, mute: bool) -> None:
    petition = await stored_petition(storage)
    place, other = await follower(storage, petition, 7), await follower(storage, petition, 8)
    await happen(storage, petition, change("queued"))
    await compose_due(storage)
    await happen(storage, petition, change("owed"))
    if mute:
        assert await storage.follows.set_muted(petition.id, place, muted=True)
    else:
        assert await storage.follows.unfollow(petition.id, place)
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [other]
    assert [one.place for one in await claimed(storage)] == [other]


async def test_a_message_in_flight_is_not_tried_again_after_unfollowing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    (flying,) = await claimed(storage)
    await storage.follows.unfollow(petition.id, place)
    await storage.messages.settle([later(flying, NOW)])
    assert await claimed(storage) == []


@pytest.mark.parametrize("release", [False, True])
async def test_a_message_taken_back_after_unfollowing_is_cancelled(storage: Storage, release: bool) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    (flying,) = await claimed(storage)
    await storage.follows.unfollow(petition.id, place)
    if release:
        await storage.messages.release([flying.id])
    else:
        assert await storage.messages.take_back_orphans() == 0
    assert await claimed(storage) == []


async def test_following_again_later_announces_nothing_in_between(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.follows.unfollow(petition.id, place)
    petition = await happen(storage, petition, change("between"))
    assert await storage.follows.follow(petition.id, place, NOW, 5) is Followed.NEW
    await happen(storage, petition, change("after"))
    await compose_due(storage)
    assert await texts(storage) == ["after"]


async def test_an_unmuted_follow_hears_only_what_is_new(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.follows.set_muted(petition.id, place, muted=True)
    assert await storage.petitions.record(next_look(petition, change("muted"))) is not None
    followed = await storage.follows.is_following(petition.id, place)
    assert followed is not None
    assert followed.muted
    await storage.follows.set_muted(petition.id, place, muted=False)
    await happen(storage, petition, change("heard"))
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["heard"]


async def test_unmuting_what_is_not_muted_skips_nothing(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    assert await storage.petitions.record(next_look(petition, change("new"))) is not None
    assert await storage.follows.set_muted(petition.id, place, muted=False)
    await announce_all(storage)
    assert len(await storage.alerts.due(NOW, 10)) == 1


async def test_follows_are_listed_newest_first_a_topic_at_a_time(storage: Storage) -> None:
    petitions = [await stored_petition(storage, number) for number in (1, 2, 3)]
    place = await follower(storage, petitions[0], -5, thread=9)
    for petition in petitions[1:]:
        await storage.follows.follow(petition.id, place, NOW + HOUR, 5)
    await follower(storage, petitions[0], -5)
    listed = await storage.follows.followed(place, offset=0, limit=2)
    assert [one.petition.ref.number for one in listed] == ["3", "2"]
    assert listed[0].followed_at == NOW + HOUR
    assert [one.petition for one in await storage.follows.followed(place, offset=2, limit=2)] == [petitions[0]]
    assert await storage.follows.count(place) == 3
    assert await storage.follows.count(replace(place, thread=0)) == 1


async def test_following_in_a_closed_topic_reopens_it(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, -5, thread=9)
    async with storage.database.write() as connection:
        await close_topic(connection, place, "closed", NOW)
    await happen(storage, petition, change("held"))
    assert await storage.alerts.due(NOW, 10) == []
    await storage.follows.follow(petition.id, place, NOW, 5)
    assert len(await storage.alerts.due(NOW, 10)) == 1
    assert (await known_chat(storage, -5)).id == place.chat


async def test_a_round_up_that_waits_is_composed_again_without_what_is_unfollowed(storage: Storage) -> None:
    ended, *others = [await stored_petition(storage, number) for number in range(1, 5)]
    place = await follower(storage, ended)
    for petition in others:
        await storage.follows.follow(petition.id, place, NOW, 5)
    for petition in (ended, *others):
        await happen(storage, petition, change(petition.ref.number))
    due = await storage.alerts.due(NOW, 10)
    await storage.alerts.compose([replace(message(place, "all"), alerts=tuple(alert.id for alert in due))])
    assert await storage.follows.unfollow(ended.id, place)
    assert await texts(storage) == []
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["2", "3", "4"]


async def test_a_follow_is_moved_to_the_topic_that_asks_with_what_waits_for_it(storage: Storage) -> None:
    petition = await stored_petition(storage)
    old, new = await follower(storage, petition, -5, thread=9), await follower(storage, petition, -5, thread=4)
    await storage.follows.unfollow(petition.id, new)
    await happen(storage, petition, change("a"))
    assert await storage.follows.move_here(petition.id, new)
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [new]
    assert await storage.follows.is_following(petition.id, old) is None
    assert await storage.follows.is_following(petition.id, new) is not None
    assert not await storage.follows.move_here(petition.id, new)


async def test_a_topic_that_follows_already_is_told_once_when_another_is_moved_there(storage: Storage) -> None:
    petition = await stored_petition(storage)
    old, new = await follower(storage, petition, -5, thread=9), await follower(storage, petition, -5, thread=4)
    other = await follower(storage, petition, -6)
    await happen(storage, petition, change("a"))
    assert await storage.follows.move_here(petition.id, new)
    assert {alert.place for alert in await storage.alerts.due(NOW, 10)} == {new, other}
    assert await storage.follows.is_following(petition.id, old) is None
    assert await storage.follows.count_in_chat(new.chat) == 1


async def test_what_is_in_flight_while_its_follow_is_moved_comes_to_the_new_topic_when_that_fails(
    storage: Storage,
) -> None:
    petition = await stored_petition(storage)
    old = await follower(storage, petition, -5, thread=9)
    new = replace(old, thread=4)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    (in_flight,) = await claimed(storage)
    assert await storage.follows.move_here(petition.id, new)
    lost = TopicLost(place=old, reason="closed", retry_at=NOW + HOUR)
    await storage.messages.settle([replace(later(in_flight, NOW), effect=lost)])
    assert [each.place for each in await claimed(storage)] == [new]


async def test_a_message_that_waits_in_both_topics_is_told_once_after_the_move(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, -5, thread=9)
    new = await follower(storage, petition, -5, thread=4)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    assert await storage.follows.move_here(petition.id, new)
    assert [each.place for each in await claimed(storage)] == [new]


async def test_a_round_up_that_waits_is_composed_again_in_both_topics_after_a_move(storage: Storage) -> None:
    moved, kept = await stored_petition(storage, 1), await stored_petition(storage, 2)
    old = await follower(storage, moved, -5, thread=9)
    await follower(storage, kept, -5, thread=9)
    for petition in (moved, kept):
        await happen(storage, petition, change(petition.ref.number))
    due = await storage.alerts.due(NOW, 10)
    await storage.alerts.compose([replace(message(old, "all"), alerts=tuple(alert.id for alert in due))])
    new = replace(old, thread=4)
    assert await storage.follows.move_here(moved.id, new)
    assert await texts(storage) == []
    assert {(alert.change.change.key, alert.place) for alert in await storage.alerts.due(NOW, 10)} == {
        ("1", new),
        ("2", old),
    }
