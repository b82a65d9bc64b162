"""Whatever Telegram answers, or does not answer, each message ends with the verdict it deserves, and others get theirs.

What may be tried again is; what Telegram will never take is kept with its reason, and the operator told; a request
that was written and never answered is repeated twice. What concerns the bot itself stops it and is no message's fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import unused_port

from sandbox.parliament.happenings import Happening
from sandbox.telegram.chats import Chat
from sandbox.telegram.faults import Cut, Fault, Moment, Page, Refuse, TruncatedJson
from sandbox.telegram.local import serve
from sandbox.telegram.people import User
from tests.drills.conftest import Drill, has_logged
from tests.journeys.town import BELLS, FERRIES, PATIENCE, PEARS

NEWS = "🎯 10,000 signatures"
FATE = """
    SELECT messages.state, attempts, uncertain
    FROM messages JOIN chats ON chats.id = messages.chat_id WHERE telegram_id = ?
"""
BLOCKED = Refuse(status=403, description="Forbidden: bot was blocked by the user")
TOO_MANY = Refuse(status=429, description="Too Many Requests: retry after 1", parameters={"retry_after": 1})
GROUP_TOO_MANY = Refuse(status=429, description="Too Many Requests: retry after 6", parameters={"retry_after": 6})
UNPARSED = Refuse(status=400, description='Bad Request: can\'t parse entities: Unsupported start tag "o" at 7')
UNAUTHORISED = Refuse(status=401, description="Unauthorized")
UNKNOWN = Refuse(status=404, description="Not Found")
CONFLICT = Refuse(status=409, description="Conflict: terminated by other getUpdates request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What sending to one person meets at first, and what becomes of it.

    `heard`: how often the person gets the news in the end; `attempts` and `uncertain` as they are stored.
    """

    name: str
    faults: Sequence[Fault]
    heard: int = 1
    state: str = "sent"
    attempts: int = 0
    uncertain: int = 0

    def __str__(self) -> str:
        return self.name


LOST = Cut(moment=Moment.BEFORE_ACTING)
LOST_AFTERWARDS = Cut(moment=Moment.AFTER_ACTING)

