import asyncio
import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from delivery.broadcasts import BroadcastId, Draft
from delivery.chats import Announcement, ChatKind, ChatState, Limited
from delivery.outbox import (
    ChatLost,
    ChatMoved,
    ClaimedMessage,
    MessageState,
    PlaceReached,
    Settlement,
    TopicLost,
)
from petitions.follows import FOLLOWS_PER_CHAT, Place
from petitions.kinds import Group
from petitions.petition import Site
from petitions.streams import SiteStream, Stream, Subscription
from storage.chats import close_topic
from storage.schema import alerts, metadata
from storage.storage import Storage, open_storage
from storage.updates import NewUpdate
from tests.storage.samples import (
    HOUR,
    NOW,
    SECOND,
    change,
    claimed,
    compose_due,
    content,
    follower,
    happen,
    known_chat,
    later,
    message,
    sent,
    stored_petition,
    text_of,
    texts,
)

GROUP, SUPERGROUP = -5, -1_005


async def test_a_chat_is_remembered_once(storage: Storage) -> None:
    chat = await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)
    assert (chat.telegram_id, chat.kind, chat.state, chat.since) == (7, ChatKind.PRIVATE, ChatState.ACTIVE, NOW)
    assert await storage.chats.ensure(7, ChatKind.PRIVATE, NOW + HOUR) == chat
    assert await storage.chats.find(7) == chat
    assert await storage.chats.find(8) is None


async def test_a_chat_that_was_heard_of_lately_waits_for_no_writer(storage: Storage) -> None:
    chat = await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)
    async with storage.database.write(), asyncio.timeout(60):
        assert await storage.chats.ensure(7, ChatKind.PRIVATE, NOW + HOUR) == chat


async def test_a_suspended_chat_that_speaks_is_active_again(storage: Storage) -> None:
    chat = await known_chat(storage)
    assert await storage.chats.suspend(7, "blocked", NOW)
    suspended = await storage.chats.find(7)
    assert suspended is not None
    assert suspended.state is ChatState.SUSPENDED
    assert await storage.chats.ensure(7, ChatKind.PRIVATE, NOW) == chat


async def test_a_chat_whose_kind_changed_is_told_as_it_is_now(storage: Storage) -> None:
    await storage.chats.ensure(GROUP, ChatKind.GROUP, NOW)
    chat = await storage.chats.ensure(GROUP, ChatKind.SUPERGROUP, NOW)
    assert chat.kind is ChatKind.SUPERGROUP
    assert await storage.chats.find(GROUP) == chat


async def test_only_known_chats_are_suspended_and_only_suspended_ones_restored(storage: Storage) -> None:
    assert not await storage.chats.suspend(7, "blocked", NOW)
    assert not await storage.chats.restore(7, NOW)
    await known_chat(storage)
    assert not await storage.chats.restore(7, NOW)
    assert await storage.chats.suspend(7, "blocked", NOW)
    assert await storage.chats.suspend(7, "kicked", NOW + HOUR)
    exported = await storage.chats.export(7)
    assert exported is not None
    assert (exported["suspended_at"], exported["suspended_because"]) == (NOW.isoformat(), "blocked")
    assert await storage.chats.restore(7, NOW)


