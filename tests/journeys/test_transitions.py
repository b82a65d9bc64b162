"""The life of a petition as its followers hear it: each transition of the site, from its page to a person's chat."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.messages import Message
from tests.journeys.town import START, Town, petition, town_in

FIRST = 760_901
LIVE, IN_THE_ARCHIVE = (f"https://petition.parliament.uk/{path}petitions/{FIRST}" for path in ("", "archived/"))
ALERT_BUTTONS = ["🔗 Open petition", "🔕 Mute"]

LOOKS = (
    *(START + timedelta(hours=14) * each for each in range(1, 10)),
    datetime(2026, 3, 11, 9, tzinfo=UTC),
    datetime(2026, 3, 13, 0, 20, tzinfo=UTC),
    datetime(2026, 3, 14, 0, 20, tzinfo=UTC),
)
"""When everything is looked at. The first are far enough apart for what is read most seldom to be due each time."""

RESTART_BEFORE = 1
"""The look that is made by another process: nobody has yet believed then what is believed at a second look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """What happened before somebody follows the petition, what happens before each look, and all that they hear.

    `words` stand in what they hear. `closes_in_days` counts from the start.
    """

    events: Sequence[Happening | None] = ()
    hears: Sequence[str] = ()
    words: Sequence[str] = ()
    before: Sequence[Happening] = ()
    signatures: int = 700
    closes_in_days: int = 162


TAKEN_DOWN, MODERATED = "⛔ The petition was taken down", "🔎 Back with the moderators"
RESPONSE, WITHDRAWN = "💬 The government has responded", "↩️ The government’s response has been withdrawn"
TODAY, DEBATED = "🏛 The debate is today", "🏛 Parliament has debated this petition"
NOT_DEBATED = "🏛 Parliament will not debate this petition"
REACHED, LOST = "🎯 10,000 signatures", "📉 Below 10,000 again"
FINAL_COUNT = "🧮 The final count"

INTO_MODERATION = (Happening.REJECT, Happening.RESTORE, None, None)
"""At the last of these looks it is believed that the petition is unpublished."""

WITH_OUTCOME = (Happening.SCHEDULE_DEBATE, Happening.HOLD_DEBATE)
DAYS_LATER = (None,) * 4

