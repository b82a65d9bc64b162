"""Ours: `python -m benchmarks.senders.deliver URL COUNT FOLDER` empties a durable outbox at an unlimited pace."""

import asyncio
import sys
from pathlib import Path

from benchmarks.outbox import opened_outbox
from benchmarks.senders.stopwatch import Stopwatch
from delivery.budgets import Limits

UNLIMITED = Limits(per_second=1e9, in_flight=32)


async def main(url: str, count: int, folder: Path) -> None:
    """Send, and say in how many seconds all was sent and settled."""
    async with opened_outbox(url, folder, UNLIMITED) as outbox:
        await outbox.fill(range(1, count + 1))
        stopwatch = Stopwatch()
        await outbox.empty()
        stopwatch.say()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
