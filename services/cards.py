"""All that a card about a petition shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions.cadence import Cadence
from petitions.follows import Place
from petitions.forecast import Growth
from petitions.petition import PetitionRef
from petitions.watched import FollowedPetition, WatchedPetition
from services.looks import Looked, NoSuchPetition, NotNow, SiteSilent
from services.ports import FollowStore, PetitionStore
from services.watch import Watch

LONGEST_FRESH = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A petition, how the asking place follows it, and how it grows (`None` when too little is known).

    `stale_since`: since when the site gives no answer, so that the card shows what was seen at `petition.seen_at`;
    `off`: because it is asked nothing.
    """

    petition: WatchedPetition
    following: FollowedPetition | None
    growth: Growth | None
    stale_since: datetime | None = None
    off: bool = False


class Cards:
    """Serves cards from what is stored while that is fresh, and from the site otherwise."""

    def __init__(self, *, watch: Watch, petitions: PetitionStore, follows: FollowStore, cadence: Cadence) -> None:
        self._watch = watch
        self._petitions = petitions
        self._follows = follows
        self._fresh = min(cadence.base, LONGEST_FRESH)

    async def card(
        self, ref: PetitionRef, place: Place, now: datetime, *, refresh: bool = False
    ) -> CardView | NoSuchPetition | SiteSilent | NotNow:
        """Return the card; `refresh` asks the site even if the last look is fresh."""
        known = await self._petitions.find(ref)
        if known is not None and not refresh and timedelta(0) <= now - known.seen_at <= self._fresh:
            return await self._view(known, place, now, stale_since=None)
        looked = await self._watch.look(ref, place.chat, now)
        match looked:
            case Looked(petition=petition):
                return await self._view(petition, place, now, stale_since=None)
            case SiteSilent(since=since, off=off) if known is not None:
                return await self._view(known, place, now, stale_since=since, off=off)
            case NotNow() if known is not None and not refresh:
                return await self._view(known, place, now, stale_since=None)
            case NoSuchPetition() | SiteSilent() | NotNow():
                return looked

    async def _view(
        self, petition: WatchedPetition, place: Place, now: datetime, *, stale_since: datetime | None, off: bool = False
    ) -> CardView:
        return CardView(
            petition=petition,
            following=await self._follows.is_following(petition.id, place),
            growth=await self._watch.growth(petition, now),
            stale_since=stale_since,
            off=off,
        )
