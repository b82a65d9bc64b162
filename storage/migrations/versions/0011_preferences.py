"""What each place wants to hear of."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody has chosen anything."""
    op.create_table(
        "preferences",
        sa.Column("chat_id", _NUMBER, sa.ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
        sa.Column("thread", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread", "name"),
        sqlite_with_rowid=False,
    )
    op.add_column("follows", sa.Column("choices_after", _NUMBER, server_default="0", nullable=False))
