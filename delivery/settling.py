"""What the end of an attempt means for the message and for its chat."""

from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from delivery.outbox import (
    ChatLost,
    ChatMoved,
    ChatPaused,
    ClaimedMessage,
    MessageState,
    PlaceReached,
    Settlement,
    TopicLost,
)
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict

FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(minutes=10)
WAITS_AFTER_SILENCE = (timedelta(seconds=30), timedelta(minutes=5))
"""A request that was written and never answered is repeated after these waits, and then given up."""

FIRST_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(days=1)
"""Waits before a chat or topic that may be open again is tried; each is twice as long as the one before."""

LONGEST_PAUSE = timedelta(seconds=30)
"""How long a chat's later messages wait for one that must be tried again. After that they may overtake it."""


def settlement_after(message: ClaimedMessage, verdict: Verdict, now: datetime, jitter: float) -> Settlement:
    """Decide how the message's life goes on after an attempt; `jitter` is a chance in [0, 1).

    Whatever may be tried again goes back to the queue, without any bound on how often, and its chat is paused: as long
    as Telegram said, or so long that the chat's later messages do not overtake it in a short fault. Only requests that
    were written and never answered are bounded: after the third the message ends as `UNCERTAIN`.
    """
    ended = partial(Settlement, message=message.id, at=now, attempts=message.attempts, uncertain=message.uncertain)
    match verdict:
        case Sent(telegram_message_id=telegram_message_id):
            reached = PlaceReached(place=message.place) if message.place_tries else None
            return ended(state=MessageState.SENT, telegram_message_id=telegram_message_id, effect=reached)
        case Later(reason=reason, after=after):
            wait = _wait(after, message.attempts, jitter)
            return ended(
                state=MessageState.QUEUED,
                not_before=now + wait,
                attempts=message.attempts + 1,
                reason=reason,
                effect=_pause(message, now, wait if after is not None else min(wait, LONGEST_PAUSE)),
            )
        case Moved(telegram_id=telegram_id):
            moved = ChatMoved(chat=message.place.chat, telegram_id=telegram_id)
            return ended(state=MessageState.QUEUED, not_before=now, reason="moved", effect=moved)
        case Gone(reason=reason, topic_only=topic_only, temporary=temporary):
            retry_at = now + _doubled(FIRST_RETRY, LONGEST_RETRY, message.place_tries, jitter) if temporary else None
            lost = (
                TopicLost(place=message.place, reason=reason, retry_at=retry_at)
                if topic_only
                else ChatLost(chat=message.place.chat, reason=reason, retry_at=retry_at)
            )
            return ended(state=MessageState.QUEUED, not_before=now, reason=reason, effect=lost)
        case Refused(reason=reason):
            return ended(state=MessageState.REJECTED, reason=reason)
        case Uncertain(reason=reason):
            tries = message.uncertain + 1
            if tries > len(WAITS_AFTER_SILENCE):
                return ended(state=MessageState.UNCERTAIN, uncertain=tries, reason=reason)
            wait = WAITS_AFTER_SILENCE[tries - 1]
            return ended(
                state=MessageState.QUEUED,
                not_before=now + wait,
                uncertain=tries,
                reason=reason,
                effect=_pause(message, now, min(wait, LONGEST_PAUSE)),
            )
        case _:
            assert_never(verdict)


def _wait(told: timedelta | None, attempts: int, jitter: float) -> timedelta:
    """As long as we were told and up to a second more, or twice as long as last time, less up to a half."""
    if told is not None:
        return told + timedelta(seconds=jitter)
    return _doubled(FIRST_BACK_OFF, LONGEST_BACK_OFF, attempts, jitter)


def _doubled(first: timedelta, longest: timedelta, times: int, jitter: float) -> timedelta:
    return min(first * (1 << min(times, 10)), longest) * (1 - jitter / 2)


def _pause(message: ClaimedMessage, now: datetime, wait: timedelta) -> ChatPaused:
    return ChatPaused(chat=message.place.chat, until=now + wait)
