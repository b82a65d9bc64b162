"""Whether a place can be reached, and what is held because it cannot.

A place is out of reach while its chat is suspended or its topic closed. Alerts owed and messages queued carry a copy of
that in `held`, so that what is due is found by an index alone however much is held for chats that left. Whoever inserts
such rows sets `held`; whoever suspends or restores calls `hold`, in the same transaction. Messages in flight carry it
too: they may come back to the queue.
"""

from sqlalchemy import ColumnElement, bindparam, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import ChatState
from petitions.follows import ChatId
from storage.columns import NUMBER
from storage.schema import OWED, PENDING, alerts, chats, closed_topics, is_state, messages

_chat = chats.alias("its_chat")  # so that a statement about `chats` itself may ask, too


def out_of_reach(chat_id: ColumnElement[int], thread: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell, inside a statement, whether the place these expressions name is out of reach."""
    suspended = exists().where(_chat.c.id == chat_id, is_state(_chat.c.state, ChatState.SUSPENDED))
    closed = exists().where(closed_topics.c.chat_id == chat_id, closed_topics.c.thread == thread)
    return or_(suspended, closed)


_CHAT = bindparam("chat", type_=NUMBER)
_HOLD_ALERTS = (
    update(alerts).where(OWED, alerts.c.chat_id == _CHAT).values(held=out_of_reach(alerts.c.chat_id, alerts.c.thread))
)
_HOLD_MESSAGES = (
    update(messages)
    .where(PENDING, messages.c.chat_id == _CHAT)
    .values(held=out_of_reach(messages.c.chat_id, messages.c.thread))
)


async def hold(connection: AsyncConnection, chat: ChatId) -> None:
    """Bring `held` of all that waits for the chat up to date."""
    await connection.execute(_HOLD_ALERTS, {"chat": chat})
    await connection.execute(_HOLD_MESSAGES, {"chat": chat})
