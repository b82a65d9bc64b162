"""Broadcasts that Telegram is paid for: how much an operator allows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing is paid."""
    op.add_column("broadcasts", sa.Column("stars", sa.BigInteger()))
