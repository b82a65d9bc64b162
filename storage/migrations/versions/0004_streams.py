"""Streams of a whole site and alerts that fall due later, people who look after channels, scoreboards."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody subscribes yet."""
    _subscriptions()
    op.create_table(
        "channel_links",
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "person", name="pk_channel_links"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_channel_links_chat_id_chats", ondelete="CASCADE"),
    )
    op.create_index("ix_channel_links_person", "channel_links", ["person"])
    op.create_table(
        "scoreboards",
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stamp", sa.BigInteger()),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread", name="pk_scoreboards"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_scoreboards_chat_id_chats", ondelete="CASCADE"),
    )
    op.create_index("ix_scoreboards_edited", "scoreboards", ["edited_at"])
    for choice in ("members_may", "short_posts"):
        op.add_column("chats", sa.Column(choice, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("chats", sa.Column("signature", sa.Text(), server_default="", nullable=False))
    op.add_column("feeds", sa.Column("complete_since", MOMENT))
    op.add_column("changes", sa.Column("announced_to_subscription", NUMBER, server_default="0", nullable=False))
    op.create_index("ix_changes_kind", "changes", ["kind", "seen_at"])
    op.add_column("alerts", sa.Column("subscription_id", NUMBER))
    deferred, subscribed = sa.text("state = 'deferred'"), sa.text("subscription_id IS NOT NULL")
    op.create_index("ix_alerts_deferred", "alerts", ["due_at"], sqlite_where=deferred, postgresql_where=deferred)
    op.create_index(
        "ix_alerts_subscription",
        "alerts",
        ["subscription_id", "due_at"],
        sqlite_where=subscribed,
        postgresql_where=subscribed,
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("after_change", NUMBER, nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_subscriptions_chat_id_chats", ondelete="CASCADE"),
        sa.UniqueConstraint("chat_id", "thread", "site", "stream", name="uq_subscriptions_chat_id_thread_site_stream"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_fan_out", "subscriptions", ["site", "stream", "id"])
    op.create_index("ix_subscriptions_since", "subscriptions", ["site", "since"])
    op.create_table(
        "subscription_subjects",
        sa.Column("subscription_id", NUMBER, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "subject", name="pk_subscription_subjects"),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name="fk_subscription_subjects_subscription_id_subscriptions",
            ondelete="CASCADE",
        ),
    )
