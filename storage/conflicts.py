"""INSERT … ON CONFLICT for every database.

The construct is written in PostgreSQL's dialect of SQLAlchemy; the SQLite compiler renders it as well (not the other
way round), so one statement serves both.
"""

from sqlalchemy.dialects.postgresql import Insert, insert

__all__ = ["Insert", "insert"]
