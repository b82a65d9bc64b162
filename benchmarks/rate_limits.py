"""Delivery within Telegram's limits: how close to the shortest possible time, and how long people wait meanwhile.

Alerts to 1,000 private chats and 20 to each of 10 groups wait in the outbox; the server counts by one of three models
of Telegram's limits, and refuses what is too much. About twice a second the bot also answers somebody. No sender could
be faster than `shortest` says.
"""

from math import floor
from pathlib import Path
from typing import Any

from benchmarks.children import child
from benchmarks.counting_server import Received, counting_server
from benchmarks.figures import NONE_AT_ALL, Figure, Goal
from sandbox.telegram.flood_control import MINUTE, PER_GROUP_MINUTE, PER_SECOND

OVER_SHORTEST = Goal(most=1.1)
REPLY_SECONDS = Goal(most=0.5)

MODELS = {"L": "token buckets", "S": "strict windows", "P": "strict windows that punish"}


def shortest(model: str, messages: int, each: int) -> float:
    """Return the seconds from the first to the last of `messages`, of which `each` group gets so many.

    Whatever a sender does, a model lets so much through. L, buckets: 30 at once, then 30 a second; in a group 20 at
    once, then one every 3 s. S and P, strict windows: 30 at the start of every second, 20 at the start of every minute
    in a group. The whole takes as long as what is slower, the bot or its groups. Replies draw on the same limits, so
    they count among the messages; a private chat gets one and is never what is slow.
    """
    if model == "L":
        return max(0.0, (messages - PER_SECOND) / PER_SECOND, (each - PER_GROUP_MINUTE) * MINUTE / PER_GROUP_MINUTE)
    return max(floor((messages - 1) / PER_SECOND) * 1.0, floor((each - 1) / PER_GROUP_MINUTE) * MINUTE)


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Deliver under each model, one after the other."""
    private, groups, each = (40, 2, 5) if quick else (1_000, 10, 20)
    return [
        figure
        for model in ("S" if quick else MODELS)
        for figure in await _deliver(folder, model, private=private, groups=groups, each=each)
    ]


async def _deliver(folder: Path, model: str, *, private: int, groups: int, each: int) -> list[Figure]:
    own = folder / f"limits-{model}"
    own.mkdir()
    arguments = [str(number) for number in (private, groups, each)]
    async with (
        counting_server(model) as server,
        child("benchmarks.senders.paced", server.url, *arguments, str(own)) as process,
    ):
        said = await process.line()
        return _figures(model, private + groups * each, each, said, await server.received())


def _figures(model: str, alerts: int, each: int, said: dict[str, Any], received: Received) -> list[Figure]:
    waits = sorted(said["waits"])
    needed = shortest(model, alerts + len(waits), each)
    title = f"{model} ({MODELS[model]}): "
    return [
        Figure(name=f"{title}{alerts:,} alerts and {len(waits)} replies", values=[said["seconds"]], unit="s", digits=1),
        Figure(name=f"{title}the shortest possible for as many", values=[needed], unit="s", digits=1),
        Figure(name=f"{title}time ÷ shortest", values=[said["seconds"] / needed], unit="×", goal=OVER_SHORTEST),
        Figure(name=f"{title}429s", values=[received.refused], goal=NONE_AT_ALL, digits=0),
        Figure(
            name=f"{title}lost",
            values=[alerts + len(waits) - (received.messages - received.doubled)],
            goal=NONE_AT_ALL,
            digits=0,
            vital=True,
        ),
        Figure(name=f"{title}doubled", values=[received.doubled], goal=NONE_AT_ALL, digits=0, vital=True),
        Figure(
            name=f"{title}99 % of replies within",
            values=[waits[min(len(waits) - 1, int(len(waits) * 0.99))]],
            unit="s",
            goal=REPLY_SECONDS,
            digits=3,
        ),
        Figure(name=f"{title}the slowest reply", values=[waits[-1]], unit="s", digits=3),
    ]
