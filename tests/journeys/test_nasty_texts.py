"""Whatever a petition says, every message about it is one that Telegram takes, and shows it as it was written."""

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, invented_petitions, tell
from tests.journeys.town import START, Town, town_in

AWKWARD = 750402
NUMBER = 761001
DAY = 24

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


def life_of(text: str) -> InventedPetition:
    """An open petition that says the same text everywhere, and to which everything happens in the same words."""
    return tell(
        START,
        id=NUMBER,
        action=text,
        background=text,
        additional_details=text,
        committee_note=text,
        departments=[{"acronym": "X", "name": text, "url": "https://www.example.org/"}],
        topics=[text],
        opened_days_ago=28,
        signatures=9_000,
        plan=[
            (1 * DAY, "sign", 1_020),
            (2 * DAY, "respond", text, text),
            (3 * DAY, "respond", text, f"No more. {text}"),
            (4 * DAY, "refuse_debate", text),
            (5 * DAY, "reject", "no-action", text),
        ],
    )


@pytest.mark.parametrize(("text", "shown"), NASTY.values(), ids=NASTY)
async def test_cards_lists_searches_and_alerts_of_a_nasty_petition_are_taken(
    tmp_path: Path, text: str, shown: str
) -> None:
    async with town_in(tmp_path, lives=[life_of(text)]) as town, town.bot():
        rosa, tom = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom"))
        for person, command, answer in (
            (rosa, f"/follow {NUMBER}", "Now following"),
            (rosa, "/list", "Following 1 petition"),
            (tom, f"/petition {NUMBER}", "9,000"),
            (tom, "/search pickle", "Petitions about"),
        ):
            assert shown in (await town.ask(person, command, answer)).text

        for days, headline in enumerate(("🎯 10,000 signatures", "💬", "✏️", "🏛", "⛔"), start=1):
            town.clock.set(START + timedelta(days=days))
            told = (await town.hears(rosa, headline)).text
            assert shown in told
            if headline == "💬":
                assert told.count("Pickle") >= 2, "in the title and in the response"
            if headline == "✏️":
                assert "No more. " in told
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
