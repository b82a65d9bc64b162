"""When there is something to say of a petition although its site may show nothing new."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing is to be said until the next look at each petition has planned it."""
    op.add_column("petitions", sa.Column("news_at", sa.DateTime(timezone=True)))
    is_planned = sa.text("news_at IS NOT NULL")
    op.create_index("ix_petitions_news", "petitions", ["news_at"], sqlite_where=is_planned, postgresql_where=is_planned)
