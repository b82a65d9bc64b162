"""Following: whatever is sent to follow a petition, what is answered, and that nothing old is ever told."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.parliament.happenings import Happening
from sandbox.parliament.invented import InventedPetition, tell
from sandbox.telegram.people import User
from tests.journeys.town import BELLS, FERRIES, KITES, LAMPS, PEARS, START, TITLES, Town, petition, petitions, town_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWERED, WATCHED_ON, WATCHED_BY_NOBODY, GROWING, REFRESHED = 760_101, 760_102, 760_103, 760_104, 760_105
DOWNING_STREET = 760_106
GATHERING, MODERATED = 760_107, 760_108
SCARECROWS = range(760_201, 760_213)
NOWHERE = 769_999

PEAR_TITLE = TITLES[PEARS]


def lives() -> tuple[InventedPetition, ...]:
    """The petitions of the town, those to which something happens here, and a dozen that a search finds together."""
    return (
        *petitions(),
        petition(ANSWERED, "Answer letters by hand", now=12_300, plan=[(-48, "respond")]),
        petition(WATCHED_ON, "Keep the bandstand dry", now=700),
        petition(WATCHED_BY_NOBODY, "Keep the boathouse dry", now=700),
        petition(GROWING, "Let clover grow on roundabouts", now=700),
        petition(REFRESHED, "Wind the town hall clock daily", now=700),
        petition(DOWNING_STREET, "Plant roses at 10 Downing Street", now=300),
        tell(START, id=GATHERING, action="Keep owls in barns", signatures=4, plan=[[-9, "become", "validated"]]),
        tell(START, id=MODERATED, action="Pay my rent", signatures=9, plan=[[-9, "become", "sponsored"]]),
        *(petition(number, f"Award scarecrow prize {number % 100}", now=number % 1000) for number in SCARECROWS),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """One bot for all tests here: each has a person and petitions of its own."""
    async with town_in(tmp_path_factory.mktemp("town"), lives=lives()) as town, town.bot():
        yield town


async def test_following_is_confirmed_with_title_count_and_promise(town: Town, rosa: User) -> None:
    answer = await town.ask(rosa, f"/follow {PEARS}", "Now following")
    assert PEAR_TITLE in answer.text
    assert "9,000 signatures" in answer.text
    assert "We’ll tell you when" in answer.text
    assert answer.labels == ["ℹ️ Details", "🔗 Open petition"]


@pytest.mark.parametrize(
    "form",
    [
        "{n}",
        "#{n}",
        "0{n}",
        "petition.parliament.uk/petitions/{n}",
        "http://petition.parliament.uk/petitions/{n}",
        "https://petition.parliament.uk/petitions/{n}",
        "https://www.petition.parliament.uk/petitions/{n}/",
        "https://petition.parliament.uk/petitions/{n}.json",
        "https://petition.parliament.uk/petitions/{n}/signatures/new",
        "https://petition.parliament.uk/archived/petitions/{n}",
        "https://petition.parliament.uk/petitions/{n}?utm_source=share&reveal_response=yes#response-threshold",
        "HTTPS://Petition.Parliament.UK/petitions/{n}",
        "<https://petition.parliament.uk/petitions/{n}>",
        "[Pears!](https://petition.parliament.uk/petitions/{n})",
        "{site}/petitions/{n}",
    ],
)
async def test_a_petition_is_followed_by_its_number_or_link_in_any_form(town: Town, rosa: User, form: str) -> None:
    asked = form.format(n=PEARS, site=town.site_url)
    assert PEAR_TITLE in (await town.ask(rosa, f"/follow {asked}", "Now following")).text


async def test_a_petition_that_gathers_support_is_followed_until_it_is_published(town: Town, rosa: User) -> None:
    asked = f"{town.site_url}/petitions/{GATHERING}/gathering-support"
    answer = await town.ask(rosa, f"/follow {asked}", "Now following")
    assert answer.text.splitlines()[1:] == [
        f"Petition {GATHERING}",
        "not published yet",
        "",
        "It can’t be signed yet. We’ll tell you when it is published, or if it is rejected.",
    ]
    assert "4 supporters" in (await town.ask(rosa, f"/petition {GATHERING}", "supporters")).text
    town.happens(GATHERING, Happening.PUBLISH)
    assert "Keep owls in barns" in (await town.hears(rosa, "Now open for signatures")).text


async def test_a_petition_that_waits_for_moderation_is_followed_until_it_is_rejected(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {MODERATED}", "Now following")
    town.happens(MODERATED, Happening.REJECT)
    assert "Pay my rent" in (await town.hears(rosa, "The petition was rejected")).text


async def test_a_deep_link_follows_at_once(town: Town, rosa: User) -> None:
    town.telegram.start(rosa, f"f_uk_{PEARS}")
    assert PEAR_TITLE in (await town.hears(rosa, "Now following")).text


async def test_a_deep_link_of_somebody_elses_making_only_greets(town: Town, rosa: User) -> None:
    town.telegram.start(rosa, "promotion_2026")
    greeting = await town.hears(rosa, "Petition Alerts")
    assert "Unofficial" in greeting.text


async def test_several_are_followed_at_once_and_each_is_answered(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {BELLS}", "Now following")
    link = f"https://petition.parliament.uk/petitions/{KITES}"
    answer = await town.ask(rosa, f"/follow {PEARS}, {link} {BELLS}\n{NOWHERE} {PEARS}", PEAR_TITLE)
    assert answer.text.splitlines() == [
        f"🔔 Following {PEAR_TITLE}",
        f"🔔 Following {TITLES[KITES]}",
        f"☑️ Already following {TITLES[BELLS]}",
        f"❓ There is no petition {NOWHERE}",
    ]
    assert "Following 3 petitions" in (await town.ask(rosa, "/list", "Following")).text


async def test_following_twice_is_one_follow(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {GROWING}", "Now following")
    await town.ask(rosa, f"/follow {GROWING}", "Already following")
    town.telegram.start(rosa, f"f_uk_{GROWING}")
    await town.hears(rosa, "Already following", times=2)
    assert "Following 1 petition" in (await town.ask(rosa, "/list", "Following")).text
    town.happens(GROWING, Happening.SIGN_1000)
    await town.hears(rosa, "1,000 signatures")
    town.happens(GROWING, Happening.RESPOND)
    await town.hears(rosa, "has responded")
    assert town.heard(rosa, "🎉 1,000 signatures") == 1


async def test_first_contact_is_quiet(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {ANSWERED}", "Now following")
    town.happens(ANSWERED, Happening.SCHEDULE_DEBATE)
    await town.hears(rosa, "Parliament will debate this petition")
    assert town.words_to(rosa) == ["🔔 Now following", "📅 Parliament will debate this petition"]


@pytest.mark.parametrize(
    ("number", "somebody_else_follows"),
    [(WATCHED_ON, True), (WATCHED_BY_NOBODY, False)],
    ids=["somebody else follows on", "nobody watches meanwhile"],
)
async def test_news_from_between_unfollowing_and_following_again_is_not_told(
    town: Town, rosa: User, tom: User, number: int, somebody_else_follows: bool
) -> None:
    await town.ask(rosa, f"/follow {number}", "Now following")
    if somebody_else_follows:
        await town.ask(tom, f"/follow {number}", "Now following")
    await town.ask(rosa, f"/unfollow {number}", "No longer following")

    town.happens(number, Happening.SIGN_1000, Happening.RESPOND)
    if somebody_else_follows:
        await town.hears(tom, "has responded")
        await town.hears(tom, "1,000 signatures")

    await town.ask(rosa, f"/follow {number}", "Now following")
    town.happens(number, Happening.SCHEDULE_DEBATE)
    await town.hears(rosa, "Parliament will debate this petition")
    assert town.words_to(rosa) == [
        "🔔 Now following",
        "No longer following",
        "🔔 Now following",
        "📅 Parliament will debate this petition",
    ]


async def test_an_unknown_petition_is_said_and_not_followed(town: Town, rosa: User) -> None:
    answer = await town.ask(rosa, f"/follow {NOWHERE}", f"no petition {NOWHERE}")
    assert "/search" in answer.text
    await town.ask(rosa, "/list", "Nothing is followed here yet")


async def test_follow_on_its_own_says_how(town: Town, rosa: User) -> None:
    assert "/follow school meals" in (await town.ask(rosa, "/follow", "Which petition?")).text


async def test_words_become_a_search_whose_buttons_follow(town: Town, rosa: User) -> None:
    results = await town.ask(rosa, "/follow bells noon", "Petitions about “bells noon”")
    assert f"1. {TITLES[BELLS]}" in results.text
    assert await town.presses(rosa, results, f"1. {TITLES[BELLS]}", rosa) == "Now following"
    assert TITLES[BELLS] in (await town.hears(rosa, "Now following")).text


async def test_an_address_with_a_number_is_words(town: Town, rosa: User) -> None:
    results = await town.ask(rosa, "/follow 10 downing street", "Petitions about “10 downing street”")
    assert "1. Plant roses at 10 Downing Street" in results.text
    await town.ask(rosa, "/list", "Nothing is followed here yet")


async def test_results_are_turned_a_page_at_a_time(town: Town, rosa: User) -> None:
    results = await town.ask(rosa, "/search scarecrow prize", "Petitions about")
    seen = []
    for page in (1, 2, 3):
        assert f"Page {page} of 3" in results.text
        seen += [label.partition(". ")[2] for label in results.labels if "scarecrow" in label]
        if page < 3:
            await town.presses(rosa, results, "Next ▶️", rosa)
    assert sorted(seen) == sorted(f"Award scarecrow prize {number % 100}" for number in SCARECROWS)
    assert "Next ▶️" not in results.labels
    await town.presses(rosa, results, "◀️ Back", rosa)
    assert "Page 2 of 3" in results.text
    card_of = next(label for label in results.labels if "scarecrow" in label)
    await town.presses(rosa, results, card_of, rosa)
    await town.hears(rosa, "for a response")


async def test_a_search_without_results_says_so(town: Town, rosa: User) -> None:
    await town.ask(rosa, "/search submarines", "No petitions found for “submarines”")


async def test_a_pasted_link_shows_a_card_that_follows_and_unfollows(town: Town, rosa: User) -> None:
    card = await town.ask(rosa, f"Look: https://petition.parliament.uk/petitions/{LAMPS} !", TITLES[LAMPS])
    assert "4,000 signatures" in card.text
    assert "🔔 Follow" in card.labels
    await town.presses(rosa, card, "🔔 Follow", rosa)
    assert {"✖️ Unfollow", "🔕 Mute"} <= set(card.labels)
    await town.presses(rosa, card, "✖️ Unfollow", rosa)
    assert "🔔 Follow" in card.labels
    assert len(town.telegram.bot_messages(rosa)) == 1


async def test_a_card_is_served_from_the_store_and_refreshed_on_request(town: Town, rosa: User) -> None:
    card = await town.ask(rosa, f"/petition {REFRESHED}", "Wind the town hall clock daily")
    assert "✍️ 700 signatures" in card.text
    town.happens(REFRESHED, Happening.SIGN_1000)
    assert await town.presses(rosa, card, "🔄 Refresh", rosa) == "Up to date"
    assert "✍️ 1,700 signatures" in card.text


async def test_a_long_list_is_turned_a_page_at_a_time(town: Town, rosa: User) -> None:
    numbers = list(SCARECROWS)[:10]
    await town.ask(rosa, f"/follow {' '.join(map(str, numbers))}", "Award scarecrow prize")
    shown = await town.ask(rosa, "/list", "Following 10 petitions")
    assert "Page 1 of 2" in shown.text
    assert shown.labels == [*"12345678", "Next ▶️"]
    await town.presses(rosa, shown, "Next ▶️", rosa)
    assert shown.labels == ["9", "10", "◀️ Back"]
    await town.presses(rosa, shown, "10", rosa)
    await town.hears(rosa, "for a response")


async def test_a_list_shows_count_state_and_progress(town: Town, rosa: User) -> None:
    await town.ask(rosa, f"/follow {FERRIES}", "Now following")
    shown = await town.ask(rosa, "/list", "Following 1 petition")
    assert f"1. {TITLES[FERRIES]}\n" in shown.text
    assert "96,000 signatures" in shown.text
    assert "96% of 100,000" in shown.text
    assert "open" in shown.text
