import time
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage.columns import UtcDateTime
from tests.storage.samples import NOW


def test_a_moment_is_stored_as_the_same_moment_whatever_zone_the_machine_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        stored = UtcDateTime().process_bind_param(
            NOW.astimezone(timezone(timedelta(hours=-5))), SQLiteDialect_pysqlite()
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert stored == NOW.replace(tzinfo=None)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        UtcDateTime().process_bind_param(datetime(2026, 3, 2), SQLiteDialect_pysqlite())  # noqa: DTZ001
