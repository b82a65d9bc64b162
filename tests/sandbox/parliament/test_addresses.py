import re
from datetime import datetime, timedelta

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.site import PetitionSite
from sandbox.parliament.times import LONDON
from tests.sandbox.parliament.conftest import Browser, HandClock

GATHERING, MODERATED, STOPPED, DORMANT = 750301, 750302, 750310, 750309
HIDDEN_UNSEEN, HIDDEN_SEEN, REMOVED = 750308, 740516, 750210
OPEN, CLOSED, REJECTED, ARCHIVED, ARCHIVED_REMOVED = 750101, 740511, 750415, 640101, 640104


@pytest.mark.parametrize(
    ("petition_id", "hours", "answers"),
    [
        (GATHERING, 1, ((302, f"/petitions/{GATHERING}/gathering-support"), 200, 404)),
        (MODERATED, 1, ((302, f"/petitions/{MODERATED}/moderation-info"), 200, 404)),
        (DORMANT, 1, ((404, None), 404, 404)),
        (OPEN, 1, ((200, None), 200, 404)),
        (CLOSED, 1, ((200, None), 200, 404)),
        (REJECTED, 1, ((200, None), 200, 404)),
        (HIDDEN_UNSEEN, 14, ((404, None), 404, 404)),
        (HIDDEN_SEEN, 1, ((410, None), 410, 404)),
        (STOPPED, 1, ((302, "/"), 200, 404)),
        (REMOVED, 35, ((410, None), 410, 404)),
        (ARCHIVED, 1, ((302, f"/archived/petitions/{ARCHIVED}.json"), 404, 200)),
        (ARCHIVED_REMOVED, 1, ((302, f"/archived/petitions/{ARCHIVED_REMOVED}.json"), 404, 410)),
        (999_999, 1, ((404, None), 404, 404)),
    ],
)
async def test_each_state_answers_at_each_address(
    browser: Browser,
    clock: HandClock,
    petition_id: int,
    hours: float,
    answers: tuple[tuple[int, str | None], int, int],
) -> None:
    page, count, archived = answers
    clock.to(hours)
    assert await browser.status(f"/petitions/{petition_id}.json") == page
    assert await browser.status(f"/petitions/{petition_id}/count.json") == (count, None)
    assert await browser.status(f"/archived/petitions/{petition_id}.json") == (archived, None)


@pytest.mark.parametrize("path", ["/petitions/abc.json", "/petitions/12abc/count.json", "/nowhere", "/petitions/1.xml"])
async def test_other_addresses_are_not_found(browser: Browser, path: str) -> None:
    assert await browser.status(path) == (404, None)


async def test_following_a_redirect_ends_in_html(browser: Browser) -> None:
    for path in (f"/petitions/{GATHERING}/gathering-support", f"/petitions/{MODERATED}/moderation-info", "/"):
        async with browser.get(path) as response:
            assert (response.status, response.content_type) == (200, "text/html")


async def test_people_get_a_page(browser: Browser) -> None:
    async with browser.get("/petitions/750402") as response:
        page = await response.text()
    assert "&lt;b&gt;jam&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert await browser.status(f"/petitions/{ARCHIVED}") == (302, f"/archived/petitions/{ARCHIVED}")


@pytest.mark.parametrize("path", ["/", "/petitions?state=open", "/petitions?q=tea&state=all"])
async def test_html_lists_link_to_petitions_that_exist(browser: Browser, path: str) -> None:
    async with browser.get(path) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        links = re.findall(r'<li><a href="([^"]+)"', await response.text())
    assert links
    for link in links[:3]:
        assert await browser.status(link) == (200, None)


async def test_the_page_of_an_open_petition(browser: Browser) -> None:
    document = await browser.json(f"/petitions/{OPEN}.json")
    assert list(document) == ["links", "data"]
    assert document["links"] == {"self": f"{browser.url}/petitions/{OPEN}.json"}
    assert list(document["data"]) == ["type", "id", "attributes"]
    attributes = document["data"]["attributes"]
    assert attributes["closing_date"] == "2026-08-15"
    assert attributes["creator_name"] == "Marigold Tansley"
    assert attributes["opened_at"] == "2026-02-14T09:00:00.000Z"


async def test_the_count_is_whole_from_the_first_request_on(browser: Browser) -> None:
    """Nothing has to run before it: at its start the site shows all that have signed by then."""
    assert (await browser.json(f"/petitions/{OPEN}/count.json"))["signature_count"] == 9_412
    assert (await browser.attributes(f"/petitions/{OPEN}.json"))["signature_count"] == 9_412


async def test_a_closed_page_has_neither_closing_date_nor_creator(browser: Browser) -> None:
    attributes = await browser.attributes(f"/petitions/{CLOSED}.json")
    assert "closing_date" not in attributes
    assert attributes["creator_name"] is None
    assert attributes["closed_at"].endswith("T23:59:59.999Z")


async def test_a_rejected_page_says_why(browser: Browser) -> None:
    attributes = await browser.attributes(f"/petitions/{REJECTED}.json")
    assert attributes["rejection"]["code"] == "no-action"
    assert attributes["opened_at"] is None


async def test_an_archived_page_names_its_parliament_and_no_creator(browser: Browser) -> None:
    data = (await browser.json(f"/archived/petitions/{ARCHIVED}.json"))["data"]
    assert data["type"] == "archived-petition"
    assert data["parliament"]["period"] == "2019-2024"
    assert data["parliament"]["dissolution_at"] == "2024-05-30T00:01:00.000+01:00"
    assert "creator_name" not in data["attributes"]
    assert data["attributes"]["debate"]["debated_on"]


async def test_count_json_tells_london_time(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    clock.time = datetime(2026, 7, 1, 12, tzinfo=LONDON)
    site.make_happen(750404, Happening.RESPOND, clock())
    count = await browser.json("/petitions/750404/count.json")
    assert count["government_response_at"] == "2026-07-01T12:00:00.000+01:00"
    assert (await browser.json("/petitions/750404.json"))["data"]["attributes"]["government_response_at"] == (
        "2026-07-01T11:00:00.000Z"
    )
    assert list(count) == [
        "signature_count",
        "response_threshold_reached_at",
        "government_response_at",
        "debate_threshold_reached_at",
        "scheduled_debate_date",
        "debate_outcome_at",
        "debated",
    ]


async def test_count_json_follows_supporters_before_publication(browser: Browser, clock: HandClock) -> None:
    before = (await browser.json(f"/petitions/{GATHERING}/count.json"))["signature_count"]
    clock.to(9)
    after = (await browser.json(f"/petitions/{GATHERING}/count.json"))["signature_count"]
    assert 0 < before < after < 20


async def test_count_and_page_agree_at_every_hour(browser: Browser, clock: HandClock) -> None:
    for hours in range(0, 160, 9):
        clock.to(hours + timedelta(minutes=7) / timedelta(hours=1))
        count = await browser.json("/petitions/750101/count.json")
        attributes = await browser.attributes("/petitions/750101.json")
        assert count["signature_count"] == attributes["signature_count"]
        for key in ("response_threshold_reached_at", "government_response_at", "debate_outcome_at"):
            told = [each and datetime.fromisoformat(each) for each in (count[key], attributes[key])]
            assert told[0] == told[1]
