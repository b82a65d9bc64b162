"""One chat, one site, and the services between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from delivery.chats import ChatKind
from petitions.cadence import Cadence
from petitions.follows import Place
from petitions.news import Kind, News
from petitions.petition import PetitionId, PetitionRef, PetitionState, Response, Site, Snapshot
from petitions.watched import WatchedPetition
from services.announce import Announce
from services.back_off import SiteBackOff
from services.cards import Cards
from services.command_limit import RateLimit
from services.following import Following, Follows
from services.searching import Searching
from services.switches import Switches
from services.watch import Watch
from sites.uk_document import UK
from storage.storage import Storage
from tests.services.fake_site import FakeSite

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SWIFTS = Snapshot(
    ref=PetitionRef(site=Site.UK, number="900001"),
    title="Give every swift a nest brick",
    state=PetitionState.OPEN,
    signatures=900,
    opened_at=NOW - timedelta(days=30),
    updated_at=NOW - HOUR,
    closing_on=date(2026, 8, 1),
    thresholds=UK.thresholds,
)
RESPONSE = Response(responded_on=date(2026, 3, 2), summary="We will look at it.", details="Bricks are good.")


def responded(snapshot: Snapshot, at: datetime = NOW) -> Snapshot:
    return replace(snapshot, response=RESPONSE, response_at=at, updated_at=at)


def number(snapshot: Snapshot, name: str) -> Snapshot:
    return replace(snapshot, ref=PetitionRef(site=Site.UK, number=name))


@dataclass
class World:
    site: FakeSite
    storage: Storage
    watch: Watch
    announce: Announce
    following: Following
    cards: Cards
    searching: Searching
    place: Place
    failed: list[PetitionRef]
    waits: list[timedelta]
    switches: Switches
    now: datetime = NOW

    async def follow(self, snapshot: Snapshot = SWIFTS) -> None:
        self.site.petitions.setdefault(snapshot.ref.number, snapshot)
        [result] = await self.following.follow([snapshot.ref], self.place, self.now)
        assert isinstance(result, Follows)

    async def watch_now(self) -> None:
        """Do all that is due now."""
        for _ in range(100):
            if not await self.watch.step(self.now):
                return
        raise AssertionError("the watch finds no end")

    async def watch_until(self, moment: datetime, each: timedelta = MINUTE) -> None:
        while self.now < moment:
            self.now += each
            await self.watch_now()

    async def wait(self, span: timedelta) -> None:
        """Let time pass: minute by minute, or by the five minutes between two counts if it is an hour or more."""
        await self.watch_until(self.now + span, each=MINUTE if span < HOUR else 5 * MINUTE)

    async def owed(self) -> list[News]:
        """Return the news the chat is owed, in the order found."""
        while await self.announce.step(self.now):
            pass
        alerts = await self.storage.alerts.due(self.now, 1_000)
        return [alert.change.change.news for alert in sorted(alerts, key=lambda alert: alert.id)]

    async def owed_kinds(self) -> list[Kind]:
        return [news.kind for news in await self.owed()]

    async def stored(self, snapshot: Snapshot = SWIFTS) -> WatchedPetition:
        found = await self.storage.petitions.find(snapshot.ref)
        assert found is not None
        return found

    def change(self, edit: Callable[[Snapshot], Snapshot], snapshot: Snapshot = SWIFTS) -> None:
        """Change what the site shows, now."""
        shown = self.site.petitions[snapshot.ref.number]
        assert isinstance(shown, Snapshot)
        self.site.show(replace(edit(shown), updated_at=self.now))

    def sign(self, signatures: int, snapshot: Snapshot = SWIFTS) -> None:
        self.change(lambda shown: replace(shown, signatures=signatures), snapshot)

    def asked(self) -> list[str]:
        """Return what the site was asked since this was last called."""
        asked, self.site.asked = self.site.asked, []
        return asked


def nobody_sends(petition: PetitionId, place: Place) -> None:
    """There is no sender here who might hold messages."""


def nobody_sends_to(telegram_chat: int) -> None:
    """Nor here."""


async def new_world(storage: Storage, site: FakeSite | None = None, *, looks_a_minute: int = 1_000) -> World:
    """Put the services together; again on the same storage and site, it is a restart."""
    site = site or FakeSite()
    sites = {Site.UK: site}
    cadence = Cadence(base=MINUTE)
    failed: list[PetitionRef] = []
    waits: list[timedelta] = []
    switches = Switches(switches=storage.switches)
    await switches.load()
    back_off = SiteBackOff(cadence, on_long_wait=lambda _site, wait: waits.append(wait), off_since=switches.off_since)
    limit = RateLimit(looks_a_minute, lambda: 0.0)
    watch = Watch(
        sites=sites,
        petitions=storage.petitions,
        feeds=storage.feeds,
        subscriptions=storage.subscriptions,
        cadence=cadence,
        back_off=back_off,
        limit=limit,
        on_failure=failed.append,
    )
    chat = await storage.chats.ensure(42, ChatKind.PRIVATE, NOW)
    return World(
        site=site,
        storage=storage,
        watch=watch,
        announce=Announce(alerts=storage.alerts, zone=site.legislature.zone),
        following=Following(
            watch=watch,
            petitions=storage.petitions,
            follows=storage.follows,
            recall=nobody_sends,
            cadence=cadence,
            monotonic=lambda: 0.0,
        ),
        cards=Cards(watch=watch, petitions=storage.petitions, follows=storage.follows, cadence=cadence),
        searching=Searching(sites=sites, back_off=back_off, limit=limit),
        place=Place(chat=chat.id),
        failed=failed,
        waits=waits,
        switches=switches,
    )
