"""What changes in the chats, told to whoever watches: the page in the browser, and tests that wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from typing import Self, TypeVar

from sandbox.telegram.errors import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """A new message, by the bot or by a person. `message` is Telegram's object."""

    chat_id: int
    thread: int
    message: Json
    by_bot: bool
    silent: bool
    screen: Json | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """A message has new words or buttons; `edited` is whether a person sees the mark."""

    chat_id: int
    thread: int
    message: Json
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted:
    """A message is gone."""

    chat_id: int
    thread: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswered:
    """The bot answered a button: a toast, or an alert to be closed; no text only stops the button's spinner."""

    chat_id: int
    message_id: int
    user_id: int
    text: str
    is_alert: bool
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionShown:
    """The bot is "typing" or the like, for about five seconds."""

    chat_id: int
    thread: int
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandsChanged:
    """A command menu changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged:
    """The bot's name or a description changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatChanged:
    """A chat is new, or its people, topics or state changed."""

    chat_id: int


Event = (
    MessageSent
    | MessageEdited
    | MessageDeleted
    | CallbackAnswered
    | ActionShown
    | CommandsChanged
    | ProfileChanged
    | ChatChanged
)


def event_json(event: Event) -> Json:
    """The event as JSON: its fields, and `event` with the name of its class."""
    return {"event": type(event).__name__, **asdict(event)}


class Subscription:
    """The events since it was opened, in order; close it (or leave its `with` block) when nobody reads any more."""

    def __init__(self, close: Callable[["Subscription"], None]) -> None:
        self._waiting: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._close = close
        self._closed = False

    def put(self, event: Event) -> None:
        """Hand over an event."""
        self._waiting.append(event)
        self._arrived.set()

    def close(self) -> None:
        """Stop; an iteration that waits ends."""
        self._closed = True
        self._arrived.set()
        self._close(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        while not self._waiting:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()


class Events:
    """Passes events on, and wakes those who wait for a condition."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def has_readers(self) -> bool:
        """Whether anybody would see an event; without, none need be made."""
        return bool(self._subscriptions)

    def subscribe(self) -> Subscription:
        """Everything from now on."""
        subscription = Subscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription

    def emit(self, event: Event) -> None:
        """Tell the subscribers and wake the waiters."""
        for subscription in self._subscriptions:
            subscription.put(event)
        self.changed()

    def changed(self) -> None:
        """Something is different: let waiters look again."""
        if self._waiters:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """The first true result of `predicate`, looked at now and after every change. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout):
            while not (result := predicate()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
        return result
