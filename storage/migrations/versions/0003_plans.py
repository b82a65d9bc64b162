"""The plan of the watch: how closely each petition is watched, when that was planned, and since when it is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them. A petition stored before is watched as most are until its next look."""
    op.add_column("petitions", sa.Column("every", sa.Integer(), server_default="5", nullable=False))
    op.add_column("petitions", sa.Column("planned_at", MOMENT))
    op.add_column("petitions", sa.Column("missing_since", MOMENT))
    op.create_index("ix_petitions_planned", "petitions", ["site", "planned_at"])
