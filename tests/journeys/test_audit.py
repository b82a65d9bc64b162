"""The audit finds what somebody has broken by hand, within a quarter of an hour, and nothing where all is well."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from sandbox.telegram.people import User
from services.audit import EVERY
from tests.journeys.town import (
    BELLS,
    FERRIES,
    KITES,
    LAMPS,
    PATIENCE,
    PEARS,
    START,
    Town,
    petition,
    petitions,
    reached,
    stepped,
    town_in,
)

QUARTER = timedelta(minutes=15)
STEP = timedelta(minutes=5)
"""The audit takes it for an interruption when more time than this goes by between two of its steps."""

OFTEN = 0.05
"""Seconds between two steps of a loop, as the clock stands still until all have stepped."""

EVENING, MORNING = START + timedelta(hours=11), START + timedelta(hours=24)
LAST_RUN = "petition_alerts_audit_last_run_timestamp_seconds"
NEWS = "🎯 10,000 signatures"
BROKEN = Refuse(status=502, description="Bad Gateway")
UNPLANNED = (
    "UPDATE petitions SET due_at = NULL, count_due_at = NULL, page_due_at = NULL, version = version + 1"
    " WHERE due_at IS NOT NULL"
)
LOSE = "DELETE FROM messages WHERE lane = 1 AND state = 'queued' AND attempts > 0"
FORGET = "CREATE TRIGGER forget AFTER INSERT ON changes BEGIN UPDATE changes SET announced_at = seen_at; END"
VANISH = "CREATE TRIGGER vanish AFTER INSERT ON changes BEGIN DELETE FROM changes WHERE id = NEW.id; END"
STOP = """
    CREATE TRIGGER stop AFTER INSERT ON alerts WHEN NEW.chat_id > (SELECT min(chat_id) FROM follows)
    BEGIN DELETE FROM alerts WHERE id = NEW.id; END
