"""In which state petitions were compared with others, and the words of their titles by which those are found."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The state of each petition is known after the next look at it; then it is compared."""
    op.add_column("petitions", sa.Column("state", sa.Text()))
    op.add_column("petitions", sa.Column("compared_as", sa.Text()))
    uncompared = sa.text("state IS NOT NULL AND (compared_as IS NULL OR compared_as != state)")
    op.create_index(
        "ix_petitions_uncompared", "petitions", ["id"], sqlite_where=uncompared, postgresql_where=uncompared
    )
    op.create_table(
        "title_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("petition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("word", "petition_id", name="pk_title_words"),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name="fk_title_words_petition_id_petitions", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_title_words_petition_id", "title_words", ["petition_id"])
