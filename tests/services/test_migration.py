"""A group becomes a supergroup in the middle of delivery, and the process dies at every boundary around that."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatKind, Receiver
from delivery.outbox import Lane, MessageState, NewMessage
from delivery.verdicts import Moved, Verdict
from messages.content import Content, Copy, Document, Html
from petitions.follows import Place
from storage.messages import message_values
from storage.schema import follows, messages, petitions
from storage.storage import Storage
from tests.services.outbox import NOW, FakeMessenger, Sender

GROUP, SUPERGROUP = -5, -1_000_000_005
FOLLOWS, QUEUED, BEFORE = 500, 200, 100
MOST_KILLS = 16


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Telegram(FakeMessenger):
    """Takes messages for the group until it has migrated, and then says where it has gone; `refused`: how often."""

    migrated: bool = False
    refused: int = 0

    async def send(
        self,
        telegram_chat: int,
        thread: int,
        content: Content | Copy | Document,
        *,
        reply_to: int | None = None,
        receiver: Receiver | None = None,
    ) -> Verdict:
        self.migrated = self.migrated or len(self.sent) >= BEFORE
        if telegram_chat == GROUP and self.migrated:
            self.refused += 1
            return Moved(telegram_id=SUPERGROUP)
        return await super().send(telegram_chat, thread, content, reply_to=reply_to)


@dataclass
class Deaths:
    """Kills the process around commits once the group has migrated: before one, after another, and so on."""

    telegram: Telegram
    storage: Storage
    kills: int = 0

    def __post_init__(self) -> None:
        self._write = self.storage.database.write

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        dies = self.telegram.migrated and self.kills < MOST_KILLS
        self.kills += dies
        async with self._write() as connection:
            yield connection
            if dies and self.kills % 2:
                raise Killed
        if dies:
            raise Killed


async def a_busy_group(storage: Storage) -> None:
    """Store a group with many follows and many messages that wait."""
    place = Place(chat=(await storage.chats.ensure(GROUP, ChatKind.GROUP, NOW)).id)
    numbers = range(1, FOLLOWS + 1)
    columns = {"site": "uk", "version": 1, "title": "A petition", "snapshot": "{}", "marks": "{}", "seen_at": NOW}
    queued = [
        NewMessage(place=place, lane=Lane.ALERT, content=Content(text=Html(str(number))), due_at=NOW)
        for number in range(1, QUEUED + 1)
    ]
    following = {"chat_id": place.chat, "after_change": 0, "followed_at": NOW}
    async with storage.database.write() as connection:
        await connection.execute(insert(petitions), [{"id": one, "number": str(one), **columns} for one in numbers])
        await connection.execute(insert(follows), [{"petition_id": one, **following} for one in numbers])
        await connection.execute(insert(messages), [message_values(message) for message in queued])


@pytest.mark.parametrize("known_already", [False, True], ids=["new id unknown", "new id known"])
@pytest.mark.parametrize("told", [False, True], ids=["learnt from an error", "told by a service message"])
@pytest.mark.parametrize("told_again", [False, True], ids=["once", "twice"])
async def test_nothing_is_lost_or_doubled_and_nothing_goes_to_the_old_id(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, *, known_already: bool, told: bool, told_again: bool
) -> None:
    await a_busy_group(storage)
    if known_already:
        await storage.chats.ensure(SUPERGROUP, ChatKind.SUPERGROUP, NOW)
    telegram = Telegram()
    deaths = Deaths(telegram, storage)
    monkeypatch.setattr(storage.database, "write", deaths.write)
    may_be_repeated: set[str] = set()
    while await dies(storage, telegram, service_messages=told + told_again):
        may_be_repeated |= {text for _, text in telegram.sent} - await settled(storage)
    counts = Counter(text for _, text in telegram.sent)
    assert {int(text) for text in counts} == set(range(1, QUEUED + 1))
    assert {text for text, times in counts.items() if times > 1} <= may_be_repeated
    assert deaths.kills == MOST_KILLS
    assert telegram.refused <= (1 if told else 1 + MOST_KILLS), "what was on its way, or not yet known when it died"
    known = await storage.chats.find(SUPERGROUP)
    assert known is not None
    assert await storage.follows.count_in_chat(known.id) == FOLLOWS
    assert await storage.chats.find(GROUP) is None
    await telegram.pacer.shutdown()


async def dies(storage: Storage, telegram: Telegram, *, service_messages: int) -> bool:
    """Run the sender from its start; true when it is killed. Service messages come again until they are handled."""
    sender = Sender(storage.messages, telegram)
    others = asyncio.all_tasks()
    try:
        await storage.messages.take_back_orphans()
        while True:
            sender.wake.clear()
            if service_messages and len(telegram.sent) >= BEFORE:
                telegram.migrated = True
                for _ in range(service_messages):
                    await storage.chats.migrate(GROUP, SUPERGROUP, NOW)
            if await sender.deliver.step(NOW):
                continue
            if sender.deliver.idle:
                return False
            await sender.wake.wait()
    except Killed:
        for attempt in asyncio.all_tasks() - others:
            attempt.cancel()
        return True


async def settled(storage: Storage) -> set[str]:
    """What the bot knows to have been sent; the messages say their own numbers."""
    async with storage.database.read() as connection:
        numbers = await connection.execute(select(messages.c.id).where(messages.c.state == MessageState.SENT))
        return {str(number) for number in numbers.scalars()}
