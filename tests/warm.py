"""What every program needs at its start, read once in the server that forks them all."""

import gc

from bot import garbage_collection
from messages import numbers, replies
from messages.words import Words
from sandbox import __main__ as sandbox
from tests import processes
from tests.drills import doomed_bot

__all__ = ["doomed_bot", "processes", "sandbox"]

replies.note(Words(), "follow-usage")
numbers.listed((1_000, 2_500), Words())
garbage_collection.collect_rarely()
gc.freeze()  # so that no program copies what it shares with the others
