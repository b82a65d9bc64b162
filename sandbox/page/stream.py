"""The page's events: everything once, then every change, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator

from sandbox.page.faults import faults_view
from sandbox.page.views import bot_view, chat_view, chats_shown, clock_view, everything, petitions_view
from sandbox.telegram.errors import Json
from sandbox.world import SandboxWorld

TICK = 1.0
"""Real seconds between two looks at the petitions."""

_QUEUED = 5_000


class Stream:
    """Tells all open pages what changes. `run` must be running meanwhile."""

    def __init__(self, world: SandboxWorld, site_url: str) -> None:
        self._world = world
        self._site_url = site_url
        self._pages: set[asyncio.Queue[Json | None]] = set()

    async def open(self) -> AsyncIterator[bytes]:
        """The events for a new page, which is told everything first. A page that reads too slowly has to start over."""
        page: asyncio.Queue[Json | None] = asyncio.Queue(_QUEUED)
        page.put_nowait({"event": "Everything", **everything(self._world, self._site_url)})
        self._pages.add(page)
        try:
            while (event := await page.get()) is not None:
                yield b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
        finally:
            self._pages.discard(page)

    def close(self) -> None:
        """End the events of all pages."""
        for page in self._pages:
            _end(page)

    def tell_state(self) -> None:
        """Say how the petitions, the clock and the faults stand."""
        self._tell({"event": "Petitions", **petitions_view(self._world)})
        self._tell({"event": "Clock", **clock_view(self._world)})
        self._tell({"event": "Faults", **faults_view(self._world)})

    async def run(self) -> None:
        """Pass on what happens until cancelled."""
        self._world.telegram.listeners.append(self._pass_on)
        try:
            while True:
                await asyncio.sleep(TICK)
                if self._pages:
                    self.tell_state()
        finally:
            self._world.telegram.listeners.remove(self._pass_on)

    def _pass_on(self, event: Json) -> None:
        """Pass on an event of Telegram, if it is of a chat that is shown."""
        chat = next((chat for chat in chats_shown(self._world) if chat.id == event.get("chat_id")), None)
        match event["event"]:
            case "ProfileChanged":
                self._tell({"event": "Bot", **bot_view(self._world)})
            case "ChatChanged" if chat is not None:
                self._tell({"event": "Chat", **chat_view(self._world, chat)})
            case kind if chat is not None or kind == "CommandsChanged":
                self._tell(event)

    def _tell(self, event: Json) -> None:
        for page in self._pages:
            if page.full():
                _end(page)
            else:
                page.put_nowait(event)


def _end(page: asyncio.Queue[Json | None]) -> None:
    """Drop what is waiting and end the events."""
    while not page.empty():
        page.get_nowait()
    page.put_nowait(None)
