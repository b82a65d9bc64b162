import json

import pytest

from handlers.context import Scope
from messages.words import Words
from petitions.follows import ChatId, Place
from tests.handlers.conftest import PRIVATE, Desk, message
from tests.handlers.fakes import ref

HERE = Place(chat=ChatId(PRIVATE))


async def test_start_says_what_it_is_and_that_it_is_unofficial(desk: Desk) -> None:
    answer = await desk.answer_to("/start")
    assert "Petition Alerts" in answer
    assert "Unofficial: not run by Parliament or the government." in answer


async def test_a_deep_link_follows_at_once(desk: Desk) -> None:
    desk.site.add(700143)
    assert "Now following" in await desk.answer_to("/start f_uk_700143")
    assert (HERE, ref(700143)) in desk.following.follows


async def test_a_broken_deep_link_is_a_plain_start(desk: Desk) -> None:
    assert "Petition Alerts" in await desk.answer_to("/start f_uk_x")


async def test_help_lists_every_command(desk: Desk) -> None:
    answer = await desk.answer_to("/help")
    for command in desk.registry.commands:
        assert (f"/{command.name} – " in answer) is (command.scope is not Scope.OPERATOR)


async def test_the_menu_is_made_of_the_commands_that_are_routed(desk: Desk) -> None:
    menu = desk.registry.commands_for_menu(Scope.PRIVATE, Words("en"))
    assert {entry.command for entry in menu} == {
        "start", "help", "follow", "unfollow", "list", "watch", "here", "channels", "channel", "signature", "scoreboard", "alerts", "settings", "search", "petition", "chart", "announcements", "privacy", "mydata", "deleteme",
    }  # fmt: skip
    assert all(entry.description for entry in menu)
    for entry in menu:
        calls = await desk.says(f"/{entry.command}")
        assert calls
        assert all("don’t know" not in call.parameters.get("text", "") for call in calls)


async def test_the_menu_of_groups_marks_commands_that_concern_nobody_else(desk: Desk) -> None:
    marked = {
        scope: {each.command for each in desk.registry.commands_for_menu(scope, Words("en")) if each.api_kwargs}
        for scope in (Scope.PRIVATE, Scope.GROUP)
    }
    assert marked[Scope.PRIVATE] == set()
    assert marked[Scope.GROUP] == set(
        "start help alerts announcements list petition search chart settings privacy mydata deleteme".split()
    )


@pytest.mark.parametrize(
    "asked",
    [
        "700143",
        "#700143",
        "https://petition.parliament.uk/petitions/700143",
        "petition.parliament.uk/archived/petitions/700143.json?utm_source=x",
        "https://petition.parliament.uk/petitions/700143/signatures/new",
    ],
)
async def test_follow_takes_a_number_or_a_link_in_any_form(desk: Desk, asked: str) -> None:
    desk.site.add(700143)
    assert "Now following" in await desk.answer_to(f"/follow {asked}")
    assert list(desk.following.follows) == [(HERE, ref(700143))]


async def test_following_twice_says_so(desk: Desk) -> None:
    desk.site.add(700143)
    await desk.says("/follow 700143")
    assert "Already following" in await desk.answer_to("/follow 700143")


async def test_several_petitions_are_followed_at_once(desk: Desk) -> None:
    desk.site.add(1, 2)
    answer = await desk.answer_to("/follow 1, 2\n3")
    assert answer.count("Following") == 2
    assert "There is no petition 3" in answer
    assert len(desk.following.follows) == 2


async def test_words_to_follow_lead_to_a_choice(desk: Desk) -> None:
    desk.site.add(*range(1, 8))
    (call,) = await desk.says("/follow 10 downing street")
    assert desk.searching.asked == [("10 downing street", 1)]
    rows = call.parameters["reply_markup"]["inline_keyboard"]
    assert [row[0]["callback_data"] for row in rows] == [
        "1:g:uk:1", "1:g:uk:2", "1:g:uk:3", "1:g:uk:4", "1:g:uk:5", "1:t:2:10 downing street",
    ]  # fmt: skip


async def test_follow_without_anything_says_how(desk: Desk) -> None:
    assert "/follow 700143" in await desk.answer_to("/follow")


async def test_follow_says_that_there_is_no_such_petition(desk: Desk) -> None:
    assert "shows no petition 5" in await desk.answer_to("/follow 5")


async def test_follow_says_that_the_site_is_silent(desk: Desk) -> None:
    desk.site.silent = True
    assert "isn’t answering" in await desk.answer_to("/follow 5")


async def test_follow_says_that_the_list_is_full(desk: Desk) -> None:
    desk.site.add(1)
    desk.following.full = True
    assert "200 petitions" in await desk.answer_to("/follow 1")


