"""The UK site as the services see it, over HTTP."""

import json

import pytest

from petitions.answers import (
    Archived,
    Busy,
    Gone,
    ListPage,
    NotFound,
    Ok,
    SentHome,
    Unchanged,
    Unpublished,
    Unreadable,
    Validator,
)
from petitions.petition import PetitionRef, Site, Snapshot, Tally
from services.ports import SiteClient
from sites.uk import UkSite
from sites.uk_document import UK
from tests.sites.documents import archived, document, item, page
from tests.sites.scripted_site import ScriptedSite

REF = PetitionRef(site=Site.UK, number="700001")
MOMENT = "Sun, 22 Nov 2026 10:00:00 GMT"


def test_it_is_what_the_services_ask_for(uk: UkSite) -> None:
    client: SiteClient = uk
    assert client is uk


async def test_a_document_is_here_with_its_validator_and_age(site: ScriptedSite, uk: UkSite) -> None:
    headers = {"Last-Modified": MOMENT, "Cache-Control": "max-age=60, public"}
    site.answer(json.dumps(document()), headers=headers)
    answer = await uk.document(REF, archived=False, validator=None, urgent=True)
    assert isinstance(answer, Ok)
    assert isinstance(answer.body, Snapshot)
    assert answer.body.ref == REF
    assert answer.validator == Validator(last_modified=MOMENT)
    assert site.asked[0].path == "/petitions/700001.json"
    assert site.asked[0].headers["Cache-Control"] == "no-cache"


async def test_an_archived_document_is_read_at_its_own_address(site: ScriptedSite, uk: UkSite) -> None:
    site.answer(json.dumps(archived()))
    answer = await uk.document(REF, archived=True, validator=None, urgent=False)
    assert isinstance(answer, Ok)
    assert answer.body.archived
    assert site.asked[0].path == "/archived/petitions/700001.json"


async def test_documents_and_tallies_are_asked_for_by_the_servers_time(site: ScriptedSite, uk: UkSite) -> None:
    site.answer(status=304)
    validator = Validator(etag='"not for these"', last_modified=MOMENT)
    assert await uk.document(REF, archived=False, validator=validator, urgent=False) == Unchanged()
    assert await uk.tally(REF, validator=validator) == Unchanged()
    for request in site.asked:
        assert request.headers["If-Modified-Since"] == MOMENT
        assert "If-None-Match" not in request.headers
        assert "Cache-Control" not in request.headers


async def test_lists_are_asked_for_by_their_tag(site: ScriptedSite, uk: UkSite) -> None:
    site.answer(status=304)
    validator = Validator(etag='W/"abc"')
    answer = await uk.page("with_response", number=1, query=None, validator=validator, urgent=False)
    assert answer == Unchanged()
    assert site.asked[0].headers["If-None-Match"] == 'W/"abc"'
    assert "If-Modified-Since" not in site.asked[0].headers
    assert dict(site.asked[0].query) == {"state": "with_response", "count": "50", "page": "1"}


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/archived/petitions/700001.json", Archived),
        ("{here}/archived/petitions/700001.json", Archived),
        ("https://petition.parliament.uk/archived/petitions/700001.json", Archived),
        ("/petitions/700001/gathering-support", Unpublished),
        ("https://petition.parliament.uk/petitions/700001/moderation-info", Unpublished),
        ("/", SentHome),
        ("https://petition.parliament.uk", SentHome),
        ("/archived/petitions/700002.json", Unreadable),
        ("/archived/petitions/700001", Unreadable),
        ("/petitions/700002/gathering-support", Unreadable),
        ("/login", Unreadable),
        ("https://evil.example/archived/petitions/700001.json", Unreadable),
        ("https://evil.example/", Unreadable),
    ],
)
async def test_a_redirect_is_understood_and_never_followed(
    site: ScriptedSite, uk: UkSite, location: str, expected: type
) -> None:
    site.answer(status=302, headers={"Location": location.format(here=site.url)})
    assert isinstance(await uk.document(REF, archived=False, validator=None, urgent=False), expected)
    assert isinstance(await uk.tally(REF, validator=None), expected)
    assert {str(request.path) for request in site.asked} == {
        "/petitions/700001.json",
        "/petitions/700001/count.json",
    }


@pytest.mark.parametrize(("count", "supporters"), [('{"signature_count": 4}', 4), ("<html>", None)])
async def test_a_petition_that_gathers_support_has_a_count_and_no_document(
    site: ScriptedSite, uk: UkSite, count: str, supporters: int | None
) -> None:
    site.answer(status=302, headers={"Location": "/petitions/700001/gathering-support"})
    site.answer(count)
    answer = await uk.document(REF, archived=False, validator=None, urgent=True)
    assert answer == Unpublished(supporters=supporters)


