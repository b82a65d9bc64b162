"""What the audit has to know: how messages ended, what changes were about, and what it has repaired."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Of what cannot be known of the time before, assume that all was well."""
    op.add_column("alerts", sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE alerts SET ended = true WHERE state = 'composed' AND (message_id IS NULL"
        " OR message_id IN (SELECT id FROM messages WHERE settled_at IS NOT NULL))"
    )
    op.add_column("changes", sa.Column("subjects", sa.Text()))
    op.add_column("subscriptions", sa.Column("subjects_after", NUMBER, server_default="0", nullable=False))
    op.execute("UPDATE subscriptions SET subjects_after = (SELECT coalesce(max(id), 0) FROM changes)")
    op.create_table(
        "repairs",
        sa.Column("change_id", NUMBER, nullable=False),
        sa.Column("chat_id", NUMBER, nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", "chat_id", "thread", name="pk_repairs"),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name="fk_repairs_change_id_changes", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_repairs_chat_id_chats", ondelete="CASCADE"),
    )