PLAYS: Mapping[str, Play] = {
    "1 published": Play(
        events=[*INTO_MODERATION, Happening.PUBLISH],
        hears=[TAKEN_DOWN, MODERATED, "📢 Now open for signatures"],
        words=["It can be signed until"],
    ),
    "2 rejected at moderation": Play(
        events=[*INTO_MODERATION, Happening.REJECT],
        hears=[TAKEN_DOWN, MODERATED, "⛔ The petition was rejected"],
        words=["It can’t be signed."],
    ),
    "3 hidden at moderation": Play(
        events=[*INTO_MODERATION, Happening.HIDE],
        hears=[TAKEN_DOWN, MODERATED, "🙈 The petition won’t be published"],
        words=["It had not been published"],
    ),
    "4 signatures rise between two milestones: silent": Play(signatures=1_100, events=[Happening.SIGN_1000]),
    "4 signatures rise to a milestone": Play(
        events=[Happening.SIGN_1000], hears=["🎉 1,000 signatures"], words=["It now has 1,700 signatures."]
    ),
    "4 signatures rise over two milestones": Play(
        events=[Happening.JUMP_TWO_MILESTONES],
        hears=["🎉 2,500 signatures"],
        words=["It passed 1,000 and 2,500, and now has 2,507 signatures."],
    ),
    "5 response threshold": Play(
        signatures=9_000,
        events=[Happening.REACH_NEXT_THRESHOLD],
        hears=[REACHED],
        words=["It now has 10,007 signatures.", "The government will respond."],
    ),
    "5 response threshold and another milestone": Play(
        signatures=9_000,
        events=[Happening.JUMP_TWO_MILESTONES],
        hears=["🎯 25,000 signatures"],
        words=["It passed 10,000 and 25,000", "The government will respond."],
    ),
    "6 debate threshold": Play(
        signatures=96_000,
        before=[Happening.RESPOND],
        events=[Happening.REACH_NEXT_THRESHOLD],
        hears=["🎯 100,000 signatures"],
        words=["Parliament will consider it for debate."],
    ),
    "7 the count falls above a threshold: silent": Play(signatures=5_600, events=[Happening.DROP_SIGNATURES]),
    "7 a threshold is lost, once however often": Play(
        signatures=9_000,
        events=[
            Happening.REACH_NEXT_THRESHOLD,
            Happening.DROP_SIGNATURES,
            None,
            Happening.SIGN_1000,
            Happening.DROP_SIGNATURES,
        ],
        hears=[REACHED, LOST],
        words=["Signatures were taken back, and it now has 9,975.", "the government need not respond"],
    ),
    "7 a threshold is lost and regained at once: silent": Play(
        signatures=10_050, events=[Happening.DROP_SIGNATURES, Happening.SIGN_1000] * 3
    ),
    "7 a threshold is lost after the response it was for: silent": Play(
        signatures=10_050, before=[Happening.RESPOND], events=[Happening.DROP_SIGNATURES]
    ),
    "8 response": Play(
        events=[Happening.RESPOND],
        hears=[RESPONSE],
        words=["It answered this petition on 2 March", "is grateful for the suggestion", "Read the full response"],
    ),
    "9 response edited": Play(
        before=[Happening.RESPOND],
        events=[Happening.EDIT_RESPONSE],
        hears=["✏️ The government’s response has changed"],
        words=["The wording is not what it was", "ministers will meet the petitioner", "Read the full response"],
    ),
    "9 response only touched, and read again: silent": Play(before=[Happening.RESPOND], events=[Happening.TOUCH] * 3),
    "10 response deleted, and another": Play(
        before=[Happening.RESPOND],
        events=[Happening.WITHDRAW_RESPONSE, None, Happening.RESPOND],
        hears=[WITHDRAWN, RESPONSE],
        words=["no longer on the petition’s page"],
    ),
    "10 response deleted and entered anew in the same words: silent": Play(
        before=[Happening.RESPOND], events=[Happening.WITHDRAW_RESPONSE, Happening.RESPOND]
    ),
    "11 debate scheduled": Play(
        events=[Happening.SCHEDULE_DEBATE],
        hears=["📅 Parliament will debate this petition", TODAY],
        words=["MPs will debate it on Thursday 5 March", "MPs debate it on Thursday 5 March"],
    ),
    "12 debate moved": Play(
        before=[Happening.SCHEDULE_DEBATE],
        events=[Happening.MOVE_DEBATE],
        hears=["📅 The debate has a new date", TODAY],
        words=[
            "MPs will debate it on Saturday 7 March",
            "not on Thursday 5 March",
            "MPs debate it on Saturday 7 March",
        ],
    ),
    "13 debate date cleared": Play(
        before=[Happening.SCHEDULE_DEBATE],
        events=[Happening.CANCEL_DEBATE],
        hears=["🚫 The debate no longer has a date"],
        words=["The debate planned for Thursday 5 March", "is off"],
    ),
    "14 the debate's day is over: its morning was told": Play(before=[Happening.SCHEDULE_DEBATE], hears=[TODAY]),
    "15 debated": Play(
        before=[Happening.SCHEDULE_DEBATE],
        events=[Happening.HOLD_DEBATE],
        hears=[DEBATED],
        words=["MPs debated it on", "in Westminster Hall", "Research pack"],
    ),
    "16 not debated": Play(
        events=[Happening.REFUSE_DEBATE],
        hears=[NOT_DEBATED],
        words=["has decided against a debate", "MPs spoke about this last month"],
    ),
    "17 outcome edited": Play(
        before=WITH_OUTCOME,
        events=[Happening.COMPLETE_OUTCOME, Happening.COMPLETE_OUTCOME],
        hears=["🎬 More about the debate"] * 2,
        words=["Read the summary · What people said"],
    ),
    "18 outcome flipped, there and back": Play(
        before=WITH_OUTCOME,
        events=[Happening.FLIP_OUTCOME, None, Happening.FLIP_OUTCOME],
        hears=[NOT_DEBATED, DEBATED],
    ),
    "19 committee news": Play(
        events=[Happening.ADD_BUSINESS, None, Happening.ADD_BUSINESS],
        hears=["📜 News from Parliament"] * 2,
        words=["The Petitions Committee heard of it at 03:00 on 4 March"],
    ),
    "20 news edited": Play(
        before=[Happening.ADD_BUSINESS],
        events=[Happening.EDIT_BUSINESS],
        hears=["📜 News from Parliament, updated"],
        words=["Corrected at 23:00 on 2 March."],
    ),
    "20 news deleted: silent": Play(before=[Happening.ADD_BUSINESS], events=[Happening.DELETE_BUSINESS]),
    "21 words edited: silent unless asked for": Play(events=[Happening.EDIT_WORDS, Happening.EDIT_WORDS]),
    "21 committee note written": Play(
        events=[Happening.NOTE], hears=["📝 A note from the Petitions Committee"], words=["wrote to ministers"]
    ),
    "21 committee note changed: silent unless asked for": Play(before=[Happening.NOTE], events=[Happening.NOTE]),
    "21 topics edited: silent": Play(events=[Happening.EDIT_TOPICS, Happening.EDIT_TOPICS]),
    "21 opened by a moderator again and again: silent": Play(events=[Happening.TOUCH] * len(LOOKS)),
    "22 topic deleted everywhere: silent": Play(before=[Happening.EDIT_TOPICS], events=[Happening.DELETE_TOPIC]),
    "23 deadline extended night by night: the first, and after a week": Play(
        events=[Happening.EXTEND_DEADLINE] * 9,
        hears=["🗓 Open for longer"] * 2,
        words=["It can now be signed until", "not only until"],
    ),
    "24 closed at its deadline": Play(
        closes_in_days=10,
        hears=["⏰ Closing soon", "⏰ Closing soon", "🔒 Closed for signatures", FINAL_COUNT],
        words=["It closed with 700 signatures.", "It ended with 700 signatures."],
    ),
    "24 signatures confirmed after closing": Play(
        before=[Happening.CLOSE],
        events=[Happening.SIGN_1000],
        hears=["🎉 1,000 signatures", FINAL_COUNT],
        words=["It ended with 1,700 signatures."],
    ),
    "25 closed early": Play(
        events=[Happening.CLOSE],
        hears=["🔒 Closed early", FINAL_COUNT],
        words=["It closed before its deadline, with 700 signatures."],
    ),
    "26 taken down in public": Play(
        events=[Happening.REJECT],
        hears=[TAKEN_DOWN],
        words=["can no longer be signed", "Reason: it is not clear what it asks", "It is not clear what you would"],
    ),
    "27 taken down and hidden": Play(events=[Happening.HIDE], hears=["🗑 The petition was removed"]),
    "27 removed": Play(
        events=[Happening.REMOVE],
        hears=["🗑 The petition was removed"],
        words=["We’ll tell you if it comes back."],
    ),
    "28 put back into moderation from hiding": Play(
        events=[Happening.HIDE, Happening.RESTORE], hears=["🗑 The petition was removed", MODERATED]
    ),
    "29 rejection withdrawn": Play(
        events=[Happening.REJECT, None, Happening.PUBLISH],
        hears=[TAKEN_DOWN, "🔓 Approved after all"],
        words=["The petition site has withdrawn the rejection. It can be signed."],
    ),
    "29 rejection withdrawn after closing": Play(
        before=[Happening.CLOSE],
        events=[Happening.REJECT, None, Happening.PUBLISH],
        hears=[TAKEN_DOWN, "↩️ Back on the petition site"],
    ),
    "30 stopped": Play(
        events=[*INTO_MODERATION, Happening.STOP],
        hears=[TAKEN_DOWN, MODERATED, "🛑 Stopped before it was published"],
    ),
    "31 archived: silent unless asked for": Play(
        before=[Happening.CLOSE], events=[*DAYS_LATER, Happening.ARCHIVE], hears=[FINAL_COUNT]
    ),
    "32 archived and answered": Play(
        before=[Happening.CLOSE],
        events=[*DAYS_LATER, Happening.ARCHIVE, Happening.RESPOND],
        hears=[FINAL_COUNT, RESPONSE],
    ),
    "32 archived and removed": Play(
        before=[Happening.CLOSE],
        events=[*DAYS_LATER, Happening.ARCHIVE, Happening.REMOVE],
        hears=[FINAL_COUNT, "🗑 The petition was removed"],
    ),
}
NUMBERS = {name: FIRST + place for place, name in enumerate(PLAYS)}


