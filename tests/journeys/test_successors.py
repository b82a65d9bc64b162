"""A petition that has ended, and another that asks for the same: its follower is offered that one, once."""

from pathlib import Path

from petitions.news import Kind
from sandbox.parliament.invented import tell
from tests.journeys.town import START, petitions, town_in

OLD, TWIN = 300_239, 760_239
LIVES = (
    *petitions(),
    tell(
        START,
        id=OLD,
        action="Publish the Harbour Office’s lantern survey in full",
        background="The Government is refusing to publish official research on the state of harbour lanterns, saying"
        " that it is not in the interest of sailors. We, who sail at night, demand the survey in full.",
        signatures=131_627,
        opened_days_ago=400,
        closes_in_days=-220,
        plan=[(-9_000, "respond")],
    ),
    tell(
        START,
        id=TWIN,
        action="Release the survey of harbour lanterns in full",
        background="The Government still refuses to publish its official research on harbour lanterns. We who sail at"
        " night demand that the whole survey is released.",
        signatures=13_000,
        opened_days_ago=20,
    ),
)
FOLLOW = "🔔 Follow “Release the survey of harbour lanterns…”"
HEADLINE = "🔁 A petition like this is open"
COMPARED = "SELECT count(*) = 2 AND min(compared_as = state) FROM petitions WHERE number IN (?, ?)"
OFFERED = f"SELECT count(*) FROM changes WHERE kind = '{Kind.SUCCESSOR}'"  # noqa: S608 - a constant


async def test_the_follower_of_a_closed_petition_is_offered_its_twin_once(tmp_path: Path) -> None:
    async with town_in(tmp_path, lives=LIVES) as town:
        ada = town.telegram.add_user("Ada", started=True)
        async with town.bot():
            await town.ask(ada, f"/follow {OLD}", "Now following")
            offer = await town.hears(ada, HEADLINE)
            assert "and has 13,000 signatures so far:\n\nRelease the survey of harbour lanterns" in offer.text
            await town.presses(ada, offer, FOLLOW, ada)
            await town.hears(ada, "Now following", times=2)
        async with town.bot():
            await town.until_stored(COMPARED, str(OLD), str(TWIN))
            listed = await town.ask(ada, "/list", "2. ")
            assert "Release the survey of harbour lanterns" in listed.text
            assert town.heard(ada, HEADLINE) == 1
            assert town.stored(OFFERED) == [(1,)]
