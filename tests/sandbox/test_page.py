"""The page over HTTP, with the world behind it and no bot: the bot's part is played by requests to the Bot API."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, FormData, web
from aiohttp.test_utils import TestServer

from sandbox.page.application import STATIC, Page
from sandbox.parliament.happenings import Happening
from sandbox.telegram.local import serve
from sandbox.world import TOKEN, SandboxWorld, invented_world

Json = dict[str, Any]
HEDGEHOGS = 750101
BUTTONS = {"inline_keyboard": [[{"text": "Refresh", "callback_data": "1:refresh"}]]}


class HeldMonotonic:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class News:
    """What an open page is told."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self, event: str, fits: Callable[[Json], bool] = lambda _: True) -> Json:
        """The next news of that kind that fits; whatever comes before is passed over."""
        while line := await self._response.content.readline():
            if line.startswith(b"data: "):
                news: Json = json.loads(line[6:])
                if news["event"] == event and fits(news):
                    return news
        raise AssertionError(f"the stream ended before {event}")


class Visitor:
    """Somebody with a browser, and the bot on the other side."""

    def __init__(
        self, session: ClientSession, page: str, telegram: str, world: SandboxWorld, changes: list[str]
    ) -> None:
        self.session = session
        self.page = page
        self.telegram = telegram
        self.world = world
        self.you = world.chats.you.id
        self.changes = changes

    @asynccontextmanager
    async def open(self) -> AsyncIterator[News]:
        async with self.session.get(f"{self.page}/sandbox/events") as response:
            assert response.status == 200
            yield News(response)

    async def ask(self, what: str, /, **asked: object) -> Json:
        async with self.session.post(f"{self.page}/sandbox/{what}", json=asked) as response:
            assert response.status == 200, await response.text()
            answer: Json = await response.json()
            return answer

    async def refused(self, what: str, /, **asked: object) -> str:
        async with self.session.post(f"{self.page}/sandbox/{what}", json=asked) as response:
            assert response.status in {404, 409}
            return str((await response.json())["error"])

    async def bot(self, method: str, **params: object) -> Json:
        async with self.session.post(f"{self.telegram}/bot{TOKEN}/{method}", json=params) as response:
            result: Json = (await response.json())["result"]
            return result

    async def updates(self) -> list[Json]:
        async with self.session.post(f"{self.telegram}/bot{TOKEN}/getUpdates") as response:
            updates: list[Json] = (await response.json())["result"]
            return updates


@pytest.fixture
def monotonic() -> HeldMonotonic:
    return HeldMonotonic()


@pytest.fixture
async def visitor(monotonic: HeldMonotonic) -> AsyncIterator[Visitor]:
    world = invented_world(monotonic)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        telegram = await stack.enter_async_context(serve(world.telegram))
        changes: list[str] = []
        page = Page(world=world, site_url="http://127.0.0.1:1", on_change=lambda: changes.append("changed"))
        address = await stack.enter_async_context(_served(page.application("127.0.0.1")))
        world.telegram.start(world.chats.you)
        yield Visitor(session, address, telegram, world, changes)


@asynccontextmanager
async def _served(application: web.Application) -> AsyncIterator[str]:
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_a_new_page_is_told_everything_at_once(visitor: Visitor) -> None:
    async with visitor.open() as news:
        told = await news.next("Everything")
    assert [(chat["type"], chat["title"], chat["bot"]) for chat in told["chats"]] == [
        ("private", "Petition Alerts", "member"),
        ("group", "Village Hall", "member"),
        ("supergroup", "Green Lanes", "member"),
        ("channel", "Parish News", "administrator"),
    ]
    assert [topic["title"] for topic in told["chats"][2]["topics"]] == ["Petitions", "Tea and cake"]
    assert told["petitions"]["invitation"] == {"petition": HEDGEHOGS, "what": "reaches 10,000 signatures"}
    assert {line["id"] for line in told["petitions"]["lines"]} >= {750101, 750301}
    assert told["faults"] == {"site": "none", "telegram": False, "flood_control": "L"}


async def test_topics_are_numbered_after_the_general_one(visitor: Visitor) -> None:
    async with visitor.open() as news:
        forum = (await news.next("Everything"))["chats"][2]
    assert [topic["id"] for topic in forum["topics"]] == [2, 3]
    sent = await visitor.bot("sendMessage", chat_id=forum["id"], text="Hello", message_thread_id=2)
    assert sent["message_thread_id"] == 2