def plays(town: Town, turn: int) -> None:
    """Let the clock come to a look, and everything happen that happens before it."""
    town.clock.set(LOOKS[turn])
    for name, play in PLAYS.items():
        if turn < len(play.events) and (what := play.events[turn]) is not None:
            town.happens(NUMBERS[name], what)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, Sequence[Message]]]:
    """What each of some people is told, who each follow one petition for twelve days."""
    lives = [
        petition(NUMBERS[name], f"Play {name}", now=play.signatures, closes_in_days=play.closes_in_days)
        for name, play in PLAYS.items()
    ]
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town:
        town.clock.pause()
        people = {name: town.telegram.add_user(name, started=True) for name in PLAYS}
        for name, play in PLAYS.items():
            town.happens(NUMBERS[name], *play.before)
        async with town.bot():
            await asyncio.gather(
                *(town.ask(person, f"/follow {NUMBERS[name]}", "🔔 Now following") for name, person in people.items())
            )
            for turn in range(RESTART_BEFORE):
                plays(town, turn)
                await town.settled()
        town.telegram.forget_requests()
        plays(town, RESTART_BEFORE)
        async with town.bot():
            await town.settled()
            for turn in range(RESTART_BEFORE + 1, len(LOOKS)):
                plays(town, turn)
                await town.settled()
        yield {name: town.telegram.bot_messages(person)[1:] for name, person in people.items()}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", PLAYS)