"""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """So many newer petitions that those of the town do not stand on the first page of the newest."""
    newer = (petition(761_000 + each, f"Name lane {each}.", now=50, opened_days_ago=2) for each in range(60))
    async with town_in(tmp_path, lives=(*petitions(), *newer)) as town:
        yield town


def operator_in(town: Town) -> User:
    return town.telegram.add_user("Olga", started=True)


async def followers_in(town: Town, number: int) -> Sequence[User]:
    people = [town.telegram.add_user(f"Person {each}", started=True) for each in range(number)]
    await asyncio.gather(*(town.ask(person, f"/follow {PEARS} {BELLS}", "Following") for person in people))
    return people


async def by_hand(town: Town, statement: str) -> int:
    """Change the bot's database behind its back, and return how many rows that were."""

    def change() -> int:
        with closing(sqlite3.connect(town.database, timeout=PATIENCE)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            return connection.execute(statement).rowcount

    return await asyncio.to_thread(change)  # the bot, in this loop, may be in the middle of writing


async def all_hear(town: Town, people: Sequence[User], news: str) -> None:
    for person in people:
        await town.hears(person, news)


async def passed(town: Town, time: timedelta) -> None:
    """Hold the clock, and move it on until so much time has passed; the bot does at each moment what is due by then."""
    town.clock.pause()
    await asyncio.gather(stepped("audit"), stepped("list audit"))  # or the first step would seem an interruption
    until = town.clock.now() + time
    while (now := town.clock.now()) < until:
        town.clock.set(min(until, now + STEP))
        await asyncio.gather(stepped("audit"), stepped("list audit"))
        await town.settled(by=now)  # what the audit makes due at this moment is looked at in the next


async def quarter_passed(town: Town) -> None:
    """Let a quarter of an hour pass, in which the audit has looked through everything and through all lists."""
    await passed(town, QUARTER)
    await accounted(town.clock.now() - QUARTER, "alerts", "lists")


async def audited(town: Town) -> None:
    """Let the audit account for everything, from beginning to end, after this moment."""
    await passed(town, EVERY)
    await accounted(town.clock.now(), "alerts")
    town.clock.resume()


async def accounted(at: datetime, *parts: str) -> None:
    """Wait until these parts of the audit have ended a round, not before `at`."""
    for part in parts:
        await reached(LAST_RUN, {"of": part}, at.timestamp())


async def nobody_hears_twice(town: Town, people: Sequence[User]) -> None:
    """Let the audit come again, and something else be told after it."""
    await audited(town)
    town.happens(BELLS, Happening.SIGN_1000)
    await all_hear(town, people, "2,500 signatures")
    assert [town.heard(person, NEWS) for person in people] == [1] * len(people)


async def test_a_message_deleted_from_the_outbox_is_sent_after_all(town: Town) -> None:
    olga = operator_in(town)
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        town.telegram.faults.plan(BROKEN, times=10_000, method="send", chat_id=people[0].id)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        await all_hear(town, people[1:], NEWS)
        async with asyncio.timeout(PATIENCE):
            while not await by_hand(town, LOSE):  # noqa: ASYNC110 - nothing tells of what is queued again
                await asyncio.sleep(0.02)
        town.telegram.faults.clear()
        await passed(town, QUARTER)
        await all_hear(town, people, NEWS)
        assert "vanished from the outbox" in (await town.hears(olga, "The audit")).text
        await nobody_hears_twice(town, people)
        assert town.heard(olga, "The audit") == 1


async def test_a_message_deleted_after_it_was_sent_is_not_sent_again(town: Town) -> None:
    olga = operator_in(town)
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        await all_hear(town, people, NEWS)
        await town.until_stored("SELECT count(*) = 3 FROM alerts WHERE ended")
        assert await by_hand(town, "DELETE FROM messages WHERE lane = 1") == 3
        await nobody_hears_twice(town, people)
        assert town.heard(olga, "The audit") == 0


async def test_a_change_that_was_never_announced_is_told_to_all_who_followed_then(town: Town) -> None:
    olga = operator_in(town)
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        await by_hand(town, FORGET)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        await town.until_stored("SELECT count(*) = 1 FROM changes WHERE announced_at IS NOT NULL")
        await by_hand(town, "DROP TRIGGER forget")
        late = town.telegram.add_user("Late", started=True)
        await town.ask(late, f"/follow {PEARS}", "Now following")
        await passed(town, QUARTER)
        await all_hear(town, people, NEWS)
        assert "never told" in (await town.hears(olga, "The audit")).text
        await nobody_hears_twice(town, people)
        assert town.heard(late, NEWS) == 0


async def test_a_fan_out_that_stopped_half_way_is_ended(town: Town) -> None:
    olga = operator_in(town)
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        await by_hand(town, STOP)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        await town.until_stored("SELECT count(*) = 1 FROM changes WHERE announced_at IS NOT NULL")
        await by_hand(town, "DROP TRIGGER stop")
        await passed(town, QUARTER)
        await all_hear(town, people, NEWS)
        await town.hears(olga, "The audit")
        await nobody_hears_twice(town, people)


async def test_a_change_whose_row_is_gone_is_told_to_all_who_followed_then(town: Town) -> None:
    olga = operator_in(town)
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        await by_hand(town, VANISH)
        town.clock.pause()
        await stepped("watch")  # a count asked for before, and answered after, would have been passed before
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        town.clock.resume()
        await town.until_stored("SELECT count(*) = 1 FROM petitions WHERE marks LIKE '%\"milestone\":10000%'")
        await by_hand(town, "DROP TRIGGER vanish")
        for _ in range(3):  # lists are read once in a quarter, the watch has another, and steps are long
            await quarter_passed(town)
        await all_hear(town, people, NEWS)
        assert "never told" in (await town.hears(olga, "The audit")).text
        await nobody_hears_twice(town, people)


async def test_news_that_the_site_lists_and_the_watch_has_no_plan_to_see_is_told(town: Town) -> None:
    olga = operator_in(town)
    town.clock.pause()  # so that no sweep, which reads the same page an hour later, comes before the audit
    async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
        people = await followers_in(town, 3)
        await town.until_stored("SELECT count(*) = 1 FROM feeds WHERE facet = 'open'")
        await town.settled()
        assert await by_hand(town, UNPLANNED) == 2
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        for _ in range(3):  # lists are read once in a quarter, the watch has another, and steps are long
            await quarter_passed(town)
        await all_hear(town, people, NEWS)
        await town.hears(olga, "had missed")
        await audited(town)
        assert town.heard(olga, "⚠️") == 1


async def test_a_night_of_all_that_is_usual_gives_no_alarm(tmp_path: Path) -> None:
    async with town_in(tmp_path, start=EVENING) as town:
        olga, rosa = operator_in(town), town.telegram.add_user("Rosa", started=True)
        tom, ada = (town.telegram.add_user(name, started=True) for name in ("Tom", "Ada"))
        group = town.telegram.add_group("Village Hall", [tom], [rosa])
        async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
            for person in (rosa, tom, ada):
                await town.ask(person, f"/follow {PEARS} {BELLS} {FERRIES} {KITES}", "Following")
            await town.asks(group, rosa, f"/follow {PEARS} {FERRIES}", "Following")
            await town.ask(ada, "/watch responses", "This chat hears of it")
            town.happens(KITES, Happening.SIGN_1000)
            await town.hears(rosa, "1,000 signatures")
            await town.ask(tom, f"/unfollow {KITES}", "No longer following")
            town.telegram.block(ada)
            town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
            await town.hears(group, NEWS)
            moved = town.telegram.migrate(group)
            town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD, Happening.SCHEDULE_DEBATE)
            await town.hears(moved, "100,000 signatures")
            town.happens(LAMPS, Happening.RESPOND)
            town.telegram.unblock(ada)
            await town.hears(ada, NEWS)
            town.happens(BELLS, Happening.RESPOND)
            await town.ask(tom, f"/follow {LAMPS}", "Now following")
            while town.clock.now() < MORNING:
                town.happens(KITES, Happening.SIGN_1000)
                await quarter_passed(town)
            town.clock.resume()
            town.happens(PEARS, Happening.RESPOND)
            await town.hears(moved, "has responded")
            await audited(town)
            assert town.heard(olga, "") == 0
            assert town.stored("SELECT count(*) FROM repairs") == [(0,)]
            for chat in (rosa, tom, ada, moved):
                told = [message.text for message in town.telegram.bot_messages(chat) if "🎉" in message.text]
                assert len(told) == len(set(told))


async def test_an_hour_in_which_neither_telegram_nor_the_site_answers_gives_no_alarm(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga = operator_in(town)
        async with town.bot(operator_chat_id=olga.id, idle=OFTEN):
            people = await followers_in(town, 20)
            town.happens(BELLS, Happening.SIGN_1000)
            town.telegram.faults.plan(BROKEN, times=100_000, method="send")
            town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
            await town.until_stored("SELECT count(*) = 20 FROM alerts WHERE petition_id = 1")
            town.site.faults.add(Fault(kind=FaultKind.UNAVAILABLE))
            town.happens(PEARS, Happening.RESPOND)
            over = town.clock.now() + timedelta(hours=1)
            await asyncio.sleep((over - town.clock.now()).total_seconds() / town.clock.speed)
            town.site.faults.clear()
            town.telegram.faults.clear()
            await all_hear(town, people, "has responded")
            await audited(town)
            assert [town.heard(person, NEWS) for person in people] == [1] * 20
            assert town.heard(olga, "") == 0
            assert town.stored("SELECT count(*) FROM repairs") == [(0,)]
