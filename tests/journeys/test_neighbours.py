"""One chat, one short fault or one big crowd never costs the others an alert: what the petition site's budget gives
each, and what is believed of a site that is ill. The town's clock hurries; where real seconds count, it does not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, KITES, PATIENCE, PEARS, SPEED, TITLES, Town, petition, town_in

A_SECOND = 5
MILESTONE_WITHIN = 20 * A_SECOND
"""Requests to the site: so many in a second, and how many others are made before a milestone is told at the latest."""

CROWD = 900
STRANGERS = 3
NUMBERS = 20
NEW_LAMPS = range(780_000, 780_006)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as town:
        yield town


async def test_strangers_who_flood_follow_do_not_hold_up_a_followers_milestone(tmp_path: Path) -> None:
    """Five requests a second, and a look at a hot petition every five seconds; each number must be looked up anew."""
    async with town_in(tmp_path, speed=1.0) as town:
        follower = town.telegram.add_user("Rosa", started=True)
        strangers = [town.telegram.add_user(f"Stranger {number}", started=True) for number in range(STRANGERS)]
        async with town.bot(watch_seconds=5, site_requests_per_second=A_SECOND):
            await town.ask(follower, f"/follow {KITES}", "Now following")
            floods = [asyncio.create_task(_flood(town, stranger, place)) for place, stranger in enumerate(strangers)]
            try:
                await _until(lambda: sum("/77" in visit.path for visit in town.site.visits.recent) >= STRANGERS)
                town.happens(KITES, Happening.SIGN_1000)
                before = town.site.visits.total
                await town.hears(follower, "1,000 signatures")
                asked = town.site.visits.total - before
                for stranger in strangers:
                    await town.hears(stranger, "send it again in a minute")
            finally:
                for flood in floods:
                    flood.cancel()
            assert asked < MILESTONE_WITHIN


async def _flood(town: Town, stranger: User, place: int) -> None:
    """Send `/follow` with twenty numbers, and twenty others as soon as it is answered."""
    for first in count(770_000 + place * 1_000, NUMBERS):
        answers = len(town.telegram.bot_messages(stranger))
        town.telegram.say(stranger, stranger, "/follow " + " ".join(map(str, range(first, first + NUMBERS))))

        def answered(before: int = answers) -> bool:
            return len(town.telegram.bot_messages(stranger)) > before

        await town.telegram.wait_for(answered, PATIENCE)


async def test_a_short_not_found_while_a_stranger_asks_removes_nothing(town: Town, rosa: User, tom: User) -> None:
    """For 25 minutes of the town, two and a half seconds here, every address of the petition answers 404."""
    async with town.bot():
        await town.ask(rosa, f"/follow {PEARS} {BELLS}", "Following")
        faulty = Fault(
            kind=FaultKind.NOT_FOUND, path=f"/petitions/{PEARS}*", until=town.clock.now() + timedelta(minutes=25)
        )
        town.site.faults.add(faulty)
        for _ in range(4):
            await town.ask(tom, f"/petition {PEARS}", TITLES[PEARS])
        await _recovered(town)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "10,000 signatures")
        assert town.heard(rosa, "can’t be seen") == 0


@pytest.mark.parametrize("kind", [FaultKind.NOT_FOUND, FaultKind.SENT_HOME])
async def test_a_whole_site_that_shows_no_petition_has_none_removed(tmp_path: Path, kind: FaultKind) -> None:
    """For more than an hour of the town, longer than a single petition would be believed to be gone."""
    lives = tuple(petition(number, f"Lamp {number}", now=900) for number in NEW_LAMPS)
    async with town_in(tmp_path, lives=lives, speed=3 * SPEED) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {' '.join(map(str, NEW_LAMPS))}", "Following")
            town.site.faults.add(Fault(kind=kind, path="/petitions/*", until=town.clock.now() + timedelta(minutes=70)))
            await _recovered(town)
            for number in NEW_LAMPS:
                town.happens(number, Happening.SIGN_1000)
            await town.hears(rosa, "1,000 signatures", times=len(NEW_LAMPS))
            assert town.heard(rosa, "can’t be seen") == 0


async def test_a_small_alert_does_not_wait_until_half_of_a_crowd_of_900_is_told(
    town: Town, rosa: User, tom: User
) -> None:
    crowd = [town.telegram.add_user(f"Person {number}", started=True) for number in range(CROWD)]
    async with town.bot():
        await town.ask(rosa, f"/follow {KITES}", "Now following")
        await town.ask(tom, f"/follow {BELLS}", "Now following")
        await asyncio.to_thread(_all_follow, town, BELLS, crowd)  # while the bot writes, too
        town.happens(BELLS, Happening.JUMP_TWO_MILESTONES)
        await town.hears(tom, "signatures")
        town.happens(KITES, Happening.SIGN_1000)
        await town.hears(rosa, "1,000 signatures")
        assert sum(town.heard(person, "signatures") for person in crowd) < CROWD / 2


def _all_follow(town: Town, number: int, people: Sequence[User]) -> None:
    """Let many follow a petition that is known, as if each had said so."""
    with closing(sqlite3.connect(town.database)) as connection, connection:
        now = town.clock.now().replace(tzinfo=None).isoformat(" ")
        connection.executemany(
            "INSERT INTO chats (telegram_id, kind, state, since) VALUES (?, 'private', 'active', ?)",
            [(person.id, now) for person in people],
        )
        connection.execute(
            """
            INSERT INTO follows (petition_id, chat_id, after_change, followed_at)
            SELECT petitions.id, chats.id, 0, ? FROM petitions, chats
            WHERE number = ? AND chats.id NOT IN (SELECT chat_id FROM follows)
            """,
            (now, str(number)),
        )


async def _recovered(town: Town) -> None:
    await _until(lambda: not town.site.faults.pending(town.clock.now()))


async def _until(condition: Callable[[], bool]) -> None:
    """Look again and again, where nothing tells of changes."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - the site and the town's clock make it true
            await asyncio.sleep(0.05)
