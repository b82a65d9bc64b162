"""Taking updates in: limits apply before anything is stored, and what tells of a chat is never refused."""

from datetime import UTC, datetime

import pytest

from services.command_limit import MOST_WAITING
from storage.storage import Storage
from tests.bot.intakes import intake_into

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GROUP = {"id": -5, "type": "supergroup"}
Update = dict[str, object]


def said(number: int, text: str, *, person: int = 7, **more: object) -> Update:
    sender = {"id": person, "is_bot": False}
    return {"update_id": number, "message": {"message_id": 1, "chat": GROUP, "from": sender, "text": text, **more}}


async def taken(storage: Storage, *updates: Update, waiting: int = 0) -> list[str]:
    await intake_into(storage, lambda: 0.0, waiting=waiting).take(updates, NOW)
    begun = [await storage.updates.begin(one.id) for one in await storage.updates.waiting(10_000)]
    return [one.body for one in begun if one is not None]


async def test_what_is_over_the_limit_is_never_stored_but_for_a_few_notices(storage: Storage) -> None:
    bodies = await taken(storage, *(said(number, "/help", person=number) for number in range(1, 1_501)))
    assert len(bodies) == 45
    assert [number for number, body in enumerate(bodies) if "over_limit" in body] == [40, 41, 42, 43, 44]


async def test_a_chat_that_waits_for_many_answers_gets_no_further_ones(storage: Storage) -> None:
    bodies = await taken(storage, said(1, "/help"), said(2, "/help"), waiting=MOST_WAITING)
    assert ["over_limit" in body for body in bodies] == [True]


@pytest.mark.parametrize("banned", [GROUP["id"], 7])
async def test_nothing_is_stored_of_who_is_banned_but_what_becomes_of_their_chat(storage: Storage, banned: int) -> None:
    sender, migrated = {"id": 7, "is_bot": False}, {"migrate_to_chat_id": -1_005}
    updates = [
        said(1, "/help"),
        said(2, "chatter"),
        {"update_id": 3, "callback_query": {"id": "1", "from": sender, "message": {"chat": GROUP}}},
        said(4, "", **migrated),
        {"update_id": 5, "my_chat_member": {"chat": GROUP, "from": sender}},
    ]
    await intake_into(storage, lambda: 0.0, banned=[banned]).take(updates, NOW)
    assert [one.id for one in await storage.updates.waiting(10)] == [1, 2]
    begun = [await storage.updates.begin(one.id) for one in await storage.updates.waiting(10)]
    assert [one.update_id for one in begun if one is not None] == [4, 5]


async def test_presses_are_limited_like_commands(storage: Storage) -> None:
    sender = {"id": 7, "is_bot": False}
    presses = [
        {"update_id": number, "callback_query": {"id": "1", "from": sender, "message": {"chat": GROUP}}}
        for number in range(1, 100)
    ]
    assert len(await taken(storage, *presses)) == 13


async def test_what_tells_of_a_chat_is_never_refused(storage: Storage) -> None:
    flood = [said(number, "/help", person=number) for number in range(1, 101)]
    service: list[Update] = [
        {"update_id": 101, "my_chat_member": {"chat": GROUP, "from": {"id": 7, "is_bot": False}}},
        said(102, "", migrate_to_chat_id=-1005),
        said(103, "", forum_topic_reopened={}),
    ]
    bodies = await taken(storage, *flood, *service, waiting=0)
    assert [str(number) in "".join(bodies[-3:]) for number in (101, 102, 103)] == [True] * 3


async def test_people_who_talk_to_each_other_use_up_no_limit(storage: Storage) -> None:
    chatter = [said(number, "good morning", person=number) for number in range(1, 101)]
    for_others = [said(number, "/roll@other_bot") for number in range(101, 201)]
    bodies = await taken(storage, *chatter, *for_others, said(300, "/help@A_Bot"), said(301, "/follow 1"))
    assert len(bodies) == 3
    assert not any("over_limit" in body for body in bodies)


async def test_anonymous_admins_are_not_taken_for_one_person(storage: Storage) -> None:
    bot = {"id": 1087968824, "is_bot": True}
    updates = [
        said(number, "/help") | {"message": {"chat": {"id": -number, "type": "group"}, "from": bot, "text": "/help"}}
        for number in range(1, 101)
    ]
    assert len(await taken(storage, *updates)) == 100
