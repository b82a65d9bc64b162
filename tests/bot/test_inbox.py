"""The inbox: in order within a chat, in parallel across chats, each update once, and none can block the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.inbox import ATTEMPTS, PLACES, Inbox
from bot.loops import WakeEvent
from bot.updates import stored_update
from storage.storage import Storage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
Update = dict[str, object]


def said(number: int, chat: int, text: str) -> Update:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "text": text}}


def text_of(update: Update) -> str:
    message = update["message"]
    assert isinstance(message, dict)
    return str(message["text"])


@asynccontextmanager
async def running(storage: Storage, handle: Callable[[Update], Awaitable[None]]) -> AsyncIterator[WakeEvent]:
    """Run an inbox until the block ends; it is then stopped as at the end of the process."""
    stop, begin, wake = asyncio.Event(), asyncio.Event(), WakeEvent()
    begin.set()
    inbox = Inbox(updates=storage.updates, handle=handle, wall_clock=lambda: NOW, wake=wake, begin=begin)
    task = asyncio.create_task(inbox.run(stop))
    try:
        yield wake
    finally:
        stop.set()
        await task


async def store(storage: Storage, *updates: Update) -> None:
    await storage.updates.store([stored_update(update) for update in updates], NOW)


async def test_updates_of_a_chat_are_handled_in_order_and_forgotten(storage: Storage) -> None:
    handled: list[str] = []
    all_done = asyncio.Event()

    async def handle(update: Update) -> None:
        await asyncio.sleep(0)
        handled.append(text_of(update))
        if len(handled) == 20:
            all_done.set()

    await store(storage, *(said(number, 5, str(number)) for number in range(20)))
    async with running(storage, handle), asyncio.timeout(20):
        await all_done.wait()
    assert handled == [str(number) for number in range(20)]
    assert await storage.updates.waiting(100) == []


async def test_a_slow_chat_does_not_hold_up_another(storage: Storage) -> None:
    release, other_done = asyncio.Event(), asyncio.Event()

    async def handle(update: Update) -> None:
        if text_of(update) == "slow":
            await release.wait()
        else:
            other_done.set()

    async with running(storage, handle) as wake, asyncio.timeout(20):
        await store(storage, said(1, 5, "slow"))
        wake.set()
        await store(storage, said(2, 6, "quick"))
        wake.set()
        await other_done.wait()
        release.set()


async def test_an_update_that_fails_is_forgotten_and_the_next_is_handled(storage: Storage) -> None:
    done = asyncio.Event()

    async def handle(update: Update) -> None:
        if text_of(update) == "bad":
            raise ValueError(text_of(update))
        done.set()

    await store(storage, said(1, 5, "bad"), said(2, 5, "good"))
    async with running(storage, handle), asyncio.timeout(20):
        await done.wait()
    assert await storage.updates.waiting(100) == []


async def test_an_update_that_has_killed_the_process_again_and_again_is_given_up(storage: Storage) -> None:
    handled: list[str] = []
    done = asyncio.Event()

    async def handle(update: Update) -> None:
        handled.append(text_of(update))
        done.set()

    await store(storage, said(1, 5, "deadly"), said(2, 5, "harmless"))
    deadly = (await storage.updates.waiting(1))[0]
    for _ in range(ATTEMPTS):
        await storage.updates.begin(deadly.id)
    async with running(storage, handle), asyncio.timeout(20):
        await done.wait()
    assert handled == ["harmless"]


async def test_what_was_not_handled_when_the_process_ended_is_handled_by_the_next(storage: Storage) -> None:
    first_began, done = asyncio.Event(), asyncio.Event()
    handled: list[str] = []

    async def never_ends(update: Update) -> None:
        first_began.set()
        await asyncio.Event().wait()

    async def handle(update: Update) -> None:
        handled.append(text_of(update))
        if len(handled) == 2:
            done.set()

    await store(storage, said(1, 5, "one"), said(2, 5, "two"))
    inbox_stop, begin = asyncio.Event(), asyncio.Event()
    begin.set()
    inbox = Inbox(updates=storage.updates, handle=never_ends, wall_clock=lambda: NOW, wake=WakeEvent(), begin=begin)
    killed = asyncio.create_task(inbox.run(inbox_stop))
    await first_began.wait()
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    async with running(storage, handle), asyncio.timeout(20):
        await done.wait()
    assert handled == ["one", "two"]


async def test_chats_whose_handling_hangs_do_not_hold_up_a_stranger(storage: Storage) -> None:
    release, stranger_done = asyncio.Event(), asyncio.Event()

    async def handle(update: Update) -> None:
        if text_of(update) == "hangs":
            await release.wait()
        else:
            stranger_done.set()

    await store(storage, *(said(number, number, "hangs") for number in range(1, 4 * PLACES)))
    await store(storage, said(1_000, 1_000, "hello"))
    async with running(storage, handle), asyncio.timeout(20):
        await stranger_done.wait()
        release.set()


async def test_a_chat_gives_others_a_turn_after_each_of_its_updates(storage: Storage) -> None:
    handled: list[str] = []
    all_done = asyncio.Event()

    async def handle(update: Update) -> None:
        handled.append(text_of(update))
        if len(handled) == 3 * PLACES + 1:
            all_done.set()

    for chat in range(1, PLACES + 1):
        await store(storage, *(said(10 * chat + turn, chat, f"turn {turn}") for turn in range(3)))
    await store(storage, said(9_000, 9_000, "stranger"))
    async with running(storage, handle), asyncio.timeout(20):
        await all_done.wait()
    assert handled.index("stranger") <= PLACES
