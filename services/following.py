"""Following and unfollowing petitions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from petitions.follows import FOLLOWS_PER_PLACE, Followed, Place
from petitions.petition import PetitionId, PetitionRef, PetitionState
from petitions.watched import FollowedPetition, WatchedPetition
from services.looks import Looked, NoSuchPetition, SiteSilent
from services.ports import FollowStore, PetitionStore
from services.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """The place follows the petition now, unless `outcome` is that its list is full."""

    petition: WatchedPetition
    outcome: Followed


FollowResult = Follows | NoSuchPetition | SiteSilent


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedPage:
    """A part of what a place follows, newest follow first, and how much there is in all."""

    items: tuple[FollowedPetition, ...]
    total: int


Recall = Callable[[PetitionId, Place], None]


class Following:
    """What a place follows, and how that changes."""

    def __init__(
        self,
        *,
        watch: Watch,
        petitions: PetitionStore,
        follows: FollowStore,
        recall: Recall,
        limit: int = FOLLOWS_PER_PLACE,
    ) -> None:
        """Take the stores, and `recall`, which stops a sender that already holds messages about an ended follow."""
        self._watch = watch
        self._petitions = petitions
        self._follows = follows
        self._recall = recall
        self._limit = limit

    async def follow(self, refs: Sequence[PetitionRef], place: Place, now: datetime) -> Sequence[FollowResult]:
        """Follow each petition from now on: only what is found later will be announced. Results in the order asked."""
        return [await self._follow(ref, place, now) for ref in dict.fromkeys(refs)]

    async def unfollow(self, ref: PetitionRef, place: Place, now: datetime) -> WatchedPetition | None:
        """End a follow, and what is queued for it; `None` when the place does not follow the petition."""
        del now  # an end has no date: nothing is kept of a follow that is over
        petition = await self._petitions.find(ref)
        if petition is None or not await self._follows.unfollow(petition.id, place):
            return None
        self._recall(petition.id, place)
        return petition

    async def set_muted(self, ref: PetitionRef, place: Place, now: datetime, *, muted: bool) -> bool:
        """Mute a followed petition, or hear of what happens from now on; false when the place does not follow it."""
        petition = await self._petitions.find(ref)
        if petition is None:
            return False
        if not muted:
            # Nobody may have watched it meanwhile: what happened then is found first, and is old news.
            await self._watch.look(ref, now)
        followed = await self._follows.set_muted(petition.id, place, muted=muted)
        if muted:
            self._recall(petition.id, place)
        return followed

    async def followed(self, place: Place, *, offset: int, limit: int) -> FollowedPage:
        """Return a part of what the place follows."""
        items = await self._follows.followed(place, offset=offset, limit=limit)
        return FollowedPage(items=tuple(items), total=await self._follows.count(place))

    async def _follow(self, ref: PetitionRef, place: Place, now: datetime) -> FollowResult:
        # The look is stored before the follow, which begins after the newest change: what the look finds is old news.
        looked = await self._watch.look(ref, now)
        match looked:
            case Looked(petition=petition):
                if petition.marks.misses or petition.snapshot.state is PetitionState.REMOVED:
                    return NoSuchPetition(ref=ref)
                return await self._begin(petition, place, now)
            case SiteSilent():
                known = await self._petitions.find(ref)
                return looked if known is None else await self._begin(known, place, now)
            case NoSuchPetition():
                return looked

    async def _begin(self, petition: WatchedPetition, place: Place, now: datetime) -> Follows:
        outcome = await self._follows.follow(petition.id, place, now, self._limit)
        return Follows(petition=petition, outcome=outcome)
