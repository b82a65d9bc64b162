"""What headers say, however they are written."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sites.headers import max_age_of, retry_after_of, validator_of


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
    ("value", "expected"),
    [
        ("max-age=60, public, stale-while-revalidate=120", 60),
        ("public, Max-Age = 5", 5),
        ("max-age=0, private, must-revalidate", 0),
        ("s-maxage=9", None),
        ("x-max-age=9", None),
        ("no-cache", None),
        ("max-age=99999999999999999999", None),
    ],
)
def test_max_age_is_read(value: str, expected: int | None) -> None:
    assert max_age_of({"Cache-Control": value}) == (None if expected is None else timedelta(seconds=expected))


@given(st.text())
def test_no_header_is_too_strange(value: str) -> None:
    headers = {"Retry-After": value, "Date": value, "Cache-Control": value, "ETag": value}
    retry_after_of(headers)
    retry_after_of({"Retry-After": value, "Date": "Sun, 22 Nov 2026 10:00:30 GMT"})
    max_age_of(headers)
    validator_of(headers)
