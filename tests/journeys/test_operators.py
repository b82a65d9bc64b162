"""What operators do from their private chats: look at the bot, ban, switch, and send again what was given up."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, KITES, NOBODY_KNOWS, Town, stepped, town_in

REFUSED = Refuse(status=400, description="Bad Request: can't parse entities")


async def test_an_operator_looks_after_the_bot(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada, ben = (town.telegram.add_user(name, started=True) for name in ("Olga", "Ada", "Ben"))
        group = town.telegram.add_group("Neighbours", [ben], [ada])
        operators = frozenset({olga.id})
        async with town.bot(operator_ids=operators):
            for person in (ada, ben):
                await town.ask(person, f"/follow {KITES} {BELLS}", "Following")
            status = await town.ask(olga, "/status", "🟢 Telegram: answers")
            assert "🟢 uk: " in status.text
            assert await town.presses(olga, status, "🔄 Refresh", olga) == "Up to date"
            await town.ask(olga, "/stats", "Follows: 4")

            await town.ask(olga, f"/ban {ada.id} floods", "is answered nothing")
            town.telegram.say(ada, ada, "/list")
            town.telegram.say(group, ada, "/help")
            await town.asks(group, ben, "/list", "Nothing is followed")
            town.happens(KITES, Happening.SIGN_1000)
            await town.hears(ben, "1,000 signatures")
        async with town.bot(operator_ids=operators):  # a ban and what it holds outlast a restart
            await town.ask(olga, f"/chat {ada.id}", "Banned since")
            assert not town.heard(ada, "1,000 signatures")
            assert not town.heard(ada, "petitions here")
            assert town.heard(group, "What I can do") == 0
            await town.ask(olga, f"/unban {ada.id}", "is answered again")
            await town.hears(ada, "1,000 signatures")
            await town.ask(ada, "/list", "Keep one hill")


async def test_alerts_wait_for_maintenance_to_end_and_notices_do_not(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada = (town.telegram.add_user(name, started=True) for name in ("Olga", "Ada"))
        operators = frozenset({olga.id})
        async with town.bot(operator_ids=operators):
            await town.ask(ada, f"/follow {KITES}", "Now following")
            page = await maintenance(town, olga, "on")
            await town.presses(olga, page, "✅ Send to 2 chats", olga)
            await town.hears(ada, "A planned break")
            town.happens(KITES, Happening.SIGN_1000)
            await town.until_stored("SELECT count(*) FROM messages WHERE state = 'queued' AND lane = 1")
        async with town.bot(operator_ids=operators):
            await town.ask(olga, "/status", "🟡 Maintenance: alerts wait")
            assert not town.heard(ada, "1,000 signatures")
            page = await maintenance(town, olga, "off")
            await town.hears(ada, "1,000 signatures")
            await town.presses(olga, page, "✅ Send to 2 chats", olga)
            await town.hears(ada, "We are back")
            assert town.heard(ada, "1,000 signatures") == 1


async def maintenance(town: Town, olga: User, state: str) -> Message:
    """Turn it on or off, and return the page on which the notice is confirmed."""
    return await town.ask(olga, f"/maintenance {state}", "not sent yet")


async def test_a_site_that_is_switched_off_is_left_alone_and_nothing_is_lost(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada = (town.telegram.add_user(name, started=True) for name in ("Olga", "Ada"))
        async with town.bot(operator_ids=frozenset({olga.id})):
            await town.ask(ada, f"/follow {KITES}", "Now following")
            await town.ask(olga, "/site uk off", "asked nothing")
            await town.ask(ada, f"/follow {NOBODY_KNOWS}", "switched off here for the moment")
            await town.ask(olga, "/status", "🟡 uk: switched off")
            await asyncio.gather(stepped("watch"), stepped("list audit"))  # so that what was being asked is answered
            asked = town.site.visits.total
            town.happens(KITES, Happening.SIGN_1000)
            town.clock.jump(timedelta(hours=12))
            await asyncio.gather(stepped("watch"), stepped("list audit"))
            assert town.site.visits.total == asked
            assert not town.heard(ada, "1,000 signatures")
            await town.ask(olga, "/site uk on", "watched again")
            await town.hears(ada, "1,000 signatures")


async def test_a_message_that_was_given_up_is_sent_again_once(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        olga, ada = (town.telegram.add_user(name, started=True) for name in ("Olga", "Ada"))
        async with town.bot(operator_ids=frozenset({olga.id})):
            await town.ask(ada, f"/follow {KITES}", "Now following")
            town.telegram.faults.plan(REFUSED, times=2, method="send", chat_id=ada.id)
            town.happens(KITES, Happening.SIGN_1000)
            await town.until_stored("SELECT count(*) FROM messages WHERE state = 'rejected'")
            offer = await town.ask(olga, "/resend rejected", "One message can be sent again")
            await town.presses(olga, offer, "🔁 Send it again", olga)
            await town.hears(ada, "1,000 signatures")
            await town.ask(olga, "/resend rejected", "nothing to send again")
            assert town.heard(ada, "1,000 signatures") == 1
