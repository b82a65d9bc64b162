"""What the headers of a site's answer say (`docs/petition-sites.md` §9)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from petitions.answers import Validator

LONGEST_HEADER: Final = 500
"""Validators beyond this length are nothing that we would keep and send back."""

SLOT: Final = timedelta(seconds=10)
"""To this the site cuts `Last-Modified`: what changes again within it keeps the same one."""


def validator_of(headers: Mapping[str, str]) -> Validator | None:
    """Return the server's validators as it wrote them, or `None` without any."""
    etag, last_modified = _echoable(headers.get("ETag")), _echoable(headers.get("Last-Modified"))
    if not etag and not last_modified:
        return None
    return Validator(etag=etag, last_modified=last_modified, settled=_slot_is_over(headers))


def conditions(validator: Validator | None, *, prefer_etag: bool) -> dict[str, str]:
    """Return the headers of a conditional read, never with both validators; without any, of a read past caches.

    A time that is not settled is none: "not modified" would hide what else happened in the same ten seconds.
    """
    if validator is not None:
        by_etag = {"If-None-Match": validator.etag} if validator.etag else {}
        by_time = (
            {"If-Modified-Since": validator.last_modified} if validator.last_modified and validator.settled else {}
        )
        if condition := (by_etag or by_time) if prefer_etag else (by_time or by_etag):
            return condition
    return {"Cache-Control": "no-cache"}


def retry_after_of(headers: Mapping[str, str]) -> timedelta | None:
    """Return how long the server wants us to wait, from seconds or a date (counted from the server's own `Date`)."""
    told = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return timedelta(seconds=int(told))
    until, since = _http_date(told), _http_date(headers.get("Date", ""))
    return None if until is None or since is None else max(until - since, timedelta(0))


def _slot_is_over(headers: Mapping[str, str]) -> bool:
    """Tell whether the answer was made after the slot of its `Last-Modified`, both by the server's own clock."""
    changed, answered = _http_date(headers.get("Last-Modified", "")), _http_date(headers.get("Date", ""))
    return changed is None or answered is None or answered - changed >= SLOT


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _echoable(value: str | None) -> str | None:
    """Return a header's value if it can be sent back byte by byte."""
    return value if value and len(value) <= LONGEST_HEADER and value.isascii() and value.isprintable() else None
