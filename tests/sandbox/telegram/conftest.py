"""A little Telegram on clocks that stand still unless a test moves them, served on a free port."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.telegram.local import LocalTelegram, serve

TOKEN = "700700700:sandbox"
NO_CERTIFICATES = {"verify": False}
"""To load them takes longer than most tests, and nothing here is encrypted."""


@dataclass(slots=True)
class Clock:
    moment: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    seconds: float = 1_000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telegram(clock: Clock) -> LocalTelegram:
    return LocalTelegram(token=TOKEN, now=clock.now, monotonic=clock.monotonic)


@pytest.fixture
async def url(telegram: LocalTelegram) -> AsyncIterator[str]:
    async with serve(telegram) as address:
        yield address


@pytest.fixture
async def bot(url: str) -> AsyncIterator[Bot]:
    """The real library, talking to the served Telegram."""
    request, updates = (HTTPXRequest(httpx_kwargs=NO_CERTIFICATES) for _ in range(2))
    async with Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=updates) as library:
        yield library
