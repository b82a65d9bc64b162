"""Alerts: each piece of news is said once, in the right words and with its buttons, however the world misbehaves."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, invented_petitions
from sandbox.telegram.faults import Cut, Moment, Refuse
from sandbox.telegram.messages import Message
from sandbox.telegram.people import User
from tests.journeys.town import PEARS, START, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALERT_BUTTONS = ["🔗 Open petition", "🔕 Mute"]
MARKER, ONE_FAILS, FLOODED, UNCLEAR, FALLING, BOTH_THRESHOLDS = range(760_801, 760_807)
FIRST_CASE = 760_851
FALLS_AND_RISES = 750_201
LATEST_COUNT_BETWEEN = """
    SELECT signatures BETWEEN ? AND ? FROM readings JOIN petitions ON petitions.id = petition_id
    WHERE number = ? ORDER BY at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Something happens to a petition that is followed: what is said of it, in which words."""

    what: Happening
    headline: str
    words: Sequence[str]
    signatures: int = 700
    before: Sequence[Happening] = field(default=())


CASES: Mapping[str, Case] = {
    "milestone": Case(what=Happening.SIGN_1000, headline="🎉 1,000 signatures", words=["It now has 1,700 signatures."]),
    "jump over two milestones": Case(
        what=Happening.JUMP_TWO_MILESTONES,
        headline="🎉 2,500 signatures",
        words=["It passed 1,000 and 2,500, and now has 2,507 signatures."],
    ),
    "response threshold": Case(
        what=Happening.REACH_NEXT_THRESHOLD,
        signatures=9_000,
        headline="🎯 10,000 signatures",
        words=["It now has 10,007 signatures.", "The government will respond."],
    ),
    "jump over the response threshold": Case(
        what=Happening.JUMP_TWO_MILESTONES,
        signatures=9_000,
        headline="🎯 25,000 signatures",
        words=["It passed 10,000 and 25,000", "The government will respond."],
    ),
    "debate threshold": Case(
        what=Happening.REACH_NEXT_THRESHOLD,
        signatures=96_000,
        headline="🎯 100,000 signatures",
        words=["Parliament will consider it for debate."],
    ),
    "response": Case(
        what=Happening.RESPOND,
        headline="💬 The government has responded",
        words=["It answered this petition on 2 March", "is grateful for the suggestion", "Read the full response"],
    ),
    "response edited": Case(
        before=[Happening.RESPOND],
        what=Happening.EDIT_RESPONSE,
        headline="✏️ The government’s response has changed",
        words=["The wording is not what it was", "ministers will meet the petitioner", "Read the full response"],
    ),
    "response withdrawn": Case(
        before=[Happening.RESPOND],
        what=Happening.WITHDRAW_RESPONSE,
        headline="↩️ The government’s response has been withdrawn",
        words=["no longer on the petition’s page"],
    ),
    "debate scheduled": Case(
        what=Happening.SCHEDULE_DEBATE,
        headline="📅 Parliament will debate this petition",
        words=["MPs will debate it on Thursday 5 March"],
    ),
    "debate moved": Case(
        before=[Happening.SCHEDULE_DEBATE],
        what=Happening.MOVE_DEBATE,
        headline="📅 The debate has a new date",
        words=["MPs will debate it on Saturday 7 March", "not on Thursday 5 March"],
    ),
    "debate cancelled": Case(
        before=[Happening.SCHEDULE_DEBATE],
        what=Happening.CANCEL_DEBATE,
        headline="🚫 The debate no longer has a date",
        words=["The debate planned for Thursday 5 March", "is off"],
    ),
    "debate held": Case(
        before=[Happening.SCHEDULE_DEBATE],
        what=Happening.HOLD_DEBATE,
        headline="🏛 Parliament has debated this petition",
        words=["MPs debated it on", "in Westminster Hall", "Research pack"],
    ),
    "debate refused": Case(
        what=Happening.REFUSE_DEBATE,
        headline="🏛 Parliament will not debate this petition",
        words=["has decided against a debate", "MPs spoke about this last month"],
    ),
    "closed early": Case(
        what=Happening.CLOSE,
        headline="🔒 Closed early",
        words=["It closed before its deadline, with 700 signatures."],
    ),
    "taken down": Case(
        what=Happening.REJECT,
        headline="⛔ The petition was taken down",
        words=[
            "can no longer be signed",
            "Reason: it is not clear what it asks",
            "It is not clear what you would like",
        ],
    ),
    "removed": Case(
        what=Happening.REMOVE,
        headline="🗑 The petition was removed",
        words=["We’ll tell you if it comes back."],
    ),
}
NUMBERS = {name: FIRST_CASE + place for place, name in enumerate(CASES)}


def lives() -> tuple[InventedPetition, ...]:
    return (
        *petitions(),
        *(petition(number, f"Case {number}", now=CASES[name].signatures) for name, number in NUMBERS.items()),
        petition(MARKER, "Mark the end", now=500),
        petition(ONE_FAILS, "Grow a taller maypole", now=900),
        petition(FLOODED, "Keep the village pump", now=900),
        petition(UNCLEAR, "Dust the library globe", now=900),
        petition(FALLING, "Ring in the harvest", now=9_500),
        petition(BOTH_THRESHOLDS, "Save the last phone box", now=9_500),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for most tests here: each has people and petitions of its own."""
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives()) as town, town.bot():
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(town: Town) -> Mapping[str, Sequence[Message]]:
    """What was said in each case to somebody who follows only that petition, and one more whose news comes last."""
    people = {name: town.telegram.add_user(name, started=True) for name in CASES}

    async def lives_through(name: str) -> None:
        case, number, person = CASES[name], NUMBERS[name], people[name]
        town.happens(number, *case.before)
        await town.ask(person, f"/follow {number} {MARKER}", "🔔 Following")
        town.happens(number, case.what)
        try:
            await town.hears(person, case.headline)
        except TimeoutError:
            return  # the test of this case says so

    await asyncio.gather(*map(lives_through, CASES))
    town.happens(MARKER, Happening.RESPOND)
    await asyncio.gather(*(town.hears(person, "Mark the end", times=2) for person in people.values()))
    return {name: town.telegram.bot_messages(person) for name, person in people.items()}