async def test_what_a_suspended_chat_is_owed_is_held_and_comes_when_it_is_back(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    petition = await happen(storage, petition, change("before"))
    await storage.chats.suspend(7, "blocked", NOW)
    await happen(storage, petition, change("meanwhile"))
    assert await storage.alerts.due(NOW, 10) == []
    await storage.chats.restore(7, NOW)
    assert [alert.change.change.key for alert in await storage.alerts.due(NOW, 10)] == ["before", "meanwhile"]


async def test_topics_of_a_restored_chat_are_tried_again(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, GROUP, thread=4)
    async with storage.database.write() as connection:
        await close_topic(connection, place, "closed", NOW)
    await happen(storage, petition, change("a"))
    await storage.chats.suspend(GROUP, "kicked", NOW)
    assert await storage.alerts.due(NOW, 10) == []
    await storage.chats.restore(GROUP, NOW)
    assert len(await storage.alerts.due(NOW, 10)) == 1


async def test_what_is_held_for_a_closed_topic_goes_out_once_it_is_open_again(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, GROUP, thread=4)
    async with storage.database.write() as connection:
        await close_topic(connection, place, "closed", NOW)
    await happen(storage, petition, change("a"))
    await storage.chats.ensure(GROUP, ChatKind.GROUP, NOW, thread=5)
    assert await storage.alerts.due(NOW, 10) == []
    await storage.chats.ensure(GROUP, ChatKind.GROUP, NOW, thread=4)
    assert len(await storage.alerts.due(NOW, 10)) == 1


async def test_a_closed_topic_holds_nothing_of_another_chats_topic_of_the_same_number(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place, other = await follower(storage, petition, GROUP, thread=4), await follower(storage, petition, 8, thread=4)
    async with storage.database.write() as connection:
        await close_topic(connection, place, "closed", NOW)
    await happen(storage, petition, change("a"))
    await storage.messages.queue(message(other))
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [other]
    assert [one.place for one in await claimed(storage)] == [other]


async def test_a_migrated_group_keeps_its_follows_and_queued_messages(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, GROUP)
    petition = await happen(storage, petition, change("queued"))
    await compose_due(storage)
    assert await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    await happen(storage, petition, change("owed"))
    await compose_due(storage)
    messages = await claimed(storage)
    assert [(one.telegram_chat, text_of(one)) for one in messages] == [(SUPERGROUP, "queued"), (SUPERGROUP, "owed")]
    assert await storage.chats.find(GROUP) is None
    supergroup = await storage.chats.find(SUPERGROUP)
    assert supergroup is not None
    assert supergroup.kind is ChatKind.SUPERGROUP
    assert await storage.follows.is_following(petition.id, place) is not None


async def test_migrating_a_group_nobody_knows_changes_nothing(storage: Storage) -> None:
    assert not await storage.chats.migrate(GROUP, SUPERGROUP, NOW)


async def test_being_told_twice_of_a_migration_is_fine(storage: Storage) -> None:
    chat = await known_chat(storage, GROUP, ChatKind.GROUP)
    assert await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    assert not await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    moved = await storage.chats.find(SUPERGROUP)
    assert moved is not None
    assert moved.id == chat.id


async def test_a_verdict_moves_the_chat_and_the_message_goes_to_its_new_id(storage: Storage) -> None:
    chat = await known_chat(storage, GROUP, ChatKind.GROUP)
    await storage.messages.queue(message(Place(chat=chat.id)))
    (one,) = await claimed(storage)
    moved = ChatMoved(chat=chat.id, telegram_id=SUPERGROUP)
    await storage.messages.settle([Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, effect=moved)])
    (again,) = await claimed(storage)
    assert again.telegram_chat == SUPERGROUP


async def test_a_group_that_moves_to_a_known_chat_unites_with_it(storage: Storage) -> None:
    both, old_only, new_only = [await stored_petition(storage, number) for number in (1, 2, 3)]
    old, new = await follower(storage, both, GROUP), await follower(storage, both, SUPERGROUP)
    await storage.follows.follow(old_only.id, old, NOW, FOLLOWS_PER_CHAT)
    await storage.follows.follow(new_only.id, new, NOW, FOLLOWS_PER_CHAT)
    both = await happen(storage, both, change("both queued"))
    await compose_due(storage)
    await happen(storage, both, change("both owed"))
    await happen(storage, old_only, change("old"))
    await happen(storage, new_only, change("new"))
    await storage.messages.queue(message(new, "reply"))

    assert await storage.chats.migrate(GROUP, SUPERGROUP, NOW)

    assert await storage.follows.count(old) == 3
    await compose_due(storage)
    messages = await claimed(storage)
    assert sorted(text_of(one) for one in messages) == ["both owed", "both queued", "new", "old", "reply"]
    assert {(one.place, one.telegram_chat) for one in messages} == {(old, SUPERGROUP)}


@pytest.mark.parametrize("known", [(), (SUPERGROUP,)])
async def test_a_group_that_moves_stays_paused_as_long_as_either_was(storage: Storage, known: tuple[int, ...]) -> None:
    for telegram_id in (GROUP, *known):
        chat = await known_chat(storage, telegram_id, ChatKind.SUPERGROUP)
        await storage.messages.queue(message(Place(chat=chat.id)))
    waits = {GROUP: HOUR, SUPERGROUP: 2 * HOUR}
    ends = [later(one, NOW + waits[one.telegram_chat]) for one in await claimed(storage)]
    await storage.messages.settle(ends)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    paused_until = NOW + (2 if known else 1) * HOUR
    assert await claimed(storage, paused_until - SECOND) == []
    assert len(await claimed(storage, paused_until)) == len(ends)


async def test_what_was_owed_to_one_of_two_united_chats_alone_is_not_lost(storage: Storage) -> None:
    one, two = [await stored_petition(storage, number) for number in (1, 2)]
    await follower(storage, one, GROUP)
    await follower(storage, two, SUPERGROUP)
    await happen(storage, one, change("of the old"))
    await happen(storage, two, change("of the new"))
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    due = await storage.alerts.due(NOW, 10)
    assert sorted(alert.change.change.key for alert in due) == ["of the new", "of the old"]


async def test_a_message_in_flight_survives_the_union_of_its_chat(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, GROUP)
    await follower(storage, petition, SUPERGROUP)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    messages = await claimed(storage)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    await storage.messages.settle([sent(one) for one in messages])
    assert [one.telegram_chat for one in await storage.messages.sent_since(NOW)] == [SUPERGROUP, SUPERGROUP]


async def test_what_one_of_two_united_chats_still_wants_to_hear_is_not_lost(storage: Storage) -> None:
    petition = await stored_petition(storage)
    old, _new = await follower(storage, petition, GROUP), await follower(storage, petition, SUPERGROUP)
    await happen(storage, petition, change("a"))
    await storage.follows.unfollow(petition.id, old)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [old]


@pytest.mark.parametrize("suspended", [GROUP, SUPERGROUP])
async def test_whether_united_chats_can_be_reached_is_what_is_known_of_the_new_one(
    storage: Storage, suspended: int
) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition, GROUP)
    await known_chat(storage, SUPERGROUP, ChatKind.SUPERGROUP)
    await happen(storage, petition, change("a"))
    await storage.chats.suspend(suspended, "kicked", NOW)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    assert len(await storage.alerts.due(NOW, 10)) == (1 if suspended == GROUP else 0)


