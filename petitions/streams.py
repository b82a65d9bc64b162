"""Streams: one kind of news of all petitions of a site, which a chat can subscribe to without following any of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from petitions.follows import Place
from petitions.news import (
    DebateCancelled,
    Debated,
    DebateMoved,
    DebateScheduled,
    Kind,
    MilestoneReached,
    News,
    Published,
    ResponsePublished,
    StoredChange,
)
from petitions.petition import Site

SUBSCRIPTIONS_PER_CHAT = 30
"""How many subscriptions one chat may usually have, in all its topics together."""

MOST_SUBSCRIPTIONS = 200
"""How many an operator can let it have."""

DAILY_CAPS = (10, 25, 50, 5)
"""How many alerts a day a subscription gives at most, the usual choice first; the rest goes into one summary."""

MOST_SUBJECTS = 20
"""How many subjects one subscription may be narrowed to."""

SUMMARY_AT = time(18)
"""When a day's summary is sent, by the clock of the site; the day of the caps ends then, too."""


class Stream(StrEnum):
    """The names under which subscriptions are stored."""

    RESPONSE_THRESHOLD = "response_threshold"
    DEBATE_THRESHOLD = "debate_threshold"
    RESPONSE = "response"
    DEBATE_SCHEDULED = "debate_scheduled"
    DEBATED = "debated"
    PUBLISHED = "published"


KINDS = {
    Stream.RESPONSE_THRESHOLD: (Kind.MILESTONE,),
    Stream.DEBATE_THRESHOLD: (Kind.MILESTONE,),
    Stream.RESPONSE: (Kind.RESPONSE,),
    Stream.DEBATE_SCHEDULED: (Kind.DEBATE_SCHEDULED, Kind.DEBATE_MOVED, Kind.DEBATE_CANCELLED),
    Stream.DEBATED: (Kind.DEBATED,),
    Stream.PUBLISHED: (Kind.PUBLISHED,),
}
"""Of which kinds the news of a stream is; not all news of these kinds need be in it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SiteStream:
    """A stream of one site."""

    site: Site
    stream: Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one place is told of a stream from `since` on.

    `daily_cap`: how many alerts a day it gives. `subjects`: topics and departments one of which a petition must have;
    all petitions when empty.
    """

    place: Place
    of: SiteStream
    since: datetime
    daily_cap: int = DAILY_CAPS[0]
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamItem:
    """A change that was in a stream, and what its petition is about."""

    change: StoredChange
    subjects: frozenset[str]


def streams_of(news: News) -> frozenset[Stream]:
    """Return the streams that a piece of news is in."""
    match news:
        case MilestoneReached():
            reached = {
                Stream.RESPONSE_THRESHOLD: news.response_threshold,
                Stream.DEBATE_THRESHOLD: news.debate_threshold,
            }
            return frozenset(stream for stream, passed in reached.items() if passed)
        case ResponsePublished():
            return frozenset({Stream.RESPONSE})
        case DebateScheduled() | DebateMoved() | DebateCancelled():
            return frozenset({Stream.DEBATE_SCHEDULED})
        case Debated():
            return frozenset({Stream.DEBATED})
        case Published():
            return frozenset({Stream.PUBLISHED})
        case _:
            return frozenset()


def wants(subscription: Subscription, subjects: Collection[str]) -> bool:
    """Tell whether a petition with these subjects is among those the subscription is narrowed to."""
    return not subscription.subjects or not subscription.subjects.isdisjoint(subjects)


def day_of_caps(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the day of the caps has begun and when it ends, which is when its summary is sent."""
    here = now.astimezone(zone)
    ends = here.replace(hour=SUMMARY_AT.hour, minute=SUMMARY_AT.minute, second=0, microsecond=0)
    if ends <= here:
        ends += timedelta(days=1)
    return (ends - timedelta(days=1)).astimezone(now.tzinfo), ends.astimezone(now.tzinfo)
