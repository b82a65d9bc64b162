"""Whatever the web port's clients and the petition site's server do: others are answered and told as soon as usual."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.web_server import MOST_CONNECTIONS
from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from tests.journeys.others import HELPED_WITHIN, condition, others_beside, seconds_to_help, slowness
from tests.journeys.town import FERRIES, NOBODY_KNOWS, PEARS, free_port, town_in

IDLE_CONNECTIONS = 1_100
A_DAY = 86_400.0
HALF_AN_HOUR = timedelta(minutes=30)


async def test_idle_connections_leave_the_bot_all_it_needs(tmp_path: Path) -> None:
    async with others_beside(tmp_path) as others, AsyncExitStack() as connections:
        port, idle = others.port, []
        for _ in range(IDLE_CONNECTIONS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            connections.callback(writer.close)
            idle.append(reader)
        await others.are_told_and_answered_in_time()
        assert sum(not reader.at_eof() for reader in idle) <= MOST_CONNECTIONS


async def test_a_site_that_wants_a_day_of_rest_is_asked_again_after_an_hour(tmp_path: Path) -> None:
    port = free_port()
    async with (
        town_in(tmp_path) as town,
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        olga, rosa = (town.telegram.add_user(name, started=True) for name in ("Olga", "Rosa"))
        async with town.bot(http_port=port, operator_chat_id=olga.id):
            await town.ask(rosa, f"/follow {FERRIES}", "Now following")
            quiet = await seconds_to_help(town, "Somebody")
            town.site.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=1, seconds=A_DAY))
            await town.hears(olga, "The site “uk” asks to be left alone for 24 hours")
            town.clock.pause()
            began = town.clock.now()
            town.clock.jump(HALF_AN_HOUR)
            town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
            await town.ask(rosa, f"/follow {NOBODY_KNOWS}", "The petition site")
            assert await condition(session) == "degraded"
            assert await seconds_to_help(town, "Stranger") < HELPED_WITHIN * slowness(quiet)
            town.clock.jump(HALF_AN_HOUR)
            town.clock.resume()
            await town.hears(rosa, "100,000 signatures")
            assert (town.clock.now() - began).total_seconds() < A_DAY / 8
            await town.ask(rosa, f"/follow {PEARS}", "Now following")
            assert await condition(session) == "ok"
