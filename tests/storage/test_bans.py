"""Who is banned is sent nothing, and gets everything back when the ban is over."""

from datetime import timedelta

from delivery.broadcasts import Audience
from delivery.chats import Announcement, ChatKind
from delivery.outbox import Lane
from storage.storage import Storage, open_storage
from tests.storage.samples import (
    NOW,
    SECOND,
    change,
    compose_due,
    follower,
    happen,
    known_chat,
    message,
    stored_petition,
    texts,
)

GROUP, SUPERGROUP = -5, -1_005


async def test_a_ban_outlasts_a_restart_and_keeps_its_first_day(url: str) -> None:
    async with open_storage(url) as storage:
        await storage.bans.ban(7, "noise", NOW)
        await storage.bans.ban(7, "more noise", NOW + SECOND)
    async with open_storage(url) as storage:
        assert await storage.bans.all() == {7: NOW}
        await storage.bans.unban(7)
        assert await storage.bans.all() == {}


async def test_what_a_banned_chat_is_owed_waits_until_it_is_unbanned(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.messages.queue(message(place, "before"))
    await happen(storage, petition, change("a"))
    await storage.bans.ban(7, "", NOW)
    await storage.messages.queue(message(place, "after"))
    await happen(storage, petition, change("b"))
    assert await compose_due(storage) == 0
    assert await texts(storage) == []
    await storage.bans.unban(7)
    assert await compose_due(storage) == 2
    assert sorted(await texts(storage)) == ["a", "after", "b", "before"]


async def test_a_banned_chat_is_not_restored_by_speaking_or_coming_back(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage))
    await storage.messages.queue(message(place))
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.bans.ban(7, "", NOW)
    await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)
    assert await texts(storage) == []
    await storage.chats.suspend(7, "blocked", NOW)
    await storage.chats.restore(7, NOW)
    assert await texts(storage) == []
    await storage.bans.unban(7)
    assert await texts(storage) == ["Hello"]


async def test_a_ban_moves_along_with_a_group(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage), GROUP)
    await known_chat(storage, SUPERGROUP, ChatKind.SUPERGROUP)
    await storage.bans.ban(GROUP, "noise", NOW)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    assert set(await storage.bans.all()) == {SUPERGROUP}
    await storage.messages.queue(message(place))
    assert await texts(storage) == []


async def test_nobody_looks_at_a_petition_that_only_banned_chats_follow(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    assert [due.petition for due in await storage.petitions.due(petition.ref.site, NOW)] == [petition.id]
    await storage.bans.ban(7, "", NOW)
    assert await storage.petitions.due(petition.ref.site, NOW) == ()


async def test_broadcasts_and_scoreboards_pass_over_who_is_banned(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage))
    await known_chat(storage, 8)
    await storage.scoreboards.put(place, 55, "", NOW)
    assert len(await storage.scoreboards.outdated(10)) == 1
    await storage.bans.ban(7, "", NOW)
    counts = await storage.broadcasts.counts(Audience(), Announcement.SERVICE)
    assert counts[ChatKind.PRIVATE] == 1
    assert await storage.scoreboards.outdated(10) == ()


async def test_lanes_that_wait_lose_nothing(storage: Storage) -> None:
    place = await follower(storage, await stored_petition(storage))
    for lane in Lane:
        await storage.messages.queue(message(place, lane.name, lane=lane))
    claimed = await storage.messages.claim(NOW, 10, (), (Lane.ALERT,))
    assert [each.lane for each in claimed] == [Lane.REPLY, Lane.BROADCAST, Lane.PAID]
    assert [each.lane for each in await storage.messages.claim(NOW + timedelta(days=1), 10, ())] == [Lane.ALERT]


async def test_switches_outlast_a_restart_and_keep_their_first_moment(url: str) -> None:
    async with open_storage(url) as storage:
        await storage.switches.set("maintenance", NOW)
        await storage.switches.set("maintenance", NOW + SECOND)
        await storage.switches.set("off:uk", NOW)
        await storage.switches.unset("off:uk")
    async with open_storage(url) as storage:
        assert await storage.switches.all() == {"maintenance": NOW}
