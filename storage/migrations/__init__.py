"""The tables from version to version: numbered Alembic migrations, run when the database is opened."""

from storage.migrations.migrate import NewerDatabaseError, migrate

__all__ = ["NewerDatabaseError", "migrate"]
