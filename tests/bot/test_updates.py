"""Whose turn an update is, and what it says."""

import pytest

from bot.updates import chat_key, with_command_marked

CHAT = {"id": -5, "type": "group"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Sam"}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"message": {"message_id": 1, "chat": CHAT, "from": PERSON}}, "chat:-5"),
        ({"callback_query": {"id": "1", "from": PERSON, "message": {"chat": CHAT}}}, "chat:-5"),
        ({"callback_query": {"id": "1", "from": PERSON, "inline_message_id": "x"}}, "person:7"),
        ({"my_chat_member": {"chat": CHAT, "from": PERSON}}, "chat:-5"),
        ({"something_new": {"text": "?"}}, "update:44"),
        ({"something_new": "?"}, "update:44"),
    ],
)
def test_updates_of_one_chat_wait_for_each_other(content: dict[str, object], key: str) -> None:
    assert chat_key({"update_id": 44, **content}) == key


@pytest.mark.parametrize(("text", "length"), [("/follow 750101", 7), ("/list", 5), ("/list@SomeBot\nnow", 13)])
def test_a_command_that_the_server_left_unmarked_is_marked(text: str, length: int) -> None:
    update = with_command_marked({"update_id": 1, "message": {"chat": CHAT, "text": text}})
    assert update == {
        "update_id": 1,
        "message": {
            "chat": CHAT,
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": length}],
        },
    }


@pytest.mark.parametrize(
    "content",
    [
        {"text": "no /command"},
        {"text": "/follow 1", "entities": []},
        {"text": "/a/b"},
        {"text": "https://x.uk/list"},
        {},
    ],
)
def test_what_is_no_command_or_is_marked_already_stays_as_it_is(content: dict[str, object]) -> None:
    update: dict[str, object] = {"update_id": 1, "message": {"chat": CHAT, **content}}
    assert with_command_marked(update) == update
