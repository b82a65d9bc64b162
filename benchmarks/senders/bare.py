"""What others are measured by: `python -m benchmarks.senders.bare URL COUNT` posts ready-made bodies with aiohttp."""

import asyncio
import json
import sys
from collections.abc import Iterator

import aiohttp

from benchmarks.messages import TOKEN, content
from benchmarks.senders.stopwatch import Stopwatch
from bot.messenger import send_parameters

IN_FLIGHT = 32
_HEADERS = {"Content-Type": "application/json"}


def bodies(count: int) -> list[bytes]:
    """Return the very bodies that the bot would post."""
    encode = json.JSONEncoder(separators=(",", ":")).encode
    return [encode(send_parameters(number + 1, content(number))).encode() for number in range(count)]


async def main(url: str, count: int) -> None:
    """Send, and say in how many seconds all was answered."""
    ready = iter(bodies(count))
    address = f"{url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session:
        stopwatch = Stopwatch()
        await asyncio.gather(*(_post(session, address, ready) for _ in range(IN_FLIGHT)))
        stopwatch.say()


async def _post(session: aiohttp.ClientSession, address: str, ready: Iterator[bytes]) -> None:
    for body in ready:
        async with session.post(address, data=body, headers=_HEADERS) as response:
            await response.read()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