async def test_forgetting_a_chat_deletes_everything_kept_for_it(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, GROUP, thread=4)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    async with storage.database.write() as connection:
        await close_topic(connection, place, "closed", NOW)
    await storage.messages.queue(message(place, "reply"))
    await storage.updates.store([NewUpdate(update_id=1, chat_key=f"chat:{GROUP}", body="{}")], NOW)

    assert await storage.chats.forget(GROUP)

    kept = {name: await rows(storage, name) for name in metadata.tables}
    assert {name for name, count in kept.items() if count} == {"petitions", "changes", "updates"}
    assert await storage.updates.waiting(10) == []
    assert not await storage.chats.forget(GROUP)


async def rows(storage: Storage, table: str) -> int:
    async with storage.database.read() as connection:
        counting = select(func.count()).select_from(metadata.tables[table])
        return (await connection.execute(counting)).scalar_one()


async def test_forgetting_a_person_forgets_what_they_sent_and_nobody_elses(storage: Storage) -> None:
    updates = [NewUpdate(update_id=n, chat_key=key, body="{}") for n, key in enumerate(["person:7", "chat:77"])]
    await storage.updates.store(updates, NOW)
    assert await storage.chats.forget(7)
    assert [one.chat_key for one in await storage.updates.waiting(10)] == ["chat:77"]
    assert await storage.updates.store(updates, NOW) == 0


