"""What a bot logs in full detail while nothing goes well: enough to understand it, no secret, and nobody's words.

Every other drill looks into its logs in the same way when it ends (`check_log`).
"""

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Cut, Moment, Page, Refuse, TruncatedJson
from tests.drills.conftest import Drill, check_log
from tests.journeys.town import FERRIES, PEARS

SECRET_WISH = "roses for Winifred"


async def test_the_token_and_what_people_say_are_in_no_line(drill: Drill) -> None:
    town, (ada, ben, *_) = drill.town, drill.followers
    faults = town.telegram.faults
    cut = Cut(moment=Moment.BEFORE_ACTING)
    for trouble in (cut, Page(status=502), TruncatedJson()):
        faults.plan(trouble, method="getMe")
        faults.plan(trouble, method="setMyCommands")
    for unanswered in (cut, TruncatedJson(), cut):
        faults.plan(unanswered, method="send", chat_id=ada.id)
    bot = await drill.start_and_meet()
    faults.plan(Cut(moment=Moment.AFTER_ACTING), method="getUpdates")
    town.site.faults.add(Fault(kind=FaultKind.CUT, times=2))
    town.telegram.say(ben, ben, SECRET_WISH)
    await town.ask(ben, f"/search {SECRET_WISH}", "")
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(ben, "10,000 signatures")
    await drill.until_logged(bot, "outbox.not_sent", state="uncertain")
    faults.plan(Refuse(status=401, description="Unauthorized"), method="getUpdates")
    town.telegram.say(ben, ben, f"/follow {FERRIES}")
    assert await bot.ended() == 1
    assert {"telegram.registered", "petition.changed", "outbox.not_sent"} <= {line["event"] for line in bot.log_lines}
    assert SECRET_WISH not in bot.log
    check_log(bot)