async def test_unfollow_ends_a_follow_and_offers_to_undo(desk: Desk) -> None:
    desk.site.add(1)
    await desk.says("/follow 1")
    (call,) = await desk.says("/unfollow 1")
    assert "No longer following" in call.parameters["text"]
    assert call.parameters["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1:a:uk:1"
    assert not desk.following.follows


async def test_unfollow_without_anything_offers_the_list(desk: Desk) -> None:
    desk.site.add(1)
    await desk.says("/follow 1")
    (call,) = await desk.says("/unfollow")
    assert call.parameters["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1:v:uk:1"


async def test_unfollow_takes_several(desk: Desk) -> None:
    desk.site.add(1, 2)
    await desk.says("/follow 1 2")
    assert "3 wasn’t followed here" in await desk.answer_to("/unfollow 1 2 3")
    assert not desk.following.follows


async def test_unfollow_of_what_is_not_followed_says_so(desk: Desk) -> None:
    assert "isn’t followed here" in await desk.answer_to("/unfollow 9")


async def test_unfollow_with_words_says_how(desk: Desk) -> None:
    assert "choose from the list" in await desk.answer_to("/unfollow lidos")


async def test_list_shows_what_is_followed_by_pages(desk: Desk) -> None:
    desk.site.add(*range(1, 11))
    await desk.says("/follow " + " ".join(map(str, range(1, 11))))
    (call,) = await desk.says("/list")
    assert "Following 10 petitions" in call.parameters["text"]
    assert "Page 1 of 2" in call.parameters["text"]
    assert call.parameters["reply_markup"]["inline_keyboard"][-1][-1]["callback_data"] == "1:l:2"


async def test_search_looks_for_words(desk: Desk) -> None:
    desk.site.add(1)
    assert "Keep lidos open" in await desk.answer_to("/search  winter   lidos ")
    assert desk.searching.asked == [("winter lidos", 1)]


async def test_search_without_words_says_how(desk: Desk) -> None:
    assert "What are you looking for?" in await desk.answer_to("/search")


async def test_search_says_that_the_site_is_silent(desk: Desk) -> None:
    desk.site.silent = True
    assert "isn’t answering" in await desk.answer_to("/search lidos")


async def test_petition_shows_the_card(desk: Desk) -> None:
    desk.site.add(1)
    assert "<b>46,120</b> signatures" in await desk.answer_to("/petition 1")


async def test_petition_with_words_searches(desk: Desk) -> None:
    desk.site.add(1)
    assert "Petitions about" in await desk.answer_to("/petition lidos")


async def test_only_so_many_cards_come_at_once(desk: Desk) -> None:
    desk.site.add(1, 2, 3, 4, 5)
    calls = await desk.says("/petition 1 2 3 4 5")
    assert len(calls) == 4
    assert "2 more petitions were left out" in calls[-1].parameters["text"]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "entities": [
                {"type": "text_link", "offset": 0, "length": 4, "url": "https://petition.parliament.uk/petitions/1"}
            ]
        },
    ],
)
async def test_a_pasted_link_shows_the_card(desk: Desk, more: dict[str, object]) -> None:
    desk.site.add(1)
    text = "look" if more else "look at https://petition.parliament.uk/petitions/1?x=1!"
    assert "<b>46,120</b> signatures" in await desk.answer_to(text, extra=more)


async def test_privacy_says_what_is_kept(desk: Desk) -> None:
    answer = await desk.answer_to("/privacy")
    assert "7 days" in answer
    assert "90 days" in answer


async def test_mydata_is_a_json_file(desk: Desk) -> None:
    (call,) = await desk.says("/mydata")
    assert call.method == "sendDocument"
    ((name, data),) = call.files.values()
    assert name == "petition-alerts.json"
    assert json.loads(data) == {"chat": PRIVATE, "follows": ["ŵ"]}


async def test_deleteme_asks_first(desk: Desk) -> None:
    (call,) = await desk.says("/deleteme")
    assert [one["callback_data"] for one in call.parameters["reply_markup"]["inline_keyboard"][0]] == [
        "1:d:yes",
        "1:d:no",
    ]
    assert PRIVATE in desk.chats.known


@pytest.mark.parametrize(
    ("text", "expected"), [("/nonsense", "don’t know that command"), ("hello", "Send me a petition’s link")]
)
async def test_what_is_not_understood_gets_one_helpful_sentence(desk: Desk, text: str, expected: str) -> None:
    assert expected in await desk.answer_to(text)


async def test_an_edited_message_is_not_a_command(desk: Desk) -> None:
    desk.site.add(1)
    assert await desk.feed(edited_message=message("/follow 1") | {"edit_date": 2}) == []
    assert not desk.following.follows


async def test_messages_go_out_as_html_without_previews(desk: Desk) -> None:
    (call,) = await desk.says("/start")
    assert call.parameters["parse_mode"] == "HTML"
    assert call.parameters["link_preview_options"] == {"is_disabled": True}
    assert "message_thread_id" not in call.parameters
    assert "reply_parameters" not in call.parameters
