"""How long a small petition's follower waits while one with very many is told, at the bot's usual pace."""

import asyncio
import time
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.counting_server import counting_server
from benchmarks.figures import Figure, Goal
from benchmarks.messages import content
from benchmarks.outbox import Outbox, opened_outbox
from bot.clock import wall_clock
from bot.loops import Loop, Running, Step, run_together
from delivery.budgets import Limits
from delivery.chats import ChatKind, ChatState
from delivery.gathering import Gathered
from delivery.outbox import MessageState
from messages.content import Content
from petitions.history import Marks
from petitions.news import Change, Closed
from petitions.petition import PetitionId, PetitionRef, PetitionState, Snapshot
from petitions.watched import Look, Schedule
from services.announce import Announce
from services.compose import Compose
from sites.uk_document import UK
from storage.schema import chats, follows, messages
from storage.storage import Storage

FOLLOWERS, FOLLOWERS_WHEN_QUICK = 100_000, 900
HEAD_START = 5.0
"""Seconds after which the small petition's news is found."""

SMALL = 5
"""So many small petitions, one after the other."""

AT_MOST = Goal(most=10.0)


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Announce, compose and send to a crowd, and time small alerts meanwhile."""
    followers = FOLLOWERS_WHEN_QUICK if quick else FOLLOWERS
    async with counting_server() as server, opened_outbox(server.url, folder, Limits(), log_level="warning") as outbox:
        storage = outbox.storage
        crowd = await _petition(storage, 1)
        small = [await _petition(storage, number) for number in range(2, 2 + SMALL)]
        await _follow(storage, crowd, range(1, followers + 1))
        for number, petition in enumerate(small):
            await _follow(storage, petition, range(followers + 1 + number, followers + 2 + number))
        await _close(storage, 1)
        stop = asyncio.Event()
        running = asyncio.create_task(run_together(_loops(outbox), stop, 5.0))
        await asyncio.sleep(0.0 if quick else HEAD_START)
        waits = [await _told(storage, petition, number) for number, petition in enumerate(small, start=2)]
        left = followers - await _sent(storage, crowd)
        stop.set()
        await running
    return [
        Figure(name=f"A small alert behind {followers:,}, until it is sent", values=waits, unit="s", goal=AT_MOST),
        Figure(name="Of the crowd still to be told then", values=[left], digits=0),
    ]


def _loops(outbox: Outbox) -> list[Running]:
    alerts, numbers = outbox.storage.alerts, count(1)

    def render(_gathered: Gathered, _now: datetime) -> Content:
        return content(next(numbers))

    compose = Compose(
        alerts=alerts,
        render=render,
        render_plainly=render,
        ask=lambda content, _: content,
        report=lambda: None,
        monotonic=time.monotonic,
    )
    deliver = _loop("deliver", outbox.deliver.step)
    deliver.wake, deliver.close = outbox.wake, outbox.deliver.close
    return [
        _loop("announce", Announce(alerts=alerts, zone=UK.zone).step),
        _loop("compose", compose.step),
        deliver,
    ]


def _loop(name: str, step: Step) -> Loop:
    return Loop(name=name, step=step, wall_clock=wall_clock, monotonic=time.monotonic)


def _look(number: int, *changes: Change) -> Look:
    """The first look at a petition, or with changes the second."""
    ref, now = PetitionRef(site=UK.site, number=str(700_000 + number)), wall_clock()
    return Look(
        ref=ref,
        version=len(changes),
        snapshot=Snapshot(ref=ref, title=f"Plant tree number {number}", state=PetitionState.OPEN, signatures=5),
        marks=Marks(),
        schedule=Schedule(count_at=None, page_at=None),
        seen_at=now,
        full_at=now,
        changes=changes,
    )


async def _petition(storage: Storage, number: int) -> PetitionId:
    stored = await storage.petitions.record(_look(number))
    if stored is None:
        raise AssertionError("a new petition is always stored")
    return stored.id


async def _close(storage: Storage, number: int) -> None:
    """Let there be news of a petition."""
    change = Change(key="closed", news=Closed(signatures=5), happened_at=None, seen_at=wall_clock())
    await storage.petitions.record(_look(number, change))


async def _follow(storage: Storage, petition: PetitionId, telegram_chats: range) -> None:
    since = {"since": wall_clock(), "kind": ChatKind.PRIVATE, "state": ChatState.ACTIVE}
    followed = {"petition_id": petition, "after_change": 0, "followed_at": wall_clock()}
    async with storage.database.write() as connection:
        await connection.execute(insert(chats), [{"telegram_id": chat, **since} for chat in telegram_chats])
        first, last = telegram_chats[0], telegram_chats[-1]
        ids = await connection.execute(select(chats.c.id).where(chats.c.telegram_id.between(first, last)))
        await connection.execute(insert(follows), [{"chat_id": chat, **followed} for chat in ids.scalars()])


async def _told(storage: Storage, petition: PetitionId, number: int) -> float:
    """Return after how many seconds the follower of a petition of which there is news has been told."""
    await _close(storage, number)
    began = time.monotonic()
    while not await _sent(storage, petition):  # noqa: ASYNC110 - the message's state says when, and nothing rings
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def _sent(storage: Storage, petition: PetitionId) -> int:
    number = select(func.count()).where(messages.c.petition_id == petition, messages.c.state == MessageState.SENT)
    async with storage.database.read() as connection:
        return (await connection.execute(number)).scalar_one()
