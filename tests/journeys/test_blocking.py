"""Blocked and thrown out: the follows are kept, suspended, and what was owed meanwhile comes once on return."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.telegram.faults import Refuse
from sandbox.telegram.people import User
from tests.journeys.town import PEARS, TITLES, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

BLOCKED, UNANNOUNCED, KICKED, MUZZLED, DEACTIVATED = range(760_601, 760_606)
SUSPENDED = "SELECT count(*) FROM chats WHERE telegram_id = ? AND state = 'suspended'"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has people and petitions of its own."""
    numbers = (BLOCKED, UNANNOUNCED, KICKED, MUZZLED, DEACTIVATED)
    lives = (*petitions(), *(petition(number, f"Count sheep {number}", now=900) for number in numbers))
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives) as town, town.bot():
        yield town


async def test_a_person_who_blocks_the_bot_gets_follows_and_news_back_once(town: Town, rosa: User, tom: User) -> None:
    for person in (rosa, tom):
        await town.ask(person, f"/follow {BLOCKED} {PEARS}", "🔔 Following")
    town.telegram.block(rosa)
    await town.until_stored(SUSPENDED, rosa.id)
    town.telegram.forget_requests()
    town.happens(BLOCKED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")
    town.happens(BLOCKED, Happening.RESPOND)
    await town.hears(tom, "has responded")
    assert [each for each in town.telegram.requests if str(each.params.get("chat_id")) == str(rosa.id)] == []

    town.telegram.unblock(rosa)
    told = await town.hears(rosa, "🎉 1,000 signatures")
    assert "has responded" in told.text
    assert "2 updates" in told.text
    assert TITLES[PEARS] in (await town.ask(rosa, "/list", "Following 2 petitions")).text
    assert (town.heard(rosa, "🎉 1,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)


async def test_a_block_that_nobody_told_of_is_noticed_by_a_failed_send(town: Town, rosa: User, tom: User) -> None:
    for person in (rosa, tom):
        await town.ask(person, f"/follow {UNANNOUNCED}", "Now following")
    forbidden = Refuse(status=403, description="Forbidden: bot was blocked by the user")
    town.telegram.faults.plan(forbidden, times=10_000, method="send", chat_id=rosa.id)
    town.happens(UNANNOUNCED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")
    town.happens(UNANNOUNCED, Happening.RESPOND)
    await town.hears(tom, "has responded")
    await town.until_stored(SUSPENDED, rosa.id)
    refusals = [each for each in town.telegram.requests if each.status == 403]
    assert len(refusals) == 1, "a chat that is gone is not tried again"

    town.telegram.faults.clear()
    await town.ask(rosa, "/list", "Following 1 petition")
    await town.hears(rosa, "🎉 1,000 signatures")
    await town.hears(rosa, "has responded")
    assert (town.heard(rosa, "🎉 1,000 signatures"), town.heard(rosa, "has responded")) == (1, 1)


async def test_a_group_that_throws_the_bot_out_and_takes_it_back_keeps_its_follows(
    town: Town, rosa: User, tom: User
) -> None:
    group = town.telegram.add_group("Village Hall", [tom], [rosa])
    await town.asks(group, rosa, f"/follow {KICKED}", "Now following")
    await town.ask(tom, f"/follow {KICKED}", "Now following")
    town.telegram.kick(group)
    await town.until_stored(SUSPENDED, group.id)
    town.happens(KICKED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")

    town.telegram.readd(group)
    await town.hears(group, "🎉 1,000 signatures")
    await town.asks(group, rosa, "/list", "Following 1 petition")
    assert town.heard(group, "🎉 1,000 signatures") == 1


async def test_a_group_where_the_bot_may_not_write_holds_its_news_until_it_may(
    town: Town, rosa: User, tom: User
) -> None:
    group = town.telegram.add_group("Quiet Room", [tom], [rosa], supergroup=True)
    await town.asks(group, rosa, f"/follow {MUZZLED}", "Now following")
    await town.ask(tom, f"/follow {MUZZLED}", "Now following")
    town.telegram.mute(group)
    town.happens(MUZZLED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")
    town.telegram.demote(group)  # an ordinary member again, who may write
    await town.hears(group, "🎉 1,000 signatures")
    assert town.heard(group, "🎉 1,000 signatures") == 1


async def test_a_deleted_account_stops_nobody_else(town: Town, rosa: User, tom: User) -> None:
    for person in (rosa, tom):
        await town.ask(person, f"/follow {DEACTIVATED}", "Now following")
    town.telegram.deactivate(rosa)
    town.happens(DEACTIVATED, Happening.SIGN_1000)
    await town.hears(tom, "🎉 1,000 signatures")
    town.happens(DEACTIVATED, Happening.RESPOND)
    await town.hears(tom, "has responded")
    await town.until_stored(SUSPENDED, rosa.id)
