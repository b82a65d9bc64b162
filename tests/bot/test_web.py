"""The web endpoints: health that tells the truth, metrics, and a webhook that stores before it says 200."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp.test_utils import TestClient, TestServer

import bot.metrics  # noqa: F401 - declares what is served
from bot.health import Report
from bot.raw_updates import RawUpdate, UnreadableUpdate
from bot.web import WEBHOOK_HEADER, WEBHOOK_PATH, Endpoints, Webhook

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PROOF = {WEBHOOK_HEADER: "let-me-in"}


WELL = Report(dead_loops=(), writable=True, silent={})


class Bot:
    """Stands where the process stands: it reports, and it receives."""

    def __init__(self, report: Report = WELL) -> None:
        self.report = report
        self.received: list[RawUpdate] = []

    def examine(self) -> Report:
        return self.report

    async def receive(self, update: RawUpdate) -> None:
        self.received.append(update)


@asynccontextmanager
async def served(bot: Bot, *, webhook: bool = True) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    hook = Webhook(secret="let-me-in", receive=bot.receive) if webhook else None
    async with TestClient(TestServer(Endpoints(bot.examine, hook).application())) as client:
        yield client


async def test_a_silent_world_outside_is_no_reason_to_restart_us() -> None:
    async with served(Bot(replace(WELL, silent={"uk": NOW}))) as client:
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path)
            assert answer.status == 200
            assert (await answer.json())["status"] == "degraded"


async def test_a_bot_that_cannot_work_says_so() -> None:
    async with served(Bot(replace(WELL, dead_loops=("watch",)))) as client:
        assert (await client.get("/healthz")).status == 503
        assert (await client.get("/readyz")).status == 503


async def test_a_bot_that_hears_nothing_is_not_ready_but_worth_keeping() -> None:
    async with served(Bot(replace(WELL, webhook_problem="Internal Server Error"))) as client:
        assert (await client.get("/readyz")).status == 503
        answer = await client.get("/healthz")
        assert answer.status == 200
        assert (await answer.json())["webhook"] == {"problem": "Internal Server Error"}


async def test_every_verdict_is_counted_from_the_start() -> None:
    async with served(Bot()) as client:
        text = await (await client.get("/metrics")).text()
    for verdict in ("sent", "later", "moved", "gone", "refused", "uncertain"):
        assert f'petition_alerts_messages_total{{verdict="{verdict}"}}' in text


async def test_an_update_is_received_before_it_is_acknowledged() -> None:
    bot = Bot()
    async with served(bot) as client:
        answer = await client.post(WEBHOOK_PATH, json={"update_id": 7}, headers=PROOF)
    assert answer.status == 200
    assert bot.received == [{"update_id": 7}]


async def test_strangers_and_nonsense_are_not_received() -> None:
    bot = Bot()
    async with served(bot) as client:
        assert (await client.post(WEBHOOK_PATH, json={"update_id": 7})).status == 403
        forged = {WEBHOOK_HEADER: b"\xff\xfe".decode(errors="surrogateescape")}
        assert (await client.post(WEBHOOK_PATH, json={"update_id": 7}, headers=forged)).status == 403
        assert (await client.post(WEBHOOK_PATH, data=b"{", headers=PROOF)).status == 400
        assert (await client.post(WEBHOOK_PATH, json=[7], headers=PROOF)).status == 400
        assert (await client.post(WEBHOOK_PATH, json={"update_id": "x"}, headers=PROOF)).status == 400
    assert bot.received == []


async def test_what_cannot_be_read_is_received_as_such_so_that_it_is_not_sent_again() -> None:
    bot = Bot()
    async with served(bot) as client:
        for number, nonsense in enumerate((b'"\\ud800"', b"[" * 600 + b"]" * 600, b"9" * 5_000)):
            body = b'{"update_id": %d, "message": %b}' % (number, nonsense)
            assert (await client.post(WEBHOOK_PATH, data=body, headers=PROOF)).status == 200
        too_large = b'{"update_id": 9223372036854775808}'
        assert (await client.post(WEBHOOK_PATH, data=too_large, headers=PROOF)).status == 400
    assert bot.received == [UnreadableUpdate(0), UnreadableUpdate(1), UnreadableUpdate(2)]


async def test_there_is_no_webhook_without_a_secret() -> None:
    async with served(Bot(), webhook=False) as client:
        assert (await client.post(WEBHOOK_PATH, json={"update_id": 7})).status == 404
