"""While Telegram does not take messages everything waits, next to nothing is asked, and afterwards nothing is missing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from delivery.budgets import Limits
from delivery.circuit import FAILURES_UNTIL_OPEN
from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from tests.journeys.town import KITES, PATIENCE, Town, town_in

OUTAGE_SECONDS = 6.0
PROBES = 4
"""After about 2, 4, 8 and 16 seconds, less what jitter takes off: so many fall into the outage at most."""


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as town:
        yield town


async def test_sixty_alerts_that_fall_into_an_outage_all_arrive_and_none_twice(town: Town) -> None:
    people = [town.telegram.add_user(f"Person {number}", started=True) for number in range(60)]
    async with town.bot():
        await asyncio.gather(*(town.ask(person, f"/follow {KITES}", "Now following") for person in people))
        town.telegram.forget_requests()
        town.telegram.faults.plan(Refuse(status=502, description="Bad Gateway"), seconds=OUTAGE_SECONDS, method="send")
        town.happens(KITES, Happening.SIGN_1000)
        await town.telegram.wait_for(lambda: not town.telegram.faults, PATIENCE)
        asked = sum(request.method.lower().startswith("send") for request in town.telegram.requests)
        assert FAILURES_UNTIL_OPEN <= asked <= FAILURES_UNTIL_OPEN + Limits().in_flight + PROBES
        await asyncio.gather(*(town.hears(person, "1,000 signatures") for person in people))
    told = [
        sum("1,000 signatures" in message.text for message in town.telegram.bot_messages(person)) for person in people
    ]
    assert told == [1] * 60
