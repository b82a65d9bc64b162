"""What the end of an attempt changes: the message, and what is known of its chat."""

from collections.abc import Sequence
from typing import assert_never

from sqlalchemy import Text, Update, bindparam, case, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.outbox import ChatLost, ChatMoved, MessageState, Settlement, TopicLost
from storage.chats import close_topic, suspend_chat
from storage.columns import UtcDateTime
from storage.merging import move_chat
from storage.schema import CLAIMED, messages

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
_SENT = _ATTEMPT.values(
    state=MessageState.SENT, settled_at=_AT, telegram_message_id=bindparam("telegram"), content=null()
)
_STILL_CLAIMED = select(messages.c.id).where(messages.c.id.in_(bindparam("ids", expanding=True)), CLAIMED)


async def settle(connection: AsyncConnection, settlements: Sequence[Settlement]) -> None:
    """Settle messages that are claimed, in a few bulk statements, then apply what was learnt about their chats."""
    effects = await _effects(connection, settlements)
    batches: dict[Update, list[dict[str, object]]] = {_SENT: [], _FINISH: [], _QUEUE_AGAIN: []}
    for settlement in settlements:
        batches[_statement(settlement.state)].append(_values(settlement))
    for statement, batch in batches.items():
        if batch:
            await connection.execute(statement, batch)
    for settlement in effects:
        await _apply(connection, settlement)


def _statement(state: MessageState) -> Update:
    match state:
        case MessageState.QUEUED:
            return _QUEUE_AGAIN
        case MessageState.SENT:
            return _SENT
        case MessageState.REJECTED | MessageState.UNCERTAIN | MessageState.CANCELLED | MessageState.EXPIRED:
            return _FINISH
        case MessageState.CLAIMED:
            raise ValueError("an attempt cannot end as claimed")
        case _:
            assert_never(state)


def _values(settlement: Settlement) -> dict[str, object]:
    values: dict[str, object] = {
        "message": settlement.message,
        "tries": settlement.attempts,
        "doubts": settlement.uncertain,
        "why": settlement.reason,
        "at": settlement.at,
    }
    match settlement.state:
        case MessageState.QUEUED:
            return values | {"earliest": settlement.not_before}
        case MessageState.SENT:
            return values | {"telegram": settlement.telegram_message_id}
        case state:
            return values | {"final": state}


async def _effects(connection: AsyncConnection, settlements: Sequence[Settlement]) -> list[Settlement]:
    with_effect = [settlement for settlement in settlements if settlement.effect is not None]
    if not with_effect:
        return []
    ids = [settlement.message for settlement in with_effect]
    claimed = set((await connection.execute(_STILL_CLAIMED, {"ids": ids})).scalars())
    return [settlement for settlement in with_effect if settlement.message in claimed]


async def _apply(connection: AsyncConnection, settlement: Settlement) -> None:
    match settlement.effect:
        case ChatMoved(chat=chat, telegram_id=telegram_id):
            await move_chat(connection, chat, telegram_id)
        case ChatLost(chat=chat, reason=reason):
            await suspend_chat(connection, chat, reason, settlement.at)
        case TopicLost(place=place, reason=reason):
            await close_topic(connection, place, reason, settlement.at)
        case None:
            pass
        case effect:
            assert_never(effect)
