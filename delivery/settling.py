"""What the end of an attempt means for the message and for its chat."""

from datetime import datetime, timedelta
from typing import assert_never

from delivery.outbox import ChatLost, ChatMoved, ClaimedMessage, MessageState, Settlement, TopicLost
from delivery.verdicts import Gone, Later, Moved, Refused, Sent, Uncertain, Verdict

FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(minutes=10)
SECOND_TRY_AFTER_SILENCE = timedelta(seconds=30)
"""A request that was never answered is repeated once, when whatever swallowed the answer has had time to pass."""


def settle(message: ClaimedMessage, verdict: Verdict, now: datetime, jitter: float) -> Settlement:
    """Decide how the message's life goes on after an attempt; `jitter` is a chance in [0, 1).

    Whatever may be tried again goes back to the queue, without any bound on how often. Only silence is bounded:
    the second request that was written and not answered is the last.
    """
    match verdict:
        case Sent(telegram_message_id=telegram_message_id):
            return _settlement(message, MessageState.SENT, now, telegram_message_id=telegram_message_id)
        case Later(reason=reason, after=after):
            return _settlement(
                message,
                MessageState.QUEUED,
                now,
                not_before=now + _wait(after, message.attempts, jitter),
                attempts=message.attempts + 1,
                reason=reason,
            )
        case Moved(telegram_id=telegram_id):
            moved = ChatMoved(chat=message.place.chat, telegram_id=telegram_id)
            return _settlement(message, MessageState.QUEUED, now, not_before=now, reason="moved", effect=moved)
        case Gone(reason=reason, topic_only=topic_only):
            lost = (
                TopicLost(place=message.place, reason=reason)
                if topic_only and message.place.thread
                else ChatLost(chat=message.place.chat, reason=reason)
            )
            return _settlement(message, MessageState.QUEUED, now, not_before=now, reason=reason, effect=lost)
        case Refused(reason=reason):
            return _settlement(message, MessageState.REJECTED, now, reason=reason)
        case Uncertain(reason=reason):
            if message.uncertain:
                return _settlement(message, MessageState.UNCERTAIN, now, uncertain=message.uncertain + 1, reason=reason)
            return _settlement(
                message,
                MessageState.QUEUED,
                now,
                not_before=now + SECOND_TRY_AFTER_SILENCE,
                uncertain=message.uncertain + 1,
                reason=reason,
            )
        case _:
            assert_never(verdict)


def _wait(told: timedelta | None, attempts: int, jitter: float) -> timedelta:
    """As long as we were told and up to a second more, or twice as long as last time, less up to a half."""
    if told is not None:
        return told + timedelta(seconds=jitter)
    doubled = FIRST_BACK_OFF * (1 << min(attempts, 10))
    return min(doubled, LONGEST_BACK_OFF) * (1 - jitter / 2)


def _settlement(
    message: ClaimedMessage,
    state: MessageState,
    now: datetime,
    *,
    not_before: datetime | None = None,
    attempts: int | None = None,
    uncertain: int | None = None,
    telegram_message_id: int | None = None,
    reason: str | None = None,
    effect: ChatMoved | ChatLost | TopicLost | None = None,
) -> Settlement:
    return Settlement(
        message=message.id,
        state=state,
        at=now,
        not_before=not_before,
        attempts=message.attempts if attempts is None else attempts,
        uncertain=message.uncertain if uncertain is None else uncertain,
        telegram_message_id=telegram_message_id,
        reason=reason,
        effect=effect,
    )
