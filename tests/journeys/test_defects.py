"""What the rest of the journeys leave open of `docs/known-failures.md`."""

from datetime import timedelta
from pathlib import Path

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from tests.journeys.town import KITES, START, petition, town_in

TOUCHED = 760_901
HOURS_OF_TOUCHES = (1, 2, 3, 4)
SECRETS = ("/admin hunter2", "/operator hunter2", "/start hunter2", "hunter2", "/broadcast hunter2")


async def test_an_error_nobody_has_heard_of_keeps_the_news_from_nobody_else(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        people = [town.telegram.add_user(f"Follower {number}", started=True) for number in range(6)]
        for person in people:
            await town.ask(person, f"/follow {KITES}", "Now following")
        unlucky, *others = people
        unheard_of = Refuse(status=400, description="Bad Request: WEATHER_TOO_WINDY")
        town.telegram.faults.plan(unheard_of, times=2, method="send", chat_id=unlucky.id)
        town.happens(KITES, Happening.SIGN_1000)
        for person in others:
            await town.hears(person, "🎉 1,000 signatures")
        town.happens(KITES, Happening.RESPOND)
        for person in people:
            await town.hears(person, "has responded")
        assert [town.heard(person, "🎉 1,000 signatures") for person in people] == [0, 1, 1, 1, 1, 1]


async def test_a_timestamp_that_moves_without_news_tells_nobody_anything(tmp_path: Path) -> None:
    plan = [(hours, "touch") for hours in HOURS_OF_TOUCHES]
    life = petition(TOUCHED, "Move with the times", now=700, plan=plan)
    async with town_in(tmp_path, lives=[life]) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {TOUCHED}", "Now following")
        town.happens(TOUCHED, Happening.RESPOND)
        await town.hears(rosa, "has responded")
        for hours in HOURS_OF_TOUCHES:
            town.clock.set(START + timedelta(hours=hours, minutes=1))
            stamp = town.site.document(TOUCHED, town.clock.now())["attributes"]["updated_at"]
            await town.until_stored(
                "SELECT count(*) FROM petitions WHERE number = ? AND snapshot LIKE ?",
                str(TOUCHED),
                f"%{stamp.partition('.')[0]}%",
            )
        town.happens(TOUCHED, Happening.SCHEDULE_DEBATE)
        await town.hears(rosa, "Parliament will debate this petition")
        assert town.words_to(rosa)[1:] == [
            "💬 The government has responded",
            "📅 Parliament will debate this petition",
        ]


async def test_no_secret_makes_anybody_an_operator(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        operator, stranger = (town.telegram.add_user(name, started=True) for name in ("Olga", "Tom"))
        async with town.bot(operator_chat_id=operator.id, operator_ids=frozenset({operator.id})):
            for secret in SECRETS:
                town.telegram.say(stranger, stranger, secret)
            await town.ask(stranger, "/list", "Nothing is followed here yet")
            assert [message.partition(" ")[0] for message in town.words_to(stranger)] == [
                *("I", "I", "👋", "Send", "I"),
                "Nothing",
            ]
            menus = [{entry["command"] for entry in town.telegram.commands(each)} for each in (stranger, operator)]
            assert {"broadcast", "broadcasts", "ban"} <= menus[1] - menus[0]
