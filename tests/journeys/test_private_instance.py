"""A private instance serves the chats it is meant for and tells all others so, in one sentence."""

from pathlib import Path

from tests.journeys.town import PEARS, town_in

REFUSAL = "This is a private copy of the bot and doesn’t serve this chat."


async def test_only_allowed_chats_are_served(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa, tom = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom"))
        theirs = town.telegram.add_group("Village Hall", [tom], [rosa], supergroup=True)
        others = town.telegram.add_group("Chess Club", [], [tom])
        async with town.bot(allowed_chats=f"{rosa.id}, {theirs.id}"):
            await town.ask(rosa, f"/follow {PEARS}", "Now following")
            await town.asks(theirs, rosa, f"/follow {PEARS}", "Now following")
            for text in (f"/follow {PEARS}", "/mydata", "hello"):
                town.telegram.say(tom, tom, text)
            town.telegram.start(tom, f"f_uk_{PEARS}")
            await town.asks(others, tom, f"/follow {PEARS}", REFUSAL)
            await town.until_stored("SELECT count(*) = 0 FROM updates WHERE handled_at IS NULL")
            assert town.words_to(tom) == [REFUSAL]
            assert town.stored("SELECT telegram_id FROM chats ORDER BY id") == [(rosa.id,), (theirs.id,)]


async def test_a_stranger_presses_no_button_of_a_private_instance(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            card = await town.ask(rosa, f"/petition {PEARS}", "for a response")
        town.telegram.forget_requests()
        async with town.bot(allowed_chats="42"):
            assert await town.presses(rosa, card, "🔔 Follow", rosa) == REFUSAL
            assert town.stored("SELECT count(*) FROM follows") == [(0,)]


async def test_a_private_instance_posts_in_no_channel_but_its_own(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        other = town.telegram.add_channel("Somebody else’s", [rosa])
        other.username = "elsewhere"
        async with town.bot(allowed_chats=f"{rosa.id}"):
            await town.ask(rosa, "/channel @elsewhere", "doesn’t serve that channel")
            await town.ask(rosa, "/channels", "You look after no channel or group yet")
