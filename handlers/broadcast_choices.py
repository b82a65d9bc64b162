"""What an operator answers to the page of a draft: whom it is for, and when."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from delivery.broadcasts import Audience, Draft
from messages import streams
from messages.render_context import RenderContext
from petitions.links import References, parse_references
from petitions.petition import Site

MOST_LISTED = 10_000
MOST_STARS = 1_000_000
LONGEST_DAYS = 3_650

_ID = re.compile(r"-?[1-9][0-9]{0,17}")
_DAY_AND_TIME = ("%d %B %H:%M", "%d %b %H:%M")
_WHOLE_MOMENT = ("%Y-%m-%d %H:%M", "%d %B %Y %H:%M", "%d %b %Y %H:%M")


class ChoiceError(Exception):
    """A line that can't be done. `message` and `arguments` say why."""

    def __init__(self, message: str, **arguments: str) -> None:
        """Keep them for the operator."""
        super().__init__(message)
        self.message = message
        self.arguments = arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A line, and what stands in it behind the word that says what it is about."""

    line: str
    value: str
    render: RenderContext


def choose(draft: Draft, lines: str, render: RenderContext, *, may_pay: bool) -> Draft:
    """Return the draft with everything changed that the lines say. Raises `ChoiceError`.

    `may_pay`: Telegram may be paid for sending it faster.
    """
    for line in filter(None, map(str.strip, lines.splitlines())):
        way, _, value = line.partition(" ")
        choice = Choice(line=line, value=value.strip(), render=render)
        match way.lower():
            case "all":
                draft = replace(draft, audience=Audience(), due_at=None, stars=None)
            case "at":
                draft = replace(draft, due_at=moment_of(choice.value, render.zone, render.now))
            case "stars" if not may_pay:
                raise ChoiceError("broadcast-not-payable")
            case "stars":
                draft = replace(draft, stars=_stars(choice))
            case known if known in _WAYS:
                draft = replace(draft, audience=_WAYS[known](draft.audience, choice))
            case _:
                raise _not_understood(choice)
    return draft


def moment_of(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read a time by the clock of the zone, such as `24 December 09:30`; the next one there is, if no year is named.

    Of a time that the clock shows twice it is the first. Raises `ChoiceError` when it is over, when the clock never
    shows it, and when it is no time.
    """
    here = now.astimezone(zone)
    local = _local(text, here)
    if local is None:
        raise ChoiceError("broadcast-not-understood", line=text)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise ChoiceError("broadcast-time-skipped", time=f"{local:%H:%M}")
    if at <= now:
        raise ChoiceError("broadcast-time-over", time=text)
    return at


def _local(text: str, here: datetime) -> datetime | None:
    for form in _WHOLE_MOMENT:
        found = _read(text, form)
        if found is not None:
            return found
    for form in _DAY_AND_TIME:
        found = _read(f"{here.year} {text}", f"%Y {form}")
        if found is not None:
            return found if found > here.replace(tzinfo=None) else _read(f"{here.year + 1} {text}", f"%Y {form}")
    time = _read(text, "%H:%M")
    if time is None:
        return None
    today = here.replace(tzinfo=None, hour=time.hour, minute=time.minute, second=0, microsecond=0)
    return today if today > here.replace(tzinfo=None) else today + timedelta(days=1)


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - whose clock it is by is said afterwards
    except ValueError:
        return None


def _petition(audience: Audience, choice: Choice) -> Audience:
    asked = parse_references(choice.value, choice.render.sites)
    if not isinstance(asked, References) or len(asked.refs) != 1:
        raise _not_understood(choice)
    return replace(audience, petition=asked.refs[0])


def _stream(audience: Audience, choice: Choice) -> Audience:
    render = choice.render
    stream = streams.parse(choice.value, next(iter(render.sites)), render)
    if stream is None:
        raise _not_understood(choice)
    return replace(audience, stream=stream)


def _topic(audience: Audience, choice: Choice) -> Audience:
    return replace(audience, topic=_given(choice))


def _site(audience: Audience, choice: Choice) -> Audience:
    if choice.value.lower() not in {site.value for site in choice.render.sites}:
        raise _not_understood(choice)
    return replace(audience, site=Site(choice.value.lower()))


def _language(audience: Audience, choice: Choice) -> Audience:
    return replace(audience, language=_given(choice).lower())


def _active(audience: Audience, choice: Choice) -> Audience:
    days = choice.value.split(" ")[0]
    if not days.isdecimal() or not 0 < int(days) <= LONGEST_DAYS:
        raise _not_understood(choice)
    return replace(audience, active_since=choice.render.now - timedelta(days=int(days)))


def _stars(choice: Choice) -> int | None:
    if not choice.value.isdecimal() or int(choice.value) > MOST_STARS:
        raise _not_understood(choice)
    return int(choice.value) or None


def _listed(audience: Audience, choice: Choice) -> Audience:
    ids = choice.value.replace(",", " ").split()
    if not 0 < len(ids) <= MOST_LISTED or not all(_ID.fullmatch(each) for each in ids):
        raise _not_understood(choice)
    return replace(audience, listed=tuple(map(int, ids)))


def _given(choice: Choice) -> str:
    if not choice.value:
        raise _not_understood(choice)
    return choice.value


def _not_understood(choice: Choice) -> ChoiceError:
    return ChoiceError("broadcast-not-understood", line=choice.line)


_WAYS: dict[str, Callable[[Audience, Choice], Audience]] = {
    "petition": _petition,
    "watch": _stream,
    "topic": _topic,
    "site": _site,
    "language": _language,
    "active": _active,
    "ids": _listed,
}
