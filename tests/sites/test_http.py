"""Every kind of answer ends as a value, and a site that refuses us is left alone."""

import asyncio
import gzip
from time import monotonic

import aiohttp
import pytest
from aiohttp import web

from petitions.answers import Busy, Gone, NotFound, Ok, Unchanged, Unreadable, Validator
from sites.http import MAX_BODY_BYTES, Redirected, SiteHttp, user_agent
from tests.sites.scripted_site import Clock, ScriptedSite

TAG = Validator(etag='W/"abc"')
MOMENT = Validator(last_modified="Sun, 22 Nov 2026 10:00:00 GMT")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, NotFound()),
        (410, Gone()),
        (204, Unreadable(reason="status 204")),
        (206, Unreadable(reason="status 206")),
        (304, Unreadable(reason="status 304")),
        (400, Unreadable(reason="status 400")),
        (401, Unreadable(reason="status 401")),
        (406, Unreadable(reason="status 406")),
        (403, Busy(reason="status 403")),
        (408, Busy(reason="status 408")),
        (429, Busy(reason="status 429")),
        (500, Busy(reason="status 500")),
        (502, Busy(reason="status 502")),
        (503, Busy(reason="status 503")),
        (504, Busy(reason="status 504")),
        (302, Unreadable(reason="status 302 to nowhere")),
    ],
)
async def test_every_status_is_sorted(site: ScriptedSite, http: SiteHttp, status: int, expected: object) -> None:
    site.answer('{"status": 1}' if status not in {204, 304} else "", status=status)
    assert await http.get("/x.json") == expected


async def test_a_body_comes_with_its_validator_and_its_age(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer(
        '{"a": [1, "é"]}',
        content_type="application/json; charset=utf-8",
        headers={"ETag": 'W/"abc"', "Cache-Control": "max-age=60, public, stale-while-revalidate=120"},
    )
    assert await http.get("/x.json") == Ok(body={"a": [1, "é"]}, validator=TAG)


async def test_not_modified_is_believed_only_when_it_was_asked_for(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer(status=304)
    assert await http.get("/x.json", validator=TAG) == Unchanged()
    assert isinstance(await http.get("/x.json"), Unreadable)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        ("<html>We are sorry</html>", "text/html", "text/html instead of JSON"),
        ('{"a": 1}', "text/html", "text/html instead of JSON"),
        ('{"a": 1}', "application/octet-stream", "application/octet-stream instead of JSON"),
        ('{"a": [1, 2', "application/json", "broken JSON"),
        ("", "application/json", "broken JSON"),
        ('{"a": NaN}', "application/json", "broken JSON: NaN"),
        ("[" * 200_000, "application/json", "broken JSON"),
        ("9" * 10_000, "application/json", "broken JSON"),
        (b'{"a": "\xff"}', "application/json", "broken JSON"),
        (b" " * (MAX_BODY_BYTES + 1), "application/json", "more than"),
    ],
)
async def test_a_body_that_is_not_sound_json_is_unreadable(
    site: ScriptedSite, http: SiteHttp, body: str | bytes, content_type: str, reason: str
) -> None:
    site.answer(body, content_type=content_type)
    answer = await http.get("/x.json")
    assert isinstance(answer, Unreadable)
    assert answer.reason.startswith(reason)


async def test_a_small_package_that_unpacks_beyond_the_bound_is_unreadable(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer(gzip.compress(b" " * (3 * MAX_BODY_BYTES)), headers={"Content-Encoding": "gzip"})
    answer = await http.get("/x.json")
    assert isinstance(answer, Unreadable)


async def test_a_broken_package_is_busy(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert isinstance(await http.get("/x.json"), Busy)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/archived/petitions/1.json?a=b", "/archived/petitions/1.json"),
        ("2.json", "/petitions/2.json"),
        ("/", "/"),
    ],
)
async def test_a_redirect_is_told_and_not_followed(
    site: ScriptedSite, http: SiteHttp, location: str, expected: str
) -> None:
    site.answer(status=302, headers={"Location": location})
    assert await http.get("/petitions/1.json") == Redirected(host=http.host, path=expected)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://petition.parliament.uk/x", "petition.parliament.uk"),
        ("https://PETITION.parliament.uk:443/x", "petition.parliament.uk"),
        ("//evil.example:8443/x", "evil.example:8443"),
    ],
)
async def test_a_redirect_names_its_host(site: ScriptedSite, http: SiteHttp, location: str, host: str) -> None:
    site.answer(status=301, headers={"Location": location})
    assert await http.get("/petitions/1.json") == Redirected(host=host, path="/x")


@pytest.mark.parametrize("location", ["http://[::1", "http://x:port/", ""])
async def test_a_redirect_to_nonsense_is_no_fault_of_ours(site: ScriptedSite, http: SiteHttp, location: str) -> None:
    site.answer(status=302, headers={"Location": location})
    assert isinstance(await http.get("/petitions/1.json"), Redirected | Unreadable)


