"""Figures about everybody, and what an operator is told of one chat."""

import time

import pytest

from delivery.chats import ChatKind, Limited
from delivery.outbox import Lane, MessageState, Settlement
from petitions.follows import FOLLOWS_PER_CHAT, Place
from petitions.petition import Site
from petitions.streams import SiteStream, Stream
from storage.storage import Storage
from tests.storage.samples import DAY, NOW, claimed, follower, known_chat, message, ref, stored_petition

CROWD = 100_000


async def test_chats_follows_and_subscriptions_are_counted(storage: Storage) -> None:
    pears, bells = [await stored_petition(storage, number) for number in (1, 2)]
    for chat in (7, 8):
        await follower(storage, pears, chat)
    place = await follower(storage, bells, 8)
    await storage.subscriptions.subscribe(place, SiteStream(site=Site.UK, stream=Stream.PUBLISHED), NOW, 10)
    await known_chat(storage, -5, ChatKind.CHANNEL)
    await storage.chats.suspend(8, "blocked", NOW)
    shown = await storage.statistics.read(NOW)
    assert {kind: (found.active, found.suspended) for kind, found in shown.chats.items()} == {
        "private": (1, 1),
        "group": (0, 0),
        "supergroup": (0, 0),
        "channel": (1, 0),
    }
    assert (shown.follows, shown.subscriptions) == (3, 1)
    assert [(each.ref, each.title, each.followers) for each in shown.most_followed] == [
        (ref(1), "Petition 1", 2),
        (ref(2), "Petition 2", 1),
    ]


async def test_what_came_and_left_is_counted_a_day(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for chat, at in ((7, NOW), (8, NOW - DAY), (9, NOW - DAY), (10, NOW - 14 * DAY)):
        place = Place(chat=(await storage.chats.ensure(chat, ChatKind.PRIVATE, at)).id)
        await storage.follows.follow(petition.id, place, at, FOLLOWS_PER_CHAT)
        await storage.messages.queue(message(place))
        await storage.messages.queue(message(place, lane=Lane.REPLY))
    await storage.messages.settle(
        [Settlement(message=one.id, state=MessageState.SENT, at=NOW - DAY) for one in await claimed(storage)]
    )
    days = (await storage.statistics.read(NOW)).days
    assert [each.day for each in days] == [(NOW - ago * DAY).date() for ago in reversed(range(14))]
    assert [(each.chats, each.follows, each.alerts) for each in days[-3:]] == [(0, 0, 0), (2, 2, 4), (1, 1, 0)]
    assert sum(each.chats for each in days) == 3


_CROWD = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO chats (telegram_id, kind, state, since)
    SELECT i, 'private', 'active', strftime('%Y-%m-%d %H:%M:%f', '2026-03-04', '-' || (i % 30) || ' days') FROM n;
    INSERT INTO petitions (site, number, version, title, snapshot, marks, seen_at)
    SELECT 'uk', id, 1, 'A petition', '{}', '{}', since FROM chats LIMIT 100;
    INSERT INTO follows (petition_id, chat_id, after_change, followed_at)
    SELECT petitions.id, chats.id, 0, since FROM chats JOIN petitions ON (chats.id + petitions.id) % 50 = 0;
    INSERT INTO messages (chat_id, lane, state, due_at, settled_at)
    SELECT id, 1, 'sent', since, since FROM chats
"""


@pytest.mark.slow
async def test_a_crowd_is_counted_quickly(storage: Storage) -> None:
    async with storage.database.write() as connection:
        for statement in _CROWD.split(";"):
            await connection.exec_driver_sql(statement)
    began = time.monotonic()
    shown = await storage.statistics.read(NOW)
    took = time.monotonic() - began
    assert (shown.chats["private"].active, shown.follows) == (CROWD, 2 * CROWD)
    assert took < 5  # on a busy machine; a tenth of that is the aim


async def test_what_is_known_of_a_chat_is_shown_without_a_text(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage))
    await storage.messages.queue(message(place, "a secret"))
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.bans.ban(7, "noise", NOW)
    assert await storage.chats.set_limit(7, Limited.FOLLOWS, 5)
    profile = await storage.chats.profile(7)
    assert profile is not None
    assert (profile.kind, profile.state, profile.suspended_because) == ("private", "suspended", "blocked")
    assert (profile.follows, profile.subscriptions, profile.limits) == (1, 0, {"follows": 5})
    assert profile.banned is not None
    assert profile.banned.reason == "noise"
    assert [(each.lane, each.state, each.at) for each in profile.recent] == [("alert", "queued", NOW)]
    assert "secret" not in repr(profile)
    assert await storage.chats.profile(8) is None
    assert not await storage.chats.set_limit(8, Limited.FOLLOWS, 5)


async def test_a_limit_of_a_chat_is_its_own_until_it_is_taken_back(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage))
    await storage.chats.set_limit(7, Limited.FOLLOWS, 0)
    await storage.chats.set_limit(7, Limited.SUBSCRIPTIONS, 3)
    assert await storage.follows.limit(place.chat) == 0
    assert await storage.subscriptions.limit(place.chat) == 3
    await storage.chats.set_limit(7, Limited.FOLLOWS, None)
    assert await storage.follows.limit(place.chat) is None
