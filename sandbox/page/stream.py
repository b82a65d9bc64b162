"""The page's news: everything once, then every change, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from sandbox.page.troubles import Troubles
from sandbox.page.views import (
    bot_view,
    chat_view,
    chats_shown,
    clock_view,
    everything,
    petitions_view,
)
from sandbox.telegram.errors import Json
from sandbox.telegram.events import ChatChanged, CommandsChanged, Event, ProfileChanged, event_json
from sandbox.world import SandboxWorld

TICK = 1.0
"""Real seconds between two looks at the petitions."""

_QUEUED = 5_000


class Listener:
    """One open page. It gets its news in order; one that reads too slowly is told to start over."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[Json | None] = asyncio.Queue(_QUEUED)

    def tell(self, news: Json) -> None:
        """Hand over news."""
        if self._news.full():
            self.leave()
        else:
            self._news.put_nowait(news)

    def leave(self) -> None:
        """End the listening; what is waiting is dropped."""
        while not self._news.empty():
            self._news.get_nowait()
        self._news.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (news := await self._news.get()) is not None:
            yield b"data: " + json.dumps(news, ensure_ascii=False).encode() + b"\n\n"


class Stream:
    """Tells all open pages what changes. `run` must be running meanwhile."""

    def __init__(self, world: SandboxWorld, site_url: str, troubles: Troubles) -> None:
        self._world = world
        self._site_url = site_url
        self._troubles = troubles
        self._listeners: set[Listener] = set()

    def join(self) -> Listener:
        """A new page: it is told everything first."""
        listener = Listener()
        listener.tell({"event": "Everything", **everything(self._world, self._site_url, self._troubles)})
        self._listeners.add(listener)
        return listener

    def part(self, listener: Listener) -> None:
        """A page was closed."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """Let all pages go."""
        for listener in self._listeners:
            listener.leave()

    def tell_clock(self) -> None:
        """Say that the clock was moved."""
        self._tell({"event": "Clock", **clock_view(self._world)})

    def tell_troubles(self) -> None:
        """Say how the troubles stand."""
        self._tell({"event": "Troubles", **self._troubles.view(self._world.clock.now())})

    def tell_petitions(self) -> None:
        """Say how the petitions stand."""
        self._tell({"event": "Petitions", **petitions_view(self._world)})

    async def run(self) -> None:
        """Pass on what happens until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pass_on_telegram())
            tasks.create_task(self._repeat(self._tell_state))

    async def _pass_on_telegram(self) -> None:
        with self._world.telegram.subscribe() as events:
            async for event in events:
                if self._listeners and (news := self._news(event)) is not None:
                    self._tell(news)

    async def _repeat(self, tell: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(TICK)
            if self._listeners:
                tell()

    def _tell_state(self) -> None:
        self.tell_petitions()
        self.tell_clock()
        self.tell_troubles()

    def _news(self, event: Event) -> Json | None:
        match event:
            case CommandsChanged():
                return {"event": "CommandsChanged"}
            case ProfileChanged():
                return {"event": "Bot", **bot_view(self._world)}
            case ChatChanged():
                return self._chat(event.chat_id)
            case _:
                shown = any(chat.id == event.chat_id for chat in chats_shown(self._world))
                return event_json(event) if shown else None

    def _chat(self, chat_id: int) -> Json | None:
        chat = next((chat for chat in chats_shown(self._world) if chat.id == chat_id), None)
        return None if chat is None else {"event": "Chat", **chat_view(self._world, chat)}

    def _tell(self, news: Json) -> None:
        for listener in self._listeners:
            listener.tell(news)
