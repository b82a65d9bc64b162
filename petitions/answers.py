"""How a site's answer to a question is sorted (`docs/petition-sites.md` §5, §9): a closed union for each question."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from petitions.breakdown import Breakdown
from petitions.petition import PetitionRef, Snapshot, Tally

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """What the server gave for conditional requests, to be echoed verbatim; at most one of the two is ever sent.

    `settled`: no later version can come to bear the same `last_modified`, which is cut to ten seconds.
    """

    etag: str | None = None
    last_modified: str | None = None
    settled: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ok(Generic[T]):
    """The answer itself."""

    body: T
    validator: Validator | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """Not modified since the validator was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """It was public and has been taken away (410)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """No such petition, or it is hidden (404). Final only when it is repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """The petition now lives in the archive: ask there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpublished:
    """The petition exists, but gathers supporters or waits for moderation. `supporters`: `None` if it is not told."""

    supporters: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHome:
    """The petition's address leads to the site's own front page.

    An unpublished petition was stopped when Parliament was dissolved; or the site is being looked after.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Come back later: 403, 429, 5xx, or not reachable at all. `retry_after` when the server said how long.

    `ours`: nothing was asked, because our own budget gave no turn in time; it says nothing about the site.
    """

    reason: str
    retry_after: timedelta | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An answer that cannot be understood (HTML, broken JSON, wrong types, too large): nothing is concluded from it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One page of a list: the items that could be read, and the ids and reasons of those that could not.

    `last_page`: how many pages the list has, as far as it says.
    """

    items: tuple[Snapshot, ...]
    next_page: int | None
    last_page: int = 1
    broken: tuple[tuple[PetitionRef | None, str], ...] = ()


DocumentAnswer = Ok[Snapshot] | Unchanged | Gone | NotFound | Archived | SentHome | Unpublished | Busy | Unreadable
TallyAnswer = Ok[Tally] | Unchanged | Gone | NotFound | Archived | SentHome | Unpublished | Busy | Unreadable
BreakdownAnswer = Ok[Breakdown] | Busy | Unreadable
ListAnswer = Ok[ListPage] | Unchanged | Busy | Unreadable
