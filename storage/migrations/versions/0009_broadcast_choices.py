"""What operators choose for a broadcast: how much Telegram may be paid for it, and other words for a language."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing is paid, and everybody gets the same words."""
    op.add_column("broadcasts", sa.Column("stars", sa.BigInteger()))
    op.add_column("broadcasts", sa.Column("versions", sa.Text(), server_default="{}", nullable=False))