async def test_what_is_typed_reaches_the_bot_and_the_page(visitor: Visitor) -> None:
    async with visitor.open() as news:
        await visitor.ask("say", chat=visitor.you, user=visitor.you, text="/follow 750101")
        shown = await news.next("MessageSent", lambda event: not event["by_bot"])
    assert shown["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
    updates = await visitor.updates()
    assert [update["message"]["text"] for update in updates if "text" in update.get("message", {})][1:] == [
        "/follow 750101"
    ]


async def test_a_message_of_the_bot_arrives_without_asking_and_so_does_its_edit(visitor: Visitor) -> None:
    async with visitor.open() as news:
        sent = await visitor.bot("sendMessage", chat_id=visitor.you, text="<b>Hello</b>", parse_mode="HTML")
        shown = await news.next("MessageSent", lambda event: event["by_bot"])
        await visitor.bot("editMessageText", chat_id=visitor.you, message_id=sent["message_id"], text="Good evening")
        edited = await news.next("MessageEdited")
    assert (shown["message"]["text"], shown["by_bot"]) == ("Hello", True)
    assert (edited["message"]["text"], edited["edited"]) == ("Good evening", True)


async def test_a_page_that_comes_later_sees_the_earlier_messages(visitor: Visitor) -> None:
    await visitor.bot("sendMessage", chat_id=visitor.you, text="Before", disable_notification=True)
    async with visitor.open() as news:
        told = await news.next("Everything")
    mine = [message for message in told["messages"] if message["chat_id"] == visitor.you]
    assert [(message["message"]["text"], message["silent"]) for message in mine] == [
        ("/start", False),
        ("Before", True),
    ]


async def test_other_peoples_private_chats_are_not_shown(visitor: Visitor) -> None:
    sam = visitor.world.chats.sam
    async with visitor.open() as news:
        visitor.world.telegram.start(sam)
        await visitor.bot("sendMessage", chat_id=sam.id, text="For Sam alone")
        await visitor.bot("sendMessage", chat_id=visitor.you, text="For you")
        shown = await news.next("MessageSent", lambda event: event["by_bot"])
    assert shown["message"]["text"] == "For you"


async def test_a_pressed_button_reaches_the_bot_and_its_answer_the_page(visitor: Visitor) -> None:
    sent = await visitor.bot("sendMessage", chat_id=visitor.you, text="A card", reply_markup=BUTTONS)
    async with visitor.open() as news:
        await visitor.ask("press", chat=visitor.you, message=sent["message_id"], data="1:refresh", user=visitor.you)
        query = next(u["callback_query"] for u in await visitor.updates() if "callback_query" in u)
        await visitor.bot("answerCallbackQuery", callback_query_id=query["id"], text="Up to date", show_alert=True)
        answered = await news.next("CallbackAnswered")
    assert query["data"] == "1:refresh"
    assert (answered["message_id"], answered["text"], answered["is_alert"]) == (sent["message_id"], "Up to date", True)


async def test_a_button_that_is_not_there_is_refused_in_words(visitor: Visitor) -> None:
    sent = await visitor.bot("sendMessage", chat_id=visitor.you, text="A card", reply_markup=BUTTONS)
    reason = await visitor.refused(
        "press", chat=visitor.you, message=sent["message_id"], data="other", user=visitor.you
    )
    assert "no button" in reason.lower()


async def test_time_is_held_until_the_page_is_first_opened(visitor: Visitor, monotonic: HeldMonotonic) -> None:
    before = visitor.world.clock.now()
    monotonic.seconds += 100
    assert visitor.world.clock.now() == before
    async with visitor.open() as news:
        await news.next("Everything")
    monotonic.seconds += 6
    assert (visitor.world.clock.now() - before).total_seconds() == 3600


async def test_opening_another_page_does_not_end_a_pause(visitor: Visitor) -> None:
    async with visitor.open() as news:
        await news.next("Everything")
        await visitor.ask("clock", paused=True)
    async with visitor.open() as news:
        assert (await news.next("Everything"))["clock"]["paused"]


async def test_the_clock_is_hurried_held_and_moved_on(visitor: Visitor) -> None:
    async with visitor.open() as news:
        began = (await news.next("Everything"))["clock"]["now"]
        await visitor.ask("clock", paused=True)
        assert (await news.next("Clock"))["paused"]
        await visitor.ask("clock", paused=False, speed=3600, jump_seconds=86_400)
        moved = await news.next("Clock", lambda clock: not clock["paused"])
    assert (moved["now"] - began, moved["speed"]) == (86_400_000, 3600)
    assert visitor.changes == ["changed", "changed"]


@pytest.mark.parametrize("asked", [{"jump_seconds": -1}, {"speed": 0}, {"speed": "fast"}, {"backwards": True}])
async def test_a_request_that_makes_no_sense_is_refused(visitor: Visitor, asked: Json) -> None:
    assert next(iter(asked)) in (await visitor.refused("clock", **asked)).lower()


async def test_something_made_to_happen_shows_at_once(visitor: Visitor) -> None:
    async with visitor.open() as news:
        before = _line(await news.next("Petitions"), HEDGEHOGS)
        await visitor.ask("happen", petition=HEDGEHOGS, what="sign_1000")
        after = _line(await news.next("Petitions", lambda told: _line(told, HEDGEHOGS) != before), HEDGEHOGS)
    assert after["count"] == before["count"] + 1000


async def test_what_happens_to_all_petitions_happens_to_those_it_can_happen_to(visitor: Visitor) -> None:
    async with visitor.open() as news:
        await visitor.ask("happen", petition=None, what="close")
        told = await news.next("Petitions", lambda told: _line(told, HEDGEHOGS)["state"] == "closed")
    assert {line["state"] for line in told["lines"]} >= {"closed", "rejected", "sponsored"}
    assert "open" not in {line["state"] for line in told["lines"]}


async def test_what_cannot_happen_is_refused_in_words(visitor: Visitor) -> None:
    assert "cannot happen" in await visitor.refused("happen", petition=HEDGEHOGS, what="withdraw_response")
    assert await visitor.refused("happen", petition=1, what="respond")


async def test_a_blocked_bot_may_not_write_and_the_page_knows(visitor: Visitor) -> None:
    async with visitor.open() as news:
        await visitor.ask("chat", chat=visitor.you, action="block")
        assert (await news.next("Chat"))["bot"] == "kicked"
        reason = await visitor.refused("say", chat=visitor.you, user=visitor.you, text="Hello?")
        await visitor.ask("chat", chat=visitor.you, action="unblock")
        assert (await news.next("Chat", lambda chat: chat["bot"] == "member"))["id"] == visitor.you
    assert "blocked" in reason


async def test_a_message_is_answered_and_a_channel_picked(visitor: Visitor) -> None:
    channel = visitor.world.chats.channel
    await visitor.ask("say", chat=visitor.you, user=visitor.you, text="Hello")
    number = visitor.world.telegram.messages(visitor.you)[-1].message_id
    await visitor.ask("say", chat=visitor.you, user=visitor.you, text="Hello again", reply_to=number)
    await visitor.ask("chat", chat=channel.id, action="share")
    answer, picked = (update["message"] for update in (await visitor.updates())[-3:] if "message" in update)
    assert answer["reply_to_message"]["text"] == "Hello"
    assert picked["chat_shared"] == {"request_id": 1, "chat_id": channel.id}


async def test_the_bot_is_removed_from_a_group_and_added_again(visitor: Visitor) -> None:
    group = visitor.world.chats.group.id
    async with visitor.open() as news:
        await visitor.ask("chat", chat=group, action="kick")
        assert (await news.next("Chat", lambda chat: chat["id"] == group))["bot"] == "kicked"
        await visitor.ask("chat", chat=group, action="add")
        await visitor.ask("chat", chat=group, action="promote")
        assert await news.next("Chat", lambda chat: chat["bot"] == "administrator")


async def test_an_upgraded_group_points_to_where_it_goes_on(visitor: Visitor) -> None:
    group = visitor.world.chats.group.id
    async with visitor.open() as news:
        await visitor.ask("chat", chat=group, action="upgrade")
        old = await news.next("Chat", lambda chat: chat["migrated_to"] is not None)
    assert old["id"] == group
    assert old["speakers"] == []
    assert visitor.world.telegram.chat(old["migrated_to"]).name == "Village Hall"


async def test_you_speak_as_yourself_as_the_group_or_as_sam(visitor: Visitor) -> None:
    async with visitor.open() as news:
        chats = (await news.next("Everything"))["chats"]
    roles = [[speaker["role"] for speaker in chat["speakers"]] for chat in chats]
    member = ["admin", "anonymous admin", "member"]
    assert roles == [[""], member, member, ["channel"]]


async def test_the_command_menu_is_that_of_the_chat(visitor: Visitor) -> None:
    await visitor.bot(
        "setMyCommands",
        commands=[{"command": "list", "description": "What is followed here"}],
        scope={"type": "all_group_chats"},
    )
    group = visitor.world.chats.group.id
    found = []
    for chat in (visitor.you, group):
        address = f"{visitor.page}/sandbox/commands?chat={chat}"
        async with visitor.session.get(address) as response:
            found.append([command["command"] for command in await response.json()])
    assert found == [[], ["list"]]


async def test_a_document_is_downloaded_and_never_opened_in_place(visitor: Visitor) -> None:
    form = FormData({"chat_id": str(visitor.you)})
    form.add_field("document", b"<script>alert(1)</script>", filename="data.html", content_type="text/html")
    async with visitor.session.post(f"{visitor.telegram}/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]
    async with visitor.session.get(f"{visitor.page}/sandbox/files/{sent['document']['file_id']}") as response:
        assert await response.read() == b"<script>alert(1)</script>"
        assert response.headers["Content-Disposition"] == 'attachment; filename="data.html"'
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_site_fails_while_its_fault_is_on(visitor: Visitor) -> None:
    async with visitor.open() as news:
        await visitor.ask("faults", site="unavailable")
        assert (await news.next("Faults"))["site"] == "unavailable"
        async with visitor.world.site.serve() as site, visitor.session.get(f"{site}/petitions.json") as response:
            assert response.status == 503
        await visitor.ask("faults", site="none")
        assert await news.next("Faults", lambda faults: faults["site"] == "none")


async def test_telegram_refuses_as_many_messages_as_asked(visitor: Visitor) -> None:
    await visitor.ask("faults", telegram="too_many", times=2, flood_control="none")
    statuses = []
    for _ in range(3):
        address = f"{visitor.telegram}/bot{TOKEN}/sendMessage"
        async with visitor.session.post(address, json={"chat_id": visitor.you, "text": "Hello"}) as response:
            statuses.append(response.status)
    assert statuses == [429, 429, 200]


async def test_refusals_that_were_not_met_are_forgotten_on_request(visitor: Visitor) -> None:
    await visitor.ask("faults", telegram="broken", times=5)
    await visitor.ask("faults", clear_telegram=True)
    assert (await visitor.bot("sendMessage", chat_id=visitor.you, text="Hello"))["text"] == "Hello"


@pytest.mark.parametrize("asked", [{"site": "on fire"}, {"flood_control": "Q"}, {"telegram": "sulks"}])
async def test_an_unknown_fault_is_refused(visitor: Visitor, asked: Json) -> None:
    assert await visitor.refused("faults", **asked)


async def test_other_peoples_pages_can_ask_for_nothing(visitor: Visitor) -> None:
    # A form or a plain request of another site comes without being asked about first; JSON does not.
    body = json.dumps({"paused": True})
    headers = {"Content-Type": "text/plain"}
    async with visitor.session.post(f"{visitor.page}/sandbox/clock", data=body, headers=headers) as response:
        assert response.status == 415


@pytest.mark.parametrize("name", ["..%2F..%2Fapplication.py", "missing.js", "..%5Cviews.py", "."])
async def test_only_the_pages_own_files_are_served(visitor: Visitor, name: str) -> None:
    async with visitor.session.get(f"{visitor.page}/static/{name}") as response:
        assert response.status == 404


async def test_the_page_allows_itself_nothing_from_elsewhere(visitor: Visitor) -> None:
    async with visitor.session.get(visitor.page) as response:
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: str(file.name))
def test_no_file_of_the_page_parses_html_or_loads_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert not re.search(r"(?:src|href|url\(|import|from)\W{1,3}https?://", text)


@pytest.mark.parametrize("what", Happening)
def test_everything_that_can_happen_has_words_under_a_subject(what: Happening) -> None:
    words = (STATIC / "petitions.js").read_text(encoding="utf-8").partition("const STATES")[0]
    assert len(re.findall(rf"^    {what.value}: \"", words, re.MULTILINE)) == 1


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.js")), ids=lambda file: str(file.name))
def test_every_module_of_the_page_finds_what_it_imports(file: Path) -> None:
    for names, other in re.findall(r'import \{([^}]+)\} from "\./([^"]+)"', file.read_text(encoding="utf-8")):
        source = (STATIC / other).read_text(encoding="utf-8")
        for name in (each.strip() for each in names.split(",") if each.strip()):
            assert re.search(rf"export (?:async )?(?:function|const|class) {name}\b", source), f"{name} of {other}"


def _line(told: Json, petition: int) -> Json:
    line: Json = next(line for line in told["lines"] if line["id"] == petition)
    return line
