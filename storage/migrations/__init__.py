"""The tables from version to version: numbered Alembic migrations, run when the database is opened."""
