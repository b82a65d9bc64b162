"""A second legislature is its client, its document reader and its registration: nothing else knows about it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from aiohttp import web

from delivery.chats import ChatKind
from messages.alerts import alert
from messages.cards import card
from messages.links import search_url
from messages.render_context import RenderContext
from messages.words import Words
from petitions.cadence import Cadence
from petitions.follows import Place
from petitions.links import References, find_links, parse_payload, parse_references, payload_for
from petitions.news import Change, ChangeId, DebateScheduled, MilestoneReached, StoredChange
from petitions.petition import PetitionId, PetitionRef, Site
from sandbox.serving import serving
from services.announce import Announce
from services.back_off import SiteBackOff
from services.command_limit import RateLimit
from services.following import Following, Follows
from services.ports import SiteClient
from services.searching import Found, Searching
from services.watch import Watch
from sites.http import SiteHttp
from sites.uk_document import UK
from storage.storage import open_storage
from tests.legislatures.lagoon import LagoonSite
from tests.legislatures.lagoon_document import LAGOON
from tests.services.world import nobody_sends

NOW = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
REF = PetitionRef(site=LAGOON.site, number="LP42")
SITES = {UK.site: UK, LAGOON.site: LAGOON}


@dataclass
class Lagoon:
    """The lagoon's site, with one petition."""

    url: str = ""
    hands: int = 990
    searched: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        voice = {"id": "LP42", "plea": "Dredge the channel", "hands": self.hands}
        match request.path:
            case "/voice/LP42.json" | "/voice/LP42/hands.json":
                return web.json_response(voice)
            case "/everything.json":
                self.searched.append(request.query["words"])
                return web.json_response([voice])
            case "/answered.json":
                return web.json_response([])
            case _:
                return web.Response(status=404)


def unexpected(*about: object) -> None:
    raise AssertionError(about)


@pytest.fixture
async def lagoon() -> AsyncIterator[Lagoon]:
    site = Lagoon()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    async with serving(app) as site.url:
        yield site


async def test_its_petitions_are_found_followed_watched_and_announced(lagoon: Lagoon, tmp_path: Path) -> None:
    cadence = Cadence(base=timedelta(minutes=1))
    async with aiohttp.ClientSession() as session, open_storage(f"sqlite:///{tmp_path / 'bot.db'}") as storage:
        sites: Mapping[Site, SiteClient] = {LAGOON.site: LagoonSite(SiteHttp(session, lagoon.url, 1e6, monotonic))}
        back_off = SiteBackOff(cadence, on_long_wait=unexpected)
        limit = RateLimit(20, monotonic)
        watch = Watch(
            sites=sites,
            petitions=storage.petitions,
            feeds=storage.feeds,
            subscriptions=storage.subscriptions,
            cadence=cadence,
            back_off=back_off,
            limit=limit,
            on_failure=unexpected,
        )
        searching = Searching(sites=sites, back_off=back_off, limit=limit)
        chat = await storage.chats.ensure(42, ChatKind.PRIVATE, NOW)
        found = await searching.search("dredge", page=1, site=LAGOON.site, chat=chat.id, now=NOW)
        assert isinstance(found, Found)
        assert found.items[0].ref == REF
        following = Following(
            watch=watch,
            petitions=storage.petitions,
            follows=storage.follows,
            recall=nobody_sends,
            cadence=cadence,
            monotonic=monotonic,
        )
        [follows] = await following.follow([REF], Place(chat=chat.id), NOW)
        assert isinstance(follows, Follows)
        lagoon.hands = 1_003
        while await watch.step(NOW + timedelta(minutes=6)):
            pass
        while await Announce(alerts=storage.alerts, zone=LAGOON.zone).step(NOW):
            pass
        [owed] = await storage.alerts.due(NOW + timedelta(hours=1), 10)
        assert owed.change.change.news == MilestoneReached(highest=1_000, passed=(1_000,), signatures=1_003)
        render = RenderContext(words=Words(), sites=SITES, zone=LAGOON.zone, now=NOW)
        shown = card(follows.petition, following=True, muted=False, grows=None, stale_since=None, render=render)
        assert "voice/LP42" in shown.text
        assert "<b>990</b> signatures" in shown.text
        assert "%" not in shown.text, "it has no thresholds to be on the way to"


def test_it_is_named_by_its_own_words_in_its_own_time() -> None:
    change = Change(key="debate_date:1", news=DebateScheduled(on=NOW.date()), happened_at=None, seen_at=NOW)
    stored = StoredChange(id=ChangeId(1), petition=PetitionId(1), ref=REF, title="Dredge the channel", change=change)
    text = alert([stored], RenderContext(words=Words(), sites=SITES, zone=LAGOON.zone, now=NOW)).text
    assert "Councillors will debate it" in text
    assert "The Lagoon Council will debate" in text


def test_its_numbers_and_links_are_its_own() -> None:
    assert parse_references("LP42 700143", SITES) == References(refs=(REF, PetitionRef(site=UK.site, number="700143")))
    assert find_links("see https://voices.lagoon.example/voice/LP42 and /voice/9", SITES) == (REF,)
    assert parse_payload(payload_for(REF), SITES) == REF
    assert search_url("dredge", LAGOON.site, SITES) == "https://voices.lagoon.example/hear?words=dredge"
