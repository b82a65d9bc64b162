"""Updates by webhook: from a person's message to the bot's answer without any polling."""

from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from sandbox.telegram.faults import Refuse
from tests.journeys.town import PEARS, TITLES, free_port, town_in

SECRET = "open-sesame-4711"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def test_people_are_served_by_webhook(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with (
        town_in(tmp_path) as town,
        town.bot(http_port=port, webhook_url=address, webhook_secret=SECRET),
        ClientSession() as stranger,
    ):
        rosa = town.telegram.add_user("Rosa")
        answer = await town.ask(rosa, f"/follow {PEARS}", "Now following")
        assert TITLES[PEARS] in answer.text
        card = await town.ask(rosa, f"/petition {PEARS}", "for a response")
        assert await town.presses(rosa, card, "✖️ Unfollow", rosa) == "No longer following"
        assert town.telegram.webhook.last_error is None
        assert not [each for each in town.telegram.requests if each.method.lower() == "getupdates"]

        forged = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": rosa.id, "type": "private"}}}
        for headers in ({}, {HEADER: "guessed"}, {HEADER: SECRET + "x"}):
            async with stranger.post(f"{address}/telegram", json=forged, headers=headers) as refused:
                assert refused.status == 403
        assert town.stored("SELECT count(*) FROM updates WHERE update_id = 1") == [(0,)]


async def test_what_is_posted_while_the_bot_is_away_is_answered_when_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    webhook: dict[str, Any] = {"http_port": port, "webhook_url": f"http://127.0.0.1:{port}", "webhook_secret": SECRET}
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa")
        async with town.bot(**webhook):
            await town.ask(rosa, f"/follow {PEARS}", "Now following")
        town.telegram.say(rosa, rosa, "/list")
        town.telegram.forget_requests()
        async with town.bot(**webhook):
            await town.hears(rosa, "Following 1 petition")
            await town.ask(rosa, f"/unfollow {PEARS}", "No longer following")
            assert town.heard(rosa, "Following 1 petition") == 1


async def test_a_bot_that_polls_takes_away_an_old_webhook(tmp_path: Path) -> None:
    port = free_port()
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa")
        async with town.bot(http_port=port, webhook_url=f"http://127.0.0.1:{port}", webhook_secret=SECRET):
            await town.ask(rosa, "/help", "What I can do")
        town.telegram.forget_requests()
        async with town.bot():
            await town.ask(rosa, "/help", "What I can do")


async def test_a_webhook_that_telegram_does_not_take_at_first_is_set_again_until_it_holds(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    async with town_in(tmp_path) as town, ClientSession(address) as operator:
        telegram = town.telegram
        rosa = telegram.add_user("Rosa", started=True)
        telegram.faults.plan(Refuse(status=500, description="Internal Server Error"), method="setWebhook")
        telegram.faults.plan(Refuse(status=400, description="Bad Request: failed to resolve host"), method="setWebhook")
        async with town.bot(http_port=port, webhook_url=address, webhook_secret=SECRET):
            async with operator.get("/readyz") as ready, operator.get("/healthz") as alive:
                assert (ready.status, alive.status) == (503, 200)
                report = await ready.json()
            assert report["status"] == "degraded"
            assert report["webhook"]["problem"] is not None
            await town.ask(rosa, "/help", "What I can do")
            async with operator.get("/readyz") as ready:
                assert ready.status == 200
                assert (await ready.json())["webhook"] == {"problem": None}
