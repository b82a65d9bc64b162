"""Long polling against a real local server, whatever kind of server that is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.clients import TelegramBot, open_bot
from bot.metrics import UPDATES
from bot.polling import HURRIED_SECONDS, Polling
from bot.settings import Settings
from bot.telegram_status import TelegramStatus
from delivery.verdicts import SendingStoppedError
from storage.storage import Storage
from tests.bot.bot_api import TOKEN, BotApi, Reaction, bot_api, refusing, saying
from tests.bot.intakes import intake_into

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Watch:
    """A monotonic clock that a poll moves on as far as it is told to."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[TelegramBot]:
    settings = Settings.model_validate({"telegram_bot_token": TOKEN, "telegram_api_url": api.url})
    async with open_bot(settings, rate_limiter=None) as opened:
        yield opened


def polling(bot: TelegramBot, storage: Storage, watch: Watch) -> Polling:
    return Polling(
        bot=bot,
        intake=intake_into(storage, watch),
        telegram=TelegramStatus(),
        monotonic=watch,
    )


def giving(result: object, watch: Watch, *, after: float = 0.0) -> Reaction:
    async def react(_: web.Request) -> web.Response:
        watch.time += after
        return web.json_response({"ok": True, "result": result})

    return react


async def test_what_is_stored_is_counted(api: BotApi, bot: TelegramBot, storage: Storage) -> None:
    counted = UPDATES.labels("stored")._value.get()
    api.reactions = [giving([{"update_id": 7}, {"update_id": 8}], Watch())]
    await polling(bot, storage, Watch()).step(NOW)
    assert UPDATES.labels("stored")._value.get() == counted + 2


async def test_updates_are_asked_for_by_the_name_and_with_the_parameters_that_telegram_documents(
    api: BotApi, bot: TelegramBot, storage: Storage
) -> None:
    watch = Watch()
    update = {"update_id": 7, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "of_the_future": True}}
    api.reactions = [giving([update], watch), giving([], watch, after=25)]
    poll = polling(bot, storage, watch)

    assert await poll.step(NOW)
    assert await poll.step(NOW)

    kinds = ["message", "channel_post", "callback_query", "my_chat_member"]
    assert api.calls == [
        ("getUpdates", {"timeout": 25, "allowed_updates": kinds}),
        ("getUpdates", {"timeout": 25, "allowed_updates": kinds, "offset": 8}),
    ]
    (stored,) = await storage.updates.waiting(10, after=0)
    begun = await storage.updates.begin(stored.id)
    assert begun is not None
    assert "of_the_future" in begun.body


async def test_an_update_that_cannot_be_read_is_acknowledged_and_hides_no_other(
    api: BotApi, bot: TelegramBot, storage: Storage
) -> None:
    counted = UPDATES.labels("unreadable")._value.get()
    watch = Watch()
    batch = '{"ok":true,"result":[{"update_id":7},{"update_id":8,"message":"\\ud800"},{"update_id":6}]}'
    api.reactions = [saying(200, batch), giving([], watch, after=25)]
    poll = polling(bot, storage, watch)

    assert await poll.step(NOW)
    assert await poll.step(NOW)

    assert api.calls[-1][1]["offset"] == 9
    assert len(await storage.updates.waiting(10)) == 2
    assert UPDATES.labels("unreadable")._value.get() == counted + 1


async def test_a_server_that_does_not_hold_a_poll_open_is_not_asked_again_at_once(
    api: BotApi, bot: TelegramBot, storage: Storage
) -> None:
    watch = Watch()
    api.reactions = [giving([], watch, after=HURRIED_SECONDS / 2), giving([], watch, after=HURRIED_SECONDS)]
    poll = polling(bot, storage, watch)

    assert not await poll.step(NOW)
    assert await poll.step(NOW)


@pytest.mark.parametrize(
    ("status", "words"), [(401, "Unauthorized"), (404, "Not Found"), (409, "Conflict: terminated by other getUpdates")]
)
async def test_a_token_that_is_refused_while_the_bot_runs_stops_it(
    api: BotApi, bot: TelegramBot, storage: Storage, status: int, words: str
) -> None:
    watch = Watch()
    me = {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "a_bot"}
    api.reactions = [giving(me, watch), giving([], watch), refusing(status, words)]
    await bot.initialize()
    poll = polling(bot, storage, watch)
    await poll.step(NOW)

    with pytest.raises(SendingStoppedError):
        await poll.step(NOW)


@pytest.mark.parametrize("nonsense", [giving(True, Watch()), saying(200, "{}"), saying(200, "<html>")])
async def test_an_answer_without_updates_is_a_failure_of_telegram_and_not_of_the_loop(
    api: BotApi, bot: TelegramBot, storage: Storage, nonsense: Reaction
) -> None:
    watch = Watch()
    api.reactions = [nonsense, giving([], watch, after=25)]
    poll = polling(bot, storage, watch)

    assert not await poll.step(NOW)
    assert not await poll.step(NOW)
    assert len(api.calls) == 1
    watch.time += 2
    assert await poll.step(NOW)
