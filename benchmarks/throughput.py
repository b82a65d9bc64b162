"""Messages per second: ours against a bare loop that posts the same bodies, and against the library's default back end.

All keep 32 requests in flight and send to the same kind of server, which has no limits; each run is a process of its
own with a server of its own. The contenders take turns, and a ratio compares runs that followed each other. Ours
includes what the others lack: messages are claimed from SQLite and how they ended is committed, synchronously, before
the clock stops.
"""

from pathlib import Path

from benchmarks.children import child
from benchmarks.figures import NONE_AT_ALL, Figure, Goal
from benchmarks.server import Received, local_server

OVER_BARE = Goal(least=0.5)
OVER_LIBRARY = Goal(least=8)


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Send some thousand messages in every way, several times."""
    rounds, many, few = (1, 400, 80) if quick else (5, 8_000, 1_200)
    ours, bare, library = [], [], []
    lost = doubled = 0
    for number in range(rounds):
        own = folder / f"outbox-{number}"
        own.mkdir()
        bare.append((await _rate("bare", many))[0])
        rate, received = await _rate("deliver", many, str(own))
        ours.append(rate)
        library.append((await _rate("library", few))[0])
        lost += many - (received.messages - received.doubled)
        doubled += received.doubled
    return [
        Figure(name="bare aiohttp loop, ready-made bodies", values=bare, unit="/s", digits=0),
        Figure(name="python-telegram-bot, default back end, send_message", values=library, unit="/s", digits=0),
        Figure(name="deliver with its durable outbox", values=ours, unit="/s", digits=0),
        Figure(name="deliver ÷ bare loop", values=_ratios(ours, bare), unit="×", goal=OVER_BARE),
        Figure(name="deliver ÷ default back end", values=_ratios(ours, library), unit="×", goal=OVER_LIBRARY, digits=1),
        Figure(name="messages lost by deliver", values=[lost], goal=NONE_AT_ALL, digits=0, vital=True),
        Figure(name="messages doubled by deliver", values=[doubled], goal=NONE_AT_ALL, digits=0, vital=True),
    ]


async def _rate(sender: str, count: int, *arguments: str) -> tuple[float, Received]:
    async with (
        local_server() as server,
        child(f"benchmarks.senders.{sender}", server.url, str(count), *arguments) as process,
    ):
        seconds = float((await process.line())["seconds"])
        return count / seconds, await server.received()


def _ratios(values: list[float], others: list[float]) -> list[float]:
    return [value / other for value, other in zip(values, others, strict=True)]