async def test_each_transition_is_told_as_what_it_is_and_once(told: Mapping[str, Sequence[Message]], name: str) -> None:
    play, messages = PLAYS[name], told[name]
    assert [message.text.partition("\n")[0] for message in messages] == list(play.hears)
    for message in messages:
        assert f"Play {name}" in message.text
        assert message.labels == ALERT_BUTTONS
    heard = "\n".join(message.text for message in messages)
    for words in play.words:
        assert words in heard


def test_every_transition_is_played_with_all_that_can_be_made_to_happen() -> None:
    assert {int(name.split()[0]) for name in PLAYS} == set(range(1, 33))
    assert {what for play in PLAYS.values() for what in (*play.before, *play.events)} - {None} == set(Happening)
    assert all((": silent" in name) is (set(play.hears) <= {FINAL_COUNT}) for name, play in PLAYS.items())


async def test_a_petition_and_its_twin_in_the_archive_are_one(tmp_path: Path) -> None:
    async with town_in(tmp_path, lives=[petition(FIRST, "Thatch the bus shelters", now=700)]) as town, town.bot():
        rosa, tom = (town.telegram.add_user(name, started=True) for name in ("Rosa", "Tom"))
        town.clock.pause()
        await town.ask(rosa, f"/follow {FIRST}", "Now following")
        await town.ask(rosa, f"/follow {IN_THE_ARCHIVE}", "Already following")
        town.happens(FIRST, Happening.CLOSE, Happening.ARCHIVE)
        town.clock.jump(timedelta(hours=1))  # the live one is still counted then
        await town.settled()
        await town.ask(tom, f"/follow {IN_THE_ARCHIVE}", "Now following")
        for link in (str(FIRST), LIVE, IN_THE_ARCHIVE):
            await town.ask(rosa, f"/follow {link}", "Already following")
        town.happens(FIRST, Happening.RESPOND)
        for _ in range(3):
            town.clock.jump(timedelta(hours=7))
            await town.settled()
        follow, again = "🔔 Now following", ["🔔 Already following"]
        assert town.words_to(rosa) == [follow, *again, "🔒 Closed early", *again * 3, RESPONSE]
        assert town.words_to(tom) == [follow, RESPONSE]
