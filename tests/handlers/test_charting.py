"""/chart and the buttons around pictures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from petitions.petition import Reading
from tests.handlers.conftest import GROUP, Desk
from tests.handlers.fakes import NOW, ref
from tests.handlers.offline import Call
from tests.small_pictures import PNG


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """A desk that knows how a petition has grown in the last two days."""
    desk.site.add(1, 2)
    desk.site.known = [
        Reading(at=NOW - timedelta(hours=ago), signatures=46_120 - 50 * ago) for ago in range(48, -1, -1)
    ]
    return desk


def labels(call: Call) -> list[str]:
    rows = call.parameters["reply_markup"]["inline_keyboard"]
    return [button["text"] for row in rows for button in row]


def said(call: Call) -> str:
    return str(call.parameters.get("text") or call.parameters.get("caption") or call.parameters["media"]["caption"])


async def test_a_chart_is_a_picture_with_its_facts_in_words_and_buttons_for_other_spans(watched: Desk) -> None:
    (call,) = await watched.says("/chart 1")
    assert call.method == "sendPhoto"
    assert call.files["photo"][1] == PNG
    assert "✍️ <b>46,120</b> signatures" in said(call)
    assert labels(call) == ["24 h", "7 d", "30 d", "• All •", "🗺 By constituency", "🔗 Open petition"]


async def test_another_span_takes_the_place_of_the_picture(watched: Desk) -> None:
    (edit, answer) = await watched.presses("1:G:d:uk:1")
    assert (edit.method, answer.method) == ("editMessageMedia", "answerCallbackQuery")
    assert "↗️ 1,200 more in 24 hours" in said(edit)


async def test_the_button_of_a_card_sends_the_picture_below_it(watched: Desk) -> None:
    (card,) = await watched.says("/petition 1")
    assert "📈 Chart" in labels(card)
    (picture, _) = await watched.presses("1:C:uk:1")
    assert picture.method == "sendPhoto"


async def test_the_same_picture_is_uploaded_once(watched: Desk) -> None:
    await watched.says("/chart 1")
    (again,) = await watched.says("/chart 1", user=8)
    assert not again.files
    assert again.parameters["photo"].startswith("photo-")


async def test_without_a_number_it_is_the_petition_of_the_last_card(watched: Desk) -> None:
    assert "Which petition?" in await watched.answer_to("/chart")
    await watched.says("/petition 2")
    (call,) = await watched.says("/chart")
    assert "petitions/2" in said(call)
    assert "Which petition?" in await watched.answer_to("/chart", chat=GROUP)  # another place


async def test_in_a_group_whoever_asks_sees_the_picture_alone(watched: Desk) -> None:
    (call,) = await watched.says("/chart 1", chat=GROUP, user=9)
    assert call.parameters["ephemeral_message_parameters"] == {"receiver_user_id": 9}


async def test_words_are_looked_for(watched: Desk) -> None:
    await watched.says("/chart lidos")
    assert watched.searching.asked == [("lidos", 1)]


async def test_of_what_is_hardly_known_it_says_so(desk: Desk) -> None:
    desk.site.add(1)
    assert "nothing to draw yet" in await desk.answer_to("/chart 1")
    assert "no petition" in (await desk.answer_to("/chart 77")).lower()


async def test_when_nothing_can_be_drawn_the_facts_are_said(watched: Desk) -> None:
    watched.pictures.draws = False
    assert "46,120" in await watched.answer_to("/chart 1")


async def test_a_silent_site_is_said(watched: Desk) -> None:
    watched.site.silent = True
    assert "answer" in await watched.answer_to("/chart 1")


async def test_a_closed_petition_has_its_picture_too(watched: Desk) -> None:
    known = watched.site.petitions[ref(1)]
    watched.site.petitions[ref(1)] = replace(
        known, snapshot=replace(known.snapshot, opened_at=NOW - timedelta(days=90), closed_at=NOW - timedelta(days=3))
    )
    (call,) = await watched.says("/chart 1")
    assert "🔒 Closed on" in said(call)


async def test_constituencies_take_the_place_of_the_growth_and_lead_back(watched: Desk) -> None:
    (edit, _) = await watched.presses("1:H:uk:1")
    assert edit.method == "editMessageMedia"
    assert "Bath (Ann Example MP): 120" in said(edit)
    assert "No usual share yet" in said(edit)
    assert labels(edit) == ["📈 Growth", "🔗 Open petition"]


async def test_of_a_petition_whose_constituencies_nobody_knows_it_says_so(watched: Desk) -> None:
    (answer, _) = await watched.presses("1:H:uk:2")
    assert answer.method == "sendMessage"  # words can’t take the place of a picture
    assert "doesn’t say where" in said(answer)
