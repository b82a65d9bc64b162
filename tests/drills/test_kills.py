"""Bots are killed one after the other, each at the next boundary: the last says all that is owed, and nothing twice
beyond what was in flight.

In flight is what had been handed to HTTP while its verdict was not committed yet: messages that the database still
calls claimed after a kill. The boundaries of an order are those that an undisturbed life has just passed.
"""

import signal
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Delay
from tests.drills.conftest import Drill, drill_in, headlines, until
from tests.drills.doomed_bot import OVERTAKEN
from tests.drills.process import Doom
from tests.journeys.town import FERRIES, PATIENCE, PEARS

KILLED = -signal.SIGKILL
STEPS_TRIED = 12
"""Of an order with more steps about so many are tried: of the statements of a migration, which is one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a bot does in several steps: a transaction or a request.

    `after`: only what comes after this point counts for the first bot, which finds nothing to do before it.
    `again`: so many bots more are killed at its end. `once`: it is carried out once, in as many statements as it takes.
    """

    name: str
    after: str | None = None
    again: int = 0
    once: bool = False

    def __str__(self) -> str:
        return self.name

    def dooms(self, trace: Sequence[str]) -> list[Doom]:
        """The boundaries of this order in the trace of a life, in their order."""
        passed = list(dict.fromkeys(point for point in trace if point.startswith(f"{self.name}: ")))
        assert len(passed) >= 2, f"nobody has done this: {self.name}"
        points = [*passed[: -1 : -(-len(passed) // STEPS_TRIED)], passed[-1]]
        points += points[-1:] * self.again
        return [
            Doom(point=point, after=self.after if number == 0 else None, once=self.once)
            for number, point in enumerate(points)
        ]


NEWS = "store news: committed"
QUEUED = "compose: committed"

A_DAY = (
    # watch
    Order(name="read a count"),
    Order(name="read a petition"),
    Order(name="read a list"),
    Order(name="store news", once=True),
    Order(name="store a look"),
    Order(name="save a feed"),
    # announce, two followers at a time
    Order(name="announce", after=NEWS, again=1),
    # deliver, two messages at a time
    Order(name="keep a picture"),
    Order(name="compose", again=1),
    Order(name="claim", after=QUEUED, again=1),
    Order(name="request sendmessage", again=1),  # replies use the same method
    Order(name="request sendphoto", again=1),
    Order(name="remember an upload"),
    Order(name="settle as sent", again=1),
)

A_FIRST_START = (
    Order(name="migrate"),
    Order(name="take back orphans"),
    Order(name="take back what was set aside"),
    Order(name="tidy"),
    Order(name="prove it is writable"),
    Order(name="request getme"),
    Order(name="request deletewebhook"),
    Order(name="request setmycommands", again=1),
    Order(name="request setmydescription"),
    Order(name="request setmyshortdescription"),
    # the inbox
    Order(name="request getupdates"),
    Order(name="store updates"),
    Order(name="begin updates"),
    Order(name="remember a chat"),
    Order(name="store a first look"),
    Order(name="follow"),
    Order(name="finish updates"),
    # successors
    Order(name="index titles"),
    Order(name="compare"),
)

A_REPAIR = Order(name="repair", again=1)

NEWS_OF_PEARS = {"🎯 10,000 signatures", "💬 The government has responded"}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def day(memory: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Every point that is passed on a day with news, in order."""
    trace = tmp_path_factory.mktemp("day") / "trace"
    async with drill_in(trace.parent / "town", memory) as drill:
        await drill.start_and_meet(trace=trace)
        await until(lambda: any(visit.path.endswith("/count.json") for visit in drill.town.site.visits.recent))
        _pears_have_news(drill)
        await _hear_of_pears(drill)
        await until(lambda: "settle as sent: committed" in trace.read_text(encoding="utf-8"))
    return trace.read_text(encoding="utf-8").splitlines()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def first_start(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Every point that is passed when a bot starts for the first time and somebody follows a petition, in order."""
    trace = tmp_path_factory.mktemp("first-start") / "trace"
    async with drill_in(trace.parent / "town", None) as drill:
        town, (ada, *_) = drill.town, drill.followers
        town.telegram.start(ada, f"f_uk_{FERRIES}")
        bot = drill.start(trace=trace)
        await town.hears(ada, "Now following")
        await until(lambda: "compare: committed" in trace.read_text(encoding="utf-8"))
        bot.terminate()
        assert await bot.ended() == 0
    return trace.read_text(encoding="utf-8").splitlines()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def repair(memory: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """Every point that is passed when the audit has to repair what was never announced, in order."""
    trace = tmp_path_factory.mktemp("repair") / "trace"
    async with drill_in(trace.parent / "town", memory) as drill:
        await _news_that_nobody_announces(drill)
        await drill.start_and_meet(trace=trace)
        await _hear_of_pears(drill)
    return trace.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("order", A_DAY, ids=str)
async def test_a_busy_day_survives_kills(order: Order, day: Sequence[str], drill: Drill) -> None:
    await _live_and_die(drill, order.dooms(day))


async def test_a_repair_survives_kills(repair: Sequence[str], drill: Drill) -> None:
    await _news_that_nobody_announces(drill)
    await _die_and_be_succeeded(drill, A_REPAIR.dooms(repair))


async def test_a_second_start_survives_kills(first_start: Sequence[str], drill: Drill) -> None:
    taking_back = Order(name="take back orphans").dooms(first_start)
    await _live_and_die(drill, [Doom(point="claim: committed", after=QUEUED), *taking_back])


@pytest.mark.parametrize("order", A_FIRST_START, ids=str)
async def test_a_first_start_and_a_wish_survive_kills(order: Order, first_start: Sequence[str], tmp_path: Path) -> None:
    async with drill_in(tmp_path, None) as drill:
        town, (ada, *_) = drill.town, drill.followers
        town.telegram.start(ada, f"f_uk_{FERRIES}")
        unanswered = 0
        for doom in order.dooms(first_start):
            await _killed(drill, doom)
            unanswered += len(_stored_or_none(drill, "SELECT 1 FROM updates WHERE handled_at IS NULL"))
        drill.start()
        await town.hears(ada, "following")
        town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(ada, "100,000 signatures")
        assert town.heard(ada, "following") <= 1 + unanswered
        assert list(headlines(town, ada)) == ["🎯 100,000 signatures"]


async def test_killed_between_a_request_and_its_answer_only_that_message_is_repeated(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    victim = await drill.start_and_meet()
    await town.ask(ada, f"/follow {FERRIES}", "Now following")
    town.telegram.faults.plan(Delay(seconds=PATIENCE, after_acting=True), method="send", chat_id=ada.id)
    town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(ada, "100,000 signatures")
    await victim.killed()
    await drill.start_and_meet()
    town.happens(FERRIES, Happening.RESPOND)
    await town.hears(ada, "has responded")
    assert list(headlines(town, ada)) == ["🎯 100,000 signatures"] * 2 + ["💬 The government has responded"]


async def test_every_order_is_among_those_whose_kills_are_tried(day: Sequence[str], first_start: Sequence[str]) -> None:
    passed = {point.rpartition(": ")[0] for point in (*day, *first_start)}
    assert passed == {order.name for order in (*A_DAY, *A_FIRST_START)}


async def _killed(drill: Drill, doom: Doom) -> bool:
    """Start a bot and wait until it has died of its doom; false when its order was done without that."""
    victim = drill.start(doom=doom)
    ended = await victim.ended()
    assert ended == KILLED or (doom.once and ended == OVERTAKEN), f"{doom}\n{victim.log}"
    return ended == KILLED


async def _live_and_die(drill: Drill, dooms: Sequence[Doom]) -> None:
    """Let there be news, let one bot after the other die of its doom, and see that the last one leaves nothing out."""
    _pears_have_news(drill)
    await _die_and_be_succeeded(drill, dooms)


async def _die_and_be_succeeded(drill: Drill, dooms: Sequence[Doom]) -> None:
    in_flight: Counter[int] = Counter()
    for doom in dooms:
        killed = await _killed(drill, doom)
        in_flight.update(_messages(drill, "claimed"))
        if not killed:
            break
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


async def _news_that_nobody_announces(drill: Drill) -> None:
    """Let a bot die after it has stored news, and have it taken for announced."""
    _pears_have_news(drill)
    await _killed(drill, Doom(point=NEWS))
    with closing(sqlite3.connect(drill.town.database)) as connection, connection:
        connection.execute("UPDATE changes SET announced_at = seen_at")


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
