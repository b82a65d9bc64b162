"""A bot is killed at any boundary: the next one says all that is owed, and nothing twice beyond what was in flight.

In flight is what had been handed to HTTP while its verdict was not committed yet: messages that the database still
calls claimed after the kill. The tables below name every boundary; `test_the_tables_name_every_boundary` proves it.
"""

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Delay
from tests.drills.conftest import Drill, drill_in, headlines, until
from tests.drills.process import Doom
from tests.journeys.town import FERRIES, PATIENCE, PEARS

KILLED = -signal.SIGKILL
AT_ONCE = 4
"""How many drills of one order go on at the same time, each in a town of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """The boundaries of one order: a request or a sending, or with a number of statements a transaction.

    `after`: only what comes after this point counts, because before it the order finds nothing to do.
    `again`: at which occurrence its end is tried once more.
    """

    order: str
    statements: int | None = None
    after: str | None = None
    again: int | None = None

    def __str__(self) -> str:
        return self.order

    @property
    def moments(self) -> Sequence[str]:
        """What there is to be killed at."""
        if self.statements is None:
            return ("asked", "answered")
        statements = (f"statement {number + 1}" for number in range(self.statements))
        return ("asked", "begun", *statements, "committing", "committed")

    def dooms(self) -> Iterator[Doom]:
        """Every boundary."""
        for moment in self.moments:
            yield self._doom(moment, 1)
        if self.again is not None:
            yield self._doom(self.moments[-1], self.again)

    def _doom(self, moment: str, occurrence: int) -> Doom:
        return Doom(point=f"{self.order}: {moment}", occurrence=occurrence, after=self.after)


MIGRATION = 29
"""How many statements make the tables."""

NEWS = "store news: committed"
QUEUED = "compose: committed"

A_DAY = (
    # watch
    Boundaries(order="read a count"),
    Boundaries(order="read a petition"),
    Boundaries(order="read a list"),
    Boundaries(order="store news", statements=4),
    Boundaries(order="store a look", statements=3),
    Boundaries(order="save a feed", statements=1),
    # announce, two followers at a time
    Boundaries(order="announce", statements=4, after=NEWS, again=2),
    # deliver, two messages at a time
    Boundaries(order="compose", statements=3, again=2),
    Boundaries(order="claim", statements=2, after=QUEUED, again=2),
    Boundaries(order="send", again=3),
    Boundaries(order="request sendmessage", again=3),  # replies use the same method
    Boundaries(order="settle as sent", statements=1, again=2),
)

A_FIRST_START = (
    Boundaries(order="migrate", statements=MIGRATION),
    Boundaries(order="take back orphans", statements=2),
    Boundaries(order="tidy", statements=7),
    Boundaries(order="request getme"),
    Boundaries(order="request deletewebhook"),
    Boundaries(order="request setmycommands", again=2),
    Boundaries(order="request setmydescription"),
    Boundaries(order="request setmyshortdescription"),
    # the inbox
    Boundaries(order="request getupdates"),
    Boundaries(order="store updates", statements=1),
    Boundaries(order="begin an update", statements=1),
    Boundaries(order="remember a chat", statements=3),
    Boundaries(order="store a first look", statements=3),
    Boundaries(order="follow", statements=4),
    Boundaries(order="finish an update", statements=1),
)

A_SECOND_START = (Boundaries(order="take back orphans", statements=2),)

NEWS_OF_PEARS = {"🎯 10,000 signatures", "💬 The government has responded"}


Try = Callable[[Drill, Doom], Awaitable[None]]


@pytest.mark.parametrize("boundaries", A_DAY, ids=str)
async def test_a_busy_day_survives_a_kill(boundaries: Boundaries, memory: Path, tmp_path: Path) -> None:
    async def attempt(drill: Drill, doom: Doom) -> None:
        await _live_and_die(drill, [doom])

    await _try_each(boundaries, attempt, tmp_path, memory)


@pytest.mark.parametrize("boundaries", A_SECOND_START, ids=str)
async def test_a_second_start_survives_a_kill(boundaries: Boundaries, memory: Path, tmp_path: Path) -> None:
    async def attempt(drill: Drill, doom: Doom) -> None:
        await _live_and_die(drill, [Doom(point="claim: committed", after=QUEUED), doom])

    await _try_each(boundaries, attempt, tmp_path, memory)


@pytest.mark.parametrize("boundaries", A_FIRST_START, ids=str)
async def test_a_first_start_and_a_wish_survive_a_kill(boundaries: Boundaries, tmp_path: Path) -> None:
    async def attempt(drill: Drill, doom: Doom) -> None:
        town, (ada, *_) = drill.town, drill.followers
        town.telegram.start(ada, f"f_uk_{FERRIES}")
        victim = drill.start(doom=doom)
        assert await victim.ended() == KILLED, victim.log
        unanswered = _stored_or_none(drill, "SELECT 1 FROM updates WHERE handled_at IS NULL")
        drill.start()
        await town.hears(ada, "following")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(ada, "100,000 signatures")
        assert town.heard(ada, "following") <= 1 + len(unanswered)
        assert list(headlines(town, ada)) == ["🎯 100,000 signatures"]

    await _try_each(boundaries, attempt, tmp_path, None)


async def test_killed_between_a_request_and_its_answer_only_that_message_is_repeated(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    victim = await drill.start_and_meet()
    await town.ask(ada, f"/follow {FERRIES}", "Now following")
    town.telegram.faults.plan(Delay(seconds=PATIENCE, after_acting=True), method="sendMessage", chat_id=ada.id)
    town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(ada, "100,000 signatures")
    await victim.killed()
    await drill.start_and_meet()
    town.happens(FERRIES, Happening.RESPOND)
    await town.hears(ada, "has responded")
    assert list(headlines(town, ada)) == ["🎯 100,000 signatures"] * 2 + ["💬 The government has responded"]


async def test_the_tables_name_every_boundary(memory: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with drill_in(tmp_path / "day", memory) as drill:
        await drill.start_and_meet(trace=trace)
        await until(lambda: any(visit.path.endswith("/count.json") for visit in drill.town.site.visits.recent()))
        _pears_have_news(drill)
        await _hear_of_pears(drill)
        await until(lambda: "settle as sent: committed" in trace.read_text(encoding="utf-8"))
    async with drill_in(tmp_path / "start", None) as drill:
        town, (ada, *_) = drill.town, drill.followers
        town.telegram.start(ada, f"f_uk_{FERRIES}")
        bot = drill.start(trace=trace)
        await town.hears(ada, "Now following")
        bot.terminate()
        assert await bot.ended() == 0
    reached = set(trace.read_text(encoding="utf-8").splitlines())
    assert reached == {doom.point for boundaries in (*A_DAY, *A_FIRST_START) for doom in boundaries.dooms()}


async def _try_each(boundaries: Boundaries, attempt: Try, folder: Path, memory: Path | None) -> None:
    """Try every boundary of an order in a town of its own, some at the same time."""
    places = asyncio.Semaphore(AT_ONCE)

    async def try_one(number: int, doom: Doom) -> None:
        async with places:
            try:
                async with drill_in(folder / str(number), memory) as drill:
                    await attempt(drill, doom)
            except Exception as error:
                error.add_note(f"killed at {doom}")
                raise

    async with asyncio.TaskGroup() as drills:
        for number, doom in enumerate(boundaries.dooms()):
            drills.create_task(try_one(number, doom))


async def _live_and_die(drill: Drill, dooms: Iterable[Doom]) -> None:
    """Let there be news, let one bot after the other die of its doom, and see that the last one leaves nothing out."""
    _pears_have_news(drill)
    in_flight: Counter[int] = Counter()
    for doom in dooms:
        victim = drill.start(doom=doom)
        assert await victim.ended() == KILLED, victim.log
        in_flight.update(_messages(drill, "claimed"))
    heir = await drill.start_and_meet()
    await _hear_of_pears(drill)
    heir.terminate()
    assert await heir.ended() == 0
    still_to_come = _messages(drill, "queued", "claimed")
    for person in drill.followers:
        heard = Counter(headlines(drill.town, person))
        assert heard.keys() == NEWS_OF_PEARS
        assert max(heard.values()) + still_to_come.get(person.id, 0) <= 1 + in_flight[person.id], heir.log


def _pears_have_news(drill: Drill) -> None:
    drill.town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)


async def _hear_of_pears(drill: Drill) -> None:
    for person in drill.followers:
        for headline in NEWS_OF_PEARS:
            await drill.town.hears(person, headline)


def _messages(drill: Drill, *states: str) -> Mapping[int, int]:
    """How many messages to each chat are in one of these states."""
    rows = drill.stored("SELECT telegram_id, messages.state FROM messages JOIN chats ON chats.id = messages.chat_id")
    return Counter(int(str(telegram_id)) for telegram_id, state in rows if state in states)


def _stored_or_none(drill: Drill, query: str) -> Sequence[object]:
    """Ask the database, which may have no tables yet."""
    try:
        return drill.stored(query)
    except sqlite3.OperationalError:
        return ()
