"""When there is something to say of a petition, found by site: without it, all petitions of the site are looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Build the index anew."""
    is_planned = sa.text("news_at IS NOT NULL")
    op.drop_index("ix_petitions_news", "petitions")
    op.create_index(
        "ix_petitions_news", "petitions", ["site", "news_at"], sqlite_where=is_planned, postgresql_where=is_planned
    )
