"""Which news is in which stream, and when a day of the caps ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.follows import ChatId, Place
from petitions.news import (
    Closed,
    Debated,
    DebateMoved,
    MilestoneReached,
    News,
    NotDebated,
    Published,
    ResponsePublished,
)
from petitions.petition import DebateOutcome, Response, Site
from petitions.streams import KINDS, SiteStream, Stream, Subscription, day_of_caps, streams_of, wants
from sites.uk_document import UK

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
OUTCOME = DebateOutcome(overview="Spoken of.")


@pytest.mark.parametrize(
    ("news", "streams"),
    [
        (MilestoneReached(highest=25_000, passed=(25_000,), signatures=25_001), set()),
        (
            MilestoneReached(highest=10_000, passed=(10_000,), signatures=10_001, response_threshold=True),
            {Stream.RESPONSE_THRESHOLD},
        ),
        (
            MilestoneReached(
                highest=100_000, passed=(100_000,), signatures=9, response_threshold=True, debate_threshold=True
            ),
            {Stream.RESPONSE_THRESHOLD, Stream.DEBATE_THRESHOLD},
        ),
        (ResponsePublished(response=Response()), {Stream.RESPONSE}),
        (DebateMoved(moved_from=date(2026, 3, 1), on=date(2026, 3, 2)), {Stream.DEBATE_SCHEDULED}),
        (Debated(outcome=OUTCOME), {Stream.DEBATED}),
        (NotDebated(outcome=OUTCOME), set()),
        (Published(closing_on=None), {Stream.PUBLISHED}),
        (Closed(signatures=1), set()),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_news_is_in_its_streams(news: News, streams: set[Stream]) -> None:
    assert streams_of(news) == streams
    assert all(news.kind in KINDS[stream] for stream in streams)


@given(st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)))
def test_a_day_of_the_caps_ends_at_six_in_the_evening_by_the_clock_of_the_site(now: datetime) -> None:
    begins, ends = day_of_caps(now, UK.zone)
    assert begins <= now < ends
    assert (begins.astimezone(UK.zone).hour, ends.astimezone(UK.zone).hour) == (18, 18)
    assert timedelta(hours=23) <= ends - begins <= timedelta(hours=25)


def test_a_narrowed_subscription_wants_petitions_on_one_of_its_subjects() -> None:
    stream = SiteStream(site=Site.UK, stream=Stream.RESPONSE)
    everything = Subscription(place=Place(chat=ChatId(1)), of=stream, since=datetime(2026, 3, 1, tzinfo=UTC))
    narrowed = Subscription(place=everything.place, of=stream, since=everything.since, subjects=frozenset({"health"}))
    assert wants(everything, ())
    assert wants(narrowed, {"health", "housing"})
    assert not wants(narrowed, {"housing"})
    assert not wants(narrowed, ())
