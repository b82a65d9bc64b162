"""Chats come, go, move and are forgotten."""

from delivery.chats import Announcement, ChatKind, ChatState, PostStyle
from petitions.follows import Place
from petitions.news import Kind
from services.chats import Chats
from storage.chats import close_topic
from tests.services.world import MINUTE, NOW, World, nobody_sends_to


async def test_a_chat_that_leaves_is_held_and_gets_its_follows_back(world: World) -> None:
    chats = Chats(chats=world.storage.chats, recall=nobody_sends_to)
    await world.follow()
    await chats.left(42, "blocked", world.now)
    assert await world.owed() == []
    await chats.returned(42, world.now)
    world.sign(1_001)
    await world.wait(10 * MINUTE)
    assert await world.owed_kinds() == [Kind.MILESTONE]


async def test_a_migrated_group_keeps_its_follows(world: World) -> None:
    chats = Chats(chats=world.storage.chats, recall=nobody_sends_to)
    group = await chats.arrived(-5, ChatKind.GROUP, NOW)
    await chats.migrated(-5, -1_000_000_005, NOW)
    again = await chats.arrived(-1_000_000_005, ChatKind.SUPERGROUP, NOW)
    assert again.id == group.id
    assert again.state is ChatState.ACTIVE


async def test_everything_kept_can_be_seen_and_forgotten(world: World) -> None:
    chats = Chats(chats=world.storage.chats, recall=nobody_sends_to)
    await world.follow()
    assert "900001" in str(await chats.export(42))
    assert await chats.forget(42)
    assert await chats.export(42) is None
    assert not await chats.forget(42)


async def test_a_topic_that_speaks_is_open_again(world: World) -> None:
    chats = Chats(chats=world.storage.chats, recall=nobody_sends_to)
    forum = await chats.arrived(-1_005, ChatKind.SUPERGROUP, NOW)
    async with world.storage.database.write() as connection:
        await close_topic(connection, Place(chat=forum.id, thread=4), "topic closed", NOW)
    await chats.arrived(-1_005, ChatKind.SUPERGROUP, NOW, thread=5)
    assert "topic closed" in str(await chats.export(-1_005))
    await chats.arrived(-1_005, ChatKind.SUPERGROUP, NOW, thread=4)
    assert "topic closed" not in str(await chats.export(-1_005))


async def test_what_a_chat_has_chosen_is_remembered(world: World) -> None:
    chats = Chats(chats=world.storage.chats, recall=nobody_sends_to)
    await chats.arrived(-7, ChatKind.SUPERGROUP, NOW)
    await chats.set_style(-7, PostStyle(short=True, signature="Friends of the Pier"))
    await chats.let_members(-7, allowed=True)
    await chats.decline(-7, Announcement.SERVICE, declined=True)
    chosen = await chats.find(-7)
    assert chosen is not None
    assert chosen.style == PostStyle(short=True, signature="Friends of the Pier")
    assert chosen.members_may
    assert chosen.declines == frozenset({Announcement.SERVICE})