@pytest.mark.parametrize("location", ["/archived/petitions/700001.json", "/petitions/700001", "/"])
async def test_the_archive_leads_nowhere(site: ScriptedSite, uk: UkSite, location: str) -> None:
    site.answer(status=302, headers={"Location": location})
    assert isinstance(await uk.document(REF, archived=True, validator=None, urgent=False), Unreadable)


@pytest.mark.parametrize(
    ("status", "expected"), [(404, NotFound), (410, Gone), (500, Busy), (429, Busy), (400, Unreadable)]
)
async def test_other_answers_about_a_petition_are_passed_on(
    site: ScriptedSite, uk: UkSite, status: int, expected: type
) -> None:
    site.answer("<html>", status=status, content_type="text/html")
    assert isinstance(await uk.document(REF, archived=False, validator=None, urgent=False), expected)
    assert isinstance(await uk.tally(REF, validator=None), expected)


@pytest.mark.parametrize("number", ["", "0", "01", "abc", "1/../2", "1234567890", "١"])
async def test_what_is_no_number_is_not_asked_for(site: ScriptedSite, uk: UkSite, number: str) -> None:
    ref = PetitionRef(site=Site.UK, number=number)
    assert await uk.document(ref, archived=False, validator=None, urgent=True) == NotFound()
    assert await uk.tally(ref, validator=None) == NotFound()
    assert site.asked == []


async def test_a_tally_is_read(site: ScriptedSite, uk: UkSite) -> None:
    site.answer('{"signature_count": 7}')
    assert await uk.tally(REF, validator=None) == Ok(body=Tally(signatures=7))
    assert site.asked[0].path == "/petitions/700001/count.json"


@pytest.mark.parametrize("facet", ["all", *UK.feeds, *UK.whole_feeds])
async def test_every_list_can_be_read_and_searched(site: ScriptedSite, uk: UkSite, facet: str) -> None:
    site.answer(json.dumps(page(item(1), item(2), following="?page=4", last="?page=9")), headers={"ETag": 'W/"x"'})
    answer = await uk.page(facet, number=3, query=" buses & trams\x00 ", validator=None, urgent=True)
    assert isinstance(answer, Ok)
    assert [snapshot.ref.number for snapshot in answer.body.items] == ["1", "2"]
    assert answer.body.next_page == 4
    assert answer.validator == Validator(etag='W/"x"')
    assert answer.body.items[0].debated is {"debated": True, "not_debated": False}.get(facet)
    assert dict(site.asked[0].query) == {"state": facet, "count": "50", "page": "3", "q": "buses & trams"}


@pytest.mark.parametrize(("facet", "number"), [("open", 0), ("open", 100_000)])
async def test_a_list_that_does_not_exist_is_not_asked_for(
    site: ScriptedSite, uk: UkSite, facet: str, number: int
) -> None:
    assert isinstance(await uk.page(facet, number=number, query=None, validator=None, urgent=False), Unreadable)
    assert site.asked == []


@pytest.mark.parametrize(("status", "expected"), [(404, Unreadable), (410, Unreadable), (302, Unreadable), (503, Busy)])
async def test_other_answers_about_a_list_are_sorted(
    site: ScriptedSite, uk: UkSite, status: int, expected: type
) -> None:
    site.answer(status=status, headers={"Location": "/petitions?state=all"})
    assert isinstance(await uk.page("open", number=1, query=None, validator=None, urgent=False), expected)


async def test_a_search_for_the_number_of_a_petition_finds_it(site: ScriptedSite, uk: UkSite) -> None:
    site.answer(status=302, headers={"Location": "/petitions/700001"})
    site.answer(json.dumps(document()))
    answer = await uk.page("all", number=1, query="700001", validator=None, urgent=True)
    assert isinstance(answer, Ok)
    assert isinstance(answer.body, ListPage)
    assert [snapshot.ref for snapshot in answer.body.items] == [REF]
    assert [request.path for request in site.asked] == ["/petitions.json", "/petitions/700001.json"]


@pytest.mark.parametrize("query", ["\ud800", "x" * 10_000, "🚌", "%00", "a\r\nb"])
async def test_no_search_is_too_strange(site: ScriptedSite, uk: UkSite, query: str) -> None:
    site.answer(json.dumps(page()))
    answer = await uk.page("all", number=1, query=query, validator=None, urgent=True)
    assert answer == Ok(body=ListPage(items=(), next_page=None))
