"""A broadcast under everything at once: blocked and migrated chats, errors, 429s and kills.

With PETITION_ALERTS_BROADCAST_CHATS=20000 it goes to as many chats as a large bot has, which takes a quarter of an
hour at the pace that Telegram allows.
"""

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded

import pytest

from delivery.broadcasts import BroadcastId, BroadcastState, Draft, Outcome
from delivery.chats import ChatKind
from messages.content import Content, Html
from sandbox.parliament.happenings import Happening
from sandbox.telegram.chats import Chat
from sandbox.telegram.faults import Refuse
from sandbox.telegram.people import User
from storage.storage import open_storage
from tests.drills.conftest import Drill
from tests.journeys.town import PATIENCE, PEARS

CHATS = int(os.environ.get("PETITION_ALERTS_BROADCAST_CHATS", "150"))
WORDS = "News of the bot"
KILLS = 3

pytestmark = pytest.mark.timeout(600 + CHATS // 10)

UNAVAILABLE = Refuse(status=500, description="Internal Server Error")
TOO_MANY = Refuse(status=429, description="Too Many Requests: retry after 2", parameters={"retry_after": 2})


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Everybody who is in the audience; `blocked` have blocked the bot, and nobody knows yet."""

    reachable: list[User | Chat] = field(default_factory=list)
    blocked: list[User] = field(default_factory=list)


def gather(drill: Drill, source: Random) -> Crowd:
    """Let people and groups be there, of whom 5 % block the bot, 1 % migrate and 2 % meet two errors."""
    telegram, crowd = drill.town.telegram, Crowd(reachable=list(drill.followers))
    for number in range(CHATS):
        fate = source.random()
        if fate < 0.01:
            crowd.reachable.append(telegram.add_group(f"Group {number}", [], [drill.followers[0]]))
            continue
        person = telegram.add_user(f"Person {number}", started=True)
        (crowd.blocked if fate < 0.06 else crowd.reachable).append(person)
    return crowd


def trouble(drill: Drill, crowd: Crowd, source: Random) -> None:
    """Let things go wrong that the bot does not know of when it begins."""
    telegram = drill.town.telegram
    for person in crowd.blocked:
        telegram.block(person)
    for number, chat in enumerate(crowd.reachable):
        if isinstance(chat, Chat):
            crowd.reachable[number] = telegram.migrate(chat)
        elif source.random() < 0.02:
            telegram.faults.plan(UNAVAILABLE, times=2, method="sendMessage", chat_id=chat.id)
    for chat in source.sample([each for each in crowd.reachable if isinstance(each, User)], 2):
        telegram.faults.plan(TOO_MANY, method="sendMessage", chat_id=chat.id)


async def begin(drill: Drill, crowd: Crowd) -> BroadcastId:
    """Confirm a broadcast to everybody, in the memory of a bot that is not running."""
    now = drill.town.clock.now()
    async with open_storage(f"sqlite:///{drill.town.database}") as storage:
        for chat in sorted((*crowd.reachable, *crowd.blocked), key=lambda chat: chat.id):
            kind = ChatKind.GROUP if isinstance(chat, Chat) else ChatKind.PRIVATE
            await storage.chats.ensure(chat.id, kind, now)
        operator = drill.followers[0].id
        broadcast = await storage.broadcasts.draft(Draft(operator=operator, content=Content(text=Html(WORDS))), now)
        assert await storage.broadcasts.confirm(broadcast, now) == CHATS + len(drill.followers)
    return broadcast


def got(drill: Drill, chat: User | Chat) -> int:
    return sum(message.text == WORDS for message in drill.town.telegram.bot_messages(chat))


async def until_recipients(drill: Drill, condition: str, number: float) -> None:
    """Wait until the broadcast stands so with at least so many recipients."""
    query = f"SELECT count(*) >= {number} FROM broadcast_recipients WHERE {condition}"  # noqa: S608 - it is ours
    async with asyncio.timeout(PATIENCE + CHATS / 10):
        while drill.town.stored(query) != [(1,)]:  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.05)


async def test_everybody_who_can_be_reached_gets_it_once_whatever_happens(drill: Drill) -> None:
    source = Random(4)
    crowd = gather(drill, source)
    broadcast = await begin(drill, crowd)
    trouble(drill, crowd, source)
    in_flight = 0
    for kill in range(KILLS):
        bot = await drill.start_and_meet()
        await until_recipients(drill, "state = 'sent'", CHATS * (kill + source.random()) / (KILLS + 1))
        await bot.killed()
        in_flight += int(str(drill.stored("SELECT count(*) FROM messages WHERE state = 'claimed'")[0][0]))
    await drill.start_and_meet()
    drill.town.happens(PEARS, Happening.RESPOND)
    await drill.town.hears(drill.followers[1], "The government has responded")
    assert drill.stored("SELECT state FROM broadcasts") == [("sending",)]  # the alert did not wait for its end
    await until_recipients(drill, "ended_at IS NOT NULL", len(crowd.reachable) + len(crowd.blocked))
    await drill.town.hears(drill.followers[0], f"Broadcast {broadcast}")
    times = Counter(got(drill, chat) for chat in crowd.reachable)
    assert times[0] == 0
    assert sum((often - 1) * chats for often, chats in times.items()) <= in_flight
    assert not any(got(drill, person) for person in crowd.blocked)
    told = drill.stored("SELECT state, count(*) FROM broadcast_recipients GROUP BY state ORDER BY state")
    assert told == [(Outcome.SENT, len(crowd.reachable)), (Outcome.UNREACHABLE, len(crowd.blocked))]
    assert drill.stored("SELECT state FROM broadcasts") == [(BroadcastState.FINISHED,)]
