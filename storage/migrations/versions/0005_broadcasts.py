"""Broadcasts, who gets them, and who declines them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nothing was broadcast yet, and nobody has declined anything."""
    for choice in ("declines_news", "declines_service"):
        op.add_column("chats", sa.Column(choice, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("chats", sa.Column("heard_at", MOMENT))
    op.create_table(
        "broadcasts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("content", sa.Text()),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("original_id", NUMBER),
        sa.Column("operator", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("page", sa.BigInteger()),
        sa.Column("page_text", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcasts"),
        sa.ForeignKeyConstraint(
            ["original_id"], ["broadcasts.id"], name="fk_broadcasts_original_id_broadcasts", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state", "confirmed_at"])
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("broadcast_id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", NUMBER),
        sa.Column("telegram_message_id", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_recipients"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name="fk_broadcast_recipients_broadcast_id_broadcasts",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name="fk_broadcast_recipients_chat_id_chats", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("broadcast_id", "chat_id", name="uq_broadcast_recipients_broadcast_id_chat_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcast_recipients_state", "broadcast_recipients", ["broadcast_id", "state"])
    op.create_index("ix_broadcast_recipients_chat", "broadcast_recipients", ["chat_id"])
    in_outbox = sa.text("state = 'queued'")
    op.create_index(
        "ix_broadcast_recipients_in_outbox",
        "broadcast_recipients",
        ["message_id"],
        sqlite_where=in_outbox,
        postgresql_where=in_outbox,
    )
