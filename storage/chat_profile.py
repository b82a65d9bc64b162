"""What is known of one chat, for an operator; no text of any message is read."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.chats import Announcement
from delivery.outbox import Lane
from messages.chat_profile import Banned, ChatProfile, RecentMessage
from storage.columns import AnyRow
from storage.schema import bans, chats, follows, messages, subscriptions

MOST_RECENT = 5

_FOLLOWS = select(func.count()).select_from(follows).where(follows.c.chat_id == chats.c.id).scalar_subquery()
_SUBSCRIPTIONS = (
    select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chats.c.id).scalar_subquery()
)
_PROFILE = (
    select(
        chats,
        _FOLLOWS.label("follows"),
        _SUBSCRIPTIONS.label("subscriptions"),
        bans.c.since.label("banned_since"),
        bans.c.reason.label("banned_because"),
    )
    .join_from(chats, bans, bans.c.telegram_id == chats.c.telegram_id, isouter=True)
    .where(chats.c.telegram_id == bindparam("telegram"))
)
_RECENT = (
    select(messages.c.lane, messages.c.state, func.coalesce(messages.c.settled_at, messages.c.due_at).label("at"))
    .where(messages.c.chat_id == bindparam("chat"))
    .order_by(messages.c.id.desc())
    .limit(MOST_RECENT)
)
_LANES = {lane.value: lane.name.lower() for lane in Lane}


async def chat_profile(connection: AsyncConnection, telegram_id: int) -> ChatProfile | None:
    """Return what is known of a chat, `None` when that is nothing."""
    row = (await connection.execute(_PROFILE, {"telegram": telegram_id})).one_or_none()
    if row is None:
        return None
    recent = (await connection.execute(_RECENT, {"chat": row.id})).all()
    return _profile(
        row, [RecentMessage(lane=_LANES.get(each.lane, "–"), state=each.state, at=each.at) for each in recent]
    )


def _profile(row: AnyRow, recent: list[RecentMessage]) -> ChatProfile:
    limits = {"follows": row.most_follows, "subscriptions": row.most_subscriptions}
    return ChatProfile(
        telegram_id=row.telegram_id,
        kind=row.kind,
        state=row.state,
        since=row.since,
        suspended_because=row.reason,
        follows=row.follows,
        subscriptions=row.subscriptions,
        limits={what: most for what, most in limits.items() if most is not None},
        declines=[each.value for each in Announcement if getattr(row, f"declines_{each}")],
        banned=None if row.banned_since is None else Banned(since=row.banned_since, reason=row.banned_because),
        recent=recent,
    )
