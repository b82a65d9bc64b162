"""A bot that is set up anew from a backup goes on where the backup was taken."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sandbox.parliament.happenings import Happening
from storage.backup import back_up, restore
from tests.journeys.town import KITES, PEARS, town_in


async def test_a_backup_taken_from_a_running_bot_knows_who_follows_and_what_was_said(tmp_path: Path) -> None:
    backup, elsewhere = tmp_path / "backup.db", tmp_path / "elsewhere" / "bot.db"
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {KITES} {PEARS}", "🔔 Following")
            town.happens(KITES, Happening.SIGN_1000)
            await town.hears(rosa, "🎉 1,000 signatures")
            await town.until_stored(
                "SELECT count(*) FROM alerts JOIN messages ON messages.id = message_id WHERE messages.state = 'sent'"
            )
            await asyncio.to_thread(back_up, town.database, backup, lambda _share: None)
        assert restore(backup, elsewhere, datetime(2026, 3, 3, tzinfo=UTC), lambda _share: None) is None
        town.telegram.forget_requests()
        async with town.bot(database_url=f"sqlite:///{elsewhere}"):
            town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
            await town.hears(rosa, "🎯 10,000 signatures")
            await town.ask(rosa, "/list", "pear tree")
        assert town.heard(rosa, "🎉 1,000 signatures") == 1
