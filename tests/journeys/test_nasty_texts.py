"""Whatever a petition says, every message about it is one that Telegram takes, and shows it as it was written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.parliament.catalogue.complete import invented_petitions
from sandbox.parliament.happenings import Happening
from tests.journeys.town import Town, town_in

AWKWARD = 750402
NUMBER = 761001

MARKUP = '<b>bold</b> & <i>_italic_</i> </b></a> *stars* `code` [a](b) &amp; &lt;script&gt; <a href="x">'
ARABIC = "\u200fمربى\u200f \u202eevil\u202c \u2066inside\u2069"
FAMILY = "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿🇬🇧👍🏽"
NASTY = {
    "markup": (f"Pickle {MARKUP}", f"Pickle {MARKUP}"),
    "emoji and right-to-left marks": (f"Pickle {FAMILY} {ARABIC}", f"Pickle {FAMILY} \u200fمربى\u200f"),
    "null bytes and halves of characters": (
        "Pickle \0 \x01\x1b[31m\x7f \u0085\u2028 \ufffe \ud83d and \udc00",
        "Pickle",
    ),
    "stacked marks": ("Pickle " + "Z\u0338\u0321\u031b\u030a\u0333" * 1_000, "Pickle Z"),
    "6,000 characters of markup": ("Pickle " + "<b>&_" * 1_200, "Pickle <b>&_<b>&_"),
    "6,000 emoji": ("Pickle " + "🍓" * 6_000, "Pickle 🍓🍓"),
    "6,000 characters of empty lines": ("Pickle" + "\n\n<i>" * 1_200, "Pickle <i> <i>"),
}
"""The text of a petition, and a part of its title as people must see it."""


@dataclass(slots=True)
class SmallSite:
    """A petition site with one petition, whose JSON may hold whatever JSON can."""

    attributes: dict[str, Any]
    url: str = ""
    _changes: int = field(default=0)

    def change(self, **attributes: object) -> None:
        """Let the petition change; each change is a second younger than the one before."""
        self._changes += 1
        self.attributes |= attributes | {"updated_at": f"2026-03-02T09:00:{self._changes:02}.000Z"}

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/petitions.json", self._list)
        app.router.add_get(f"/petitions/{NUMBER}.json", self._document)
        app.router.add_get(f"/petitions/{NUMBER}/count.json", self._count)
        return app

    def _petition(self) -> dict[str, Any]:
        return {"type": "petition", "id": NUMBER, "attributes": self.attributes}

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response({"links": {"next": None, "last": None}, "data": [self._petition()]})

    async def _document(self, _: web.Request) -> web.Response:
        return web.json_response({"links": {}, "data": self._petition()})

    async def _count(self, _: web.Request) -> web.Response:
        return web.json_response({"signature_count": self.attributes["signature_count"]})


@asynccontextmanager
async def small_site(text: str) -> AsyncIterator[SmallSite]:
    """Serve an open petition that says the same text everywhere."""
    site = SmallSite(
        {
            "action": text,
            "background": text,
            "additional_details": text,
            "committee_note": text,
            "state": "open",
            "signature_count": 9_000,
            "created_at": "2026-02-01T09:00:00.000Z",
            "opened_at": "2026-02-02T09:00:00.000Z",
            "updated_at": "2026-03-02T09:00:00.000Z",
            "closing_date": "2026-08-02",
            "departments": [{"acronym": "X", "name": text, "url": "https://www.example.org/"}],
            "topics": [text],
        }
    )
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("text", "shown"), NASTY.values(), ids=NASTY)
async def test_cards_lists_searches_and_alerts_of_a_nasty_petition_are_taken(
    tmp_path: Path, text: str, shown: str
) -> None:
    async with town_in(tmp_path) as town, small_site(text) as site, town.bot(site_uk_url=site.url):
        rosa, tom = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom"))
        for person, command, answer in (
            (rosa, f"/follow {NUMBER}", "Now following"),
            (rosa, "/list", "Following 1 petition"),
            (tom, f"/petition {NUMBER}", "9,000"),
            (tom, "/search pickle", "Petitions about"),
        ):
            assert shown in (await town.ask(person, command, answer)).text

        site.change(signature_count=10_020, response_threshold_reached_at="2026-03-02T09:00:00.000Z")
        assert shown in (await town.hears(rosa, "🎯 10,000 signatures")).text
        response = {"responded_on": "2026-03-02", "summary": text, "details": text}
        site.change(government_response=response)
        told = (await town.hears(rosa, "💬 The government has responded")).text
        assert shown in told
        assert told.count("Pickle") >= 2, "in the title and in the response"
        site.change(government_response={**response, "details": f"No more. {text}"})
        assert "No more. " in (await town.hears(rosa, "✏️")).text
        site.change(debate={"debated_on": None, "overview": text}, debate_outcome_at="2026-03-02T09:00:00.000Z")
        assert shown in (await town.hears(rosa, "🏛")).text
        site.change(state="rejected", rejection={"code": "no-action", "details": text})
        assert shown in (await town.hears(rosa, "⛔")).text
        assert shown in (await town.ask(tom, f"/petition {NUMBER}", "⛔")).text
        assert_all_taken(town)


async def test_the_awkward_petition_of_the_sandbox_is_told_in_full(tmp_path: Path) -> None:
    async with town_in(tmp_path, lives=invented_petitions()) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {AWKWARD}", "Now following")
        await town.ask(rosa, "/list", "Following 1 petition")
        town.happens(AWKWARD, Happening.RESPOND)
        await town.hears(rosa, "💬 The government has responded")
        town.happens(AWKWARD, Happening.REACH_NEXT_THRESHOLD)
        await town.hears(rosa, "🎯 10,000 signatures")
        assert_all_taken(town)


async def test_words_that_a_person_searches_for_come_back_unharmed(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        for words in (MARKUP, "&" * 500, "🍓" * 300, ARABIC, "_*`[", "a&amp;b"):
            searcher = town.telegram.add_user("Rosa", started=True)
            answer = await town.ask(searcher, f"/search {words}", "“")
            assert words[:3].strip("\u200f") in answer.text
        assert_all_taken(town)


def assert_all_taken(town: Town) -> None:
    """Telegram has refused nothing, and shows no message that is broken."""
    assert [request for request in town.telegram.requests if request.status != 200] == []
    for chat in town.telegram.chats.values():
        assert not [message for message in town.telegram.bot_messages(chat) if "\0" in message.text]
