"""Every cell of the table of rights, with every command and button that belongs there."""

import pytest

from delivery.chats import ChatKind
from petitions.follows import ChatId, Place
from petitions.kinds import Group
from petitions.petition import Site
from petitions.streams import SiteStream, Stream, Subscription
from sandbox.telegram.errors import Json
from tests.handlers.conftest import ANONYMOUS, FORUM, GROUP, PRIVATE, Desk, message
from tests.handlers.fakes import NOW, ref
from tests.handlers.offline import Call
from tests.handlers.rights_table import PAGE, How, Outcome, Where, Who, cells, page

CHANNEL, SOMEBODY, TOPIC = -1009, 8, 5
PLACES = {
    Where.PRIVATE: Place(chat=ChatId(PRIVATE)),
    Where.GROUP: Place(chat=ChatId(GROUP)),
    Where.TOPIC: Place(chat=ChatId(FORUM), thread=TOPIC),
    Where.CHANNEL: Place(chat=ChatId(CHANNEL)),
}
USES = {
    How.FOLLOWING_COMMAND: ["/follow 1", "/unfollow 1", "/unfollow", "/watch new", "/here 1", "/start f_uk_1"],
    How.SETTING_COMMAND: [
        "/mydata",
        "/deleteme",
        "/scoreboard",
        "/scoreboard off",
        "/signature Us",
        "/alerts edits on",
    ],
    How.SHOWING_COMMAND: [
        "/list",
        "/watch",
        "/channels",
        "/settings",
        "/alerts",
        "/petition 1",
        "/chart 1",
        "/search lidos",
        "/help",
        "/privacy",
        "/start",
    ],
    How.FOLLOWING_BUTTON: [
        "1:f:uk:1",
        "1:g:uk:1",
        "1:a:uk:1",
        "1:u:uk:1",
        "1:v:uk:1",
        "1:m:uk:1",
        "1:n:uk:1",
        "1:x:1",
        "1:t:1:x",
        "1:o:uk:re",
        "1:e:uk:re",
        "1:k:uk:re:25",
        "1:b:uk:re:1",
        "1:i:uk:re:1:health",
        "1:j:uk:re:1:health",
    ],
    How.SETTING_BUTTON: [
        "1:d:yes",
        "1:d:no",
        "1:A:members",
        "1:A:admins",
        "1:E:edits:on",
        "1:p:-1008",
        "1:y:-1008",
        "1:z:-1008",
        "1:q:-1008",
        "1:S:-1008",
        "1:F:-1008",
        "1:V:-1008",
        "1:W:-1008",
        "1:P:-1008:5",
        "1:X:-1008:5",
    ],
    How.SHOWING_BUTTON: [
        "1:c:uk:1",
        "1:r:uk:1",
        "1:l:1",
        "1:s:1:lidos",
        "1:w:all",
        "1:w:uk:re",
        "1:h:all",
        "1:h:-1008",
    ],
}
POSTED = {
    "/signature Us",
    "/alerts",
    "/alerts edits on",
    "/scoreboard",
    "/scoreboard off",
    "/follow 1",
    "/unfollow 1",
    "/unfollow",
    "/list",
    "/watch",
    "/watch new",
}
"""The commands that have a place in channels."""

RESPONSES = SiteStream(site=Site.UK, stream=Stream.RESPONSE)
STATUSES = {
    Who.OWNER: "creator",
    Who.ADMIN: "administrator",
    Who.SILENT_ADMIN: "administrator",
    Who.ANONYMOUS: "administrator",
    Who.RESTRICTED: "restricted",
    Who.LEFT: "left",
    Who.STRANGER: "left",
}
SENDERS: dict[Who, Json] = {
    Who.ANONYMOUS: {"from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group"}},
    Who.OTHER_CHANNEL: {
        "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
        "sender_chat": {"id": -1007, "type": "channel", "title": "Another"},
    },
    Who.LINKED_CHANNEL: {
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": {"id": CHANNEL, "type": "channel", "title": "C"},
        "is_automatic_forward": True,
    },
    Who.OTHER_BOT: {"from": {"id": 55, "is_bot": True, "first_name": "Bot"}},
}


@pytest.mark.parametrize(("where", "who", "how", "outcome"), cells(), ids=str)
async def test_rights(desk: Desk, where: Where, who: Who, how: How, outcome: Outcome) -> None:
    desk.site.add(1)
    desk.telegram.members = {SOMEBODY: STATUSES.get(who, "member")}
    desk.telegram.posting = {SOMEBODY} if who is Who.ADMIN else set()
    place = PLACES[where]
    for use in USES[how]:
        if where is Where.CHANNEL and use.startswith("/") and use not in POSTED:
            continue
        desk.following.follows = {(place, ref(1)): False}
        desk.subscriptions.all = {(place, RESPONSES): Subscription(place=place, of=RESPONSES, since=NOW)}
        before = dict(desk.subscriptions.all)
        desk.chats.known[place.chat] = ChatKind.CHANNEL if where is Where.CHANNEL else ChatKind.SUPERGROUP
        desk.preferences.choices = {}
        desk.chats.letting = {place.chat} if who is Who.LET_MEMBER else set()
        desk.seconds += 60
        calls = await _use(desk, where, who, use)
        answers = [call for call in calls if call.method not in {"getMe", "getChatMember"}]
        refused = any("Only the admins" in str(call.parameters.get("text")) for call in answers)
        assert (outcome is Outcome.IGNORED) == (not answers), use
        assert (outcome is Outcome.REFUSED) == refused, use
        if "edits" in use:
            assert desk.preferences.choices == ({place: {Group.EDITS: True}} if outcome is Outcome.DONE else {})
        if outcome is not Outcome.DONE or how not in {How.FOLLOWING_COMMAND, How.FOLLOWING_BUTTON}:
            assert desk.following.follows == {(place, ref(1)): False}, use
            assert desk.subscriptions.all == before, use
        elif use.startswith(("1:o", "1:e", "1:k", "1:i", "/watch")) and use != "1:o:uk:re":
            assert desk.subscriptions.all != before, use
        elif use in {"/unfollow 1", "1:u:uk:1", "1:v:uk:1"}:
            assert desk.following.follows == {}, use


def test_the_page_shows_this_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.handlers.rights_table writes it anew"


async def _use(desk: Desk, where: Where, who: Who, use: str) -> list[Call]:
    extra = _in(where)
    if not use.startswith("/"):
        return await desk.presses(use, chat=PLACES[where].chat, user=SOMEBODY, extra=extra)
    written = message(use, chat=PLACES[where].chat, user=SOMEBODY, extra=extra | SENDERS.get(who, {}))
    if who is Who.ANONYMOUS:
        written["sender_chat"] = written["chat"]
    if who is Who.POST:
        del written["from"]
        return await desk.feed(channel_post=written | {"sender_chat": written["chat"]})
    return await desk.feed(message=written)


def _in(where: Where) -> Json:
    match where:
        case Where.TOPIC:
            return {"message_thread_id": TOPIC, "is_topic_message": True}
        case Where.CHANNEL:
            return {"chat": {"id": CHANNEL, "type": "channel", "title": "C"}}
        case _:
            return {}
