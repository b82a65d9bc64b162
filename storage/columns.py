"""Types of columns that keep a promise of their own."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Row
from sqlalchemy.types import TypeDecorator

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A primary key: SQLite numbers only columns of type INTEGER by itself."""

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns are read by name."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in, aware UTC out, exact to the microsecond; the stored forms sort by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite's type takes the UTC wall time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored moment must be aware, not {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC, whatever zone the connection speaks."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
