"""How the site writes times: UTC in petitions, London offsets in count.json, days as London sees them."""

from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def stamp(instant: datetime | None) -> str | None:
    """`2026-03-02T09:00:00.000Z`, the form of every datetime of a petition."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def london_stamp(instant: datetime | None) -> str | None:
    """`2026-07-01T10:00:00.000+01:00`, the form of count.json and of a dissolution."""
    if instant is None:
        return None
    return instant.astimezone(LONDON).isoformat(timespec="milliseconds")


def day(value: date | None) -> str | None:
    """`2026-03-02`."""
    return None if value is None else value.isoformat()


def london_day(instant: datetime) -> date:
    """The calendar day in London at an instant."""
    return instant.astimezone(LONDON).date()


def midnight_after(value: date) -> datetime:
    """The instant at which a day ends in London: when the site's nightly jobs run."""
    return datetime.combine(value + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)


def last_moment_of(value: date) -> datetime:
    """23:59:59.999 London of a day: the `closed_at` of a petition that closes at its deadline."""
    return midnight_after(value) - timedelta(milliseconds=1)


def parse_stamp(text: str | None) -> datetime | None:
    """An ISO time as an aware UTC datetime; a time without zone is taken as UTC. `ValueError` if it is no time."""
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def http_date(instant: datetime) -> str:
    """The form of Last-Modified."""
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def parse_http_date(text: str | None) -> datetime | None:
    """What If-Modified-Since says, or None when it says nothing readable."""
    if not text:
        return None
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