async def test_we_name_ourselves_and_ask_for_json(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer("{}")
    await http.get("/x.json", query={"q": "save & spend é", "page": "2"})
    [request] = site.asked
    assert request.headers["User-Agent"] == "PetitionAlerts/test (+https://example.org)"
    assert request.headers["Accept"] == "application/json"
    assert dict(request.query) == {"q": "save & spend é", "page": "2"}


@pytest.mark.parametrize(
    ("validator", "prefer_etag", "sent"),
    [
        (None, True, {"Cache-Control": "no-cache"}),
        (Validator(), False, {"Cache-Control": "no-cache"}),
        (TAG, False, {"If-None-Match": 'W/"abc"'}),
        (MOMENT, True, {"If-Modified-Since": "Sun, 22 Nov 2026 10:00:00 GMT"}),
        (Validator(etag='W/"abc"', last_modified="then"), False, {"If-Modified-Since": "then"}),
        (Validator(etag='W/"abc"', last_modified="then"), True, {"If-None-Match": 'W/"abc"'}),
    ],
)
async def test_one_condition_at_most_is_sent_and_none_past_caches(
    site: ScriptedSite, http: SiteHttp, validator: Validator | None, prefer_etag: bool, sent: dict[str, str]
) -> None:
    site.answer("{}")
    await http.get("/x.json", validator=validator, prefer_etag=prefer_etag)
    names = ("If-None-Match", "If-Modified-Since", "Cache-Control")
    assert {name: site.asked[0].headers[name] for name in names if name in site.asked[0].headers} == sent


async def test_nobody_there_is_busy(session: aiohttp.ClientSession, clock: Clock, unused_tcp_port: int) -> None:
    http = SiteHttp(session, f"http://127.0.0.1:{unused_tcp_port}", float("inf"), clock)
    assert isinstance(await http.get("/x.json"), Busy)
    assert isinstance(await http.get("/x.json", urgent=True), Busy)


async def test_an_answer_that_does_not_come_is_busy(site: ScriptedSite, session: aiohttp.ClientSession) -> None:
    never = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    site.answers.append(silent)
    http = SiteHttp(session, site.url, float("inf"), monotonic, timeout=aiohttp.ClientTimeout(total=0.1))
    assert await http.get("/x.json", urgent=True) == Busy(reason="not reachable: TimeoutError")
    assert len(site.asked) == 1, "nothing is tried again here"


async def test_a_person_waits_less_long_for_an_answer_than_the_watch(
    site: ScriptedSite, session: aiohttp.ClientSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sites.http.LONGEST_ANSWER_SECONDS", 0.2)

    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(1)
        return web.json_response({})

    site.answers.extend([slow, slow])
    http = SiteHttp(session, site.url, float("inf"), clock)
    assert await http.get("/x.json") == Ok(body={})
    assert isinstance(await http.get("/x.json", urgent=True), Busy)


async def test_an_answer_that_is_cut_off_is_busy(site: ScriptedSite, http: SiteHttp) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"a": 1}')
        assert request.transport is not None
        request.transport.close()
        return response

    site.answers.append(cut)
    assert isinstance(await http.get("/x.json"), Busy)


async def test_a_validator_that_cannot_be_sent_back_is_not_kept(site: ScriptedSite, http: SiteHttp) -> None:
    site.answer("{}", headers={"ETag": '"é"', "Last-Modified": "x" * 1000})
    assert await http.get("/x.json") == Ok(body={})


async def test_a_person_waits_for_a_turn_no_longer_than_for_an_answer(
    site: ScriptedSite, session: aiohttp.ClientSession
) -> None:
    """The budget allows five at once and then one in a hundred seconds: nothing is said of the site by the sixth."""
    site.answer("{}")
    http = SiteHttp(session, site.url, 0.01, monotonic, timeout=aiohttp.ClientTimeout(total=0.2))
    answers = await asyncio.gather(*(http.get("/x.json", urgent=True) for _ in range(6)))
    assert answers == [Ok(body={})] * 5 + [Busy(reason="many people are asking", ours=True)]
    assert len(site.asked) == 5


async def test_a_request_of_the_watch_that_hangs_holds_up_nobody(
    site: ScriptedSite, session: aiohttp.ClientSession
) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        asked.set()
        await never.wait()
        return web.Response()

    site.answers.append(silent)
    site.answer("{}")
    http = SiteHttp(session, site.url, 100.0, monotonic)
    watch = asyncio.create_task(http.get("/x.json"))
    await asked.wait()
    assert await http.get("/y.json", urgent=True) == Ok(body={})
    assert not watch.done()
    watch.cancel()


@pytest.mark.parametrize("urgent", [True, False])
async def test_an_address_that_is_none_is_unreadable(
    session: aiohttp.ClientSession, clock: Clock, urgent: bool
) -> None:
    http = SiteHttp(session, "http://[::1", float("inf"), clock)
    assert isinstance(await http.get("/x.json", urgent=urgent), Unreadable | Busy)


def test_a_contact_cannot_break_the_header() -> None:
    assert user_agent("1.0", "https://example.org\r\nX: y é") == "PetitionAlerts/1.0 (+https://example.orgX: y )"
