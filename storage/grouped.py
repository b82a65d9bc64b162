"""Writing in groups: one transaction for everything that has come in during the last one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Grouped(Generic[Item, Result]):
    """Gathers the items of many callers and writes them together; a commit costs as much for many as for one."""

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Mapping[Item, Result]]]) -> None:
        """`write` commits all items and returns what there is to return of each."""
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Result | None]]] = []
        self._writing = asyncio.Lock()

    async def __call__(self, item: Item) -> Result | None:
        """Return once the item is committed; raises whatever the writing of its group has raised."""
        done: asyncio.Future[Result | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        async with self._writing:
            if not done.done():
                await self._write_all()
        return await done

    async def _write_all(self) -> None:
        group, self._waiting = self._waiting, []
        try:
            results = await self._write([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - everybody of the group hears of it
            for _, done in group:
                done.set_exception(error)
        else:
            for item, done in group:
                done.set_result(results.get(item))
        finally:
            for _, done in group:
                done.cancel()  # does nothing unless the writing itself was cancelled
