"""Messages per second: ours against a bare loop that posts the same bodies, and against the library's default back end.

All keep 32 requests in flight and send to the same kind of server, which has no limits; each run is a process of its
own with a server of its own. The contenders take turns, in changing order, and a ratio compares runs that followed each
other. Ours includes what the others lack: messages are claimed from SQLite and how they ended is committed,
synchronously, before the clock stops.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.children import child
from benchmarks.counting_server import Received, counting_server
from benchmarks.figures import NONE_AT_ALL, Figure, Goal

OVER_BARE = Goal(least=0.5)
OVER_LIBRARY = Goal(least=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one contender. `computing`: microseconds of processor time of the sender, a message."""

    rate: float
    computing: float
    received: Received


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Send some thousand messages in every way, several times."""
    rounds, many, few = (1, 400, 80) if quick else (15, 8_000, 400)
    ours, bare, library = [], [], []
    for number in range(rounds):
        own = folder / f"outbox-{number}"
        own.mkdir()
        if number % 2:
            bare.append(await _run("bare", many))
        ours.append(await _run("deliver", many, str(own)))
        if not number % 2:
            bare.append(await _run("bare", many))
        library.append(await _run("library", few))
    lost = sum(many - (run.received.messages - run.received.doubled) for run in ours)
    doubled = sum(run.received.doubled for run in ours)
    return [
        *_absolute("bare aiohttp loop, ready-made bodies", bare),
        *_absolute("python-telegram-bot, default back end, send_message", library),
        *_absolute("deliver with its durable outbox", ours),
        Figure(name="deliver ÷ bare loop", values=_ratios(ours, bare), unit="×", goal=OVER_BARE),
        Figure(name="deliver ÷ default back end", values=_ratios(ours, library), unit="×", goal=OVER_LIBRARY, digits=1),
        Figure(name="messages lost by deliver", values=[lost], goal=NONE_AT_ALL, digits=0, vital=True),
        Figure(name="messages doubled by deliver", values=[doubled], goal=NONE_AT_ALL, digits=0, vital=True),
    ]


async def _run(sender: str, count: int, *arguments: str) -> Run:
    async with (
        counting_server() as server,
        child(f"benchmarks.senders.{sender}", server.url, str(count), *arguments) as process,
    ):
        said = await process.line()
        return Run(
            rate=count / said["seconds"],
            computing=said["computing"] / count * 1e6,
            received=await server.received(),
        )


def _absolute(name: str, runs: Sequence[Run]) -> list[Figure]:
    return [
        Figure(name=name, values=[run.rate for run in runs], unit="/s", digits=0),
        Figure(name="    computing, a message", values=[run.computing for run in runs], unit="µs", digits=0),
    ]


def _ratios(runs: Sequence[Run], others: Sequence[Run]) -> list[float]:
    return [run.rate / other.rate for run, other in zip(runs, others, strict=True)]
