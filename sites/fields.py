"""Fields of the sites' JSON as types that pydantic checks (`docs/petition-sites.md` §3, §11).

Absent, null and empty are the same everywhere; whatever is of a wrong type is an error that names the field.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MAX_SIGNATURES: Final = 1_000_000_000
"""More than this is no count of people."""

EARLIEST: Final = date(2006, 1, 1)
LATEST: Final = date(2126, 1, 1)
"""Official petitions on the web began in 2006; a petition lives for years, not for a century."""

LONGEST_TEXT: Final = 100_000
"""Characters of a text that are read; a long response of a government has a quarter of it."""

LONGEST_LIST: Final = 1_000
"""Petitions of a page that are read; the sites give 50."""

LONGEST_NAME: Final = 100
MOST_NAMES: Final = 50
"""Topics, departments or items of other business of a petition that are read."""

LONGEST_LINE: Final = 1_000
LONGEST_ADDRESS: Final = 2_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_text(text: str) -> str:
    """Return a text with one kind of line break, without control characters and halves, cut where it is too long."""
    whole = text[:LONGEST_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = whole.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines)


def _text(value: object) -> object:
    if value is None:
        return ""
    return clean_text(value).strip() if isinstance(value, str) else value


def _line(value: object) -> object:
    line = " ".join(clean_text(value).split())[:LONGEST_LINE] if isinstance(value, str) else value
    if line is None or line == "":
        raise ValueError("is missing")
    return line


def _name(value: object) -> object:
    if value is None:
        return ""
    return " ".join(clean_text(value).split())[:LONGEST_NAME] if isinstance(value, str) else value


def _few(value: object) -> object:
    if value is None:
        return ()
    return tuple(value[:MOST_NAMES]) if isinstance(value, list) else value


def _latest(value: object) -> object:
    return tuple(value[-MOST_NAMES:]) if isinstance(value, list) else value


def _number(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1_000_000_000:
        raise ValueError("is not the number of a petition")
    return str(value)


def _moment(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    moment = _instant(value) if isinstance(value, str) else None
    if moment is None:
        raise ValueError("is not a time with a zone")
    _check_bounds(moment.date())
    return moment


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) == len("2026-09-14"):
        day = date.fromisoformat(value)
        _check_bounds(day)
        return day
    raise ValueError("is not a day")


def _check_bounds(day: date) -> None:
    if not EARLIEST <= day < LATEST:
        raise ValueError(f"is not between {EARLIEST.year} and {LATEST.year}")


def _address(value: object) -> object:
    address = _text(value)
    if not isinstance(address, str):
        return address
    is_link = address.lower().startswith(("https://", "http://")) and address.split() == [address]
    return address if is_link and len(address) <= LONGEST_ADDRESS else None


def _unless_empty(value: object) -> object:
    """Take an object whose fields are all null or empty for none at all (§3.1)."""
    if value == "" or (isinstance(value, dict) and all(field is None or field == "" for field in value.values())):
        return None
    return value


class Shape(BaseModel):
    """An object of the JSON: unknown keys are ignored, types are not converted."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


Text = Annotated[str, BeforeValidator(_text)]
Line = Annotated[str, BeforeValidator(_line)]
Name = Annotated[str, BeforeValidator(_name)]
Few = BeforeValidator(_few)
Latest = BeforeValidator(_latest)
Number = Annotated[str, BeforeValidator(_number)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Instant = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]
Address = Annotated[str | None, BeforeValidator(_address)]
Count = Annotated[int, Field(ge=0, le=MAX_SIGNATURES)]
UnlessEmpty = BeforeValidator(_unless_empty)
