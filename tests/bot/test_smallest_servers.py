"""The whole process against the least that speaks the two APIs: nothing of the sandbox is used."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.bare_server import listening
from bot.cli import main
from tests.bot.smallest_servers import NUMBER, SmallestServers
from tests.processes import Program, running

WATCH_SECONDS = 0.2


def bot(folder: Path, address: str) -> AbstractContextManager[Program]:
    """Run the bot; it is killed at the end unless it was stopped before."""
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": "1:a",
        "TELEGRAM_API_URL": address,
        "SITE_UK_URL": address,
        "HTTP_PORT": "0",
        "WATCH_SECONDS": str(WATCH_SECONDS),
        "SITE_REQUESTS_PER_SECOND": "100",
        "LOG_LEVEL": "error",
    }
    return running(main, ["run"], folder=folder, environment=environment)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_the_smallest_servers_are_enough_to_follow_a_petition_and_hear_each_news_once(tmp_path: Path) -> None:
    servers = SmallestServers()
    telegram, site = servers.telegram, servers.site

    def told(words: str) -> Callable[[], bool]:
        return lambda: any(words in text for text in telegram.texts)

    async with listening(servers.answer) as address:
        with bot(tmp_path, address):
            telegram.says(f"/follow {NUMBER}")
            await until(told("Now following"))
            # All of this happens within the ten seconds that share a Last-Modified.
            site.sign(1_001)
            await until(told("1,000 signatures"))
            site.respond("It will be mended.")
            await until(told("It will be mended."))
            seen = len(site.counts_read)  # time enough to store that it was sent, before the process is killed
            await until(lambda: len(site.counts_read) >= seen + 5)
        gaps = [later - earlier for earlier, later in pairwise(site.counts_read)]
        assert min(gaps) < 4 * WATCH_SECONDS, "a petition that rises is looked at as often as the setting says"
        telegram.polls = 0
        with bot(tmp_path, address) as again:
            await until(lambda: telegram.polls >= 2)
            seen = len(site.counts_read)
            await until(lambda: len(site.counts_read) >= seen + 2)
            assert telegram.polls < 30, "a server that does not hold a poll open is not asked without a pause"
            again.send_signal(signal.SIGTERM)
            assert await again.ended() == 0
    assert [text.splitlines()[0] for text in telegram.texts] == [
        "🔔 <b>Now following</b>",
        "🎉 <b>1,000 signatures</b>",
        "💬 <b>The government has responded</b>",
    ]
