"""A chat can be paused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Remember until when a chat is paused; messages need no longer wait for older ones of their chat."""
    op.add_column("chats", sa.Column("paused_until", MOMENT))
    op.drop_index("ix_messages_retried", "messages")
