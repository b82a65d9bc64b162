"""The JSON of a legislature that exists only here: flat, with other names, another clock, and no thresholds."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from petitions.answers import Unreadable
from petitions.legislature import Legislature, Vocabulary
from petitions.petition import PetitionRef, PetitionState, Site, Snapshot, Tally, Thresholds

LAGOON: Final = Legislature(
    site=Site.JERSEY,
    address="https://voices.lagoon.example",
    public_host="voices.lagoon.example",
    number="LP[0-9]{1,6}",
    path="/voice/",
    petition_page="/voice/{number}",
    response_page="/voice/{number}#answer",
    search_page="/hear?words={query}",
    zone=ZoneInfo("Pacific/Kiritimati"),
    thresholds=Thresholds(),
    vocabulary=Vocabulary(parliament="The Lagoon Council", members="Councillors"),
    search_list="everything",
    page_size=10,
    feeds=("answered",),
    whole_feeds=(),
)


def read_voice(payload: object) -> Snapshot | Unreadable:
    match payload:
        case {"id": str(number), "plea": str(title), "hands": int(signatures), **rest}:
            return Snapshot(
                ref=PetitionRef(site=LAGOON.site, number=number),
                title=title,
                state=PetitionState.CLOSED if rest.get("over") else PetitionState.OPEN,
                signatures=signatures,
                thresholds=LAGOON.thresholds,
            )
        case _:
            return Unreadable(reason="not a voice")


def read_hands(payload: object) -> Tally | Unreadable:
    if isinstance(payload, Mapping) and isinstance(payload.get("hands"), int):
        return Tally(signatures=payload["hands"])
    return Unreadable(reason="not a number of hands")
