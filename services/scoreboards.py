"""Scoreboards: one message a place that shows what it follows, edited in place when that has changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from cachetools import LRUCache

from delivery.chats import Chat
from delivery.outbox import Lane, Scoreboard
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain
from messages.content import Content
from messages.scoreboard import MOST_LINES, ScoreLine
from petitions.follows import Place
from petitions.petition import Reading
from services.ports import FollowStore, Messenger, Pacer, PetitionStore, ScoreboardStore
from services.replying import Address, Replying, ReplyRefusedError

BOARDS_A_STEP = 50
SECONDS_BETWEEN_EDITS = 15.0
"""Of one scoreboard: four of the twenty messages a minute that Telegram takes for a group or channel."""

A_DAY_AGO = timedelta(hours=22), timedelta(hours=26)
MOST_REMEMBERED = 100_000

log = structlog.get_logger(__name__)

WriteBoard = Callable[[Sequence[ScoreLine], int, datetime], Content]
"""Makes the message of these petitions, of so many that are followed in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboards:
    """Puts scoreboards up and keeps them up to date, behind everything else that is to be sent."""

    scoreboards: ScoreboardStore
    follows: FollowStore
    petitions: PetitionStore
    messenger: Messenger
    pacer: Pacer
    replying: Replying
    write: WriteBoard
    monotonic: Callable[[], float]
    _edited: LRUCache[Place, float] = field(default_factory=lambda: LRUCache(MOST_REMEMBERED))

    async def put_up(self, chat: Chat, place: Place, now: datetime) -> bool:
        """Post a scoreboard, which takes the place of an earlier one; false when it can't be posted."""
        content = await self._content(place, now)
        try:
            message = await self.replying.send(Address(telegram_chat=chat.telegram_id, thread=place.thread), content)
        except ReplyRefusedError:
            return False
        if message is None:
            return False
        await self.scoreboards.put(place, message, content.text, now)
        return True

    async def end(self, place: Place) -> bool:
        """Keep the scoreboard of the place up to date no longer; false when there is none."""
        return await self.scoreboards.end(place)

    async def step(self, now: datetime) -> bool:
        """Edit scoreboards whose petitions have changed, each at most every few seconds."""
        busy = self.pacer.busy()
        for outdated in await self.scoreboards.outdated(BOARDS_A_STEP):
            last = self._edited.get(outdated.place)
            resting = last is not None and self.monotonic() - last < SECONDS_BETWEEN_EDITS
            if outdated.telegram_chat not in busy and not resting:
                await self._edit(outdated, now)
        return False

    async def _edit(self, board: Scoreboard, now: datetime) -> None:
        content = await self._content(board.place, now)
        if content.text == board.text:
            await self.scoreboards.shown(board, board.text, board.stamp, now)
            return
        async with self.pacer.slot(board.telegram_chat, Lane.BROADCAST):
            verdict = await self.messenger.edit(board.telegram_chat, board.message, content)
        self._edited[board.place] = self.monotonic()
        match verdict:
            case Sent():
                await self.scoreboards.shown(board, content.text, board.stamp, now)
            case Refused(reason=reason):
                log.info("scoreboard.ended", chat_id=board.place.chat, reason=reason)
                await self.scoreboards.end(board.place)
            case Later() | Uncertain() | Moved() | Gone():
                await self.scoreboards.shown(board, board.text, None, now)  # it is tried again, after the others
            case unknown:
                assert_never(unknown)

    async def _content(self, place: Place, now: datetime) -> Content:
        followed = await self.follows.followed(place, offset=0, limit=MOST_LINES)
        shown = [
            ScoreLine(
                snapshot=item.petition.snapshot,
                gained=gained_in_a_day(
                    item.petition.snapshot.signatures,
                    await self.petitions.readings(item.petition.id, now - A_DAY_AGO[1]),
                    now,
                ),
            )
            for item in followed
        ]
        return self.write(shown, await self.follows.count(place), now)


def gained_in_a_day(signatures: int, readings: Sequence[Reading], now: datetime) -> int | None:
    """Return how many have signed since about a day ago; `None` when there is no reading of then, or fewer have."""
    then = [reading for reading in readings if A_DAY_AGO[0] <= now - reading.at <= A_DAY_AGO[1]]
    if not then:
        return None
    gained = signatures - min(then, key=lambda reading: abs(now - reading.at - timedelta(days=1))).signatures
    return gained if gained >= 0 else None
