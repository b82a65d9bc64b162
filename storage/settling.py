"""What the end of an attempt changes: the message, and what is known of its chat."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

import structlog
from sqlalchemy import Text, Update, bindparam, case, null, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.outbox import ChatLost, ChatMoved, ChatPaused, MessageState, PlaceReached, Settlement, TopicLost
from storage.chats import close_topic, place_reached, suspend_chat
from storage.columns import UtcDateTime
from storage.merging import move_chat
from storage.pairs import pairs, written_pairs
from storage.reach import pause
from storage.schema import CLAIMED, alerts, messages

LONGEST_REASON = 200

_log = structlog.get_logger()

_AT = bindparam("at", type_=UtcDateTime)
_ATTEMPT = (
    update(messages)
    .where(messages.c.id == bindparam("message"), CLAIMED)
    .values(attempts=bindparam("tries"), uncertain=bindparam("doubts"), reason=bindparam("why"))
)
_QUEUE_AGAIN = _ATTEMPT.values(
    state=case((messages.c.recalled, MessageState.CANCELLED), else_=MessageState.QUEUED),
    not_before=bindparam("earliest"),
    settled_at=case((messages.c.recalled, _AT), else_=null()),
)
_FINISH = _ATTEMPT.values(state=bindparam("final", type_=Text), settled_at=_AT)
_SET_ASIDE = (
    update(messages)
    .where(messages.c.id == bindparam("message"), CLAIMED)
    .values(state=MessageState.SET_ASIDE, reason=bindparam("why"), settled_at=messages.c.due_at)
)
_SENT_ID, _TELEGRAM_ID = pairs("answers")
_SENT = (
    update(messages)
    .where(messages.c.id == _SENT_ID, CLAIMED)
    .values(state=MessageState.SENT, settled_at=_AT, telegram_message_id=_TELEGRAM_ID, content=null(), reason=null())
)
_ENDED_ID, _ = pairs("endings")
_END_ALERTS = update(alerts).where(alerts.c.message_id.in_(select(_ENDED_ID))).values(ended=True)
_STILL_CLAIMED = select(messages.c.id).where(messages.c.id.in_(bindparam("ids", expanding=True)), CLAIMED)


async def settle(connection: AsyncConnection, settlements: Sequence[Settlement]) -> None:
    """Settle messages that are claimed, in a few bulk statements, then apply what was learnt about their chats."""
    effects = await _effects(connection, settlements)
    sent: dict[datetime, dict[int, int | None]] = {}
    others: dict[Update, list[dict[str, object]]] = {}
    for settlement in settlements:
        match settlement.state:
            case MessageState.SENT:
                sent.setdefault(settlement.at, {})[settlement.message] = settlement.telegram_message_id
            case MessageState.QUEUED:
                others.setdefault(_QUEUE_AGAIN, []).append(_attempt(settlement) | {"earliest": settlement.not_before})
            case MessageState.REJECTED | MessageState.UNCERTAIN | MessageState.CANCELLED | MessageState.EXPIRED:
                others.setdefault(_FINISH, []).append(_attempt(settlement) | {"final": settlement.state})
            case MessageState.AWAITING | MessageState.CLAIMED | MessageState.SET_ASIDE:
                raise ValueError(f"an attempt cannot end as {settlement.state}")
            case _:
                assert_never(settlement.state)
    for at, answers in sent.items():
        await connection.execute(_SENT, {"at": at, "answers": written_pairs(answers)})
    for statement, batch in others.items():
        await connection.execute(statement, batch)
    ended: dict[int, int | None] = {each.message: None for each in settlements if each.state is not MessageState.QUEUED}
    if ended:
        await connection.execute(_END_ALERTS, {"endings": written_pairs(ended)})
    for settlement in effects:
        await _apply(connection, settlement)


async def settle_or_set_aside(connection: AsyncConnection, settlement: Settlement) -> Settlement:
    """Settle one message, or set it aside when that cannot be stored; return how it was settled."""
    try:
        async with connection.begin_nested():
            await settle(connection, (settlement,))
    except OperationalError:
        raise  # the database itself fails: no settlement is to blame
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one must not stop the rest
        _log.exception("message.set_aside", message_id=settlement.message, meant=settlement.state)
        reason = f"cannot be stored as {settlement.state}: {error}"[:LONGEST_REASON]
        await connection.execute(_SET_ASIDE, {"message": settlement.message, "why": reason})
        await connection.execute(_END_ALERTS, {"endings": written_pairs({settlement.message: None})})
        return Settlement(message=settlement.message, state=MessageState.SET_ASIDE, at=settlement.at, reason=reason)
    return settlement


def _attempt(settlement: Settlement) -> dict[str, object]:
    return {
        "message": settlement.message,
        "tries": settlement.attempts,
        "doubts": settlement.uncertain,
        "why": settlement.reason,
        "at": settlement.at,
    }


async def _effects(connection: AsyncConnection, settlements: Sequence[Settlement]) -> list[Settlement]:
    with_effect = [settlement for settlement in settlements if settlement.effect is not None]
    if not with_effect:
        return []
    ids = [settlement.message for settlement in with_effect]
    claimed = set((await connection.execute(_STILL_CLAIMED, {"ids": ids})).scalars())
    return [settlement for settlement in with_effect if settlement.message in claimed]


async def _apply(connection: AsyncConnection, settlement: Settlement) -> None:
    match settlement.effect:
        case ChatPaused(chat=chat, until=until):
            await pause(connection, chat, until)
        case ChatMoved(chat=chat, telegram_id=telegram_id):
            await move_chat(connection, chat, telegram_id)
        case ChatLost(chat=chat, reason=reason, retry_at=retry_at):
            await suspend_chat(connection, chat, reason, settlement.at, retry_at)
        case TopicLost(place=place, reason=reason, retry_at=retry_at):
            await close_topic(connection, place, reason, settlement.at, retry_at)
        case PlaceReached(place=place):
            await place_reached(connection, place)
        case None:
            pass
        case effect:
            assert_never(effect)
