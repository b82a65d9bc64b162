"""Ours within the limits: `python -m benchmarks.senders.paced URL PRIVATE GROUPS EACH FOLDER`.

Delivers so many alerts to private chats and so many to each group at the bot's usual pace, and meanwhile answers
somebody else about twice a second, the way handlers answer.
"""

import asyncio
import json
import random
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import perf_counter

from benchmarks.messages import content
from benchmarks.outbox import opened_outbox
from delivery.budgets import Limits
from services.replying import Address, Replying

SECONDS_BETWEEN_REPLIES = (0.25, 0.75)
FIRST_REPLY = 1_000_000
"""Number of the first reply, and id of the first chat that gets one: far from those of the alerts."""


async def main(url: str, private: int, groups: int, each: int, folder: Path) -> None:
    """Deliver, and say in how many seconds, and how long every reply took."""
    chance = random.Random(1)
    addresses = [*range(1, private + 1), *(-group for group in range(1, groups + 1) for _ in range(each))]
    chance.shuffle(addresses)
    async with opened_outbox(url, folder, Limits()) as outbox:
        await outbox.fill(addresses)
        began = perf_counter()
        waits: list[float] = []
        replying = asyncio.create_task(_reply(outbox.replying, waits, chance))
        await outbox.empty()
        seconds = perf_counter() - began
        replying.cancel()
        with suppress(asyncio.CancelledError):
            await replying
        print(json.dumps({"seconds": seconds, "waits": waits}), flush=True)


async def _reply(replying: Replying, waits: list[float], chance: random.Random) -> None:
    """Answer when somebody asks, not when the last answer is out: who waits must not spare others the waiting."""
    answers: list[asyncio.Task[None]] = []
    try:
        for number in count(FIRST_REPLY):
            answers.append(asyncio.create_task(_answer(replying, number, waits)))
            await asyncio.sleep(chance.uniform(*SECONDS_BETWEEN_REPLIES))
    finally:
        await asyncio.gather(*answers)


async def _answer(replying: Replying, number: int, waits: list[float]) -> None:
    asked = perf_counter()
    await replying.send(Address(telegram_chat=number), content(number))
    waits.append(perf_counter() - asked)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5])))
