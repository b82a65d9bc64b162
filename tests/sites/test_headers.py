"""What headers say, however they are written."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.headers import conditions, retry_after_of, validator_of


@pytest.mark.parametrize(
    ("told", "date", "expected"),
    [
        ("120", "", 120),
        (" 0 ", "", 0),
        ("Sun, 22 Nov 2026 10:02:00 GMT", "Sun, 22 Nov 2026 10:00:30 GMT", 90),
        ("Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 10:02:00 GMT", "", None),
        ("soon", "Sun, 22 Nov 2026 10:00:00 GMT", None),
        ("-5", "", None),
        ("", "", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(told: str, date: str, expected: int | None) -> None:
    wait = retry_after_of({"Retry-After": told, "Date": date})
    assert wait == (None if expected is None else timedelta(seconds=expected))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sun, 22 Nov 2026 10:00:40 GMT", {"If-Modified-Since": "Sun, 22 Nov 2026 10:00:30 GMT"}),
        ("Sun, 22 Nov 2026 10:00:39 GMT", {"Cache-Control": "no-cache"}),
        ("Sun, 22 Nov 2026 10:00:20 GMT", {"Cache-Control": "no-cache"}),
        ("", {"If-Modified-Since": "Sun, 22 Nov 2026 10:00:30 GMT"}),
    ],
)
def test_a_time_that_another_change_may_come_to_bear_is_not_sent_back(date: str, expected: dict[str, str]) -> None:
    validator = validator_of({"Last-Modified": "Sun, 22 Nov 2026 10:00:30 GMT", "Date": date})
    assert conditions(validator, prefer_etag=False) == expected


def test_an_etag_is_sent_back_however_young_it_is() -> None:
    now = "Sun, 22 Nov 2026 10:00:30 GMT"
    validator = validator_of({"Last-Modified": now, "Date": now, "ETag": 'W/"1"'})
    assert conditions(validator, prefer_etag=False) == {"If-None-Match": 'W/"1"'}


@given(st.text())
def test_no_header_is_too_strange(value: str) -> None:
    headers = {"Retry-After": value, "Date": value, "ETag": value, "Last-Modified": value}
    retry_after_of(headers)
    retry_after_of({"Retry-After": value, "Date": "Sun, 22 Nov 2026 10:00:30 GMT"})
    validator_of(headers)
