from datetime import timedelta

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import START, Browser, HandClock

SINGLE = ["/petitions/750101.json", "/petitions/750101/count.json"]
LISTS = ["/petitions.json", "/petitions.json?state=with_response&count=10"]


@pytest.mark.parametrize("path", SINGLE)
async def test_a_petition_is_validated_by_date_floored_to_ten_seconds(
    browser: Browser, site: PetitionSite, clock: HandClock, path: str
) -> None:
    clock.time = START + timedelta(hours=1, seconds=27)
    site.make_happen(750101, Happening.SIGN_1000, clock())
    async with browser.get(path) as response:
        assert response.headers["Cache-Control"] == (
            "max-age=60, public, stale-while-revalidate=120, stale-if-error=300"
        )
        assert response.headers["Last-Modified"] == "Mon, 02 Mar 2026 10:00:20 GMT"
        assert "ETag" not in response.headers


@pytest.mark.parametrize("path", SINGLE)
async def test_an_unchanged_petition_is_304_for_who_echoes_its_date(
    browser: Browser, site: PetitionSite, clock: HandClock, path: str
) -> None:
    async with browser.get(path) as response:
        known = response.headers["Last-Modified"]
    async with browser.get(path, If_Modified_Since=known) as response:
        assert (response.status, await response.read()) == (304, b"")
        assert response.headers["Last-Modified"] == known
    clock.to(1)
    async with browser.get(path, If_Modified_Since=known) as response:
        assert response.status == 200
        assert response.headers["Last-Modified"] > known


async def test_two_changes_within_ten_seconds_look_like_one(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    clock.time = START + timedelta(seconds=2)
    site.make_happen(750404, Happening.RESPOND, clock())
    async with browser.get("/petitions/750404.json") as response:
        known = response.headers["Last-Modified"]
    clock.time = START + timedelta(seconds=8)
    site.make_happen(750404, Happening.EDIT_RESPONSE, clock())
    async with browser.get("/petitions/750404.json", If_Modified_Since=known) as response:
        assert response.status == 304


async def test_the_date_is_ignored_when_a_tag_is_sent_too(browser: Browser) -> None:
    async with browser.get(SINGLE[0]) as response:
        known = response.headers["Last-Modified"]
    async with browser.get(SINGLE[0], If_Modified_Since=known, If_None_Match='W/"1"') as response:
        assert response.status == 200


async def test_the_passing_of_a_debate_hides_behind_304(browser: Browser, clock: HandClock) -> None:
    path = "/petitions/740513/count.json"
    async with browser.get(path) as response:
        known = response.headers["Last-Modified"]
    clock.to(100)
    async with browser.get(path, If_Modified_Since=known) as response:
        assert response.status == 304


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_validated_by_its_exact_tag(browser: Browser, clock: HandClock, path: str) -> None:
    async with browser.get(path) as response:
        tag = response.headers["ETag"]
        assert response.headers["Cache-Control"] == "max-age=0, private, must-revalidate"
        assert "Last-Modified" not in response.headers
        assert tag.startswith('W/"')
        assert len(tag) == 36
    async with browser.get(path, If_None_Match=tag) as response:
        assert (response.status, response.headers["ETag"]) == (304, tag)
    async with browser.get(path, If_None_Match=tag.removeprefix("W/")) as response:
        assert response.status == 200


async def test_a_list_changes_its_tag_with_any_count(browser: Browser, clock: HandClock) -> None:
    async with browser.get("/petitions.json") as response:
        tag = response.headers["ETag"]
    clock.to(1)
    async with browser.get("/petitions.json", If_None_Match=tag) as response:
        assert response.status == 200


async def test_an_archived_petition_is_kept_longer(browser: Browser) -> None:
    async with browser.get("/archived/petitions/640101.json") as response:
        assert response.headers["Cache-Control"].startswith("max-age=120, public")
        assert "Last-Modified" in response.headers


async def test_redirects_are_not_cached(browser: Browser) -> None:
    async with browser.get("/petitions/640101.json") as response:
        assert response.headers["Cache-Control"] == "no-cache"
