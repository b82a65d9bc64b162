"""Searching: pages of ours out of pages of the site's."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from petitions.answers import Busy, ListPage, Ok, Unreadable
from petitions.petition import Site, Snapshot
from services.searching import LONGEST_QUERY, PAGE_SIZE, Found, SearchUnavailable, searchable
from tests.services.world import MINUTE, SWIFTS, World, number


async def _search(world: World, query: str, page: int = 1) -> Found:
    found = await world.searching.search(query, page=page, site=Site.UK, chat=world.place.chat, now=world.now)
    assert isinstance(found, Found)
    return found


def _results(first: int, count: int) -> tuple[Snapshot, ...]:
    return tuple(number(SWIFTS, str(name)) for name in range(first, first + count))


async def test_results_come_in_the_sites_order_a_page_at_a_time(world: World) -> None:
    results = _results(1, 12)
    world.site.lists["all"] = results
    pages = [await _search(world, "swift", page) for page in (1, 2, 3)]
    assert [item for found in pages for item in found.items] == list(results)
    assert {found.pages for found in pages} == {3}
    assert world.asked() == ["all 1 swift!"]


async def test_the_sites_second_page_follows_its_first(world: World) -> None:
    world.site.lists["all"] = Ok(body=ListPage(items=_results(1, 50), next_page=2))
    world.site.lists["all 2"] = Ok(body=ListPage(items=_results(51, 7), next_page=None))
    tenth = await _search(world, "swift", 10)
    assert tenth.items == _results(46, PAGE_SIZE)
    assert tenth.pages is None
    last = await _search(world, "swift", 12)
    assert last.items == _results(56, 2)
    assert last.pages == 12


async def test_results_are_remembered_for_a_minute(world: World) -> None:
    world.site.lists["all"] = _results(1, 3)
    await _search(world, "swift")
    world.site.lists["all"] = _results(4, 1)
    world.now += MINUTE / 2
    assert len((await _search(world, "  swift ")).items) == 3
    world.now += MINUTE
    assert len((await _search(world, "swift")).items) == 1


async def test_nothing_is_found_without_words(world: World) -> None:
    assert await _search(world, " \0\n ") == Found(items=(), page=1, pages=0)
    assert world.asked() == []


async def test_a_page_beyond_the_end_is_empty(world: World) -> None:
    world.site.lists["all"] = _results(1, 3)
    assert await _search(world, "swift", 4) == Found(items=(), page=4, pages=1)


async def test_a_petition_that_stands_twice_in_a_list_is_shown_once(world: World) -> None:
    world.site.lists["all"] = (SWIFTS, replace(SWIFTS, signatures=901))
    assert len((await _search(world, "swift")).items) == 1


async def test_a_silent_site_is_said(world: World) -> None:
    world.site.down = Busy(reason="503")
    assert await world.searching.search(
        "swift", page=1, site=Site.UK, chat=world.place.chat, now=world.now
    ) == SearchUnavailable(since=world.now)
    world.site.down = None
    world.site.lists["all"] = Unreadable(reason="HTML")
    assert isinstance(
        await world.searching.search("swift", page=1, site=Site.UK, chat=world.place.chat, now=world.now),
        SearchUnavailable,
    )


@given(st.text())
def test_a_query_is_short_printable_and_stays_what_it_is(query: str) -> None:
    words = searchable(query)
    assert len(words) <= LONGEST_QUERY
    assert words.isprintable()
    assert searchable(words) == words


def test_a_query_that_is_cut_between_two_words_ends_with_the_first() -> None:
    first = "a" * (LONGEST_QUERY - 1)
    assert searchable(f"{first} b") == first
