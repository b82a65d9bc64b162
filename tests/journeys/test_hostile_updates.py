"""Whatever Telegram hands over, or somebody sends as if from Telegram: others are answered and told as soon as usual."""

import json
from collections.abc import Mapping
from pathlib import Path

from sandbox.telegram.faults import Page
from sandbox.telegram.people import User
from tests.journeys.others import others_beside
from tests.journeys.town import Town

SECRET = "open-sesame-4711"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

UNREADABLE: Mapping[str, str] = {
    "half a character": r'"\ud800"',
    "600 levels": "[" * 600 + "]" * 600,
    "a number of 5,000 digits": "9" * 5_000,
    "no number": "NaN",
}
STRANGE: Mapping[str, Mapping[str, object]] = {
    "a text that is a number": {"text": 5},
    "entities outside of the text": {
        "text": "/help",
        "entities": [{"type": "bot_command", "offset": 2**40, "length": -1}],
    },
    "a person without an id": {"text": "/help", "from": {}},
    "a chat with an id that nothing can store": {"text": "/help", "chat": {"id": 2**70, "type": "private"}},
    "a date that no calendar knows": {"text": "/help", "date": 2**62},
}
SERVICE: Mapping[str, Mapping[str, object]] = {
    "a service message of the future": {"chat_was_painted": {"colour": "green"}},
    "another one with a text inside": {"oath_sworn": {"text": "/help"}},
}


def message(person: User, number: int, parts: Mapping[str, object]) -> dict[str, object]:
    """A message as Telegram would hand it over."""
    sender = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    chat = {"id": person.id, "type": "private", "first_name": person.first_name}
    return {"message_id": number, "date": 1_772_445_600, "from": sender, "chat": chat, **parts}


def strangers_in(town: Town) -> tuple[User, User]:
    """One who sends what is strange and one question, and one from whom only service messages come."""
    mallory, silas = (town.telegram.add_user(name, started=True) for name in ("Mallory", "Silas"))
    return mallory, silas


def updates(town: Town, mallory: User, silas: User) -> list[str]:
    """All of it in a row, as Telegram would write it; the last update has an id that nothing can store."""
    first = town.telegram.updates.next_id
    written: list[Mapping[str, object]] = [
        *({"message": message(mallory, 9_000 + number, parts)} for number, parts in enumerate(STRANGE.values())),
        *({"message": message(silas, 9_100 + number, parts)} for number, parts in enumerate(SERVICE.values())),
        {"message": message(mallory, 9_200, {"text": "/privacy"})},
        {"callback_query": {"id": "1", "from": {"id": "x"}, "data": "1:" + "y" * 500}},
        {"my_chat_member": {"chat": [], "new_chat_member": 7}},
        {"message": None},
        {"of_the_future": {}},
    ]
    listed = [json.dumps({"update_id": first + number, **update}) for number, update in enumerate(written)]
    nonsense = enumerate(UNREADABLE.values(), first + len(listed))
    listed[3:3] = [f'{{"update_id":{number},"message":{value}}}' for number, value in nonsense]
    town.telegram.updates.next_id += len(listed)
    return [*listed, f'{{"update_id":{2**63}}}']


async def test_a_batch_with_updates_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    async with others_beside(tmp_path) as others:
        town, (mallory, silas) = others.town, strangers_in(others.town)
        batch = ",".join(updates(town, mallory, silas))
        town.telegram.faults.plan(Page(status=200, body=f'{{"ok":true,"result":[{batch}]}}'), method="getUpdates")
        town.telegram.updates.end_poll()
        await others.are_told_and_answered_in_time()
        await only_the_question_is_answered(town, mallory, silas)


async def test_updates_that_cannot_be_read_are_taken_from_the_webhook_and_hold_up_nobody(tmp_path: Path) -> None:
    async with others_beside(tmp_path, secret=SECRET) as others:
        town, (mallory, silas) = others.town, strangers_in(others.town)
        *storable, last = updates(town, mallory, silas)
        for body in storable:
            async with others.web.post("/telegram", data=body, headers=HEADERS) as taken:
                assert taken.status == 200, body
        async with others.web.post("/telegram", data=last, headers=HEADERS) as refused:
            assert refused.status == 400
        await others.are_told_and_answered_in_time()
        await only_the_question_is_answered(town, mallory, silas)


async def only_the_question_is_answered(town: Town, mallory: User, silas: User) -> None:
    await town.hears(mallory, "Privacy")
    await town.until_stored("SELECT count(*) = 0 FROM updates WHERE handled_at IS NULL")
    assert town.telegram.bot_messages(silas) == []
