"""An outbox on a real database, and a messenger that answers as it is told."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from delivery.chats import ChatKind
from delivery.gathering import Gathered
from delivery.outbox import ClaimedMessage, Lane, MessageId, NewMessage, OwedAlert
from delivery.verdicts import Sent, Verdict
from messages.content import Content, Html
from petitions.follows import Place
from services.deliver import Deliver
from storage.messages import MessageStore
from storage.storage import Storage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT = Sent(telegram_message_id=1)


Answer = Callable[[ClaimedMessage], Awaitable[Verdict]]


def always(verdict: Verdict) -> Answer:
    async def answer(_: ClaimedMessage) -> Verdict:
        return verdict

    return answer


def failing(error: Exception) -> Answer:
    async def answer(_: ClaimedMessage) -> Verdict:
        raise error

    return answer


@dataclass
class FakeMessenger:
    """Sends in no time what no answer was set for, with at most `slots` in flight; `closed` chats have no turn."""

    answers: dict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, float] = field(default_factory=dict)
    slots: int = 32
    sent: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting: dict[MessageId, tuple[ClaimedMessage, Callable[[ClaimedMessage], None]]] = {}
        self._in_flight: set[int] = set()

    def wait_for_turn(self, message: ClaimedMessage, come: Callable[[ClaimedMessage], None]) -> None:
        self._waiting[message.id] = message, come
        self._grant()

    def withdraw(self, message: ClaimedMessage) -> None:
        if self._waiting.pop(message.id, None) is None:
            self.end_turn(message)

    def end_turn(self, message: ClaimedMessage) -> None:
        self._in_flight.remove(message.telegram_chat)
        self._grant()

    def _grant(self) -> None:
        for message, come in list(self._waiting.values()):
            chat = message.telegram_chat
            if len(self._in_flight) < self.slots and chat not in self._in_flight and chat not in self.closed:
                del self._waiting[message.id]
                self._in_flight.add(chat)
                come(message)

    async def send(self, message: ClaimedMessage) -> Verdict:
        waiting = self.answers[message.telegram_chat]
        verdict = await (waiting.pop(0)(message) if waiting else always(SENT)(message))
        if isinstance(verdict, Sent):
            self.sent.append((message.telegram_chat, message.content.text))
        return verdict

    def busy_chats(self) -> dict[int, float]:
        return {chat: wait for chat, wait in self.closed.items() if wait}


class NothingOwed:
    async def announce_next(self, now: datetime, limit: int) -> None:
        return None

    async def due(self, now: datetime, limit: int) -> Sequence[OwedAlert]:
        return ()

    async def compose(self, queued: Sequence[NewMessage]) -> None:
        raise AssertionError("nothing is owed")


@dataclass
class Outbox:
    """The real store of messages, and the chats to fill it for."""

    storage: Storage
    places: dict[int, Place] = field(default_factory=dict)

    async def queue(self, telegram_chat: int, *texts: str) -> None:
        if telegram_chat not in self.places:
            kind = ChatKind.PRIVATE if telegram_chat > 0 else ChatKind.SUPERGROUP
            chat = await self.storage.chats.ensure(telegram_chat, kind, NOW)
            self.places[telegram_chat] = Place(chat=chat.id)
        for text in texts:
            content = Content(text=Html(text))
            await self.storage.messages.queue(
                NewMessage(place=self.places[telegram_chat], lane=Lane.ALERT, content=content, due_at=NOW)
            )

    async def states(self) -> dict[str, int]:
        async with self.storage.database.read() as connection:
            rows = await connection.exec_driver_sql("SELECT state, count(*) AS number FROM messages GROUP BY state")
            return {row.state: row.number for row in rows}

    async def due_again_at(self) -> datetime | None:
        return await self.storage.messages.next_due_at()


async def nobody_told(message: ClaimedMessage, reason: str) -> None:
    raise AssertionError(f"{message.id} was rejected: {reason}")


def says_title(gathered: Gathered, now: datetime) -> Content:
    return Content(text=Html(gathered.changes[0].title))


def deliver(
    messages: MessageStore,
    messenger: FakeMessenger,
    *,
    alerts: NothingOwed | None = None,
    compose: Callable[[Gathered, datetime], Content] = says_title,
    report_rejection: Callable[[ClaimedMessage, str], Awaitable[None]] = nobody_told,
    clock: Callable[[], float] = monotonic,
) -> Deliver:
    return Deliver(
        alerts=alerts or NothingOwed(),
        messages=messages,
        messenger=messenger,
        compose=compose,
        jitter=lambda: 0.0,
        monotonic=clock,
        report_rejection=report_rejection,
    )
