"""Asked to stop while it is busy, the bot ends within 8 seconds, and loses and doubles nothing."""

import time

import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Delay
from tests.drills.conftest import Drill
from tests.drills.process import BotProcess
from tests.journeys.town import FERRIES, PATIENCE, PEARS

PROMISED = 8.0


async def test_stopped_in_the_middle_of_sending_the_next_one_sends_the_rest(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    _pears_have_news(drill)
    await town.hears(ada, "10,000 signatures")
    await _stop(bot)
    await _the_rest_is_said_once(drill)


@pytest.mark.parametrize("seconds", [0.5, 2.0])
async def test_what_is_in_flight_is_waited_for(drill: Drill, seconds: float) -> None:
    town, (ada, *_) = drill.town, drill.followers
    town.telegram.faults.plan(Delay(seconds=seconds, after_acting=True), times=3, method="send")
    bot = await drill.start_and_meet()
    _pears_have_news(drill)
    await town.hears(ada, "10,000 signatures")
    await _stop(bot)
    await _the_rest_is_said_once(drill)


async def test_an_answer_that_does_not_come_in_time_leaves_that_message_uncertain(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    town.telegram.faults.plan(Delay(seconds=PATIENCE, after_acting=True), method="send", chat_id=ada.id)
    bot = await drill.start_and_meet()
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(ada, "10,000 signatures")
    await _stop(bot)
    assert drill.stored("SELECT state, uncertain FROM messages WHERE uncertain > 0") == [("queued", 1)]
    await drill.start_and_meet()
    await town.hears(ada, "10,000 signatures", times=2)


async def test_a_slow_site_does_not_keep_it(drill: Drill) -> None:
    drill.town.site.faults.add(Fault(kind=FaultKind.SLOW, seconds=PATIENCE, times=3))
    await _stop(await drill.start_and_meet())


async def test_a_wish_in_hand_is_granted_now_or_after_the_next_start(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    town.site.faults.add(Fault(kind=FaultKind.SLOW, path=f"/petitions/{FERRIES}.json", seconds=PATIENCE, times=1))
    town.telegram.say(ada, ada, f"/follow {FERRIES}")
    await drill.until_stored("SELECT attempts FROM updates WHERE handled_at IS NULL", 1)
    await _stop(bot)
    await drill.start_and_meet()
    await town.hears(ada, "Now following")


async def test_it_stops_while_it_waits_for_telegram(drill: Drill) -> None:
    bot = drill.start(TELEGRAM_API_URL="http://127.0.0.1:9")
    await drill.until_logged(bot, "bot.started")
    await _stop(bot)


async def _stop(bot: BotProcess) -> None:
    began = time.monotonic()
    bot.terminate()
    assert await bot.ended() == 0, bot.log
    assert time.monotonic() - began < PROMISED


def _pears_have_news(drill: Drill) -> None:
    drill.town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)


async def _the_rest_is_said_once(drill: Drill) -> None:
    town = drill.town
    bot = await drill.start_and_meet()
    for person in drill.followers:
        for news in ("10,000 signatures", "has responded"):
            await town.hears(person, news)
    await _stop(bot)
    assert drill.stored("SELECT count(*) FROM messages WHERE state != 'sent'") == [(0,)]
    for person in drill.followers:
        assert [town.heard(person, news) for news in ("10,000 signatures", "has responded")] == [1, 1]
