"""`bot check` against a Telegram and a site that are there: it tells the truth, changes nothing and keeps the token."""

from pathlib import Path

from pydantic import SecretStr

from bot.check import check
from tests.journeys.town import TOKEN, town_in

WRONG = "700700700:AAsomebody-elses-token-0987654321"


async def test_everything_is_well(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        findings = await check(town.settings())
        assert all(finding.well for finding in findings)
        assert [finding.text.partition(":")[0] for finding in findings] == ["database", "Telegram", "uk"]
        assert not town.database.exists()


async def test_a_wrong_token_and_a_wrong_address_are_said_without_the_token(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        for changes in (
            {"telegram_bot_token": SecretStr(WRONG)},
            {"telegram_api_url": f"{town.telegram_url}/bot{TOKEN}"},
            {"telegram_api_url": f"{town.telegram_url}/nowhere"},
        ):
            _, telegram, _ = await check(town.settings(**changes))
            assert not telegram.well
            for token in (TOKEN, WRONG):
                assert token.partition(":")[2] not in str(telegram)
        assert not town.database.exists()


async def test_a_bot_that_runs_is_said(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        database, _, _ = await check(town.settings())
        assert database.text == f"database: {town.database} is in use by a bot that is running"
