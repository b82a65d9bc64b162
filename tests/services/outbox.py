"""An outbox on a real database, and a messenger that answers as it is told."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from sqlalchemy import insert, select

from bot.pacer import Pacer
from delivery.budgets import Limits
from delivery.chats import ChatKind, ChatState, Receiver
from delivery.outbox import ClaimedMessage, Lane, NewMessage, Settlement
from delivery.pacing import Pacing
from delivery.verdicts import Sent, Verdict
from messages.content import Content, Copy, Document, Html, Keyboard, Outgoing, Removal
from petitions.follows import Place
from petitions.petition import PetitionId
from services.deliver import Deliver, Report
from services.topic_notices import TopicNotices
from storage.messages import MessageStore, message_values
from storage.schema import chats, messages
from storage.storage import Storage
from tests.storage.samples import first_look

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT = Sent(telegram_message_id=1)


Answer = Callable[[], Awaitable[Verdict]]


def always(verdict: Verdict) -> Answer:
    async def answer() -> Verdict:
        return verdict

    return answer


def failing(error: Exception) -> Answer:
    async def answer() -> Verdict:
        raise error

    return answer


@dataclass
class FakeMessenger:
    """Sends in no time what no answer was set for. `pacer` grants turns without waiting, `in_flight` at a time."""

    in_flight: int = 32
    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    sent: list[tuple[int, str]] = field(default_factory=list)
    removed: list[tuple[int, int]] = field(default_factory=list)
    answers_probes: bool = True
    balance: int | None = None
    paid: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        limits = Limits(per_second=1e9, private_seconds=0.0, per_group=1_000, in_flight=self.in_flight)
        self.pacer = Pacer(Pacing(limits), monotonic)

    async def send(
        self,
        telegram_chat: int,
        thread: int,
        content: Content | Copy | Document,
        *,
        reply_to: int | None = None,
        receiver: Receiver | None = None,
    ) -> Verdict:
        assert isinstance(content, Content)
        waiting = self.answers[telegram_chat]
        verdict = await (waiting.pop(0)() if waiting else always(SENT)())
        if isinstance(verdict, Sent):
            self.sent.append((telegram_chat, content.text))
        return verdict

    async def deliver(self, telegram_chat: int, thread: int, outgoing: Outgoing, *, paid: bool = False) -> Verdict:
        self.paid += [telegram_chat] if paid else []
        match outgoing:
            case Content():
                return await self.send(telegram_chat, thread, outgoing)
            case Removal(message=message):
                self.removed.append((telegram_chat, message))
                return SENT
            case _:
                raise AssertionError(outgoing)

    def prepare(self, outgoing: Outgoing | Document) -> asyncio.Future[None] | None:
        return None

    async def edit(
        self, telegram_chat: int, message: int, content: Content, *, receiver: Receiver | None = None
    ) -> Verdict:
        raise AssertionError("the outbox edits nothing")

    async def edit_keyboard(
        self, telegram_chat: int, message: int, keyboard: Keyboard, *, receiver: Receiver | None = None
    ) -> Verdict:
        raise AssertionError("the outbox edits nothing")

    async def stars(self) -> int | None:
        return self.balance

    async def probe(self) -> bool:
        return self.answers_probes


@dataclass
class Outbox:
    """The real store of messages, and the chats to fill it for."""

    storage: Storage
    places: dict[int, Place] = field(default_factory=dict)

    async def queue(
        self, telegram_chat: int, *texts: str, petition: PetitionId | None = None, lane: Lane = Lane.ALERT
    ) -> None:
        if telegram_chat not in self.places:
            kind = ChatKind.PRIVATE if telegram_chat > 0 else ChatKind.SUPERGROUP
            chat = await self.storage.chats.ensure(telegram_chat, kind, NOW)
            self.places[telegram_chat] = Place(chat=chat.id)
        for text in texts:
            await self.storage.messages.queue(_message(self.places[telegram_chat], text, petition, lane))

    async def queue_many(self, telegram_chats: range, text: str, *, petition: PetitionId | None = None) -> None:
        """Queue a message to each of many private chats at once."""
        columns = {"kind": ChatKind.PRIVATE, "state": ChatState.ACTIVE, "since": NOW}
        async with self.storage.database.write() as connection:
            await connection.execute(insert(chats), [{"telegram_id": chat, **columns} for chat in telegram_chats])
            known = await connection.execute(select(chats.c.id).where(chats.c.telegram_id.in_(telegram_chats)))
            queued = [_message(Place(chat=chat), text, petition) for chat in known.scalars()]
            await connection.execute(insert(messages), [message_values(message) for message in queued])

    async def petition(self, number: str) -> PetitionId:
        """Store a petition, and return its id."""
        stored = await self.storage.petitions.record(first_look(number))
        assert stored is not None
        return stored.id

    async def states(self) -> dict[str, int]:
        async with self.storage.database.read() as connection:
            rows = await connection.exec_driver_sql("SELECT state, count(*) AS number FROM messages GROUP BY state")
            return {row.state: row.number for row in rows}


def _message(place: Place, text: str, petition: PetitionId | None, lane: Lane = Lane.ALERT) -> NewMessage:
    content = Content(text=Html(text))
    return NewMessage(place=place, lane=lane, content=content, due_at=NOW, petition=petition)


async def nobody_told(message: ClaimedMessage, settlement: Settlement) -> None:
    raise AssertionError(f"{message.id} was given up: {settlement.reason}")


@dataclass
class Sender:
    """Deliver as the loop runs it: a step whenever an attempt has ended."""

    messages: MessageStore
    messenger: FakeMessenger
    report: Report = nobody_told
    clock: Callable[[], float] = monotonic
    waiting: set[Lane] = field(default_factory=set)
    may_pay: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.deliver = Deliver(
            messages=self.messages,
            messenger=self.messenger,
            pacer=self.messenger.pacer,
            jitter=lambda: 0.0,
            monotonic=self.clock,
            report=self.report,
            topic_lost=TopicNotices(queue=self.messages.queue, monotonic=lambda: 0.0).lost,
            wake=self.wake.set,
            waiting=lambda: self.waiting,
            may_pay=self.may_pay,
        )

    async def run(self, now: datetime) -> None:
        """Send what is due, until nothing is in hand."""
        await until_idle(self.deliver, self.wake, now)


async def until_idle(deliver: Deliver, wake: asyncio.Event, now: datetime) -> None:
    """Take steps until nothing is in hand any more and nothing is due."""
    while True:
        wake.clear()
        if await deliver.step(now):
            continue
        if deliver.idle:
            return
        await wake.wait()
