"""What an outside poller can observe of a petition's life, each as the real site shows it, and nothing beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, tell
from sandbox.parliament.site import PetitionSite
from tests.sandbox.parliament.conftest import START, Browser, HandClock

OPEN, WAITING, GATHERING = 1, 2, 3
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

SHOWN, GONE, NOWHERE, HOME = (200, None), (410, None), (404, None), (302, "/")
IN_MODERATION, IN_THE_ARCHIVE = (302, "/petitions/{}/moderation-info"), (302, "/archived/petitions/{}.json")
Answer = tuple[int, str | None]

NOW = "2026-03-02T09:{:02}:00.000Z"
"""The time of the event that comes after so many others, a minute each."""

CLOSES = frozenset({"state", "closed_at", "closing_date", "creator_name", "updated_at"})
REJECTS = frozenset({"state", "rejected_at", "rejection", "creator_name", "closing_date"}) | {
    "other_parliamentary_business",
    "updated_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """An event after others: the attributes that it alters, how they stand then, and what the page answers.

    `count`: what count.json answers after it, as a status; `facets`: the lists that it leaves and enters.
    """

    event: Happening | timedelta
    of: int = OPEN
    after: Sequence[Happening] = ()
    alters: frozenset[str] | set[str] = frozenset()
    shows: Mapping[str, object] = field(default_factory=dict)
    page: tuple[Answer, Answer] = (SHOWN, SHOWN)
    count: int = 200
    facets: tuple[str | None, str | None] = (None, None)


WITH_OUTCOME = (Happening.SCHEDULE_DEBATE, Happening.HOLD_DEBATE)
ARCHIVED = (Happening.CLOSE, Happening.ARCHIVE)

PLAYS: Mapping[str, Play] = {
    "1 published": Play(
        of=WAITING,
        event=Happening.PUBLISH,
        page=(IN_MODERATION, SHOWN),
        shows={"state": "open", "opened_at": NOW.format(1), "closing_date": "2026-08-31"},
        facets=(None, "recent"),
    ),
    "2 rejected at moderation": Play(
        of=WAITING,
        event=Happening.REJECT,
        page=(IN_MODERATION, SHOWN),
        shows={"state": "rejected", "rejected_at": NOW.format(1), "opened_at": None, "creator_name": None},
        facets=(None, "rejected"),
    ),
    "3 hidden at moderation": Play(of=WAITING, event=Happening.HIDE, page=(IN_MODERATION, NOWHERE), count=404),
    "4 signatures rise": Play(
        event=Happening.SIGN_1000, alters={"signature_count", "updated_at"}, shows={"signature_count": 9_500}
    ),
    "4 signatures rise over two milestones": Play(
        event=Happening.JUMP_TWO_MILESTONES,
        alters={"signature_count", "response_threshold_reached_at", "updated_at"},
        shows={"signature_count": 25_007},
    ),
    "5 response threshold": Play(
        event=Happening.REACH_NEXT_THRESHOLD,
        alters={"signature_count", "response_threshold_reached_at", "updated_at"},
        shows={"signature_count": 10_007, "response_threshold_reached_at": NOW.format(1)},
        facets=(None, "awaiting_response"),
    ),
    "6 debate threshold": Play(
        after=[Happening.REACH_NEXT_THRESHOLD],
        event=Happening.REACH_NEXT_THRESHOLD,
        alters={"signature_count", "debate_threshold_reached_at", "updated_at"},
        shows={"debate_threshold_reached_at": NOW.format(2)},
        facets=(None, "awaiting_debate"),
    ),
    "7 threshold lost": Play(
        after=[Happening.REACH_NEXT_THRESHOLD],
        event=Happening.DROP_SIGNATURES,
        alters={"signature_count", "response_threshold_reached_at", "updated_at"},
        shows={"signature_count": 9_975, "response_threshold_reached_at": None},
        facets=("awaiting_response", None),
    ),
    "8 government responds": Play(
        after=[Happening.REACH_NEXT_THRESHOLD],
        event=Happening.RESPOND,
        alters={"government_response", "government_response_at", "updated_at"},
        shows={"government_response_at": NOW.format(2)},
        facets=("awaiting_response", "with_response"),
    ),
    "9 response edited": Play(
        after=[Happening.RESPOND], event=Happening.EDIT_RESPONSE, alters={"government_response", "updated_at"}
    ),
    "10 response deleted": Play(
        after=[Happening.RESPOND],
        event=Happening.WITHDRAW_RESPONSE,
        alters={"government_response", "government_response_at", "updated_at"},
        shows={"government_response": None, "government_response_at": None},
        facets=("with_response", None),
    ),
    "11 debate scheduled": Play(
        event=Happening.SCHEDULE_DEBATE,
        alters={"scheduled_debate_date", "debate_scheduled_on", "updated_at"},
        shows={"scheduled_debate_date": "2026-03-05", "debate_scheduled_on": "2026-03-02"},
        facets=(None, "awaiting_debate"),
    ),
    "12 debate moved": Play(
        after=[Happening.SCHEDULE_DEBATE],
        event=Happening.MOVE_DEBATE,
        alters={"scheduled_debate_date", "updated_at"},
        shows={"scheduled_debate_date": "2026-03-07"},
    ),
    "13 debate date cleared": Play(
        after=[Happening.SCHEDULE_DEBATE],
        event=Happening.CANCEL_DEBATE,
        alters={"scheduled_debate_date", "debate_scheduled_on", "updated_at"},
        shows={"scheduled_debate_date": None},
        facets=("awaiting_debate", None),
    ),
    "14 debate day over": Play(after=[Happening.SCHEDULE_DEBATE], event=4 * DAY, facets=("awaiting_debate", "debated")),
    "15 debated": Play(
        after=[Happening.SCHEDULE_DEBATE],
        event=Happening.HOLD_DEBATE,
        alters={"debate", "debate_outcome_at", "updated_at"},
        shows={"debate_outcome_at": NOW.format(2)},
        facets=("awaiting_debate", "debated"),
    ),
    "16 not debated": Play(
        event=Happening.REFUSE_DEBATE,
        alters={"debate", "debate_outcome_at", "updated_at"},
        shows={"debate_outcome_at": NOW.format(1)},
        facets=(None, "not_debated"),
    ),
    "17 outcome edited": Play(after=WITH_OUTCOME, event=Happening.COMPLETE_OUTCOME, alters={"debate", "updated_at"}),
    "18 outcome flipped": Play(
        after=WITH_OUTCOME,
        event=Happening.FLIP_OUTCOME,
        alters={"debate", "updated_at"},
        facets=("debated", "not_debated"),
    ),
    "19 committee news": Play(event=Happening.ADD_BUSINESS, alters={"other_parliamentary_business", "updated_at"}),
    "20 news edited": Play(
        after=[Happening.ADD_BUSINESS],
        event=Happening.EDIT_BUSINESS,
        alters={"other_parliamentary_business", "updated_at"},
    ),
    "20 news deleted": Play(
        after=[Happening.ADD_BUSINESS],
        event=Happening.DELETE_BUSINESS,
        alters={"other_parliamentary_business", "updated_at"},
        shows={"other_parliamentary_business": []},
    ),
    "21 words edited": Play(event=Happening.EDIT_WORDS, alters={"background", "updated_at"}),
    "21 committee note written": Play(event=Happening.NOTE, alters={"committee_note", "updated_at"}),
    "21 committee note changed": Play(
        after=[Happening.NOTE], event=Happening.NOTE, alters={"committee_note", "updated_at"}
    ),
    "21 topics edited": Play(
        event=Happening.EDIT_TOPICS, alters={"topics", "updated_at"}, shows={"topics": ["culture", "food"]}
    ),
    "21 opened by a moderator": Play(event=Happening.TOUCH, alters={"updated_at"}),
    "22 topic deleted everywhere": Play(event=Happening.DELETE_TOPIC, alters={"topics"}, shows={"topics": []}),
    "23 deadline extended": Play(
        event=Happening.EXTEND_DEADLINE, alters={"closing_date", "updated_at"}, shows={"closing_date": "2026-03-13"}
    ),
    "24 closed at its deadline": Play(
        event=11 * DAY,
        alters=CLOSES,
        shows={"closed_at": "2026-03-12T23:59:59.999Z", "updated_at": "2026-03-13T00:00:00.000Z"},
        facets=("open", "closed"),
    ),
    "24 signatures confirmed after that": Play(
        after=[Happening.CLOSE], event=Happening.SIGN_1000, alters={"signature_count", "updated_at"}
    ),
    "25 closed early": Play(
        event=Happening.CLOSE,
        alters=CLOSES,
        shows={"state": "closed", "closed_at": NOW.format(1)},
        facets=("recent", "closed"),
    ),
    "26 taken down in public": Play(
        event=Happening.REJECT,
        alters=REJECTS,
        shows={"state": "rejected", "opened_at": "2026-02-20T09:00:00.000Z"},
        facets=("open", "rejected"),
    ),
    "27 taken down and hidden": Play(event=Happening.HIDE, page=(SHOWN, GONE), count=410, facets=("all", None)),
    "27 removed": Play(event=Happening.REMOVE, page=(SHOWN, GONE), count=410, facets=("all", None)),
    "28 put back into moderation": Play(
        after=[Happening.REJECT], event=Happening.RESTORE, page=(SHOWN, IN_MODERATION), facets=("rejected", None)
    ),
    "28 put back from hiding": Play(after=[Happening.HIDE], event=Happening.RESTORE, page=(GONE, IN_MODERATION)),
    "28 published again": Play(
        after=[Happening.REJECT, Happening.RESTORE],
        event=Happening.PUBLISH,
        page=(IN_MODERATION, SHOWN),
        shows={"state": "open", "opened_at": NOW.format(3), "rejection": None, "rejected_at": None},
    ),
    "29 rejection withdrawn": Play(
        after=[Happening.REJECT],
        event=Happening.PUBLISH,
        alters=REJECTS,
        shows={"state": "open", "opened_at": "2026-02-20T09:00:00.000Z", "closing_date": "2026-03-12"},
        facets=("rejected", "recent"),
    ),
    "29 rejection withdrawn after closing": Play(
        after=[Happening.CLOSE, Happening.REJECT],
        event=Happening.PUBLISH,
        alters=REJECTS - {"creator_name", "closing_date"},
        shows={"state": "closed", "closed_at": NOW.format(1)},
    ),
    "30 stopped": Play(of=WAITING, event=Happening.STOP, page=(IN_MODERATION, HOME)),
    "31 archived": Play(
        after=[Happening.CLOSE],
        event=Happening.ARCHIVE,
        page=(SHOWN, IN_THE_ARCHIVE),
        alters={"type", "parliament", "creator_name"},
        facets=("all", None),
    ),
    "31 deleted where it was": Play(
        after=ARCHIVED, event=timedelta(hours=2), page=(IN_THE_ARCHIVE, IN_THE_ARCHIVE), count=404
    ),
    "32 archived and answered": Play(
        after=ARCHIVED,
        event=Happening.RESPOND,
        page=(IN_THE_ARCHIVE, IN_THE_ARCHIVE),
        alters={"government_response", "government_response_at", "updated_at"},
    ),
    "32 archived and removed": Play(
        after=ARCHIVED, event=Happening.REMOVE, page=(IN_THE_ARCHIVE, IN_THE_ARCHIVE), count=410
    ),
}


def lives() -> tuple[InventedPetition, ...]:
    """Petitions that nobody signs."""
    texts: dict[str, Any] = {"background": "It would be kind.", "creator_name": "Pomona Medlar", "topics": ["food"]}
    return (
        tell(START, id=OPEN, action="Pears", opened_days_ago=10, closes_in_days=10, signatures=8_500, **texts),
        tell(START, id=WAITING, action="Plums", signatures=7, plan=[[-1, "become", "sponsored"]], **texts),
        tell(START, id=GATHERING, action="Figs", signatures=3, plan=[[-1, "become", "validated"], [2, "publish"]]),
    )


@pytest.fixture
def site(clock: HandClock) -> PetitionSite:
    return PetitionSite(lives(), clock)


async def shown(browser: Browser, number: int) -> dict[str, Any]:
    """All that the petition's page says, wherever it is; nothing if it says nothing."""
    _, location = await browser.status(f"/petitions/{number}.json")
    path = location if location and location.startswith("/archived") else f"/petitions/{number}.json"
    async with browser.get(path) as response:
        if response.status != 200:
            return {}
        document = (await response.json())["data"]
    assert document["id"] == number
    attributes = document["attributes"]
    attributes.pop("signatures_by_constituency", None)  # which follows from the count and the state
    return {**document, **attributes, "attributes": None}


