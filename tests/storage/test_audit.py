"""What the audit's reading makes of what was told to whom, and of what somebody has broken by hand."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import event

from delivery.audit import Accounts, Amiss, Fault, Outcome, Position
from delivery.chats import ChatKind
from delivery.outbox import MessageState, Settlement
from petitions.follows import Place
from petitions.news import MilestoneReached
from petitions.petition import Site
from petitions.streams import SUBSCRIPTIONS_PER_CHAT, SiteStream, Stream, Subscription
from petitions.watched import WatchedPetition
from storage.storage import Storage
from tests.storage.samples import (
    DAY,
    NOW,
    SECOND,
    TODAY,
    announce_all,
    change,
    claimed,
    compose_due,
    first_look,
    follower,
    happen,
    known_chat,
    sent,
    stored_petition,
    texts,
)
from tests.storage.test_statements import is_full_scan, plan

SINCE = NOW - 2 * DAY
TEN_THOUSAND = MilestoneReached(highest=10_000, passed=(10_000,), signatures=10_000, response_threshold=True)
REACHED = SiteStream(site=Site.UK, stream=Stream.RESPONSE_THRESHOLD)

Read = Callable[[datetime, Position, int], Awaitable[Accounts]]


async def execute(storage: Storage, statement: str) -> None:
    """Do by hand what nobody should do."""
    async with storage.database.write() as connection:
        await connection.exec_driver_sql(statement)


async def read_all(read: Read, limit: int) -> Accounts:
    position, outcomes, amiss = Position(), Counter[Outcome](), list[Amiss]()
    while True:
        found = await read(SINCE, position, limit)
        outcomes.update(found.outcomes)
        amiss += found.amiss
        if found.reached is None:
            return Accounts(outcomes=dict(outcomes), amiss=tuple(amiss), reached=None)
        position = found.reached


async def everything(storage: Storage, limit: int = 100) -> Accounts:
    """Account for all followers, `limit` of them at once."""
    return await read_all(storage.audit.followers, limit)


async def of_streams(storage: Storage) -> Accounts:
    """Account for all subscribers, two at once."""
    return await read_all(storage.audit.subscribers, 2)


async def repair(storage: Storage) -> int:
    found = await everything(storage)
    return sum([await storage.audit.tell_followers(amiss, NOW) for amiss in found.amiss])


async def send_all(storage: Storage) -> list[str]:
    """Send all that is due, and return the changes that were told of."""
    await compose_due(storage)
    messages = await claimed(storage)
    await storage.messages.settle([sent(one) for one in messages])
    return [one.content.text for one in messages]  # type: ignore[union-attr]


async def told_to(storage: Storage, *followers: int) -> WatchedPetition:
    """A petition of which a change was told to these chats."""
    petition = await stored_petition(storage)
    for telegram_id in followers:
        await follower(storage, petition, telegram_id)
    petition = await happen(storage, petition, change("a"))
    assert await send_all(storage) == ["a"] * len(followers)
    return petition


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_what_was_told_is_accounted_for_in_batches(storage: Storage, limit: int) -> None:
    petition = await told_to(storage, 1, 2, 3)
    await happen(storage, petition, change("b"))
    found = await everything(storage, limit)
    assert (found.outcomes, found.amiss) == ({Outcome.TOLD: 3, Outcome.WAITING: 3}, ())


async def test_whatever_keeps_an_alert_from_being_told_is_a_reason_and_no_fault(storage: Storage) -> None:
    petition = await stored_petition(storage)
    places = [await follower(storage, petition, number) for number in range(1, 8)]
    await storage.follows.set_muted(petition.id, places[0], muted=True)
    await storage.chats.suspend(2, "blocked", NOW)
    petition = await happen(storage, petition, change("a"))
    await storage.follows.set_muted(petition.id, places[2], muted=True)
    await storage.follows.set_muted(petition.id, places[2], muted=False)
    await storage.follows.unfollow(petition.id, places[3])
    await follower(storage, petition, 9)
    await compose_due(storage)
    await storage.chats.suspend(5, "blocked", NOW)
    one, two = await claimed(storage)
    gone = Settlement(message=two.id, state=MessageState.REJECTED, at=NOW, reason="400")
    await storage.messages.settle([sent(one), gone])
    found = await everything(storage)
    assert found.amiss == ()
    assert found.outcomes == {
        Outcome.MUTED: 1,
        Outcome.HELD: 2,
        Outcome.LATER: 2,
        Outcome.TOLD: 1,
        Outcome.GIVEN_UP: 1,
    }
    await storage.tidy.expire_held(NOW + SECOND)
    assert (await everything(storage)).outcomes[Outcome.EXPIRED] == 2


async def test_what_is_being_announced_is_not_judged(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await storage.petitions.record(replace(first_look(), version=petition.version, changes=(change("a"),)))
    assert (await everything(storage)).outcomes == {}


async def test_a_message_that_vanished_unsent_is_owed_again_once(storage: Storage) -> None:
    petition = await stored_petition(storage)
    for number in (1, 2):
        await follower(storage, petition, number)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    await execute(storage, "DELETE FROM messages WHERE id = 1")
    [amiss] = (await everything(storage)).amiss
    assert (amiss.fault, amiss.petition, len(amiss.numbers)) == (Fault.LOST, petition.ref, 1)
    assert await repair(storage) == 1
    assert (await everything(storage)).outcomes == {Outcome.WAITING: 2}
    assert await send_all(storage) == ["a", "a"]

    await execute(storage, "UPDATE alerts SET ended = false")
    await execute(storage, "DELETE FROM messages")
    assert {amiss.fault for amiss in (await everything(storage)).amiss} == {Fault.AGAIN, Fault.LOST}
    assert await repair(storage) == 1


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.REJECTED, MessageState.UNCERTAIN])
async def test_a_message_whose_end_was_known_is_not_made_again_when_it_vanishes(
    storage: Storage, state: MessageState
) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    await compose_due(storage)
    [one] = await claimed(storage)
    await storage.messages.settle([Settlement(message=one.id, state=state, at=NOW)])
    await execute(storage, "DELETE FROM messages")
    found = await everything(storage)
    assert (found.outcomes, found.amiss) == ({Outcome.TOLD: 1}, ())


async def test_a_change_that_was_never_announced_is_told_to_all_who_followed_then(storage: Storage) -> None:
    petition = await stored_petition(storage)
    early = [await follower(storage, petition, number) for number in (1, 2, 3)]
    await storage.follows.set_muted(petition.id, early[2], muted=True)
    await storage.petitions.record(replace(first_look(), version=petition.version, changes=(change("a"),)))
    await execute(storage, "UPDATE changes SET announced_at = '2026-03-04 05:06:07.891011'")
    await follower(storage, petition, 4)
    [amiss] = (await everything(storage)).amiss
    assert (amiss.fault, len(amiss.numbers)) == (Fault.UNTOLD, 2)
    assert await repair(storage) == 2
    assert {alert.place for alert in await storage.alerts.due(NOW, 10)} == set(early[:2])
    assert await repair(storage) == 0
    assert await send_all(storage) == ["a", "a"]


async def test_a_fan_out_that_stopped_half_way_goes_on_with_those_who_were_left_out(storage: Storage) -> None:
    petition = await stored_petition(storage)
    places = [await follower(storage, petition, number) for number in (1, 2, 3)]
    await storage.chats.suspend(3, "blocked", NOW)
    await storage.petitions.record(replace(first_look(), version=petition.version, changes=(change("a"),)))
    await storage.alerts.announce_next(NOW, 1, TODAY)
    await execute(storage, "UPDATE changes SET announced_at = '2026-03-04 05:06:07.891011'")
    assert await send_all(storage) == ["a"]
    assert await repair(storage) == 2
    assert [alert.place for alert in await storage.alerts.due(NOW, 10)] == [places[1]]
    assert (await everything(storage)).outcomes == {Outcome.TOLD: 1, Outcome.WAITING: 1, Outcome.HELD: 1}


async def test_an_alert_that_is_gone_while_its_message_stands_is_not_owed_again(storage: Storage) -> None:
    await told_to(storage, 1, 2)
    await execute(storage, "DELETE FROM alerts WHERE id = 1")
    assert (await everything(storage)).outcomes == {Outcome.TOLD: 1, Outcome.ELSEWHERE: 1}


async def test_an_alert_that_vanishes_after_it_was_repaired_is_reported_and_not_owed_again(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    await execute(storage, "DELETE FROM alerts")
    assert await repair(storage) == 1
    await execute(storage, "DELETE FROM alerts")
    [amiss] = (await everything(storage)).amiss
    assert amiss.fault is Fault.AGAIN
    assert await repair(storage) == 0


async def test_a_repair_judges_again_what_has_happened_since(storage: Storage) -> None:
    petition = await stored_petition(storage)
    place = await follower(storage, petition, 1)
    await happen(storage, petition, change("a"))
    await execute(storage, "DELETE FROM alerts")
    [amiss] = (await everything(storage)).amiss
    await storage.follows.set_muted(petition.id, place, muted=True)
    assert await storage.audit.tell_followers(amiss, NOW) == 0
    await storage.follows.unfollow(petition.id, place)
    assert await storage.audit.tell_followers(amiss, NOW) == 0
    assert await storage.alerts.due(NOW, 10) == []


async def test_a_follow_that_moved_to_another_topic_was_told_in_the_old_one(storage: Storage) -> None:
    petition = await stored_petition(storage)
    old = await follower(storage, petition, -5, thread=4)
    await happen(storage, petition, change("a"))
    assert await send_all(storage) == ["a"]
    assert await storage.follows.move_here(petition.id, Place(chat=old.chat, thread=9))
    found = await everything(storage)
    assert (found.outcomes, found.amiss) == ({Outcome.ELSEWHERE: 1}, ())
    await follower(storage, petition, -5, thread=4)
    found = await everything(storage)
    assert (found.outcomes, found.amiss) == ({Outcome.ELSEWHERE: 1, Outcome.LATER: 1}, ())


async def test_a_topic_that_was_left_out_is_told_though_another_of_its_group_was(storage: Storage) -> None:
    petition = await stored_petition(storage)
    topics = [await follower(storage, petition, -5, thread=thread) for thread in (4, 9)]
    await happen(storage, petition, change("a"))
    await execute(storage, "DELETE FROM alerts WHERE thread = 9")
    assert await repair(storage) == 1
    assert {alert.place for alert in await storage.alerts.due(NOW, 10)} == set(topics)


async def test_groups_that_were_merged_are_not_missed(storage: Storage) -> None:
    petition = await told_to(storage, 1)
    for telegram_id in (-5, -100_5):
        await follower(storage, petition, telegram_id)
    await happen(storage, petition, change("b"))
    await storage.chats.migrate(-5, -100_5, NOW)
    await compose_due(storage)
    assert (await everything(storage)).amiss == ()


async def test_what_is_older_is_not_judged(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a", seen_at=SINCE - SECOND), change("b", seen_at=SINCE))
    await execute(storage, "DELETE FROM alerts")
    assert len((await everything(storage)).amiss) == 1


async def subscriber(storage: Storage, telegram_id: int, *subjects: str) -> Place:
    place = Place(chat=(await known_chat(storage, telegram_id, ChatKind.PRIVATE)).id)
    await storage.subscriptions.subscribe(place, REACHED, NOW - DAY, SUBSCRIPTIONS_PER_CHAT)
    if subjects:
        chosen = Subscription(place=place, of=REACHED, since=NOW, subjects=frozenset(subjects))
        assert await storage.subscriptions.change(chosen)
    return place


async def test_subscribers_who_were_left_out_are_told_within_their_caps(storage: Storage) -> None:
    await stored_petition(storage, 9, change("old"))
    places = [await subscriber(storage, 1), await subscriber(storage, 2, "health"), await subscriber(storage, 3, "art")]
    look = first_look(changes=(change("a", TEN_THOUSAND),))
    assert await storage.petitions.record(replace(look, snapshot=replace(look.snapshot, topics=("health",))))
    await announce_all(storage)
    await subscriber(storage, 4)
    found = await of_streams(storage)
    assert (found.outcomes, found.amiss) == ({Outcome.WAITING: 2, Outcome.LATER: 1}, ())

    await execute(storage, "DELETE FROM alerts")
    await execute(storage, "UPDATE petitions SET snapshot = replace(snapshot, 'health', 'art')")
    [amiss] = (await of_streams(storage)).amiss
    assert await storage.audit.tell_subscribers(amiss, NOW, TODAY) == 2
    assert {alert.place for alert in await storage.alerts.due(NOW, 10)} == set(places[:2])
    assert (await of_streams(storage)).amiss == ()


async def test_subjects_chosen_after_a_change_are_no_reason_to_be_told_of_it(storage: Storage) -> None:
    place = await subscriber(storage, 1, "art")
    look = first_look(changes=(change("a", TEN_THOUSAND),))
    assert await storage.petitions.record(replace(look, snapshot=replace(look.snapshot, topics=("health",))))
    await announce_all(storage)
    assert (await of_streams(storage)).outcomes == {}
    chosen = Subscription(place=place, of=REACHED, since=NOW, subjects=frozenset({"health"}))
    await storage.subscriptions.change(chosen)
    await storage.subscriptions.change(replace(chosen, daily_cap=50))
    assert (await of_streams(storage)).outcomes == {Outcome.LATER: 1}


async def test_a_petition_that_is_to_be_looked_at_again_is_due_and_read_past_caches(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await execute(storage, "UPDATE petitions SET due_at = NULL, page_due_at = NULL, count_due_at = NULL")
    await storage.audit.look_again(petition.id, NOW)
    [due] = await storage.petitions.due(Site.UK, NOW)
    after = await storage.petitions.get(petition.id)
    assert after is not None
    assert (due.petition, after.schedule.page_at, after.full_at) == (petition.id, NOW, None)


async def test_accounting_reads_no_table_from_end_to_end(storage: Storage) -> None:
    await told_to(storage, 1)
    await subscriber(storage, 2)
    said: list[tuple[str, object]] = []
    engine = storage.database._readers.sync_engine
    remember = lambda _connection, _cursor, statement, values, *_: said.append((statement, values))  # noqa: E731
    event.listen(engine, "before_cursor_execute", remember)
    await everything(storage)
    await of_streams(storage)
    event.remove(engine, "before_cursor_execute", remember)
    for statement, values in said:
        if statement.startswith("SELECT"):
            for step in await plan(storage, statement, values):
                assert not is_full_scan(step), (statement, step)


async def test_nothing_of_it_is_left_when_a_chat_is_forgotten(storage: Storage) -> None:
    petition = await stored_petition(storage)
    await follower(storage, petition)
    await happen(storage, petition, change("a"))
    await execute(storage, "DELETE FROM alerts")
    assert await repair(storage) == 1
    assert await storage.chats.forget(7)
    async with storage.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM repairs")).scalar_one() == 0
    assert await texts(storage) == []
