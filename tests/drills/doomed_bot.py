"""The bot, run as it is from its own command line, except that it kills itself with SIGKILL where it is told to.

    python -m tests.drills.doomed_bot --settings '{"TELEGRAM_BOT_TOKEN": "…", …}' --die "store news: begun"

Points are named `<order>: <moment>`. The orders are the write transactions of the stores (`_ORDERS`) and of a migration,
each with the moments `begun`, `statement 1`, `statement 2`, … and `committed`; the requests to Telegram and to the
petition site, each with the moments `asked` and `answered`.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial, partialmethod
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.cli
from bot import inbox
from bot.app import run
from bot.request import AiohttpRequest
from bot.settings import Settings
from delivery.outbox import MessageState, Settlement
from petitions.watched import Look
from sandbox.clock import MovableClock
from services import compose, deliver
from services.announce import Announce
from sites.http import SiteHttp
from storage.alerts import AlertStore
from storage.audit import AuditStore
from storage.broadcasts import BroadcastStore
from storage.chats import ChatStore
from storage.database import Database
from storage.feeds import FeedStore
from storage.follows import FollowStore
from storage.messages import MessageStore
from storage.migrations import upgrading
from storage.petitions import PetitionStore
from storage.pictures import PictureStore
from storage.storage import Storage
from storage.successors import SuccessorStore
from storage.tidy import TidyStore
from storage.updates import UpdateStore
from tests import small_pictures

OVERTAKEN = 75
"""The exit code of a bot that has passed what it should have died of."""

SMALL_BATCH = 2
"""So few at a time, so that a handful of followers makes several batches."""


def _looks(_store: object, looks: Sequence[Look]) -> str:
    if any(look.changes for look in looks):
        return "store news"
    return "store a first look" if any(look.version == 0 for look in looks) else "store a look"


def _settlements(_store: object, settlements: Sequence[Settlement]) -> str:
    return "settle as sent" if all(end.state is MessageState.SENT for end in settlements) else "settle otherwise"


def _called(name: str) -> Callable[..., str]:
    return lambda *_args, **_kwargs: name


_ORDERS: Sequence[tuple[type, str, Callable[..., str]]] = (
    (PetitionStore, "record_all", _looks),
    (PetitionStore, "reschedule", _called("reschedule")),
    (SuccessorStore, "index", _called("index titles")),
    (SuccessorStore, "compared", _called("compare")),
    (FeedStore, "save", _called("save a feed")),
    (AlertStore, "announce_next", _called("announce")),
    (AlertStore, "compose", _called("compose")),
    (AlertStore, "set_aside", _called("set aside")),
    (AlertStore, "take_back_set_aside", _called("take back what was set aside")),
    (AuditStore, "tell_followers", _called("repair")),
    (MessageStore, "claim", _called("claim")),
    (MessageStore, "settle", _settlements),
    (MessageStore, "release", _called("release")),
    (MessageStore, "queue", _called("queue a report")),
    (MessageStore, "take_back_orphans", _called("take back orphans")),
    (Storage, "writable", _called("prove it is writable")),
    (UpdateStore, "store", _called("store updates")),
    (UpdateStore, "_begin_all", _called("begin updates")),
    (UpdateStore, "_handled_all", _called("finish updates")),
    (ChatStore, "ensure", _called("remember a chat")),
    (FollowStore, "follow", _called("follow")),
    (TidyStore, "expire_held", _called("tidy")),
    (TidyStore, "forget_sent", _called("tidy")),
    (TidyStore, "forget_unreachable", _called("tidy")),
    (TidyStore, "forget_petitions", _called("tidy")),
    (TidyStore, "forget_broadcasts", _called("tidy")),
    (PictureStore, "keep", _called("keep a picture")),
    (PictureStore, "uploaded", _called("remember an upload")),
    (TidyStore, "forget_pictures", _called("tidy")),
    (BroadcastStore, "queue_next", _called("queue a broadcast")),
    (BroadcastStore, "collect", _called("note how a broadcast goes")),
    (BroadcastStore, "finish", _called("end a broadcast")),
    (TidyStore, "thin_readings", _called("tidy")),
)


def _method(_request: object, url: str, *_args: object, **_kwargs: object) -> str:
    return f"request {url.rpartition('/')[2].lower()}"


def _page(_site: object, path: str, **_kwargs: object) -> str:
    if path.endswith("/count.json"):
        return "read a count"
    return "read a list" if path == "/petitions.json" else "read a petition"


_REQUESTS: Sequence[tuple[type, str, Callable[..., str]]] = (
    (AiohttpRequest, "do_request", _method),
    (SiteHttp, "get", _page),
)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Doom:
    """Where to die: at the `occurrence`-th time that `point` is reached after `after` has been.

    `once`: its order is carried out once only, so the bot ends with `OVERTAKEN` when that is committed without passing
    the point, as it may be in fewer statements than another time.
    """

    point: str | None
    occurrence: int
    after: str | None
    trace: Path | None
    once: bool = False
    _seen: int = 0

    def reach(self, point: str) -> None:
        """Go on, or die."""
        if self.trace is not None:
            with self.trace.open("a", encoding="utf-8") as file:
                file.write(point + "\n")
        if self.after is None and point == self.point:
            self._seen += 1
            if self._seen == self.occurrence:
                os.kill(os.getpid(), signal.SIGKILL)
        elif self.once and self.point is not None and point == f"{self.point.rpartition(': ')[0]}: committed":
            os._exit(OVERTAKEN)
        if point == self.after:
            self.after = None


@dataclass(slots=True)
class _Transaction:
    order: str
    statements: int = field(default=0)


_order: ContextVar[str] = ContextVar("_order", default="other")
_transaction: ContextVar[_Transaction | None] = ContextVar("_transaction", default=None)


def instrument(doom: Doom) -> None:
    """Let every boundary tell the doom that it has been reached."""
    _name_orders()
    _watch_transactions(doom)
    _watch_migrations(doom)
    _watch_requests(doom)
    _take_small_batches()
    _never_give_up_an_update()


def _name_orders() -> None:
    for store, method, name in _ORDERS:
        _put(store, method, _named(getattr(store, method), name))


def _named(original: Callable[P, Awaitable[T]], name: Callable[..., str]) -> Callable[P, Awaitable[T]]:
    async def ordered(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _order.set(name(*args, **kwargs))
        try:
            return await original(*args, **kwargs)
        finally:
            _order.reset(token)

    return ordered


def _watch_transactions(doom: Doom) -> None:
    write = Database.write

    @asynccontextmanager
    async def watched(self: Database) -> AsyncIterator[AsyncConnection]:
        order = _order.get()
        with _in_transaction(order):
            async with write(self) as connection:
                yield connection
        doom.reach(f"{order}: committed")

    def executed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        transaction = _transaction.get()
        if transaction is None or statement.startswith("PRAGMA"):
            return
        if statement.startswith("BEGIN"):
            doom.reach(f"{transaction.order}: begun")
        else:
            transaction.statements += 1
            doom.reach(f"{transaction.order}: statement {transaction.statements}")

    _put(Database, "write", watched)
    event.listen(Engine, "after_cursor_execute", executed)


@contextmanager
def _in_transaction(order: str) -> Iterator[None]:
    token = _transaction.set(_Transaction(order))
    try:
        yield
    finally:
        _transaction.reset(token)


def _watch_migrations(doom: Doom) -> None:
    run_migrations = upgrading.run_migrations

    def watched(path: Path, folder: Path) -> None:
        with _in_transaction("migrate"):
            run_migrations(path, folder)
        doom.reach("migrate: committed")

    _put(upgrading, "run_migrations", watched)


def _watch_requests(doom: Doom) -> None:
    for owner, method, name in _REQUESTS:
        _put(owner, method, _told(getattr(owner, method), name, doom))


def _told(original: Callable[P, Awaitable[T]], name: Callable[..., str], doom: Doom) -> Callable[P, Awaitable[T]]:
    async def told(*args: P.args, **kwargs: P.kwargs) -> T:
        request = name(*args, **kwargs)
        doom.reach(f"{request}: asked")
        answer = await original(*args, **kwargs)
        doom.reach(f"{request}: answered")
        return answer

    return told


def _take_small_batches() -> None:
    _put(compose, "ALERTS_PER_STEP", SMALL_BATCH)
    _put(deliver, "CLAIMED_AT_ONCE", SMALL_BATCH)
    _put(Announce, "__init__", partialmethod(Announce.__init__, batch=SMALL_BATCH))


def _never_give_up_an_update() -> None:
    """More bots die in the middle of one update than an update is tried with."""
    _put(inbox, "ATTEMPTS", sys.maxsize)


def _put(owner: object, name: str, value: object) -> None:
    assert hasattr(owner, name)
    setattr(owner, name, value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot until it dies, fails or is stopped; returns the exit code of its command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills.doomed_bot", description=__doc__)
    parser.add_argument("--settings", type=json.loads, required=True, help="the bot's variables, as a JSON object")
    parser.add_argument("--die", help="the point at which to die; never without")
    parser.add_argument("--occurrence", type=int, default=1, help="at which time it is reached, counted from 1")
    parser.add_argument("--once", action="store_true", help="end when its order is committed without reaching it")
    parser.add_argument("--after", help="count only after this point has been reached")
    parser.add_argument("--trace", type=Path, help="a file to write every point to that is reached")
    parser.add_argument("--clock", type=json.loads, help="a wall clock: [moment, speed, when it was that moment]")
    parser.add_argument("--idle", type=float, default=1.0, help="seconds that a loop without work waits")
    options = parser.parse_args(arguments)
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.update(options.settings)
    instrument(Doom(options.die, options.occurrence, options.after, options.trace, options.once))
    here: dict[str, Any] = {"idle": options.idle, "draws": small_pictures.COMMAND}
    if options.clock is not None:
        moment, speed, began = options.clock
        now = datetime.fromisoformat(moment) + timedelta(seconds=(time.monotonic() - began) * speed)
        here["wall_clock"] = MovableClock(now, speed, time.monotonic).now
    _put(bot.cli, "run", partial(run, **here))
    return bot.cli.main(["run"])


if __name__ == "__main__":
    sys.exit(main())