async def test_an_export_holds_all_that_is_kept_and_can_be_written_as_json(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition)
    await storage.follows.set_muted(petition.id, place, muted=True)
    other = await follower(storage, await stored_petition(storage, 2))
    await happen(storage, petition, change("a"))
    stream = SiteStream(site=Site.UK, stream=Stream.PUBLISHED)
    await storage.subscriptions.subscribe(place, stream, NOW, 10)
    subscription = Subscription(place=place, of=stream, since=NOW, subjects=frozenset({"health", "housing"}))
    assert await storage.subscriptions.change(subscription)
    await storage.preferences.choose(place, Group.DEADLINES, wanted=False)
    await storage.scoreboards.put(place, 55, "Scores", NOW)
    await storage.channels.link((await known_chat(storage, -1009, ChatKind.CHANNEL)).id, 7)
    await storage.messages.queue(message(other, "waiting"))
    await storage.updates.store([NewUpdate(update_id=1, chat_key="chat:7", body="{}")], NOW)
    await storage.chats.decline(7, Announcement.SERVICE, declined=True)
    await storage.broadcasts.draft(Draft(operator=5, content=content()), NOW)
    await storage.broadcasts.confirm(BroadcastId(1), NOW)
    await storage.chats.set_limit(7, Limited.SUBSCRIPTIONS, 3)
    await storage.bans.ban(7, "noise", NOW)
    exported = json.loads(json.dumps(await storage.chats.export(7)))
    assert exported == {
        "telegram_id": 7,
        "kind": "private",
        "state": "active",
        "since": NOW.isoformat(),
        "suspended_at": None,
        "suspended_because": None,
        "language": "en",
        "members_may": False,
        "short_posts": False,
        "ask_first": False,
        "signature": "",
        "declines_news": False,
        "declines_service": True,
        "heard_at": NOW.isoformat(),
        "most_follows": None,
        "most_subscriptions": 3,
        "banned_since": NOW.isoformat(),
        "banned_because": "noise",
        "follows": [
            {"petition": "uk:1", "title": "Petition 1", "topic": 0, "muted": True, "since": NOW.isoformat()},
            {"petition": "uk:2", "title": "Petition 2", "topic": 0, "muted": False, "since": NOW.isoformat()},
        ],
        "subscriptions": [
            {
                "stream": "uk:published",
                "topic": 0,
                "since": NOW.isoformat(),
                "daily_cap": 10,
                "subjects": ["health", "housing"],
            }
        ],
        "preferences": [{"name": "deadlines", "topic": 0, "wanted": False}],
        "scoreboards": [{"topic": 0, "message": 55}],
        "channels": [-1009],
        "broadcasts": [{"number": 1, "state": "waiting", "ended_at": None}],
        "closed_topics": [],
        "alerts_owed": 0,
        "messages": [{"topic": 0, "state": "queued", "due_at": NOW.isoformat(), "settled_at": None, "text": "waiting"}],
        "updates_waiting": 1,
    }
    assert await storage.chats.export(8) is None


