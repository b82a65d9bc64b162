"""Petitions of an earlier parliament: closed long ago, kept in the archive."""

from dataclasses import replace
from datetime import UTC, datetime

from sandbox.parliament.catalogue.departments import GARDENS, JOURNEYS, READING, SEASIDE
from sandbox.parliament.catalogue.telling import (
    Teller,
    Words,
    gets_debate,
    gets_outcome,
    gets_response,
    is_rejected,
    is_removed,
)
from sandbox.parliament.life import Parliament, Petition

EARLIER_PARLIAMENT = Parliament(
    period="2019-2024",
    government="Umbrella Party",
    dissolution_at=datetime(2024, 5, 29, 23, 1, tzinfo=UTC),
)

DORMICE = Words(
    action="Build rope bridges so that dormice can cross new roads",
    background="A hazel dormouse hardly ever walks on the ground. A rope from hedge to hedge is a road of its own.",
    creator="Nutmeg Hazelwood",
    topics=("animals", "transport"),
    department=GARDENS,
)
NIGHT_BUSES = Words(
    action="Run the last bus after the last train, not before it",
    background="They miss each other by six minutes.",
    creator="Algernon Latchford",
    topics=("transport",),
    department=JOURNEYS,
)
BOOK_BOATS = Words(
    action="Moor a lending library on every navigable river",
    background="Books travel well by water.",
    creator="Cordelia Bargeman",
    topics=("culture",),
    department=READING,
)
SEA_NAMES = Words(
    action="Give every sandbank a name that children choose",
    background="They move, but they do answer.",
    creator="Jonah Spindrift",
    topics=("education",),
    department=SEASIDE,
)
OFFSIDE = Words(
    action="Explain offside to my aunt",
    background="She has asked for forty years.",
    creator="Ferdinand Touchline",
)


def archived(teller: Teller) -> tuple[Petition, ...]:
    """The archive. Its petitions are told from the day on which their parliament was dissolved."""
    then = replace(teller, start=EARLIER_PARLIAMENT.dissolution_at)
    petitions = (
        then.published(
            640101,
            DORMICE,
            opened_days_ago=500,
            now=132_900,
            closes_in_days=-318,
            plan=((-9000, gets_response), (-6000, gets_debate(in_days=20)), (-5400, gets_outcome(days_after_debate=5))),
        ),
        then.published(
            640102, NIGHT_BUSES, opened_days_ago=400, now=17_350, closes_in_days=-218, plan=((-7000, gets_response),)
        ),
        then.published(640103, BOOK_BOATS, opened_days_ago=60, now=6_120, closes_in_days=0),
        then.published(
            640104, SEA_NAMES, opened_days_ago=320, now=800, closes_in_days=-138, plan=((-4000, is_removed),)
        ),
        then.unpublished(
            640105, OFFSIDE, supporters=7, plan=((-24, is_rejected("irrelevant", "We would not know where to begin.")),)
        ),
    )
    return tuple(replace(petition, parliament=EARLIER_PARLIAMENT) for petition in petitions)
