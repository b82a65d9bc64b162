"""One process sends: a second bot on the same database gives way at once, and takes over when the first is gone."""

from sandbox.parliament.happenings import Happening
from tests.drills.conftest import Drill
from tests.journeys.town import PEARS

LOCKED = 3


async def test_a_second_bot_gives_way_with_a_clear_line_and_sends_nothing(drill: Drill) -> None:
    town = drill.town
    first = await drill.start_and_meet()
    town.telegram.forget_requests()
    second = drill.start()
    assert await second.ended() == LOCKED
    [line] = second.log.splitlines()[-1:]
    assert line.startswith(f"Another instance of the bot is using the database {town.database} (process {first.pid}).")
    assert "Traceback" not in second.log
    assert {request.method.lower() for request in town.telegram.requests} <= {"getupdates"}
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    for person in drill.followers:
        await town.hears(person, "10,000 signatures")
    first.terminate()
    assert await first.ended() == 0
    assert [town.heard(person, "10,000 signatures") for person in drill.followers] == [1, 1, 1]


async def test_when_the_first_is_killed_the_second_can_start_at_once(drill: Drill) -> None:
    first = await drill.start_and_meet()
    await first.killed()
    await drill.start_and_meet()
    drill.town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    for person in drill.followers:
        await drill.town.hears(person, "10,000 signatures")


async def test_two_bots_on_two_databases_do_not_know_each_other_but_telegram_does(drill: Drill) -> None:
    """The lock cannot see another database; Telegram's 409 stops the one that was there first."""
    first = await drill.start_and_meet()
    await drill.start_and_meet(DATABASE_URL=f"sqlite:///{drill.town.folder / 'other.db'}")
    assert await first.ended() == 1
    assert first.log.splitlines()[-1].startswith("Stopped: another process receives this bot's updates")