async def test_alerts_of_a_suspended_chat_are_found_again_however_often_it_comes_and_goes(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    for _ in range(3):
        await storage.chats.suspend(7, "blocked", NOW)
        await storage.chats.restore(7, NOW + SECOND)
    await compose_due(storage)
    assert await texts(storage) == ["a"]
    assert await rows(storage, alerts.name) == 1


def lost(one: ClaimedMessage, effect: ChatLost | TopicLost) -> Settlement:
    return Settlement(message=one.id, state=MessageState.QUEUED, at=NOW, not_before=NOW, effect=effect)


async def a_night(
    storage: Storage,
    place: Place,
    effect: type[ChatLost] | type[TopicLost],
    until: datetime,
    at: datetime = NOW,
) -> None:
    """Send to a place that takes nothing before `until`; it must be tried again then."""
    (one,) = await claimed(storage, at)
    if effect is ChatLost:
        gone: ChatLost | TopicLost = ChatLost(chat=place.chat, reason="not enough rights", retry_at=until)
    else:
        gone = TopicLost(place=place, reason="topic closed", retry_at=until)
    await storage.messages.settle([replace(lost(one, gone), at=at)])


@pytest.mark.parametrize("thread", [0, 4])
@pytest.mark.parametrize("effect", [ChatLost, TopicLost])
async def test_what_may_be_open_again_is_tried_again_and_its_tries_are_counted_over_restarts(
    url: str, effect: type[ChatLost] | type[TopicLost], thread: int
) -> None:
    async with open_storage(url) as storage:
        petition = await stored_petition(storage)
        place = await follower(storage, petition, GROUP, thread=thread)
        await storage.messages.queue(message(place, "news"))
        await a_night(storage, place, effect, NOW + HOUR)
        await happen(storage, petition, change("held"))
        assert await storage.alerts.due(NOW, 10) == []
        assert await claimed(storage, NOW + HOUR - SECOND) == []
    async with open_storage(url) as storage:
        (again,) = await claimed(storage, NOW + HOUR)
        assert again.place_tries == 1
        gone = ChatLost(chat=place.chat, reason="no", retry_at=NOW + 3 * HOUR)
        closed = TopicLost(place=place, reason="no", retry_at=NOW + 3 * HOUR)
        await storage.messages.settle([lost(again, gone if effect is ChatLost else closed)])
        assert await claimed(storage, NOW + 2 * HOUR) == []
        (once_more,) = await claimed(storage, NOW + 3 * HOUR)
        assert once_more.place_tries == 2
        assert len(await storage.alerts.due(NOW, 10)) == 1
        reached = replace(sent(once_more), effect=PlaceReached(place=place))
        await storage.messages.settle([reached])
        await storage.messages.queue(message(place, "more"))
        assert [one.place_tries for one in await claimed(storage, NOW + 3 * HOUR)] == [0]


@pytest.mark.parametrize("effect", [ChatLost, TopicLost])
async def test_any_word_from_a_place_ends_its_waits(storage: Storage, effect: type[ChatLost] | type[TopicLost]) -> None:
    chat = await known_chat(storage, GROUP, ChatKind.SUPERGROUP)
    await storage.messages.queue(message(Place(chat=chat.id)))
    await a_night(storage, Place(chat=chat.id), effect, NOW + HOUR)
    await storage.chats.ensure(GROUP, ChatKind.SUPERGROUP, NOW)
    assert [one.place_tries for one in await claimed(storage)] == [0]


async def test_a_chat_that_is_gone_for_good_is_not_tried_again(storage: Storage) -> None:
    chat = await known_chat(storage, GROUP, ChatKind.SUPERGROUP)
    await storage.messages.queue(message(Place(chat=chat.id)))
    await a_night(storage, Place(chat=chat.id), ChatLost, NOW + HOUR)
    (again,) = await claimed(storage, NOW + HOUR)
    await storage.messages.settle([lost(again, ChatLost(chat=chat.id, reason="kicked"))])
    assert await claimed(storage, NOW + 1_000 * HOUR) == []


@pytest.mark.parametrize("effect", [ChatLost, TopicLost])
async def test_follows_are_kept_ninety_days_from_when_a_place_was_lost_however_often_it_was_tried(
    storage: Storage, effect: type[ChatLost] | type[TopicLost]
) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, GROUP, thread=4)
    await storage.messages.queue(message(place))
    await a_night(storage, place, effect, NOW + HOUR)
    assert len(await storage.messages.claim(NOW + HOUR, 1, (GROUP,))) == 0
    assert await storage.tidy.forget_unreachable(NOW + SECOND) == 0, "it is being tried"
    await a_night(storage, place, effect, NOW + 3 * HOUR, at=NOW + HOUR)
    assert await storage.tidy.forget_unreachable(NOW) == 0
    assert await storage.tidy.forget_unreachable(NOW + SECOND) == 1


async def test_a_group_that_moves_is_tried_again_as_it_would_have_been(storage: Storage) -> None:
    chat = await known_chat(storage, GROUP, ChatKind.GROUP)
    await storage.messages.queue(message(Place(chat=chat.id)))
    await a_night(storage, Place(chat=chat.id), ChatLost, NOW + HOUR)
    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
    assert [one.telegram_chat for one in await claimed(storage, NOW + HOUR)] == [SUPERGROUP]