TROUBLES = (
    Trouble(name="429", faults=[TOO_MANY], attempts=1),
    Trouble(name="429 again and again", faults=[TOO_MANY] * 3, attempts=3),
    Trouble(name="500", faults=[Refuse(status=500, description="Internal Server Error")], attempts=1),
    Trouble(name="503 in HTML", faults=[Page(status=503)] * 4, attempts=4),
    Trouble(name="502", faults=[Refuse(status=502, description="Bad Gateway")], attempts=1),
    Trouble(name="502 in HTML", faults=[Page(status=502)], attempts=1),
    Trouble(name="504", faults=[Refuse(status=504, description="Gateway Timeout")], attempts=1),
    Trouble(name="504 though done", faults=[Page(status=504, acts=True)], attempts=1, heard=2),
    Trouble(name="cut before it was done", faults=[LOST], uncertain=1),
    Trouble(name="cut after it was done", faults=[LOST_AFTERWARDS], uncertain=1, heard=2),
    Trouble(name="half an answer", faults=[TruncatedJson()], uncertain=1, heard=2),
    Trouble(name="silence three times", faults=[LOST] * 3, state="uncertain", uncertain=3, heard=0),
    Trouble(
        name="silence three times though done", faults=[LOST_AFTERWARDS] * 3, state="uncertain", uncertain=3, heard=3
    ),
    Trouble(name="500, then silence", faults=[Refuse(status=500, description="?"), LOST], attempts=1, uncertain=1),
    Trouble(name="unreadable HTML of ours", faults=[UNPARSED] * 2, state="rejected", heard=0),
    Trouble(
        name="any other 400",
        faults=[Refuse(status=400, description="Bad Request: message is too long")] * 2,
        state="rejected",
        heard=0,
    ),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_each_message_gets_its_verdict(drill: Drill, trouble: Trouble) -> None:
    town, (ada, *others) = drill.town, drill.followers
    for fault in trouble.faults:
        town.telegram.faults.plan(fault, method="send", chat_id=ada.id)
    await drill.start_and_meet()
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    for person in others:
        await town.hears(person, NEWS)
    await drill.until_stored(FATE, trouble.state, trouble.attempts, trouble.uncertain, of=[ada.id])
    await _everybody_hears_of_bells(drill)
    assert town.heard(ada, NEWS) == trouble.heard
    assert [town.heard(person, NEWS) for person in others] == [1, 1]
    assert not town.telegram.faults


async def test_cut_before_it_was_even_read_it_is_repeated(drill: Drill) -> None:
    drill.town.telegram.faults.plan(Cut(moment=Moment.BEFORE_READING), method="send")
    await drill.start_and_meet()
    drill.town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    await _everybody_hears_once(drill)


@pytest.mark.parametrize("told", [True, False], ids=["with an operator", "without one"])
async def test_the_operator_is_told_of_what_telegram_will_never_take(drill: Drill, told: bool) -> None:
    town, (ada, *_) = drill.town, drill.followers
    olga = town.telegram.add_user("Olga", started=True)
    town.telegram.faults.plan(UNPARSED, times=2, method="send", chat_id=ada.id)
    bot = await drill.start_and_meet(OPERATOR_CHAT_ID=olga.id if told else "")
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    await drill.until_stored(FATE, "rejected", 0, 0, of=[ada.id])
    if told:
        report = await town.hears(olga, "refused message")
        assert "parse entities" in report.text
    await _everybody_hears_of_bells(drill)
    assert town.heard(olga, "") == int(told)
    [reason] = [str(line["reason"]) for line in bot.log_lines if line["event"] == "outbox.not_sent"]
    assert "parse entities" in reason


async def test_who_has_blocked_the_bot_is_owed_the_news_until_coming_back(drill: Drill) -> None:
    town, (ada, *others) = drill.town, drill.followers
    town.telegram.faults.plan(BLOCKED, method="send", chat_id=ada.id)
    await drill.start_and_meet()
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    for person in others:
        await town.hears(person, NEWS)
    await drill.until_stored("SELECT state FROM chats WHERE telegram_id = ?", "suspended", of=[ada.id])
    assert drill.stored("SELECT state, held FROM messages WHERE held") == [("queued", 1)]
    town.telegram.start(ada)
    await town.hears(ada, NEWS)
    await _everybody_hears_of_bells(drill)
    await _everybody_hears_once(drill)


async def test_a_group_that_is_asked_to_wait_keeps_nobody_else(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    await drill.start_and_meet()
    group = await _following_group(drill, ada)
    town.telegram.faults.plan(GROUP_TOO_MANY, method="send", chat_id=group.id)
    town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
    await drill.until_stored(FATE, "queued", 1, 0, of=[group.id])
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    for person in drill.followers:
        await town.hears(person, NEWS)
    assert town.heard(group, "100,000 signatures") == 0
    await town.hears(group, "100,000 signatures")


async def test_a_group_that_moved_while_the_bot_was_down_is_found(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    group = await _following_group(drill, ada)
    await bot.killed()
    moved = town.telegram.migrate(group)
    town.happens(FERRIES, Happening.REACH_NEXT_THRESHOLD)
    await drill.start_and_meet()
    await town.hears(moved, "100,000 signatures")
    town.happens(FERRIES, Happening.RESPOND)
    await town.hears(moved, "has responded")
    assert town.heard(moved, "100,000 signatures") == 1


@pytest.mark.parametrize("refusal", [UNAUTHORISED, UNKNOWN, CONFLICT], ids=lambda refusal: str(refusal.status))
@pytest.mark.parametrize("method", ["send", "getUpdates"])
async def test_a_refusal_of_the_bot_itself_stops_it_and_rejects_nothing(
    drill: Drill, method: str, refusal: Refuse
) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    await town.telegram.wait_for(lambda: town.telegram.updates.is_polled, 30)
    town.telegram.faults.plan(refusal, method=method)
    if method == "getUpdates":
        town.telegram.say(ada, ada, "/list")
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    assert await bot.ended() == 1
    assert bot.log.splitlines()[-1].startswith("Stopped: ")
    assert "Traceback" not in bot.log
    assert drill.stored("SELECT count(*) FROM messages WHERE state NOT IN ('queued', 'claimed', 'sent')") == [(0,)]
    await drill.start_and_meet()
    await _everybody_hears_once(drill)
    await _everybody_hears_of_bells(drill)
    await _everybody_hears_once(drill)


@pytest.mark.parametrize("refusal", [UNAUTHORISED, UNKNOWN], ids=lambda refusal: str(refusal.status))
async def test_a_token_that_telegram_does_not_know_is_said_at_the_start(drill: Drill, refusal: Refuse) -> None:
    drill.town.telegram.faults.plan(refusal, method="getMe")
    bot = drill.start()
    assert await bot.ended() == 1
    assert "check TELEGRAM_BOT_TOKEN" in bot.log.splitlines()[-1]


async def test_telegram_is_waited_for_at_the_start_and_whenever_it_is_away(drill: Drill) -> None:
    town, port = drill.town, unused_port()
    bot = drill.start(TELEGRAM_API_URL=f"http://127.0.0.1:{port}")
    await drill.until_logged(bot, "bot.started")
    town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD)
    await drill.until_stored("SELECT count(*) FROM alerts", len(drill.followers))
    async with serve(town.telegram, port=port):
        await _everybody_hears_once(drill)
    town.happens(BELLS, Happening.SIGN_1000)
    await drill.until_stored(
        "SELECT count(*) FROM messages WHERE state = 'queued' AND attempts > 0 AND uncertain = 0", len(drill.followers)
    )
    async with serve(town.telegram, port=port):
        for person in drill.followers:
            await town.hears(person, "2,500 signatures")
        await _everybody_hears_once(drill)


@pytest.mark.parametrize(
    "fault", [TOO_MANY, Page(status=502), LOST, TruncatedJson()], ids=lambda fault: type(fault).__name__
)
async def test_menus_and_descriptions_that_telegram_did_not_take_at_first_are_set(drill: Drill, fault: Fault) -> None:
    town, (ada, *_) = drill.town, drill.followers
    for method in ("setMyCommands", "setMyShortDescription"):
        town.telegram.faults.plan(fault, method=method)
    drill.start()
    await town.telegram.wait_for(lambda: town.telegram.profile()["short_description"], PATIENCE)
    group = await _following_group(drill, ada)
    assert all("follow" in {each["command"] for each in town.telegram.commands(chat)} for chat in (ada, group))


async def test_a_menu_that_telegram_refuses_holds_up_no_description(drill: Drill) -> None:
    telegram = drill.town.telegram
    telegram.faults.plan(Refuse(status=400, description="Bad Request: BOT_COMMAND_INVALID"), method="setMyCommands")
    bot = drill.start()
    await telegram.wait_for(lambda: telegram.profile()["short_description"], PATIENCE)
    assert has_logged(bot, "telegram.method_failed", method="setMyCommands")
    assert sum(request.method.lower() == "setmycommands" for request in telegram.requests) == 2


async def _following_group(drill: Drill, admin: User) -> Chat:
    group = drill.town.telegram.add_group("Parish", [], [admin])
    await drill.town.asks(group, admin, f"/follow {FERRIES}", "Now following")
    return group


async def _everybody_hears_once(drill: Drill) -> None:
    for person in drill.followers:
        await drill.town.hears(person, NEWS)
    assert [drill.town.heard(person, NEWS) for person in drill.followers] == [1, 1, 1]


async def _everybody_hears_of_bells(drill: Drill) -> None:
    """Of a later thing everybody hears when everything before it has ended."""
    drill.town.happens(BELLS, Happening.SIGN_1000)
    for person in drill.followers:
        await drill.town.hears(person, "2,500 signatures")
