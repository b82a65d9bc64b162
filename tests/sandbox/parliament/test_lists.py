from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import Browser, HandClock


async def _everything(browser: Browser, path: str) -> list[dict[str, Any]]:
    """Every item of a facet, page by page along `links.next`."""
    found: list[dict[str, Any]] = []
    url: str | None = browser.url + path
    while url is not None:
        page = await browser.json(url.removeprefix(browser.url))
        found += page["data"]
        url = page["links"]["next"]
    return found


def _time(item: dict[str, Any], key: str) -> datetime:
    return datetime.fromisoformat(item["attributes"][key])


async def test_all_is_everything_visible_by_signatures(browser: Browser) -> None:
    items = await _everything(browser, "/petitions.json")
    counts = [item["attributes"]["signature_count"] for item in items]
    assert counts == sorted(counts, reverse=True)
    assert {item["attributes"]["state"] for item in items} == {"open", "closed", "rejected"}
    assert len({item["id"] for item in items}) == len(items)


async def test_recent_begins_with_the_petition_published_last(browser: Browser, clock: HandClock) -> None:
    clock.to(11)
    items = await _everything(browser, "/petitions.json?state=recent&count=50")
    opened = [_time(item, "opened_at") for item in items]
    assert opened == sorted(opened, reverse=True)
    assert items[0]["id"] == 750301


async def test_rejected_is_ordered_by_creation(browser: Browser, clock: HandClock) -> None:
    clock.to(60)
    items = await _everything(browser, "/petitions.json?state=rejected")
    created = [_time(item, "created_at") for item in items]
    assert len(items) >= 3
    assert created == sorted(created, reverse=True)


async def test_the_newest_response_comes_first(browser: Browser, clock: HandClock) -> None:
    clock.to(39)
    items = await _everything(browser, "/petitions.json?state=with_response")
    entered = [_time(item, "government_response_at") for item in items]
    assert items[0]["id"] == 750101
    assert entered == sorted(entered, reverse=True)
    assert all(item["attributes"]["government_response"] for item in items)


async def test_whoever_waits_longest_for_a_response_comes_first(browser: Browser, clock: HandClock) -> None:
    clock.to(20)
    items = await _everything(browser, "/petitions.json?state=awaiting_response")
    reached = [_time(item, "response_threshold_reached_at") for item in items]
    assert reached == sorted(reached)
    assert items[-1]["id"] == 750110


async def test_dated_debates_come_before_undated_ones(browser: Browser, clock: HandClock) -> None:
    clock.to(31)
    items = await _everything(browser, "/petitions.json?state=awaiting_debate")
    dates = [item["attributes"]["scheduled_debate_date"] for item in items]
    dated = [each for each in dates if each is not None]
    assert dates == sorted(dated) + [None] * (len(dates) - len(dated))
    assert None in dates
    assert len(dated) >= 1
    undated = [item for item in items if item["attributes"]["scheduled_debate_date"] is None]
    for one, other in pairwise(undated):
        assert _time(one, "debate_threshold_reached_at") <= _time(other, "debate_threshold_reached_at")


async def test_debated_puts_undated_debates_first(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    clock.to(31)
    site.make_happen(750103, Happening.HOLD_DEBATE, clock())
    items = await _everything(browser, "/petitions.json?state=debated")
    assert items[0]["id"] == 750103
    dates = [date.fromisoformat(item["attributes"]["scheduled_debate_date"]) for item in items[1:]]
    assert dates == sorted(dates, reverse=True)
    assert 750207 in [item["id"] for item in items]


async def test_not_debated_begins_with_the_latest_decision(browser: Browser, clock: HandClock) -> None:
    clock.to(25)
    assert await browser.ids("/petitions.json?state=not_debated") == [750203, 740514]


async def test_a_list_item_has_its_own_link_and_no_geography(browser: Browser) -> None:
    item = (await browser.json("/petitions.json?count=1"))["data"][0]
    assert set(item) == {"type", "id", "links", "attributes"}
    assert item["type"] == "petition"
    assert item["links"] == {"self": f"{browser.url}/petitions/{item['id']}.json"}
    assert not {"signatures_by_country", "other_parliamentary_business"} & set(item["attributes"])


@pytest.mark.parametrize(
    ("sent", "items"), [("1", 1), ("30", 30), ("50", 50), ("59", 50), ("60", 25), ("100", 25), ("0", 25), ("abc", 25)]
)
async def test_count_is_capped_and_nonsense_is_the_default(browser: Browser, sent: str, items: int) -> None:
    total = len(await _everything(browser, "/petitions.json?count=50"))
    assert total > 30
    assert len(await browser.ids(f"/petitions.json?count={sent}")) == min(items, total)


@pytest.mark.parametrize("page", ["0", "abc", "100000", "-1"])
async def test_a_page_number_out_of_range_is_page_one(browser: Browser, page: str) -> None:
    assert await browser.ids(f"/petitions.json?page={page}") == await browser.ids("/petitions.json")


async def test_a_page_past_the_end_is_empty(browser: Browser) -> None:
    page = await browser.json("/petitions.json?page=77")
    assert page["data"] == []
    assert page["links"] == {"next": None, "last": f"{browser.url}/petitions.json?page=2"}


async def test_words_must_all_occur_and_keep_the_order_of_the_facet(browser: Browser) -> None:
    assert await browser.ids("/petitions.json?q=hedgehog+FENCES") == [750101]
    assert await browser.ids("/petitions.json?q=hedgehog+submarine") == []
    found = await browser.json("/petitions.json?q=schools")
    counts = [item["attributes"]["signature_count"] for item in found["data"]]
    assert len(counts) >= 2
    assert counts == sorted(counts, reverse=True)


async def test_a_number_leads_to_the_petition_of_that_number(browser: Browser) -> None:
    assert await browser.status("/petitions.json?q=750101") == (302, "/petitions/750101")
    assert await browser.ids("/petitions.json?q=999") == []


@pytest.mark.parametrize("facet", ["published", "hidden", "with_debate_outcome", "OPEN", "nonsense"])
async def test_a_facet_that_is_not_public_leads_to_the_html_list(browser: Browser, facet: str) -> None:
    answer = await browser.status(f"/petitions.json?state={facet}&page=2&q=jam&count=3&topic=food")
    assert answer == (302, "/petitions?state=all")
