"""`python -m bot broadcast`, beside a bot that runs."""

import argparse
from pathlib import Path

import pytest

from bot.broadcast import BroadcastRefusedError, add_arguments, broadcast
from bot.settings import Settings
from delivery.broadcasts import GROUPS, Audience, BroadcastId, BroadcastState, Draft
from delivery.chats import Announcement, ChatKind
from messages.content import Button, Content, Html
from storage.migrations.migrate import migrate
from storage.storage import Storage
from tests.storage.samples import NOW, ref

TOKEN = "1:AAsecret"


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def settings(url: str) -> Settings:
    return Settings.model_validate(
        {"telegram_bot_token": TOKEN, "database_url": url, "operator_ids": frozenset({9, 5}), "contact": "a@b.example"}
    )


async def chats(storage: Storage) -> None:
    await storage.chats.ensure(7, ChatKind.PRIVATE, NOW)
    await storage.chats.ensure(-8, ChatKind.GROUP, NOW)


async def test_chats_are_only_counted_until_it_is_really_to_be_sent(storage: Storage, settings: Settings) -> None:
    await chats(storage)
    said = await broadcast(settings, given("Hello"), NOW)
    assert said == "It would go to 2 chats. --send sends it."
    assert await storage.broadcasts.newest(offset=0, limit=1) == ()


async def test_the_bot_that_runs_is_left_to_send_it(storage: Storage, settings: Settings) -> None:
    await chats(storage)
    order = ("Hello <all>\n[Open] https://example.org/", "--to", "groups", "--service", "--pin", "--send")
    assert "Broadcast 1 goes to 1 chats." in await broadcast(settings, given(*order), NOW)
    stored = await storage.broadcasts.get(BroadcastId(1))
    assert stored is not None
    assert stored.state is BroadcastState.SENDING
    assert stored.draft == Draft(
        operator=5,
        content=Content(text=Html("Hello &lt;all&gt;"), buttons=((Button(label="Open", url="https://example.org/"),),)),
        announcement=Announcement.SERVICE,
        audience=Audience(kinds=GROUPS),
        pinned=True,
    )


async def test_it_is_narrowed_down_and_scheduled_as_in_the_chat(storage: Storage, settings: Settings) -> None:
    order = ("<b>Hello</b>", "--html", "--choose", "petition 1", "--choose", "at 2099-12-24 09:30", "--send")
    await broadcast(settings, given(*order), NOW)
    stored = await storage.broadcasts.get(BroadcastId(1))
    assert stored is not None
    assert stored.state is BroadcastState.SCHEDULED
    assert stored.draft.audience.petition == ref()
    assert stored.draft.content == Content(text=Html("<b>Hello</b>"))


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("",), "1 to 4,096 characters"),
        (("x" * 4_097,), "1 to 4,096 characters"),
        (("Hello", "--choose", "everyone"), "I don’t understand “everyone”"),
        (("Hello", "--choose", "stars 5"), "ALLOW_PAID_BROADCAST"),
        (("Hello", "--choose", "at 2020-01-01 09:30"), "is over"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_stored(
    storage: Storage, settings: Settings, arguments: tuple[str, ...], why: str
) -> None:
    with pytest.raises(BroadcastRefusedError, match=why):
        await broadcast(settings, given(*arguments, "--send"), NOW)
    assert await storage.broadcasts.newest(offset=0, limit=1) == ()


async def test_without_an_operator_nobody_could_be_told_how_it_ends(settings: Settings, storage: Storage) -> None:
    nobody = settings.model_copy(update={"operator_ids": frozenset()})
    with pytest.raises(BroadcastRefusedError, match="OPERATOR_IDS is empty"):
        await broadcast(nobody, given("Hello"), NOW)
    assert await storage.broadcasts.newest(offset=0, limit=1) == ()


async def test_a_database_that_is_not_there_is_not_made(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/none.db"})
    with pytest.raises(BroadcastRefusedError, match="is not of this version"):
        await broadcast(elsewhere, given("Hello"), NOW)
    assert not (tmp_path / "none.db").exists()
    await migrate(elsewhere.database_url)
    assert "0 chats" in await broadcast(elsewhere, given("Hello"), NOW)