async def in_facet(browser: Browser, facet: str, number: int) -> bool:
    return number in await browser.ids(f"/petitions.json?state={facet}")


@pytest.mark.parametrize("name", PLAYS)
async def test_each_transition_changes_what_it_should_and_nothing_else(
    browser: Browser, site: PetitionSite, clock: HandClock, name: str
) -> None:
    play = PLAYS[name]
    number, (left, entered) = play.of, play.facets
    for what in play.after:
        clock.time += MINUTE
        site.make_happen(number, what, clock())
    before = await shown(browser, number)
    page_before, page_after = ((status, to and to.format(number)) for status, to in play.page)
    assert await browser.status(f"/petitions/{number}.json") == page_before
    assert left is None or await in_facet(browser, left, number)
    assert entered is None or not await in_facet(browser, entered, number)

    if isinstance(play.event, timedelta):
        clock.time += play.event
    else:
        clock.time += MINUTE
        site.make_happen(number, play.event, clock())

    after = await shown(browser, number)
    assert await browser.status(f"/petitions/{number}.json") == page_after
    if before and after:
        assert {key for key in before | after if before.get(key, "no key") != after.get(key, "no key")} == play.alters
    assert {key: after[key] for key in play.shows} == play.shows
    assert left is None or not await in_facet(browser, left, number)
    assert entered is None or await in_facet(browser, entered, number)
    async with browser.get(f"/petitions/{number}/count.json") as response:
        assert response.status == play.count
        if response.status == 200 and after:
            assert (await response.json())["signature_count"] == after["signature_count"]


