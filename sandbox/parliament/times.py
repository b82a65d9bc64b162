"""How the site writes times: UTC in petitions, London offsets in count.json, days as London sees them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def stamp(instant: datetime) -> str:
    """`2026-03-02T09:00:00.000Z`, the form of every time in a petition; such texts sort by time."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_of(text: str) -> datetime:
    """An ISO time as an aware UTC datetime; a time without zone is taken as UTC. `ValueError` if it is no time."""
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def london_stamp(text: str | None) -> str | None:
    """A time of a petition in the form of count.json, `2026-07-01T10:00:00.000+01:00`."""
    return instant_of(text).astimezone(LONDON).isoformat(timespec="milliseconds") if text else None


def london_day(instant: datetime) -> date:
    """The calendar day in London at an instant."""
    return instant.astimezone(LONDON).date()


def midnight_after(day: date) -> datetime:
    """The instant at which a day ends in London: when the site's nightly jobs run."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)
