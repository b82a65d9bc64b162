"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _where(condition: str, *, on_postgresql: str | None = None) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(on_postgresql or condition)}


def _reference(table: str, column: str, to: str, *, on_delete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=on_delete)


def upgrade() -> None:
    """Build them, those that others refer to first."""
    _chats()
    _checks()
    _feeds()
    _petitions()
    _updates()
    _changes()
    _closed_topics()
    _follows()
    _messages()
    _readings()
    _alerts()


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("suspended_at", MOMENT),
        sa.Column("reason", sa.Text()),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
        sa.UniqueConstraint("telegram_id", name="uq_chats_telegram_id"),
        sqlite_autoincrement=True,
    )


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
    )


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("validator", sa.Text()),
        sa.PrimaryKeyConstraint("site", "facet", name="pk_feeds"),
    )


def _petitions() -> None:
    op.create_table(
        "petitions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("count_due_at", MOMENT),
        sa.Column("page_due_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("full_at", MOMENT),
        sa.Column("page_validator", sa.Text()),
        sa.Column("count_validator", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_petitions"),
        sa.UniqueConstraint("site", "number", name="uq_petitions_site_number"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_petitions_due",
        "petitions",
        ["site", "due_at"],
        **_where("due_at IS NOT NULL"),
    )


def _updates() -> None:
    op.create_table(
        "updates",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_key", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
        sa.UniqueConstraint("update_id", name="uq_updates_update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_updates_handled", "updates", ["handled_at", "id"])


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("petition_id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("news", sa.Text(), nullable=False),
        sa.Column("happened_at", MOMENT),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("announced_to", NUMBER, server_default="0", nullable=False),
        sa.Column("announced_at", MOMENT),
        _reference("changes", "petition_id", "petitions"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.UniqueConstraint("petition_id", "key", name="uq_changes_petition_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_changes_unannounced",
        "changes",
        ["id"],
        **_where("announced_at IS NULL"),
    )


def _closed_topics() -> None:
    op.create_table(
        "closed_topics",
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _reference("closed_topics", "chat_id", "chats"),
        sa.PrimaryKeyConstraint("chat_id", "thread", name="pk_closed_topics"),
    )


def _follows() -> None:
    op.create_table(
        "follows",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("petition_id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("after_change", NUMBER, nullable=False),
        sa.Column("muted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("followed_at", MOMENT, nullable=False),
        _reference("follows", "chat_id", "chats"),
        _reference("follows", "petition_id", "petitions"),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint("petition_id", "chat_id", "thread", name="uq_follows_petition_id_chat_id_thread"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_follows_fan_out", "follows", ["petition_id", "id"])
    op.create_index("ix_follows_place", "follows", ["chat_id", "thread", "id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("petition_id", NUMBER),
        sa.Column("first_alert_id", NUMBER),
        sa.Column("content", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("recalled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uncertain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("telegram_message_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        _reference("messages", "chat_id", "chats"),
        _reference("messages", "petition_id", "petitions"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_chat", "messages", ["chat_id", "thread", "petition_id"])
    op.create_index(
        "ix_messages_claimed",
        "messages",
        ["id"],
        **_where("state = 'claimed'"),
    )
    op.create_index(
        "ix_messages_held",
        "messages",
        ["due_at"],
        **_where("state = 'queued' AND held = 1", on_postgresql="state = 'queued' AND held"),
    )
    op.create_index(
        "ix_messages_ready",
        "messages",
        ["lane", "due_at", "id"],
        **_where("state = 'queued' AND held = 0", on_postgresql="state = 'queued' AND NOT held"),
    )
    op.create_index(
        "ix_messages_retried",
        "messages",
        ["chat_id", "lane", "due_at"],
        **_where("state = 'queued' AND not_before IS NOT NULL"),
    )
    op.create_index(
        "ix_messages_settled",
        "messages",
        ["settled_at"],
        **_where("settled_at IS NOT NULL"),
    )


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("petition_id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        _reference("readings", "petition_id", "petitions"),
        sa.PrimaryKeyConstraint("petition_id", "at", name="pk_readings"),
        sqlite_with_rowid=False,
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("change_id", NUMBER, nullable=False),
        sa.Column("petition_id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message_id", NUMBER),
        _reference("alerts", "change_id", "changes"),
        _reference("alerts", "chat_id", "chats"),
        _reference("alerts", "message_id", "messages", on_delete="SET NULL"),
        _reference("alerts", "petition_id", "petitions"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("chat_id", "thread", "change_id", name="uq_alerts_chat_id_thread_change_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alerts_dropped",
        "alerts",
        ["due_at"],
        **_where("state IN ('cancelled', 'expired')"),
    )
    op.create_index(
        "ix_alerts_due",
        "alerts",
        ["due_at", "id"],
        **_where("state = 'owed' AND held = 0", on_postgresql="state = 'owed' AND NOT held"),
    )
    op.create_index(
        "ix_alerts_held",
        "alerts",
        ["due_at"],
        **_where("state = 'owed' AND held = 1", on_postgresql="state = 'owed' AND held"),
    )
    op.create_index("ix_alerts_message", "alerts", ["message_id"])
    op.create_index(
        "ix_alerts_owed",
        "alerts",
        ["chat_id", "thread", "petition_id"],
        **_where("state = 'owed'"),
    )
