"""What operators do in their private chats, and that nobody else can; upon a real database."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from delivery.broadcasts import BroadcastId
from delivery.chats import Announcement, ChatKind
from delivery.outbox import MessageState, Settlement
from handlers.context import Scope
from messages.buttons import encode
from messages.presses import Ban, ExportChat, Resend, ShowStatus
from messages.words import Words
from petitions.follows import Place
from petitions.petition import Site
from storage.storage import Storage
from tests.handlers.conftest import GROUP, PRIVATE, Desk, message
from tests.handlers.fakes import NOW
from tests.handlers.offline import Call
from tests.handlers.test_broadcasting import labels, private, said
from tests.messages.samples import STATUS
from tests.storage.samples import claimed, follower, stored_petition
from tests.storage.samples import message as queued

ADA = 8
COMMANDS = {"status", "stats", "chat", "ban", "unban", "limit", "resend", "site", "maintenance"}


@pytest.fixture
async def desk(storage: Storage) -> AsyncIterator[Desk]:
    one = Desk(storage=storage, operators=frozenset({PRIVATE}))
    async with one.application:
        yield one
    await one.pacer.shutdown()


async def ada_says(desk: Desk, text: str = "/help") -> list[Call]:
    return await desk.says(text, chat=ADA, extra=private(ADA))


def row(calls: list[Call]) -> list[Any]:
    return [button for line in calls[0].parameters["reply_markup"]["inline_keyboard"] for button in line]


def test_the_commands_of_operators_stand_in_their_menu_alone() -> None:
    registry = Desk(operators=frozenset({PRIVATE})).registry
    menus = {scope: {each.command for each in registry.commands_for_menu(scope, Words())} for scope in Scope}
    assert menus[Scope.OPERATOR] == COMMANDS | {"broadcast", "broadcasts"}
    assert not (menus[Scope.PRIVATE] | menus[Scope.GROUP]) & menus[Scope.OPERATOR]


@pytest.mark.parametrize("command", sorted(COMMANDS))
async def test_for_everybody_else_there_is_no_such_command(desk: Desk, storage: Storage, command: str) -> None:
    ordinary = await desk.answer_to("/nonsense", chat=ADA, extra=private(ADA))
    for text in (command, f"{command} on", f"{command} uk off", f"{command} 5 usual"):
        assert await desk.answer_to(f"/{text}", chat=ADA, extra=private(ADA)) == ordinary
        assert await desk.says(f"/{text}", chat=GROUP) == []  # not even for an operator
    assert await storage.bans.all() == {}
    assert await storage.switches.all() == {}


@pytest.mark.parametrize(
    "press", [ShowStatus(), Ban(chat=5, banned=True), ExportChat(chat=7), Resend(which="rejected")], ids=repr
)
async def test_a_forged_button_does_nothing(
    desk: Desk, storage: Storage, press: ShowStatus | Ban | ExportChat | Resend
) -> None:
    await give_up_one(storage)
    for chat, extra in ((ADA, private(ADA)), (GROUP, None)):
        (call,) = await desk.presses(encode(press), chat=chat, user=PRIVATE, extra=extra)
        assert call.method == "answerCallbackQuery"
        assert "too old" in call.parameters["text"]
    assert await storage.bans.all() == {}
    assert await storage.given_up.count(MessageState.REJECTED) == 1


async def test_the_status_is_shown_and_refreshed(desk: Desk) -> None:
    calls = await desk.says("/status")
    assert "🟢 <b>Petition Alerts 1.2</b>" in said(calls)[0]
    desk.status = replace(STATUS, writable=False)
    calls = await desk.presses(row(calls)[0]["callback_data"])
    assert [call.method for call in calls] == ["editMessageText", "answerCallbackQuery"]
    assert "🔴 Database: can’t be written" in said(calls)[0]


async def test_statistics_are_shown(desk: Desk, storage: Storage) -> None:
    await follower(storage, await stored_petition(storage, 700143), ADA)
    page, growth = await desk.says("/stats")
    text = page.parameters["text"]
    assert "Private chats: <b>2</b>" in text
    assert "1 · <a href=" in text
    assert growth.method == "sendPhoto"
    assert "New chats: 1, today 1" in growth.parameters["caption"]


class TestBans:
    async def test_who_is_banned_is_answered_nothing_anywhere(self, desk: Desk) -> None:
        assert await ada_says(desk)
        assert "is answered nothing" in await desk.answer_to(f"/ban {ADA} floods")
        assert desk.recalled == [ADA]
        assert await ada_says(desk) == await ada_says(desk, "/list") == await ada_says(desk, "words") == []
        assert await desk.presses("1:l:1", chat=ADA, user=ADA, extra=private(ADA)) == []
        assert await desk.says("/help", chat=GROUP, user=ADA) == []
        assert await desk.presses("1:l:1", chat=GROUP, user=ADA) == []
        assert await desk.says("/help", chat=GROUP, user=9)
        assert "is answered again" in await desk.answer_to(f"/unban {ADA}")
        assert await ada_says(desk)

    async def test_a_banned_group_is_not_greeted_when_it_takes_the_bot_in_again(self, desk: Desk) -> None:
        await desk.says(f"/ban {GROUP}")
        group = {"id": GROUP, "type": "supergroup", "title": "Group"}
        bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
        came = {
            "chat": group,
            "from": {"id": 9, "is_bot": False, "first_name": "Bea"},
            "date": 1,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": "member", "user": bot},
        }
        assert await desk.feed(my_chat_member=came) == []
        await desk.says(f"/unban {GROUP}")
        assert len(await desk.feed(my_chat_member=came)) == 1

    async def test_a_group_that_moves_stays_banned(self, desk: Desk, storage: Storage) -> None:
        await storage.chats.ensure(-55, ChatKind.GROUP, NOW)
        await desk.says("/ban -55")
        service = message("", chat=-55) | {"migrate_to_chat_id": GROUP}
        del service["text"]
        assert await desk.feed(message=service) == []
        assert await desk.says("/help", chat=GROUP) == []

    async def test_operators_cannot_be_banned(self, desk: Desk, storage: Storage) -> None:
        assert "can’t be banned" in await desk.answer_to(f"/ban {PRIVATE}")
        (call,) = await desk.presses(encode(Ban(chat=PRIVATE, banned=True)))
        assert "can’t be banned" in call.parameters["text"]
        assert await storage.bans.all() == {}

    @pytest.mark.parametrize("text", ["/ban", "/ban ada", "/ban 0", "/unban", "/unban x", "/chat", "/chat x", "/limit"])
    async def test_without_an_id_it_is_said_how(self, desk: Desk, text: str) -> None:
        assert f"{text.split(maxsplit=1)[0]} " in await desk.answer_to(text)


class TestChats:
    async def test_a_chat_is_shown_and_banned_and_unbanned_by_button(self, desk: Desk, storage: Storage) -> None:
        await follower(storage, await stored_petition(storage), ADA)
        calls = await desk.says(f"/chat {ADA}")
        assert "Follows: 1 of at most 200" in said(calls)[0]
        assert labels(calls[0]) == ["🚫 Ban", "📄 Send me everything"]
        calls = await desk.presses(row(calls)[0]["callback_data"])
        assert "Banned since" in said(calls)[0]
        assert set(await storage.bans.all()) == {ADA}
        calls = await desk.presses(row(calls)[0]["callback_data"])
        assert labels(calls[0])[0] == "🚫 Ban"
        assert await storage.bans.all() == {}

    async def test_everything_kept_about_a_chat_comes_as_a_file(self, desk: Desk, storage: Storage) -> None:
        await ada_says(desk)
        calls = await desk.presses(encode(ExportChat(chat=ADA)))
        assert calls[0].method == "sendDocument"
        kept = await storage.chats.export(ADA)
        assert json.loads(json.dumps(kept))["telegram_id"] == ADA
        calls = await desk.presses(encode(ExportChat(chat=99)))
        assert "Nothing is known of 99" in said(calls)[0]

    async def test_somebody_unknown_can_be_banned_from_the_page_too(self, desk: Desk, storage: Storage) -> None:
        calls = await desk.says("/chat 99")
        assert "Nothing is known of 99" in said(calls)[0]
        calls = await desk.presses(row(calls)[0]["callback_data"])
        assert "99 is banned" in said(calls)[0]
        assert labels(calls[0]) == ["Unban"]

    async def test_limits_are_set_shown_and_taken_back(self, desk: Desk) -> None:
        await ada_says(desk)
        assert "may follow 500 petitions" in await desk.answer_to(f"/limit {ADA} follows 500")
        assert "may watch 0 kinds" in await desk.answer_to(f"/limit {ADA} watches 0")
        shown = await desk.answer_to(f"/chat {ADA}")
        assert "Follows: 0 of at most 500" in shown
        assert "Watches: 0 of at most 0" in shown
        assert "as much as every chat" in await desk.answer_to(f"/limit {ADA} usual")
        assert "of at most 200" in await desk.answer_to(f"/chat {ADA}")
        assert "may follow 2,000" in await desk.answer_to(f"/limit {ADA} follows 9999")
        assert "Nothing is known of 99" in await desk.answer_to("/limit 99 usual")

    @pytest.mark.parametrize("text", ["follows", "follows x", "follows -1", "alerts 5", "usual 5", ""])
    async def test_other_limits_are_not_understood(self, desk: Desk, text: str) -> None:
        assert "what is limited" in await desk.answer_to(f"/limit {ADA} {text}")


async def give_up_one(storage: Storage, state: MessageState = MessageState.REJECTED) -> None:
    place = Place(chat=(await storage.chats.ensure(ADA, ChatKind.PRIVATE, NOW)).id)
    await storage.messages.queue(queued(place, due_at=NOW))
    [one] = await claimed(storage, NOW)
    await storage.messages.settle([Settlement(message=one.id, state=state, at=NOW)])


class TestResending:
    @pytest.mark.parametrize(
        ("text", "state"), [("rejected", "rejected"), ("uncertain", "uncertain"), ("1", "rejected")]
    )
    async def test_a_button_sends_again_once(self, desk: Desk, storage: Storage, text: str, state: str) -> None:
        assert "nothing to send again" in await desk.answer_to(f"/resend {text}")
        await give_up_one(storage, MessageState(state))
        calls = await desk.says(f"/resend {text}")
        assert "One message can be sent again" in said(calls)[0]
        assert ("gets it a second time" in said(calls)[0]) is (text != "rejected")
        data = row(calls)[0]["callback_data"]
        assert "One message is in the queue again" in said(await desk.presses(data))[0]
        assert "Nothing was left" in said(await desk.presses(data))[0]
        assert len(await claimed(storage, NOW)) == 1

    async def test_what_was_set_aside_is_found_by_both_words(self, desk: Desk) -> None:
        assert "nothing to send again" in await desk.answer_to("/resend Set aside")
        assert "/resend uncertain" in await desk.answer_to("/resend everything")


class TestSwitches:
    async def test_a_site_is_switched_off_and_on(self, desk: Desk, storage: Storage) -> None:
        assert "🟢 uk: is watched" in await desk.answer_to("/site")
        assert "asked nothing from now on" in await desk.answer_to("/site UK off")
        assert desk.switches.off_since(Site.UK) == NOW
        assert "🟡 uk: switched off since" in await desk.answer_to("/site")
        assert "watched again" in await desk.answer_to("/site uk on")
        assert await storage.switches.all() == {}

    @pytest.mark.parametrize("text", ["mars off", "uk", "uk maybe"])
    async def test_what_is_no_site_or_no_state_switches_nothing(self, desk: Desk, storage: Storage, text: str) -> None:
        assert "Send /site" in await desk.answer_to(f"/site {text}")
        assert await storage.switches.all() == {}

    @pytest.mark.parametrize(("text", "notice"), [("on", "A planned break"), ("off", "We are back")])
    async def test_maintenance_drafts_a_service_notice_and_sends_nothing(
        self, desk: Desk, storage: Storage, text: str, notice: str
    ) -> None:
        await ada_says(desk)
        calls = await desk.says(f"/maintenance {text}")
        preview, done, page = said(calls)
        assert notice in preview
        assert "not sent yet" in page
        assert "Alerts" in done
        assert (desk.switches.maintenance_since is not None) is (text == "on")
        broadcast = await storage.broadcasts.get(BroadcastId(1))
        assert broadcast is not None
        assert broadcast.draft.announcement is Announcement.SERVICE
        assert await claimed(storage, NOW + timedelta(days=1)) == []

    async def test_the_state_of_maintenance_is_told(self, desk: Desk) -> None:
        assert "Alerts go out." in await desk.answer_to("/maintenance")
        await desk.says("/maintenance on")
        assert "Alerts wait since" in await desk.answer_to("/maintenance perhaps")
