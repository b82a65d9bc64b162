"""Posts of channels that wait until somebody who looks after the channel says so."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nobody is asked yet."""
    op.add_column("chats", sa.Column("ask_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    awaiting = sa.text("state = 'awaiting'")
    op.create_index("ix_messages_awaiting", "messages", ["due_at"], sqlite_where=awaiting, postgresql_where=awaiting)
