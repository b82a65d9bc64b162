"""What every program needs at its start, read once in the server that forks them all."""

import asyncio
import gc
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import garbage_collection
from messages import numbers, replies
from messages.words import Words
from sandbox import __main__ as sandbox
from sandbox.parliament.happenings import Happening
from tests import processes
from tests.compiled_statements import share_compiled_statements
from tests.drills import doomed_bot
from tests.journeys.town import PEARS, town_in

__all__ = ["doomed_bot", "processes", "sandbox"]


async def tell_an_alert() -> None:
    """Let a bot live until it has said something, so that the statements it needs are compiled."""
    with TemporaryDirectory() as folder:
        async with town_in(Path(folder)) as town, town.bot():
            ada = town.telegram.add_user("Ada")
            await town.ask(ada, f"/follow {PEARS}", "Now following")
            town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
            await town.hears(ada, "10,000 signatures")


share_compiled_statements()
asyncio.run(tell_an_alert())
replies.note(Words(), "follow-usage")
numbers.listed((1_000, 2_500), Words())
garbage_collection.collect_rarely()
gc.freeze()  # so that no program copies what it shares with the others
