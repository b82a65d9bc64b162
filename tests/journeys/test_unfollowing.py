"""Unfollowing and muting: both stop what is queued, and both have a way back."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, KITES, LAMPS, PATIENCE, PEARS, TITLES, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUEUED_BEHIND_429, QUEUED_BEHIND_500, MUTED_WHILE_QUEUED, MUTED, HEARD_AGAIN = range(760_301, 760_306)
LATER = 50
"""How far the number of the petition lies whose news comes after what is stopped."""

TOO_MANY = Refuse(status=429, description="Too Many Requests: retry after 1", parameters={"retry_after": 1})
BROKEN = Refuse(status=500, description="Internal Server Error")

IN_THE_QUEUE = """
    SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id
    WHERE telegram_id = ? AND messages.state = 'queued' AND not_before > ?
"""
CANCELLED = """
    SELECT count(*) FROM messages JOIN chats ON chats.id = chat_id
    WHERE telegram_id = ? AND messages.state = 'cancelled'
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has a person and petitions of its own."""
    stopped = (QUEUED_BEHIND_429, QUEUED_BEHIND_500, MUTED_WHILE_QUEUED)
    lives = (
        *petitions(),
        *(petition(number, f"Number stepping stone {number}", now=900) for number in stopped),
        *(petition(number + LATER, f"Name lane {number}", now=900) for number in stopped),
        petition(MUTED, "Feed the ducks peas", now=900),
        petition(HEARD_AGAIN, "Feed the swans oats", now=900),
    )
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town, town.bot():
        yield town


async def held_in_the_queue(town: Town, person: User) -> None:
    """Wait until a message to somebody has failed; then hold the clock, so that its next try does not come."""
    town.telegram.forget_requests()
    await town.telegram.wait_for(lambda: any(each.status in {429, 500} for each in town.telegram.requests), PATIENCE)
    town.clock.pause()
    await town.until_stored(IN_THE_QUEUE, person.id, f"{town.clock.now():%Y-%m-%d %H:%M:%S.%f}")


@pytest.mark.parametrize(
    ("number", "trouble", "button"),
    [
        (QUEUED_BEHIND_429, TOO_MANY, "✖️ Unfollow"),
        (QUEUED_BEHIND_500, BROKEN, "✖️ Unfollow"),
        (MUTED_WHILE_QUEUED, BROKEN, "🔕 Mute"),
    ],
    ids=["unfollowed behind 429", "unfollowed behind 500", "muted behind 500"],
)
async def test_what_is_queued_is_stopped(town: Town, rosa: User, number: int, trouble: Refuse, button: str) -> None:
    await town.ask(rosa, f"/follow {number}", "Now following")
    card = await town.ask(rosa, f"/petition {number}", "for a response")
    town.telegram.faults.plan(trouble, times=10_000, method="send", chat_id=rosa.id)
    town.happens(number, Happening.SIGN_1000)
    await held_in_the_queue(town, rosa)
    await town.presses(rosa, card, button, rosa)
    town.telegram.faults.clear()
    town.clock.resume()

    # Had it only waited for its next try, nothing for the same chat would have overtaken it.
    await town.ask(rosa, f"/follow {number + LATER}", "Now following")
    town.happens(number + LATER, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 0
    await town.until_stored(CANCELLED, rosa.id)


async def test_an_unfollow_can_be_undone(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {PEARS}", "Now following")
    said = await town.ask(rosa, f"/unfollow https://petition.parliament.uk/petitions/{PEARS}", "No longer following")
    assert TITLES[PEARS] in said.text
    await town.ask(rosa, "/list", "Nothing is followed here yet")
    assert await town.presses(rosa, said, "↩️ Undo", rosa) == "Now following"
    assert said.text.startswith("🔔 Now following")
    assert TITLES[PEARS] in (await town.ask(rosa, "/list", "Following 1 petition")).text


async def test_unfollow_on_its_own_offers_the_list(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {BELLS} {KITES}", TITLES[KITES])
    offered = await town.ask(rosa, "/unfollow", "Tap a number to unfollow")
    assert offered.labels == ["1", "2"]
    assert await town.presses(rosa, offered, "1", rosa) == "No longer following"
    assert TITLES[KITES] in offered.text
    await town.presses(rosa, offered, "📋 My list", rosa)
    assert "Following 1 petition\n" in offered.text
    assert TITLES[BELLS] in offered.text


async def test_several_are_unfollowed_at_once_and_each_is_answered(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {BELLS} {KITES}", TITLES[KITES])
    said = await town.ask(rosa, f"/unfollow {BELLS} {LAMPS} {KITES}", "No longer following")
    assert said.text.splitlines()[1:] == [
        f"✖️ {TITLES[BELLS]}",
        f"❓ {LAMPS} wasn’t followed here",
        f"✖️ {TITLES[KITES]}",
    ]


async def test_unfollowing_what_is_not_followed_says_so(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/unfollow {PEARS}", "isn’t followed here")
    assert "/unfollow" in (await town.ask(rosa, "/unfollow the bells", "choose from the list")).text


async def test_a_muted_petition_is_followed_in_silence_until_it_is_unmuted(town: Town, rosa: User, tom: User) -> None:
    for person in (rosa, tom):
        await town.ask(person, f"/follow {MUTED}", "Now following")
    card = await town.ask(rosa, f"/petition {MUTED}", "for a response")
    assert "until you unmute" in await town.presses(rosa, card, "🔕 Mute", rosa)
    assert "🔔 Unmute" in card.labels
    assert "🔕 muted" in (await town.ask(rosa, "/list", "Following 1 petition")).text

    town.happens(MUTED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")

    assert "again" in await town.presses(rosa, card, "🔔 Unmute", rosa)
    town.happens(MUTED, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "1,000 signatures\n") == 0


async def test_an_alert_can_mute_its_petition(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {HEARD_AGAIN}", "Now following")
    town.happens(HEARD_AGAIN, Happening.SIGN_1000)
    alert = await town.hears(rosa, "🎉 1,000 signatures")
    assert alert.labels == ["🔗 Open petition", "🔕 Mute"]
    before = alert.text
    await town.presses(rosa, alert, "🔕 Mute", rosa)
    assert (alert.text, alert.labels) == (before, ["🔗 Open petition", "🔔 Unmute"])
