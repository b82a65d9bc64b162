"""Follows that are imported into a new bot: it finds the petitions by itself, and first contact is quiet."""

import asyncio
from pathlib import Path

from bot.transfer import export, import_from
from sandbox.parliament.happenings import Happening
from tests.journeys.town import BELLS, FERRIES, KITES, PEARS, town_in


async def test_a_bot_with_imported_follows_says_nothing_old_and_everything_new(tmp_path: Path) -> None:
    path, (here, there) = tmp_path / "export.jsonl", (tmp_path / "here", tmp_path / "there")
    async with town_in(here) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {KITES} {PEARS} {BELLS} {FERRIES}", "🔔 Following")
            await asyncio.to_thread(export, path, f"sqlite:///{town.database}", town.clock.now())
        town.happens(KITES, Happening.SIGN_1000)
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)
        town.happens(BELLS, Happening.REMOVE)
        town.folder = there
        new = await import_from(path, f"sqlite:///{town.database}", town.clock.now(), lambda _share: None)
        assert (new.chats, new.follows) == (1, 4)
        town.telegram.forget_requests()
        said = len(town.telegram.bot_messages(rosa))
        async with town.bot():
            await town.until_stored(
                "SELECT count(*) = 3 FROM petitions WHERE version > 1 AND marks LIKE '%\"old_before\":null%'"
            )
            await town.until_stored("SELECT count(*) FROM petitions WHERE snapshot LIKE '%\"removed\"%'")
            assert len(town.telegram.bot_messages(rosa)) == said
            town.happens(KITES, Happening.RESPOND)
            town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
            await town.hears(rosa, "💬 The government has responded")
            await town.hears(rosa, "🎯 100,000 signatures")
            assert len(town.telegram.bot_messages(rosa)) == said + 2
            shown = await town.ask(rosa, "/list", "kites")
            assert "1,900 signatures" in shown.text
