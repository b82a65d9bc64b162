"""How the bot is, for operators: a line a subject, each with a mark that says whether to worry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from messages import numbers
from messages.buttons import button
from messages.content import Content, lines
from messages.presses import ShowStatus
from messages.words import Words

LATE = timedelta(minutes=10)
"""So long the watch may be late, or a message be due, before that is a reason to look."""

VERY_LATE = timedelta(hours=1)
AUDITED_EVERY = timedelta(minutes=15)
"""How long a round of an audit may take with all that is before it."""

MANY_UPDATES = 1_000
SPANS = {"minute": 60.0, "hour": 3600.0}
"""The spans in which sends are counted, in seconds."""

_MEGABYTE = 1_000_000


class Mark(IntEnum):
    """Whether to worry: not, perhaps, yes."""

    GREEN = 0
    AMBER = 1
    RED = 2


_SHOWN = {Mark.GREEN: "🟢", Mark.AMBER: "🟡", Mark.RED: "🔴"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IllLoop:
    """A loop that has crashed so often in a row, or (0 times) has not finished a step for so long."""

    name: str
    crashes: int
    silent_for: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """A site: how late its watch is (of hot petitions, and of any), and since when something is the matter."""

    name: str
    late_hot: timedelta
    late_any: timedelta
    silent_since: datetime | None
    missing_since: datetime | None
    off_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditStatus:
    """What the audits have found. `alerts_at`, `lists_at`: when each last ended a round since the start, if it did.

    `accounted`: of how many of those who were to be told something the last round knows what became of it. `faults`:
    how many were found since the start, by the names of faults.
    """

    alerts_at: datetime | None
    lists_at: datetime | None
    accounted: int
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStatus:
    """How the bot is. `sends`: by the names of `SPANS`, how many attempts ended with which verdict.

    `queued`, `given_up` and `circuit` use the names of lanes and states. `webhook_problem`: why no updates arrive.
    """

    version: str
    python: str
    library: str
    schema: str
    loops: int
    ill_loops: Sequence[IllLoop]
    writable: bool
    sites: Sequence[SiteStatus]
    telegram_silent_since: datetime | None
    webhook_problem: str | None
    circuit: str
    maintenance_since: datetime | None
    queued: Mapping[str, int]
    owed: int
    oldest_due_at: datetime | None
    sends: Mapping[str, Mapping[str, int]]
    updates_waiting: int
    given_up: Mapping[str, int]
    audit: AuditStatus
    paused: int
    suspended: int
    banned: int
    uptime: timedelta
    database_bytes: int


_Line = tuple[Mark, str, dict[str, str | int]]


def page(status: BotStatus, words: Words, now: datetime) -> Content:
    """Show everything, the worst mark first, with a button that shows it as of then."""
    found = [
        *_process(status, words),
        *_outside(status, words, now),
        *_sending(status, words, now),
        *_audits(status, words, now),
        *_facts(status, words),
    ]
    worst = max(mark for mark, _, _ in found)
    heading = words.say("status-heading", mark=_SHOWN[worst], version=status.version)
    said = [words.say(message, mark=_SHOWN[mark], **values) for mark, message, values in found]
    refresh = button(words.plain("button-refresh"), ShowStatus())
    return Content(text=lines([heading, *said]), buttons=((refresh,),))


def _process(status: BotStatus, words: Words) -> Iterator[_Line]:
    if status.ill_loops:
        yield Mark.RED, "status-loops-ill", {"names": "; ".join(_ill(loop, words) for loop in status.ill_loops)}
    else:
        yield Mark.GREEN, "status-loops", {"count": status.loops}
    yield (Mark.GREEN, "status-database", {}) if status.writable else (Mark.RED, "status-database-ill", {})


def _ill(loop: IllLoop, words: Words) -> str:
    if loop.crashes:
        return words.plain("status-loop-crashed", loop=loop.name, count=loop.crashes)
    return words.plain("status-loop-late", loop=loop.name, age=_age(loop.silent_for, words))


def _outside(status: BotStatus, words: Words, now: datetime) -> Iterator[_Line]:
    for site in status.sites:
        yield _site(site, words, now)
    if status.telegram_silent_since is None:
        yield Mark.GREEN, "status-telegram", {}
    else:
        silent = now - status.telegram_silent_since
        yield _by_age(silent), "status-telegram-silent", {"age": _age(silent, words)}
    if status.webhook_problem is not None:
        yield Mark.RED, "status-webhook", {"problem": status.webhook_problem}


def _site(site: SiteStatus, words: Words, now: datetime) -> _Line:
    for message, since in (
        ("status-site-off", site.off_since),
        ("status-site-silent", site.silent_since),
        ("status-site-missing", site.missing_since),
    ):
        if since is not None:
            mark = Mark.AMBER if message == "status-site-off" else max(Mark.AMBER, _by_age(now - since))
            return mark, message, {"site": site.name, "age": _age(now - since, words)}
    if not site.late_any:
        return Mark.GREEN, "status-site", {"site": site.name}
    ages = {"hot": _age(site.late_hot, words), "any": _age(site.late_any, words)}
    return _by_age(site.late_hot), "status-site-late", {"site": site.name, **ages}


def _sending(status: BotStatus, words: Words, now: datetime) -> Iterator[_Line]:
    if status.maintenance_since is not None:
        yield Mark.AMBER, "status-maintenance", {"age": _age(now - status.maintenance_since, words)}
    if status.circuit != "closed":
        yield Mark.RED, f"status-circuit-{status.circuit}", {}
    yield Mark.GREEN, "status-waiting", {**_counted(status.queued, words), "owed": numbers.count(status.owed, words)}
    if status.oldest_due_at is not None and status.oldest_due_at < now:
        late = now - status.oldest_due_at
        yield _by_age(late), "status-oldest", {"age": _age(late, words)}
    for span, verdicts in status.sends.items():
        lost = verdicts.get("refused", 0) + verdicts.get("uncertain", 0)
        outcomes = _outcomes(verdicts, words)
        mark = Mark.AMBER if lost else Mark.GREEN
        yield mark, f"status-sends-{span}", {"outcomes": outcomes}
    given_up = Mark.AMBER if any(status.given_up.values()) else Mark.GREEN
    yield given_up, "status-given-up", {"states": _outcomes(status.given_up, words)}


def _audits(status: BotStatus, words: Words, now: datetime) -> Iterator[_Line]:
    audit, faults = status.audit, status.audit.faults
    repaired, unseen = faults["untold"] + faults["lost"], faults["unseen"]
    figures = {"count": audit.accounted, "repaired": repaired, "again": faults["again"]}
    mark, when = _round(audit.alerts_at, status, words, now)
    found = _by_faults(repaired, faults["again"])
    yield max(mark, found), "status-audit-alerts", {"when": when, **_counted(figures, words)}
    figures = {"unseen": unseen, "still": faults["still_unseen"]}
    mark, when = _round(audit.lists_at, status, words, now)
    found = _by_faults(unseen, faults["still_unseen"])
    yield max(mark, found), "status-audit-lists", {"when": when, **_counted(figures, words)}


def _round(ended_at: datetime | None, status: BotStatus, words: Words, now: datetime) -> tuple[Mark, str]:
    if ended_at is None:
        return _by_age(status.uptime - AUDITED_EVERY), words.plain("status-audit-never")
    age = now - ended_at
    return _by_age(age - AUDITED_EVERY), words.plain("status-audit-ended", age=_age(age, words))


def _by_faults(mended: int, unmended: int) -> Mark:
    if unmended:
        return Mark.RED
    return Mark.AMBER if mended else Mark.GREEN


def _facts(status: BotStatus, words: Words) -> Iterator[_Line]:
    crowded = status.updates_waiting >= MANY_UPDATES
    inbox = _counted({"count": status.updates_waiting}, words)
    yield (Mark.AMBER if crowded else Mark.GREEN), "status-inbox", inbox
    of_chats = {"suspended": status.suspended, "paused": status.paused, "banned": status.banned}
    yield Mark.GREEN, "status-chats", _counted(of_chats, words)
    versions = {"python": status.python, "library": status.library, "schema": status.schema}
    yield Mark.GREEN, "status-versions", {**versions}
    size = numbers.count(-(-status.database_bytes // _MEGABYTE), words)
    yield Mark.GREEN, "status-uptime", {"age": _age(status.uptime, words), "size": size}


def _by_age(age: timedelta) -> Mark:
    if age < LATE:
        return Mark.GREEN
    return Mark.AMBER if age < VERY_LATE else Mark.RED


def _counted(figures: Mapping[str, int], words: Words) -> dict[str, str | int]:
    return {name: numbers.count(number, words) for name, number in figures.items()}


def _outcomes(figures: Mapping[str, int], words: Words) -> str:
    said = [
        words.plain("status-outcome", count=numbers.count(number, words), verdict=name.replace("_", " "))
        for name, number in figures.items()
        if number
    ]
    return ", ".join(said) or words.plain("status-none")


def _age(age: timedelta, words: Words) -> str:
    seconds = max(0, round(age.total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return words.plain(f"age-{unit}", count=seconds // length)
    return words.plain("age-seconds", count=seconds)
