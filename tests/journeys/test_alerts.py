"""Alerts: each piece of news is said once, however the world misbehaves. What it says is in `test_transitions.py`."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, invented_petitions
from sandbox.telegram.faults import Cut, Moment, Refuse
from sandbox.telegram.people import User
from tests.journeys.town import PEARS, START, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

ONE_FAILS, FLOODED, UNCLEAR, FALLING, BOTH_THRESHOLDS = range(760_801, 760_806)
FALLS_AND_RISES = 750_201
LATEST_COUNT_BETWEEN = """
    SELECT signatures BETWEEN ? AND ? FROM readings JOIN petitions ON petitions.id = petition_id
    WHERE number = ? ORDER BY at DESC LIMIT 1
"""


def lives() -> tuple[InventedPetition, ...]:
    return (
        *petitions(),
        petition(ONE_FAILS, "Grow a taller maypole", now=900),
        petition(FLOODED, "Keep the village pump", now=900),
        petition(UNCLEAR, "Dust the library globe", now=900),
        petition(FALLING, "Ring in the harvest", now=9_500),
        petition(BOTH_THRESHOLDS, "Save the last phone box", now=9_500),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for most tests here: each has people and petitions of its own."""
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives()) as town, town.bot():
        yield town


async def test_one_chat_that_always_fails_does_not_stop_the_others_and_loses_nothing(town: Town, rosa: User) -> None:
    others = [town.telegram.add_user(f"Follower {number}", started=True) for number in range(5)]
    await town.ask(rosa, f"/follow {ONE_FAILS}", "Now following")
    for other in others:
        await town.ask(other, f"/follow {ONE_FAILS}", "Now following")
    broken = Refuse(status=500, description="Internal Server Error")
    town.telegram.faults.plan(broken, times=10_000, method="sendMessage", chat_id=rosa.id)
    town.happens(ONE_FAILS, Happening.SIGN_1000)
    for other in others:
        await town.hears(other, "🎉 1,000 signatures")
    town.happens(ONE_FAILS, Happening.RESPOND)
    for other in others:
        await town.hears(other, "has responded")
    assert town.stored("SELECT state FROM chats WHERE telegram_id = ?", rosa.id) == [("active",)]

    town.telegram.faults.clear()
    await town.hears(rosa, "has responded")
    assert (town.heard(rosa, "🎉 1,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)


async def test_a_message_that_flood_control_refuses_again_and_again_arrives_once(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {FLOODED}", "Now following")
    flood = Refuse(status=429, description="Too Many Requests: retry after 1", parameters={"retry_after": 1})
    town.telegram.faults.plan(flood, times=4, method="send", chat_id=rosa.id)
    town.happens(FLOODED, Happening.SIGN_1000)
    await town.hears(rosa, "🎉 1,000 signatures")
    assert not town.telegram.faults
    town.happens(FLOODED, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 1


async def test_a_send_whose_answer_was_lost_is_repeated_twice_at_most(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {UNCLEAR}", "Now following")
    town.telegram.faults.plan(Cut(moment=Moment.AFTER_ACTING), times=3, method="send", chat_id=rosa.id)
    town.happens(UNCLEAR, Happening.SIGN_1000)
    await town.hears(rosa, "🎉 1,000 signatures", times=3)
    town.happens(UNCLEAR, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 3, "the first, and two more because nobody knew of it"
    uncertain = """
        SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id
        WHERE telegram_id = ? AND messages.state = 'uncertain'
    """
    await town.until_stored(uncertain, rosa.id)


async def counted(town: Town, number: int, low: int, high: int) -> None:
    """Wait until the bot knows of a count between two."""
    await town.until_stored(LATEST_COUNT_BETWEEN, low, high, str(number))


async def test_a_count_that_falls_below_a_threshold_and_passes_it_again_is_not_told_again(
    town: Town, rosa: User
) -> None:
    await town.ask(rosa, f"/follow {FALLING}", "Now following")
    town.happens(FALLING, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(rosa, "🎯 10,000 signatures")
    for _ in range(2):
        town.happens(FALLING, Happening.DROP_SIGNATURES)
        await counted(town, FALLING, 9_900, 9_999)
        town.happens(FALLING, Happening.SIGN_1000)
        await counted(town, FALLING, 10_900, 10_999)
    town.happens(FALLING, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎯 10,000 signatures") == 1


async def test_10_000_and_100_000_are_one_alert_each(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {BOTH_THRESHOLDS}", "Now following")
    town.happens(BOTH_THRESHOLDS, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(rosa, "🎯 10,000 signatures")
    town.happens(BOTH_THRESHOLDS, Happening.REACH_NEXT_THRESHOLD)
    second = await town.hears(rosa, "🎯 100,000 signatures")
    assert "It passed 25,000, 50,000, 75,000 and 100,000" in second.text
    assert "Parliament will consider it for debate." in second.text
    town.happens(BOTH_THRESHOLDS, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.words_to(rosa)[1:] == [
        "🎯 10,000 signatures",
        "🎯 100,000 signatures",
        "💬 The government has responded",
    ]


async def test_a_count_that_wavers_around_10_000_by_itself_is_never_told(tmp_path: Path) -> None:
    """The invented petition is above the threshold, is corrected to below it, and grows past it once more."""
    lives = [each for each in invented_petitions(START) if each.id == FALLS_AND_RISES]
    async with town_in(tmp_path, lives=lives) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {FALLS_AND_RISES}", "Now following")
        town.clock.pause()  # so that no count has passed before a slow machine has looked
        for hours, low, high in ((8.4, 10_150, 10_400), (8.6, 9_800, 9_999), (40, 10_100, 11_000)):
            town.clock.set(START + timedelta(hours=hours))
            await counted(town, FALLS_AND_RISES, low, high)
        town.clock.resume()
        town.happens(FALLS_AND_RISES, Happening.RESPOND)
        await town.hears(rosa, "has responded")
        assert town.words_to(rosa) == ["🔔 Now following", "💬 The government has responded"]


async def test_what_happened_while_the_bot_was_away_is_told_on_its_return_with_its_time(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {PEARS}", "Now following")
        town.clock.set(START + timedelta(hours=2))
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)
        town.clock.set(START + timedelta(hours=10))
        town.telegram.forget_requests()
        async with town.bot():
            threshold = await town.hears(rosa, "🎯 10,000 signatures")
            response = await town.hears(rosa, "💬 The government has responded")
        for alert in (threshold, response):
            assert "Happened at 11:00 today; the petition site showed it to us at 19:0" in alert.text
        assert (town.heard(rosa, "10,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)
