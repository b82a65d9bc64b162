"""Nobody waits for a neighbour: a stranger is answered in time whatever everybody else asks of the bot."""

from pathlib import Path

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.telegram.chats import Chat
from tests.journeys.others import HELPED_WITHIN, seconds_to_help, slowness
from tests.journeys.town import PEARS, Town, town_in

ANSWERED_WITHIN = 5.0
"""Seconds from a message to its answer, whatever others ask."""


async def groups_of(town: Town, groups: int, people: int) -> list[Chat]:
    """Groups that the bot has greeted."""
    founded = []
    for place in range(groups):
        members = [town.telegram.add_user(f"Person {place} {number}") for number in range(people)]
        founded.append(town.telegram.add_group(f"Group {place}", members, [members[0]]))
    for group in founded:
        await town.hears(group, "Thanks for adding me")
    return founded


def everybody_asks(town: Town, group: Chat) -> None:
    for member in list(group.members.values()):
        if not member.user.is_bot:
            town.telegram.say(group, member.user, "/help")


async def a_stranger_is_answered(town: Town, *, quiet: float, within: float = ANSWERED_WITHIN) -> None:
    """Prove that a stranger is answered in time, on a machine that took so many seconds when nobody else asked."""
    took = await seconds_to_help(town, "Stranger")
    assert took <= within * slowness(quiet)


async def test_a_stranger_is_answered_beside_1500_commands_of_a_group_of_many(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        (group,) = await groups_of(town, 1, 300)
        quiet = await seconds_to_help(town, "Somebody")
        for _ in range(5):
            everybody_asks(town, group)
        await a_stranger_is_answered(town, quiet=quiet)
        await town.hears(group, "What I can do", times=15)
        ((waiting,),) = town.stored("SELECT count(*) FROM updates WHERE handled_at IS NULL")
        assert isinstance(waiting, int)
        assert waiting <= 45


async def test_a_stranger_is_answered_beside_64_groups_with_8_commands_each(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        groups = await groups_of(town, 64, 8)
        quiet = await seconds_to_help(town, "Somebody")
        for group in groups:
            everybody_asks(town, group)
        await a_stranger_is_answered(town, quiet=quiet)
        for group in groups:
            await town.hears(group, "What I can do", times=8)


async def test_a_stranger_is_answered_beside_a_crowd_that_waits_for_a_site_that_hangs(tmp_path: Path) -> None:
    async with town_in(tmp_path) as town, town.bot():
        crowd = [town.telegram.add_user(f"Person {number}", started=True) for number in range(100)]
        for person in crowd:
            town.telegram.say(person, person, "/help")
        for person in crowd:
            await town.hears(person, "What I can do")
        quiet = await seconds_to_help(town, "Somebody")
        town.site.faults.add(Fault(kind=FaultKind.SLOW, seconds=60))
        for person in crowd:
            town.telegram.say(person, person, f"/petition {PEARS}")
        await town.until_stored("SELECT count(*) = 100 FROM updates WHERE handled_at IS NULL")
        await a_stranger_is_answered(town, quiet=quiet, within=HELPED_WITHIN)
