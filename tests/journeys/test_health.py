"""The web endpoints of the whole bot: they tell the truth about the bot and about the world around it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.clients import VERSION
from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from tests.journeys.town import FERRIES, KITES, PATIENCE, Town, free_port, town_in

WELL: dict[str, Any] = {
    "status": "ok",
    "loops": {"dead": []},
    "database": {"writable": True},
    "unreachable_since": {},
    "petitions_missing_since": {},
    "webhook": {"problem": None},
    "switched_off_since": {},
    "maintenance_since": None,
}
TROUBLE = Refuse(status=500, description="Internal Server Error")


@asynccontextmanager
async def watched(town: Town) -> AsyncIterator[ClientSession]:
    """Run the bot, and look at it from outside."""
    port = free_port()
    async with town.bot(http_port=port), ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session


async def report(session: ClientSession, path: str = "/healthz") -> dict[str, Any]:
    """What the endpoint says; the bot is fit to go on throughout."""
    async with session.get(path) as response:
        assert response.status == 200
        said = dict(await response.json())
    assert set(said.pop("watch_late_seconds")) == {"uk"}, "how late is told by a clock that hurries"
    return said


async def until_it_is(session: ClientSession, status: str) -> dict[str, Any]:
    """Ask for the bot's health until it is that."""
    async with asyncio.timeout(PATIENCE):
        while (said := await report(session))["status"] != status:  # noqa: ASYNC110 - to know is to ask again
            await asyncio.sleep(0.02)
        return said


async def sent(session: ClientSession) -> float:
    """How many messages of the outbox were sent, by the metrics."""
    async with session.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        found = re.search(
            r'^petition_alerts_messages_total\{verdict="sent"\} (\S+)$', await response.text(), re.MULTILINE
        )
    assert found is not None
    return float(found[1])


async def test_a_bot_with_nothing_to_do_is_well_and_ready(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, watched(town) as session:
        assert await report(session, "/healthz") == WELL
        assert await report(session, "/readyz") == WELL


async def test_metrics_count_what_is_sent(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, watched(town) as session:
        before = await sent(session)
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {KITES}", "Now following")
        town.happens(KITES, Happening.SIGN_1000)
        await town.hears(rosa, "🎉 1,000 signatures")
        async with asyncio.timeout(PATIENCE):
            while await sent(session) != before + 2:  # noqa: ASYNC110 - the answer and the alert; to know is to ask again
                await asyncio.sleep(0.02)


async def test_a_site_that_is_silent_for_long_is_said_in_health_and_on_cards(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, watched(town) as session:
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {KITES}", "Now following")
        town.site.faults.add(Fault(kind=FaultKind.UNAVAILABLE))
        assert set((await until_it_is(session, "degraded"))["unreachable_since"]) == {"uk"}
        assert (await report(session, "/readyz"))["status"] == "degraded"
        card = await town.ask(rosa, f"/petition {KITES}", "hasn’t answered us since")
        assert "900 signatures" in card.text
        await town.ask(rosa, f"/follow {FERRIES}", "hasn’t answered since")

        town.site.faults.clear()
        assert await until_it_is(session, "ok") == WELL
        town.happens(KITES, Happening.SIGN_1000)
        await town.hears(rosa, "🎉 1,000 signatures")


async def test_telegram_that_is_silent_for_long_is_said_and_comes_back_by_itself(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, watched(town) as session:
        rosa = town.telegram.add_user("Rosa")
        town.telegram.faults.plan(TROUBLE, times=1_000, method="getUpdates")
        await town.ask(rosa, "/help", "What I can do")  # ends the poll that was open
        assert set((await until_it_is(session, "degraded"))["unreachable_since"]) == {"telegram"}
        town.telegram.faults.clear()
        await town.ask(rosa, "/help", "What I can do")
        assert await report(session) == WELL


async def test_a_telegram_that_is_down_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa")
        town.telegram.say(rosa, rosa, "/help")
        town.telegram.faults.plan(TROUBLE, method="getMe")
        async with watched(town) as session:
            assert (await report(session, "/readyz"))["loops"] == {"dead": []}
            await town.hears(rosa, "What I can do")


@pytest.mark.parametrize(
    ("setting", "contact"),
    [(None, "https://t.me/PetitionAlertsSandboxBot"), ("mail@operator.example", "mail@operator.example")],
)
async def test_the_site_is_told_whom_to_write_to(tmp_path: Path, setting: str | None, contact: str) -> None:
    async with town_in(tmp_path) as town, town.bot(contact=setting):
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/petition {KITES}", "900 signatures")
        assert town.site.visits.recent[-1].user_agent == f"PetitionAlerts/{VERSION} (+{contact})"
