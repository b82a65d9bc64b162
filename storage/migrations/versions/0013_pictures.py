"""Pictures of messages: what they show, and what Telegram calls them; and where petitions are signed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """There are none yet."""
    op.create_table(
        "pictures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text()),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_pictures"),
    )
    op.create_index("ix_pictures_kept", "pictures", ["kept_at"])
    op.create_table(
        "breakdowns",
        sa.Column("petition_id", NUMBER, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name="fk_breakdowns_petition_id_petitions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", name="pk_breakdowns"),
    )
