"""Subscribing a place to streams of a whole site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from petitions.follows import Followed, Place
from petitions.news import StoredChange
from petitions.petition import Site
from petitions.streams import MOST_SUBJECTS, SUBSCRIPTIONS_PER_CHAT, SiteStream, Subscription, wants
from services.ports import SubscriptionStore

LOOKING_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamView:
    """A stream as a place sees it: its subscription, if any, and what that would have told in the last 30 days.

    `told`: as far as there is a history, oldest first. Without a subscription it is what all petitions gave.
    """

    of: SiteStream
    subscription: Subscription | None
    told: tuple[StoredChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """What a place is told of streams, and how that changes."""

    subscriptions: SubscriptionStore
    limit: int = SUBSCRIPTIONS_PER_CHAT

    async def subscribed(self, place: Place) -> Sequence[Subscription]:
        """Return all subscriptions of the place."""
        return await self.subscriptions.subscriptions(place)

    async def view(self, of: SiteStream, place: Place, now: datetime) -> StreamView:
        """Return a stream and what it would have told."""
        subscription = await self._find(of, place)
        told = [
            item.change
            for item in await self.subscriptions.told_since(of, now - LOOKING_BACK)
            if subscription is None or wants(subscription, item.subjects)
        ]
        return StreamView(of=of, subscription=subscription, told=tuple(told))

    async def subscribe(self, of: SiteStream, place: Place, now: datetime) -> Followed:
        """Tell the place what is in the stream from now on."""
        return await self.subscriptions.subscribe(place, of, now, await self.limit_of(place))

    async def limit_of(self, place: Place) -> int:
        """Return how many subscriptions the chat may have in all its topics."""
        own = await self.subscriptions.limit(place.chat)
        return self.limit if own is None else own

    async def unsubscribe(self, of: SiteStream, place: Place) -> bool:
        """Tell it nothing more; false when it was not subscribed."""
        return await self.subscriptions.unsubscribe(place, of)

    async def set_daily_cap(self, of: SiteStream, place: Place, cap: int) -> bool:
        """Set how many alerts a day there may be; false when the place is not subscribed."""
        subscription = await self._find(of, place)
        return subscription is not None and await self.subscriptions.change(replace(subscription, daily_cap=cap))

    async def narrow(self, of: SiteStream, place: Place, subject: str, *, wanted: bool) -> bool:
        """Add a subject to those the subscription is narrowed to, or take it out.

        False when the place is not subscribed, or there are as many subjects as there may be.
        """
        subscription = await self._find(of, place)
        if subscription is None:
            return False
        subjects = subscription.subjects | {subject} if wanted else subscription.subjects - {subject}
        if len(subjects) > MOST_SUBJECTS:
            return False
        return await self.subscriptions.change(replace(subscription, subjects=subjects))

    async def subjects(self, site: Site) -> Sequence[str]:
        """Return the topics and departments to choose from, the most frequent first."""
        return await self.subscriptions.subjects(site)

    async def _find(self, of: SiteStream, place: Place) -> Subscription | None:
        return next((each for each in await self.subscriptions.subscriptions(place) if each.of == of), None)
