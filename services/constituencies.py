"""Where a petition is signed, read from the site when somebody asks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cachetools import LRUCache

from messages.constituencies import Local
from petitions.answers import Busy, Ok, Unreadable
from petitions.breakdown import Breakdown, counts_of, usual_shares
from petitions.follows import Place
from petitions.petition import PetitionRef, Site
from petitions.watched import WatchedPetition
from services.back_off import Question, SiteBackOff
from services.cards import Cards, CardView
from services.command_limit import RateLimit
from services.looks import NoSuchPetition, NotNow, SiteSilent
from services.ports import BreakdownStore, SiteClient

REMEMBERED_FOR = timedelta(minutes=10)
MOST_REMEMBERED = 50


class Constituencies:
    """Serves the breakdowns of petitions, and keeps them to learn what is usual."""

    def __init__(
        self,
        *,
        cards: Cards,
        sites: Mapping[Site, SiteClient],
        breakdowns: BreakdownStore,
        back_off: SiteBackOff,
        limit: RateLimit,
    ) -> None:
        """Take what is needed, and `limit`, which counts the readings among the looks that each chat asks for."""
        self._cards = cards
        self._sites = sites
        self._breakdowns = breakdowns
        self._back_off = back_off
        self._limit = limit
        self._remembered: LRUCache[PetitionRef, tuple[Breakdown, datetime]] = LRUCache(MOST_REMEMBERED)

    async def of(self, ref: PetitionRef, place: Place, now: datetime) -> Local | NoSuchPetition | SiteSilent | NotNow:
        """Return where the petition is signed."""
        view = await self._cards.card(ref, place, now)
        if not isinstance(view, CardView):
            return view
        breakdown = await self._breakdown(view.petition, place, now)
        if not isinstance(breakdown, tuple):
            return breakdown
        usual = usual_shares(await self._breakdowns.others(view.petition.id))
        return Local(snapshot=view.petition.snapshot, breakdown=breakdown, usual=usual)

    async def _breakdown(
        self, petition: WatchedPetition, place: Place, now: datetime
    ) -> Breakdown | SiteSilent | NotNow:
        ref, site = petition.ref, petition.ref.site
        known = self._remembered.get(ref)
        if known is not None and timedelta(0) <= now - known[1] < REMEMBERED_FOR:
            return known[0]
        off_since = self._back_off.off_since(site)
        if off_since is not None:
            return SiteSilent(ref=ref, since=off_since, off=True)
        if not self._limit.allow(place.chat):
            return NotNow(ref=ref)
        if not self._back_off.may_ask(site, now, urgent=True):
            return SiteSilent(ref=ref, since=self._back_off.silent_since(site, now))
        question = Question(site=site, part="breakdown", ref=ref, urgent=True)
        answer = await self._sites[site].breakdown(ref, archived=petition.snapshot.archived)
        match answer:
            case Ok(body=breakdown):
                self._back_off.answered(question)
                self._remembered[ref] = (breakdown, now)
                await self._breakdowns.learn(petition.id, counts_of(breakdown), now)
                return breakdown
            case Busy(ours=True):
                return NotNow(ref=ref)
            case Busy() | Unreadable():
                self._back_off.failed(question, answer, now)
                return SiteSilent(ref=ref, since=self._back_off.silent_since(site, now))