@pytest.mark.parametrize("name", CASES)
async def test_each_piece_of_news_is_said_once_in_its_words(told: Mapping[str, Sequence[Message]], name: str) -> None:
    case = CASES[name]
    messages = told[name]
    assert [message.text.partition("\n")[0] for message in messages[1:]] == [
        case.headline,
        "💬 The government has responded",
    ]
    alert = messages[1]
    assert f"Case {NUMBERS[name]}" in alert.text
    for words in case.words:
        assert words in alert.text
    assert alert.labels == ALERT_BUTTONS


async def test_one_chat_that_always_fails_does_not_stop_the_others_and_loses_nothing(town: Town, rosa: User) -> None:
    others = [town.telegram.add_user(f"Follower {number}", started=True) for number in range(5)]
    await town.ask(rosa, f"/follow {ONE_FAILS}", "Now following")
    for other in others:
        await town.ask(other, f"/follow {ONE_FAILS}", "Now following")
    broken = Refuse(status=500, description="Internal Server Error")
    town.telegram.faults.plan(broken, times=10_000, method="sendMessage", chat_id=rosa.id)
    town.happens(ONE_FAILS, Happening.SIGN_1000)
    for other in others:
        await town.hears(other, "🎉 1,000 signatures")
    town.happens(ONE_FAILS, Happening.RESPOND)
    for other in others:
        await town.hears(other, "has responded")
    assert town.stored("SELECT state FROM chats WHERE telegram_id = ?", rosa.id) == [("active",)]

    town.telegram.faults.clear()
    await town.hears(rosa, "has responded")
    assert (town.heard(rosa, "🎉 1,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)


async def test_a_message_that_flood_control_refuses_again_and_again_arrives_once(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {FLOODED}", "Now following")
    flood = Refuse(status=429, description="Too Many Requests: retry after 1", parameters={"retry_after": 1})
    town.telegram.faults.plan(flood, times=4, method="sendMessage", chat_id=rosa.id)
    town.happens(FLOODED, Happening.SIGN_1000)
    await town.hears(rosa, "🎉 1,000 signatures")
    assert not town.telegram.faults
    town.happens(FLOODED, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 1


async def test_a_send_whose_answer_was_lost_is_repeated_twice_at_most(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {UNCLEAR}", "Now following")
    town.telegram.faults.plan(Cut(moment=Moment.AFTER_ACTING), times=3, method="sendMessage", chat_id=rosa.id)
    town.happens(UNCLEAR, Happening.SIGN_1000)
    await town.hears(rosa, "🎉 1,000 signatures", times=3)
    town.happens(UNCLEAR, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 3, "the first, and two more because nobody knew of it"
    uncertain = """
        SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id
        WHERE telegram_id = ? AND messages.state = 'uncertain'
    """
    await town.until_stored(uncertain, rosa.id)


async def counted(town: Town, number: int, low: int, high: int) -> None:
    """Wait until the bot knows of a count between two."""
    await town.until_stored(LATEST_COUNT_BETWEEN, low, high, str(number))


async def test_a_count_that_falls_below_a_threshold_and_passes_it_again_is_not_told_again(
    town: Town, rosa: User
) -> None:
    await town.ask(rosa, f"/follow {FALLING}", "Now following")
    town.happens(FALLING, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(rosa, "🎯 10,000 signatures")
    for _ in range(2):
        town.happens(FALLING, Happening.DROP_SIGNATURES)
        await counted(town, FALLING, 9_900, 9_999)
        town.happens(FALLING, Happening.SIGN_1000)
        await counted(town, FALLING, 10_900, 10_999)
    town.happens(FALLING, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎯 10,000 signatures") == 1


async def test_10_000_and_100_000_are_one_alert_each(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {BOTH_THRESHOLDS}", "Now following")
    town.happens(BOTH_THRESHOLDS, Happening.REACH_NEXT_THRESHOLD)
    await town.hears(rosa, "🎯 10,000 signatures")
    town.happens(BOTH_THRESHOLDS, Happening.REACH_NEXT_THRESHOLD)
    second = await town.hears(rosa, "🎯 100,000 signatures")
    assert "It passed 25,000, 50,000, 75,000 and 100,000" in second.text
    assert "Parliament will consider it for debate." in second.text
    town.happens(BOTH_THRESHOLDS, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.words_to(rosa)[1:] == [
        "🎯 10,000 signatures",
        "🎯 100,000 signatures",
        "💬 The government has responded",
    ]


async def test_a_count_that_wavers_around_10_000_by_itself_is_never_told(tmp_path: Path) -> None:
    """The invented petition is above the threshold, is corrected to below it, and grows past it once more."""
    lives = [each for each in invented_petitions(START) if each.id == FALLS_AND_RISES]
    async with town_in(tmp_path, lives=lives) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {FALLS_AND_RISES}", "Now following")
        town.clock.pause()  # so that no count has passed before a slow machine has looked
        for hours, low, high in ((8.4, 10_150, 10_400), (9, 9_800, 9_999), (40, 10_100, 11_000)):
            town.clock.set(START + timedelta(hours=hours))
            await counted(town, FALLS_AND_RISES, low, high)
        town.clock.resume()
        town.happens(FALLS_AND_RISES, Happening.RESPOND)
        await town.hears(rosa, "has responded")
        assert town.words_to(rosa) == ["🔔 Now following", "💬 The government has responded"]


async def test_what_happened_while_the_bot_was_away_is_told_on_its_return_with_its_time(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town:
        rosa = town.telegram.add_user("Rosa", started=True)
        async with town.bot():
            await town.ask(rosa, f"/follow {PEARS}", "Now following")
        town.clock.set(START + timedelta(hours=2))
        town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)
        town.clock.set(START + timedelta(hours=10))
        town.telegram.forget_requests()
        async with town.bot():
            threshold = await town.hears(rosa, "🎯 10,000 signatures")
            response = await town.hears(rosa, "💬 The government has responded")
        for alert in (threshold, response):
            assert "Happened at 11:00 today; the petition site showed it to us at 19:0" in alert.text
        assert (town.heard(rosa, "10,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)


async def test_a_petition_that_reaches_its_deadline_is_told_to_be_closed(tmp_path: Path) -> None:
    number = MARKER
    life = petition(number, "Close at midnight", now=700, opened_days_ago=180, closes_in_days=0)
    async with town_in(tmp_path, lives=[life]) as town, town.bot():
        rosa = town.telegram.add_user("Rosa", started=True)
        await town.ask(rosa, f"/follow {number}", "Now following")
        town.clock.set(START + timedelta(hours=15.2))
        alert = await town.hears(rosa, "🔒 Closed for signatures")
        assert "It closed with 700 signatures." in alert.text
        assert alert.labels == ALERT_BUTTONS
