"""Following and unfollowing petitions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from petitions.cadence import Cadence
from petitions.follows import FOLLOWS_PER_CHAT, Followed, Place
from petitions.forecast import Growth
from petitions.petition import PetitionId, PetitionRef, PetitionState
from petitions.watched import FollowedPetition, WatchedPetition
from services.looks import Looked, NoSuchPetition, NotNow, SiteSilent
from services.ports import FollowStore, PetitionStore
from services.watch import Watch

PATIENCE_SECONDS = 20.0
"""A chat that follows many petitions at once hears after this time which of them are left for another try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """The place follows the petition now, if it did not already."""

    petition: WatchedPetition
    outcome: Literal[Followed.NEW, Followed.ALREADY]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFull:
    """The chat follows as many petitions as it may, in all its topics together."""

    ref: PetitionRef
    limit: int


FollowResult = Follows | ListFull | NoSuchPetition | SiteSilent | NotNow


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
        cadence: Cadence,
        monotonic: Callable[[], float],
        limit: int = FOLLOWS_PER_CHAT,
    ) -> None:
        """Take the stores, and `recall`, which stops a sender that already holds messages about an ended follow."""
        self._fresh_for = cadence.base
        self._monotonic = monotonic
        self._watch = watch
        self._petitions = petitions
        self._follows = follows
        self._recall = recall
        self._limit = limit

    async def follow(self, refs: Sequence[PetitionRef], place: Place, now: datetime) -> Sequence[FollowResult]:
        """Follow each petition from now on: only what is found later will be announced. Results in the order asked."""
        until = self._monotonic() + PATIENCE_SECONDS
        return [await self._follow(ref, place, now, may_look=self._monotonic() < until) for ref in dict.fromkeys(refs)]

    async def unfollow(self, ref: PetitionRef, place: Place, now: datetime) -> WatchedPetition | None:
        """End a follow, and what is queued for it; `None` when the place does not follow the petition."""
        del now  # an end has no date: nothing is kept of a follow that is over
        petition = await self._petitions.find(ref)
        if petition is None or not await self._follows.unfollow(petition.id, place):
            return None
        self._recall(petition.id, place)
        return petition

    async def move_here(self, ref: PetitionRef, place: Place) -> WatchedPetition | None:
        """Let this topic hear of a petition that another topic of the chat follows; `None` when none does."""
        petition = await self._petitions.find(ref)
        if petition is None or not await self._follows.move_here(petition.id, place):
            return None
        return petition

    async def set_muted(self, ref: PetitionRef, place: Place, now: datetime, *, muted: bool) -> bool:
        """Mute a followed petition, or hear of what happens from now on; false when the place does not follow it."""
        petition = await self._petitions.find(ref)
        if petition is None:
            return False
        if not muted:
            # Nobody may have watched it meanwhile: what happened then is found first, and is old news.
            await self._watch.look(ref, place.chat, now)
        followed = await self._follows.set_muted(petition.id, place, muted=muted)
        if muted:
            self._recall(petition.id, place)
        return followed

    async def followed(self, place: Place, *, offset: int, limit: int) -> FollowedPage:
        """Return a part of what the place follows."""
        items = await self._follows.followed(place, offset=offset, limit=limit)
        return FollowedPage(items=tuple(items), total=await self._follows.count(place))

    async def growth(self, page: FollowedPage, now: datetime) -> Mapping[PetitionId, Growth]:
        """Tell how the petitions of a page grow, as far as that is known."""
        grow = {item.petition.id: await self._watch.growth(item.petition, now) for item in page.items}
        return {petition: growth for petition, growth in grow.items() if growth is not None}

    async def _follow(self, ref: PetitionRef, place: Place, now: datetime, *, may_look: bool) -> FollowResult:
        known = await self._petitions.find(ref)
        if known is not None and await self._follows.is_following(known.id, place):
            return await self._begin(known, place, now)
        limit = await self._limit_of(place)
        if await self._follows.count_in_chat(place.chat) >= limit:
            return ListFull(ref=ref, limit=limit)
        if known is not None and self._is_fresh(known, now) and await self._petitions.followed_among([ref]):
            return await self._begin(known, place, now)
        # The look is stored before the follow, which begins after the newest change: what the look finds is old news.
        looked = await self._watch.look(ref, place.chat, now) if may_look else NotNow(ref=ref)
        match looked:
            case Looked(petition=petition):
                if petition.marks.misses or petition.snapshot.state is PetitionState.REMOVED:
                    return NoSuchPetition(ref=ref)
                return await self._begin(petition, place, now)
            case SiteSilent() if known is not None:
                await self._petitions.expect(known, now)
                return await self._begin(known, place, now)
            case NoSuchPetition() | NotNow() | SiteSilent():
                return looked

    async def _limit_of(self, place: Place) -> int:
        own = await self._follows.limit(place.chat)
        return self._limit if own is None else own

    def _is_fresh(self, known: WatchedPetition, now: datetime) -> bool:
        there = not known.marks.misses and known.snapshot.state is not PetitionState.REMOVED
        return there and timedelta(0) <= now - known.seen_at <= self._fresh_for

    async def _begin(self, petition: WatchedPetition, place: Place, now: datetime) -> Follows | ListFull:
        limit = await self._limit_of(place)
        outcome = await self._follows.follow(petition.id, place, now, limit)
        if outcome is Followed.FULL:
            return ListFull(ref=petition.ref, limit=limit)
        # What the watch has found between the look and the follow is not announced, so it is shown.
        shown = await self._petitions.get(petition.id)
        return Follows(petition=shown or petition, outcome=outcome)
