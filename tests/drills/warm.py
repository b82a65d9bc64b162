"""What every bot needs at its start, read once in the server that forks them all."""

from messages import numbers, replies
from messages.words import Words
from tests.drills import doomed_bot, process

__all__ = ["doomed_bot", "process"]

replies.note(Words(), "follow-usage")
numbers.listed((1_000, 2_500), Words())
