"""The lines of an export (docs/export-format.md): what they hold, and what is wrong with those that do not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from delivery.chats import ChatKind, ChatState
from petitions.follows import MOST_FOLLOWS
from petitions.petition import PetitionRef, Site
from petitions.preferences import Preference
from petitions.streams import MOST_SUBJECTS, MOST_SUBSCRIPTIONS, SiteStream, Stream

FORMAT: Final = "petition-alerts-export"
VERSION: Final = 1
LONGEST_LINE = 1024 * 1024
MOST_TOLD = 20
"""So many of the mistakes in a file are told."""

_STRICT = ConfigDict(extra="forbid", strict=True)
_SITES, _STREAMS = "|".join(Site), "|".join(Stream)
_Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]
_Topic = Annotated[int, Field(ge=0, lt=2**63)]
_Petition = Annotated[str, StringConstraints(pattern=rf"^({_SITES}):[0-9A-Za-z]{{1,12}}$")]
_SiteStream = Annotated[str, StringConstraints(pattern=rf"^({_SITES}):({_STREAMS})$")]


class ImportRefusedError(Exception):
    """Nothing was imported. `lines` says why, one clear line a mistake."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = (*lines, "Nothing was imported.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportHeader:
    """The first line. `chats`: how many lines follow it."""

    __pydantic_config__ = _STRICT

    format: Literal["petition-alerts-export"]
    version: Literal[1]
    exported_at: _Moment
    chats: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFollow:
    """A petition that a chat, or a topic of it, follows."""

    __pydantic_config__ = _STRICT

    petition: _Petition
    title: Annotated[str, Field(max_length=1_000)] = ""
    topic: _Topic = 0
    muted: bool = False
    since: _Moment

    @property
    def ref(self) -> PetitionRef:
        """Which petition it is."""
        site, _, number = self.petition.partition(":")
        return PetitionRef(site=Site(site), number=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSubscription:
    """A stream of a site that a chat, or a topic of it, is told of."""

    __pydantic_config__ = _STRICT

    stream: _SiteStream
    topic: _Topic = 0
    since: _Moment
    daily_cap: Annotated[int, Field(gt=0, le=1_000)]
    subjects: Annotated[tuple[str, ...], Field(max_length=MOST_SUBJECTS)] = ()

    @property
    def of(self) -> SiteStream:
        """Which stream it is."""
        site, _, stream = self.stream.partition(":")
        return SiteStream(site=Site(site), stream=Stream(stream))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPreference:
    """Whether a chat, or a topic of it, wants a group of kinds, or pictures."""

    __pydantic_config__ = _STRICT

    name: Preference
    topic: _Topic = 0
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedScoreboard:
    """A message that is kept up to date."""

    __pydantic_config__ = _STRICT

    topic: _Topic = 0
    message: _Number


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedChat:
    """A line: a chat with all it has chosen. `people`: those who look after it, if it is a channel or group."""

    __pydantic_config__ = _STRICT

    telegram_id: _Number
    kind: ChatKind
    state: ChatState = ChatState.ACTIVE
    since: _Moment
    suspended_at: _Moment | None = None
    suspended_because: Annotated[str, Field(max_length=1_000)] | None = None
    language: Annotated[str, Field(max_length=35)] = "en"
    members_may: bool = False
    short_posts: bool = False
    signature: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\r\n]*$")] = ""
    ask_first: bool = False
    declines_news: bool = False
    declines_service: bool = False
    heard_at: _Moment | None = None
    most_follows: Annotated[int, Field(ge=0, le=MOST_FOLLOWS)] | None = None
    most_subscriptions: Annotated[int, Field(ge=0, le=MOST_SUBSCRIPTIONS)] | None = None
    follows: Annotated[tuple[ExportedFollow, ...], Field(max_length=MOST_FOLLOWS)] = ()
    subscriptions: Annotated[tuple[ExportedSubscription, ...], Field(max_length=MOST_SUBSCRIPTIONS)] = ()
    preferences: tuple[ExportedPreference, ...] = ()
    scoreboards: tuple[ExportedScoreboard, ...] = ()
    people: tuple[_Number, ...] = ()


_HEADER, _CHAT = TypeAdapter(ExportHeader), TypeAdapter(ExportedChat)


def check_export(path: Path) -> int:
    """Read a whole export and return how many chats it holds; raises `ImportRefusedError` with all that is wrong."""
    lines = _lines(path)
    announced, found = _header(lines), 0
    mistakes = []
    for number, line in lines:
        found += 1
        if (mistake := _mistake(line)) is not None:
            mistakes.append(f"Line {number}: {mistake}.")
    if found != announced:
        mistakes.append(f"There are {found} chats where line 1 tells of {announced}: the file is not whole.")
    if len(mistakes) > MOST_TOLD:
        mistakes[MOST_TOLD:] = [f"And {len(mistakes) - MOST_TOLD} mistakes more."]
    if mistakes:
        raise ImportRefusedError(*mistakes)
    return found


def read_export(path: Path) -> Iterator[ExportedChat]:
    """Yield the chats of an export that has been checked."""
    lines = _lines(path)
    _header(lines)
    for _, line in lines:
        yield _CHAT.validate_json(line)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, without empty ones. One that is too long is cut, and the last."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1):
            if line.strip():
                yield number, line
            if len(line) > LONGEST_LINE:
                return


def _header(lines: Iterator[tuple[int, bytes]]) -> int:
    number, line = next(lines, (1, b""))
    try:
        return _HEADER.validate_json(line).chats
    except ValidationError as error:
        message = f"Line {number}: {_first(error)}. This is no export that this version of the bot can read."
        raise ImportRefusedError(message) from None


def _mistake(line: bytes) -> str | None:
    if len(line) > LONGEST_LINE:
        return f"it is longer than {LONGEST_LINE:,} bytes, and what follows it was not read"
    try:
        _CHAT.validate_json(line)
    except ValidationError as error:
        return _first(error)
    return None


def _first(error: ValidationError) -> str:
    """Return the first mistake, where it stands and what is wrong, without what stands there."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ": ".join([*filter(None, [".".join(map(str, first["loc"]))]), first["msg"]])
