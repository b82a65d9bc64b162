"""What operators decide: bans, limits of single chats, switches, and which messages were sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody is banned, nothing is switched and every chat has the usual limits."""
    op.create_table(
        "bans",
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("telegram_id", name="pk_bans"),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )
    for limit in ("most_follows", "most_subscriptions"):
        op.add_column("chats", sa.Column(limit, sa.Integer()))
    op.add_column("messages", sa.Column("resent", sa.Boolean(), server_default=sa.false(), nullable=False))
