"""One chat or crowd costs the others nothing: chats are paused, and alerts leave in turns."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def _where(condition: str, *, on_postgresql: str | None = None) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(on_postgresql or condition)}


def upgrade() -> None:
    """What waits already goes before what is announced from now on, in the order of its rows."""
    _pauses()
    _retries()
    _turns()
    _figures()


def _pauses() -> None:
    op.add_column("chats", sa.Column("paused_until", MOMENT))
    op.drop_index("ix_messages_retried", "messages")


def _retries() -> None:
    for table in ("chats", "closed_topics"):
        op.add_column(table, sa.Column("retry_at", MOMENT))
        op.add_column(table, sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        op.create_index(f"ix_{table}_retry", table, ["retry_at"], **_where("retry_at IS NOT NULL"))
    op.add_column("closed_topics", sa.Column("on_trial", sa.Boolean(), server_default=sa.false(), nullable=False))


def _turns() -> None:
    op.add_column("changes", sa.Column("last_turn", sa.BigInteger()))
    for table in ("alerts", "messages"):
        op.add_column(table, sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False))
    _index_again("changes", "unannounced", ["last_turn", "id"], **_where("announced_at IS NULL"))
    _index_again(
        "alerts",
        "due",
        ["turn", "id"],
        **_where("state = 'owed' AND held = 0", on_postgresql="state = 'owed' AND NOT held"),
    )
    _index_again(
        "messages",
        "ready",
        ["lane", "turn", "id"],
        **_where("state = 'queued' AND held = 0", on_postgresql="state = 'queued' AND NOT held"),
    )
    _index_again("messages", "claimed", ["lane", "turn"], **_where("state = 'claimed'"))


def _figures() -> None:
    op.create_index("ix_chats_suspended", "chats", ["suspended_at"], **_where("state = 'suspended'"))
    op.create_index("ix_chats_paused", "chats", ["paused_until"], **_where("paused_until IS NOT NULL"))
    op.create_index(
        "ix_messages_given_up", "messages", ["state"], **_where("state IN ('rejected', 'uncertain', 'set_aside')")
    )


def _index_again(table: str, name: str, columns: list[str], **where: Any) -> None:  # noqa: ANN401
    op.drop_index(f"ix_{table}_{name}", table)
    op.create_index(f"ix_{table}_{name}", table, columns, **where)
