"""`bot check` against a Telegram and a site that are there: it tells the truth, changes nothing and keeps the token."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.check import check, clock_is_right, free_space
from tests.journeys.town import PATIENCE, START, TOKEN, Town, free_port, town_in

WRONG = "700700700:AAsomebody-elses-token-0987654321"


async def test_everything_is_well(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        findings = await check(town.settings())
        assert all(finding.well for finding in findings)
        looked_at = [finding.text.partition(":")[0] for finding in findings]
        assert looked_at == ["database", "disk", "Telegram", "updates", "uk", "clock"]
        assert not town.database.exists()


async def test_a_wrong_token_and_a_wrong_address_are_said_without_the_token(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        for changes in (
            {"telegram_bot_token": SecretStr(WRONG)},
            {"telegram_api_url": f"{town.telegram_url}/bot{TOKEN}"},
            {"telegram_api_url": f"{town.telegram_url}/nowhere"},
        ):
            findings = await check(town.settings(**changes))
            [telegram] = [finding for finding in findings if finding.text.startswith("Telegram")]
            assert not telegram.well
            for token in (TOKEN, WRONG):
                assert token.partition(":")[2] not in str(telegram)
        assert not town.database.exists()


async def test_a_bot_that_runs_is_said(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        database, *_ = await check(town.settings())
        assert database.text == f"database: {town.database} is in use by a bot that is running"


async def test_a_clock_is_compared_with_that_of_the_server(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        *_, clock = await check(town.settings(), lambda: START)
        assert not clock.well
        assert "seconds behind Telegram's; let this machine keep time" in clock.text


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (30, "ok   clock: it is right within 30 seconds"),
        (31, "FAIL clock: it is 31 seconds ahead of Telegram's; let this machine keep time (NTP)"),
        (-7_200, "FAIL clock: it is 7,200 seconds behind Telegram's; let this machine keep time (NTP)"),
    ],
)
def test_a_clock_that_is_wrong_is_said(off: int, said: str) -> None:
    assert str(clock_is_right(START + timedelta(seconds=off), START)) == said


async def test_updates_that_telegram_cannot_deliver_are_said(tmp_path: Path) -> None:
    webhook: dict[str, Any] = {"webhook_url": f"http://127.0.0.1:{free_port()}", "webhook_secret": "Pear-tree_1"}
    async with town_in(tmp_path) as town:
        assert "not delivered, 0 updates wait; `run` will have" in await updates(town, **webhook)
        async with town.bot(**webhook):
            rosa = town.telegram.add_user("Rosa")
            assert (await updates(town, **webhook)).startswith("ok   updates: they are delivered to")
            town.telegram.say(rosa, rosa, "/help")
            async with asyncio.timeout(PATIENCE):
                while not (said := await updates(town, **webhook)).startswith("FAIL"):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        assert said.startswith(
            "FAIL updates: 1 updates wait, because Telegram cannot deliver them to http://127.0.0.1:"
        )
        assert "1 updates wait; `run` will ask for them" in await updates(town)


async def updates(town: Town, **changes: object) -> str:
    findings = await check(town.settings(**changes))
    return next(str(finding) for finding in findings if finding.text.startswith("updates"))


def test_a_disk_that_is_nearly_full_is_said() -> None:
    assert free_space(2_000_000_000, 1_000_000_000).well
    assert str(free_space(1_400_000_000, 1_000_000_000)) == (
        "FAIL disk: 1,400 MB are free where the database is; make room for 1,500 MB, "
        "so that it can grow and be backed up"
    )
