import json
from datetime import timedelta
from time import monotonic

import aiohttp
import pytest

from sandbox.parliament.faults import Fault, FaultKind
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import START, Browser, HandClock

PAGE = "/petitions/750101.json"


async def test_a_fault_happens_as_often_as_asked_and_only_on_its_paths(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.UNAVAILABLE, path="/petitions/*.json", times=2))
    assert (await browser.status("/petitions.json"))[0] == 200
    assert [(await browser.status(PAGE))[0] for _ in range(3)] == [503, 503, 200]


async def test_a_fault_lasts_until_its_time(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    site.faults.add(Fault(kind=FaultKind.FORBIDDEN, until=START + timedelta(hours=1)))
    assert (await browser.status(PAGE))[0] == 403
    assert len(site.faults.pending(clock())) == 1
    assert not site.faults.pending(clock.to(1))
    assert (await browser.status(PAGE))[0] == 200


async def test_faults_can_be_called_off(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.UNAVAILABLE))
    assert (await browser.status(PAGE))[0] == 503
    site.faults.clear()
    assert (await browser.status(PAGE))[0] == 200


async def test_too_many_requests_says_when_to_come_back(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=1, seconds=17))
    async with browser.get(PAGE) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "17")


async def test_unavailable_says_so_too_when_asked(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.UNAVAILABLE, times=1, seconds=9))
    async with browser.get(PAGE) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "9")


async def test_one_petition_can_be_missing_for_a_while(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    site.faults.add(Fault(kind=FaultKind.NOT_FOUND, path="/petitions/750101*", until=START + timedelta(hours=1)))
    assert [(await browser.status(path))[0] for path in (PAGE, "/petitions/750101/count.json")] == [404, 404]
    assert (await browser.status("/petitions/750102.json"))[0] == 200
    clock.to(1)
    assert (await browser.status(PAGE))[0] == 200


async def test_maintenance_can_send_everybody_to_the_home_page(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.SENT_HOME))
    assert await browser.status(PAGE) == (302, "/")


async def test_html_comes_with_status_200(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.HTML, times=1))
    async with browser.get(PAGE) as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_truncated_json_does_not_parse(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.TRUNCATED, times=1))
    async with browser.get(PAGE) as response:
        body = await response.read()
        assert (response.status, response.content_type) == (200, "application/json")
    assert len(body) > 100
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize("path", [PAGE, "/petitions/750101/count.json"])
async def test_a_wrong_type_on_a_page(browser: Browser, site: PetitionSite, path: str) -> None:
    site.faults.add(Fault(kind=FaultKind.WRONG_TYPE, times=1))
    document = await browser.json(path)
    assert document.get("data", {"attributes": document})["attributes"]["signature_count"] == "many"


async def test_a_wrong_type_spoils_one_item_of_a_list(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.WRONG_TYPE, path="/petitions.json*", times=1, item=2))
    items = (await browser.json("/petitions.json"))["data"]
    spoiled = [place for place, item in enumerate(items) if item["attributes"]["signature_count"] == "many"]
    assert spoiled == [2]


async def test_a_spoiled_body_comes_even_to_who_knows_the_page_already(browser: Browser, site: PetitionSite) -> None:
    async with browser.get(PAGE) as response:
        known = response.headers["Last-Modified"]
    site.faults.add(Fault(kind=FaultKind.EMPTY, times=1))
    async with browser.get(PAGE, If_Modified_Since=known) as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_a_stale_copy_is_the_document_as_it_was(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    clock.to(38.5)
    before = await browser.json(PAGE)
    clock.to(39)
    site.faults.add(Fault(kind=FaultKind.STALE, times=3, age=timedelta(minutes=30)))
    assert await browser.json(PAGE) == before
    assert 750101 in await browser.ids("/petitions.json?state=with_response")
    async with browser.get("/petitions/750101/count.json") as response:
        stale = response.headers["Last-Modified"]
    async with browser.get("/petitions/750101/count.json") as response:
        assert response.headers["Last-Modified"] > stale


async def test_a_slow_answer_is_right_but_late(browser: Browser, site: PetitionSite) -> None:
    expected = await browser.json(PAGE)
    site.faults.add(Fault(kind=FaultKind.SLOW, times=1, seconds=0.2))
    began = monotonic()
    assert await browser.json(PAGE) == expected
    assert monotonic() - began >= 0.2


async def test_a_cut_connection_gives_no_answer(browser: Browser, site: PetitionSite) -> None:
    # Twice, because aiohttp's client asks once more by itself when a GET finds its connection closed.
    site.faults.add(Fault(kind=FaultKind.CUT, times=2))
    with pytest.raises(aiohttp.ClientConnectionError):
        await browser.json(PAGE)
    assert site.visits.recent[-1].status is None


async def test_a_huge_body_is_valid_json_behind_spaces(browser: Browser, site: PetitionSite) -> None:
    site.faults.add(Fault(kind=FaultKind.HUGE, times=1))
    async with browser.get(PAGE) as response:
        body = await response.read()
    assert len(body) > 8_000_000
    assert json.loads(body)["data"]["id"] == 750101


async def test_requests_are_remembered(browser: Browser, site: PetitionSite) -> None:
    for path in (PAGE + "?x=1", "/nowhere"):
        async with browser.get(path):
            pass
    assert [(visit.path, visit.query, visit.status) for visit in site.visits.recent] == [
        (PAGE, "x=1", 200),
        ("/nowhere", "", 404),
    ]
    assert site.visits.total == 2