def test_every_transition_and_everything_that_can_be_made_to_happen_is_played() -> None:
    assert {int(name.split()[0]) for name in PLAYS} == set(range(1, 33))
    assert {play.event for play in PLAYS.values() if isinstance(play.event, Happening)} == set(Happening)


async def test_count_json_alone_tells_that_a_debate_is_over_or_was_none(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    async def debated() -> bool:
        told: bool = (await browser.json(f"/petitions/{OPEN}/count.json"))["debated"]
        return told

    site.make_happen(OPEN, Happening.SCHEDULE_DEBATE, clock())
    assert not await debated()
    clock.time += 4 * DAY
    assert await debated()
    site.make_happen(OPEN, Happening.REFUSE_DEBATE, clock())
    assert not await debated()
    site.make_happen(OPEN, Happening.FLIP_OUTCOME, clock())
    assert await debated()


async def test_a_debate_gets_its_links_by_and_by(browser: Browser, site: PetitionSite, clock: HandClock) -> None:
    found = []
    for what in (Happening.HOLD_DEBATE, Happening.COMPLETE_OUTCOME, Happening.COMPLETE_OUTCOME):
        site.make_happen(OPEN, what, clock())
        debate = (await browser.attributes(f"/petitions/{OPEN}.json"))["debate"]
        found.append({key.removesuffix("_url") for key, value in debate.items() if key.endswith("url") and value})
    assert found == [
        {"debate_pack"},
        {"debate_pack", "video", "transcript"},
        {"debate_pack", "video", "transcript", "debate_summary", "public_engagement"},
    ]
    assert Happening.COMPLETE_OUTCOME not in next(iter(site.outlooks(clock()))).possible


async def test_other_business_is_shown_on_the_page_alone_and_known_by_when_it_was_made(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    for what in (Happening.ADD_BUSINESS, Happening.ADD_BUSINESS, Happening.EDIT_BUSINESS):
        clock.time += MINUTE
        site.make_happen(OPEN, what, clock())
    items = (await browser.attributes(f"/petitions/{OPEN}.json"))["other_parliamentary_business"]
    assert [(item["created_at"], item["updated_at"]) for item in items] == [
        (NOW.format(1), NOW.format(1)),
        (NOW.format(2), NOW.format(3)),
    ]
    [listed] = (await browser.json("/petitions.json"))["data"]
    assert "other_parliamentary_business" not in listed["attributes"]


async def test_a_dissolution_closes_all_that_is_open_at_one_instant_and_stops_the_rest(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    dissolved_at = clock.to(1)
    for what in (Happening.CLOSE, Happening.STOP):
        site.make_happen(None, what, dissolved_at)
    clock.to(200)
    closed = await browser.attributes(f"/petitions/{OPEN}.json")
    assert (closed["state"], closed["closed_at"]) == ("closed", "2026-03-02T10:00:00.000Z")
    for number in (WAITING, GATHERING):
        assert await browser.status(f"/petitions/{number}.json") == HOME, "and nothing that was planned comes after"

    site.make_happen(None, Happening.ARCHIVE, clock())
    assert await browser.status(f"/archived/petitions/{WAITING}.json") == NOWHERE
    assert await browser.ids("/petitions.json") == []
    archived = (await browser.json(f"/archived/petitions/{OPEN}.json"))["data"]
    assert archived["parliament"]["dissolution_at"] == "2026-03-02T10:00:00.000+00:00"


async def test_a_petition_that_closed_at_its_deadline_was_not_closed_by_the_dissolution(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    site.make_happen(OPEN, Happening.ARCHIVE, clock.to(24 * 11))
    archived = (await browser.json(f"/archived/petitions/{OPEN}.json"))["data"]
    assert archived["parliament"]["dissolution_at"] == "2026-03-13T09:00:00.000+00:00"
    assert archived["attributes"]["closed_at"] == "2026-03-12T23:59:59.999Z"


async def test_a_rejection_withdrawn_after_the_deadline_leaves_the_petition_closed(
    browser: Browser, site: PetitionSite, clock: HandClock
) -> None:
    site.make_happen(OPEN, Happening.REJECT, clock.to(1))
    site.make_happen(OPEN, Happening.PUBLISH, clock.to(24 * 20))
    attributes = await browser.attributes(f"/petitions/{OPEN}.json")
    assert (attributes["state"], attributes["closed_at"]) == ("closed", "2026-03-12T23:59:59.999Z")


def test_nobody_signs_a_day_after_closing(site: PetitionSite) -> None:
    site.make_happen(OPEN, Happening.CLOSE, START)

    def can_sign(after: timedelta) -> bool:
        return Happening.SIGN_1000 in next(iter(site.outlooks(START + after))).possible

    assert can_sign(DAY - MINUTE)
    assert not can_sign(DAY)
