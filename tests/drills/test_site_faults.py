"""Whatever the petition site answers, nothing is lost, nothing is undone, and the rest of the work goes on."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.happenings import Happening
from sites.uk_document import UK
from tests.drills.conftest import Drill, has_logged, headlines, until
from tests.journeys.town import BELLS, NOBODY_KNOWS, PEARS, TITLES

MILESTONE = "🎯 10,000 signatures"
RESPONSE = "💬 The government has responded"
DEBATE = "Parliament will debate this petition"
EVERY_PETITION = "/petitions/*"
LISTS = "/petitions.json"

TROUBLES = (
    Fault(kind=FaultKind.UNAVAILABLE, times=2),
    Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=2, seconds=2),
    Fault(kind=FaultKind.FORBIDDEN, times=2),
    Fault(kind=FaultKind.HTML, times=15),
    Fault(kind=FaultKind.TRUNCATED, times=15),
    Fault(kind=FaultKind.WRONG_TYPE, times=15),
    Fault(kind=FaultKind.CUT, times=3),
    Fault(kind=FaultKind.EMPTY, times=15),
    Fault(kind=FaultKind.HUGE, times=6),
    Fault(kind=FaultKind.SLOW, times=3, seconds=1),
)


@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: fault.kind)
async def test_what_happened_in_the_meantime_is_told_once_when_the_site_is_well_again(
    drill: Drill, fault: Fault
) -> None:
    town = drill.town
    await drill.start_and_meet()
    await _first_looks(drill)
    town.site.faults.add(fault)
    _pears_have_news(drill)
    await _everybody_hears_of_pears(drill)
    await until(lambda: not town.site.faults.pending(town.clock.now()))
    await _everybody_hears_of_a_debate(drill)
    for person in drill.followers:
        assert sorted(headlines(town, person)) == [MILESTONE, RESPONSE]


async def test_news_of_a_long_silence_says_when_it_happened(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    await _first_looks(drill)
    town.site.faults.add(Fault(kind=FaultKind.UNAVAILABLE, until=town.clock.now() + timedelta(minutes=40)))
    town.happens(PEARS, Happening.RESPOND)
    told = await town.hears(ada, RESPONSE)
    assert "Happened at" in told.text
    assert "the petition site showed it to us at" in told.text
    assert has_logged(bot, "site.unreachable", site="uk")
    assert has_logged(bot, "site.reachable", site="uk")


@pytest.mark.parametrize(("broken", "well", "item"), [(PEARS, BELLS, 0), (BELLS, PEARS, 1)])
async def test_one_item_of_a_list_with_a_wrong_type_is_logged_and_the_others_are_read(
    drill: Drill, broken: int, well: int, item: int
) -> None:
    """Only the feeds can be read here. The pears stand before the bells in each, and one of the two is broken."""
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    await _first_looks(drill)
    town.site.faults.add(Fault(kind=FaultKind.TRUNCATED, path=EVERY_PETITION))
    town.site.faults.add(Fault(kind=FaultKind.TRUNCATED, path=f"{LISTS}[?]*state={UK.open_list}*"))
    town.site.faults.add(Fault(kind=FaultKind.WRONG_TYPE, path=f"{LISTS}*", item=item))
    town.happens(BELLS, Happening.RESPOND)
    town.happens(PEARS, Happening.RESPOND)
    assert TITLES[well] in (await town.hears(ada, RESPONSE)).text
    await drill.until_logged(bot, "petition.unreadable", petition=f"uk:{broken}")
    assert town.heard(ada, RESPONSE) == 1
    town.site.faults.clear()
    assert TITLES[broken] in (await town.hears(ada, RESPONSE, times=2)).text


async def test_a_petition_that_cannot_be_read_is_logged_with_its_number_and_keeps_nobody(drill: Drill) -> None:
    town, (ada, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    await _first_looks(drill)
    town.site.faults.add(Fault(kind=FaultKind.WRONG_TYPE, path=f"/petitions/{PEARS}*"))
    town.site.faults.add(Fault(kind=FaultKind.TRUNCATED, path=f"{LISTS}*"))
    town.happens(PEARS, Happening.RESPOND)
    town.happens(BELLS, Happening.SIGN_1000)
    await town.hears(ada, "2,500 signatures")
    await drill.until_logged(bot, "petition.unreadable", petition=f"uk:{PEARS}")
    town.site.faults.clear()
    await town.hears(ada, RESPONSE)


async def test_stale_copies_undo_nothing_and_nothing_is_said_twice(drill: Drill) -> None:
    """Caches may even answer a question that asked for no copy, but not for long."""
    town = drill.town
    before = town.clock.now()
    await drill.start_and_meet()
    await _first_looks(drill)
    _pears_have_news(drill)
    await _everybody_hears_of_pears(drill)
    age = town.clock.now() - before + timedelta(minutes=5)
    for address in (f"/petitions/{PEARS}.json", f"/petitions/{PEARS}/count.json"):
        town.site.faults.add(Fault(kind=FaultKind.STALE, path=address, age=age, times=1))
    town.site.faults.add(Fault(kind=FaultKind.STALE, path=f"{LISTS}*", age=age, times=5))
    await until(lambda: not town.site.faults.pending(town.clock.now()))
    await _everybody_hears_of_a_debate(drill)
    for person in drill.followers:
        assert sorted(headlines(town, person)) == [MILESTONE, RESPONSE]
        assert town.heard(person, "withdrawn") == 0


async def test_a_site_that_is_away_is_said_to_who_asks(drill: Drill) -> None:
    town, (ada, ben, *_) = drill.town, drill.followers
    bot = await drill.start_and_meet()
    await _first_looks(drill)
    town.site.faults.add(Fault(kind=FaultKind.UNAVAILABLE))
    await town.ask(ada, f"/follow {NOBODY_KNOWS}", "The petition site")
    await drill.until_logged(bot, "site.unreachable", site="uk")  # by then no card is fresh any more
    card = await town.ask(ben, f"/petition {PEARS}", "hasn’t answered us since")
    assert "9,000" in card.text
    town.site.faults.clear()
    await drill.until_logged(bot, "site.reachable", site="uk")
    await town.ask(ada, f"/follow {NOBODY_KNOWS}", "shows no petition")


def _pears_have_news(drill: Drill) -> None:
    drill.town.happens(PEARS, Happening.REACH_NEXT_THRESHOLD, Happening.RESPOND)


async def _everybody_hears_of_pears(drill: Drill) -> None:
    for person in drill.followers:
        for headline in (MILESTONE, RESPONSE):
            await drill.town.hears(person, headline)


async def _everybody_hears_of_a_debate(drill: Drill) -> None:
    """Of a later thing everybody hears when everything before it has been said."""
    drill.town.happens(PEARS, Happening.SCHEDULE_DEBATE)
    for person in drill.followers:
        await drill.town.hears(person, DEBATE)


async def _first_looks(drill: Drill) -> None:
    """Wait until the bot has read each list and has looked at both petitions since its start."""
    site = drill.town.site

    def looked() -> bool:
        visits = site.visits.recent
        lists = {parse_qs(visit.query)["state"][0] for visit in visits if visit.path == LISTS}
        petitions = {visit.path.split("/")[2].removesuffix(".json") for visit in visits if visit.path != LISTS}
        return {UK.open_list, *UK.feeds, *UK.whole_feeds} <= lists and {str(PEARS), str(BELLS)} <= petitions

    await until(looked)
