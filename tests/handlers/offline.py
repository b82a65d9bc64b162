"""The real library without a network: a back end that notes every call and answers as Telegram would.

Handlers are also fed updates that no Telegram would send, in answer to messages that were never there; the sandbox's
Telegram refuses both. Where it does not matter its own objects answer.
"""

import itertools
import json
from dataclasses import dataclass, field

from telegram.request import BaseRequest, RequestData

from sandbox.telegram.errors import ApiError, Json
from sandbox.telegram.people import Member, MemberStatus, User

BOT_NAME = "petition_test_bot"
_BOT = {"id": 99, "is_bot": True, "first_name": "Petition Alerts", "username": BOT_NAME}

CHANNEL: Json = {
    "type": "channel",
    "title": "C",
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the Bot API."""

    method: str
    parameters: Json
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class OfflineTelegram(BaseRequest):
    """Answers every method that the bot uses.

    `refusals` holds errors for the next call of a method, `members` what people are, `posting` who may post as admin,
    `kinds` which chats are no channels.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refusals: dict[str, ApiError] = {}
        self.members: dict[int, str] = {}
        self.posting: set[int] = set()
        self.kinds: dict[object, str] = {}
        self._message_ids = itertools.count(5_000)

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    def refuse(self, method: str, code: int, description: str, **parameters: int) -> None:
        """Answer the next call of a method with an error."""
        self.refusals[method] = ApiError(code, description, parameters)

    def made(self, *methods: str) -> list[Call]:
        """Return the calls of these methods, or all but those that only introduce the bot."""
        return [call for call in self.calls if (call.method in methods if methods else call.method != "getMe")]

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: object, **_more: object
    ) -> tuple[int, bytes]:
        call = _read(url, request_data)
        self.calls.append(call)
        if call.method in self.refusals:
            refusal = self.refusals.pop(call.method)
            return refusal.code, json.dumps(refusal.payload()).encode()
        return 200, json.dumps({"ok": True, "result": self._result(call)}).encode()

    def _result(self, call: Call) -> Json | bool:
        match call.method:
            case "getMe":
                return _BOT
            case "getChat":
                chat = call.parameters["chat_id"]
                return CHANNEL | {"id": chat, "type": self.kinds.get(chat, "channel")}
            case "getChatMember":
                user = User(call.parameters["user_id"], "P")
                rights = frozenset({"can_post_messages"}) if user.id in self.posting else frozenset()
                member = Member(user, MemberStatus(self.members.get(user.id, "member")), rights)
                return member.as_json(channel=True)
            case (
                "sendMessage"
                | "sendPhoto"
                | "copyMessage"
                | "sendDocument"
                | "editMessageText"
                | "editMessageMedia"
                | "editMessageReplyMarkup"
            ):
                chat = {"id": call.parameters["chat_id"], "type": "private"}
                number = next(self._message_ids)
                ids = {"message_id": number}
                if "ephemeral_message_parameters" in call.parameters:
                    ids = {"message_id": 0, "ephemeral_message_id": number}
                photo = {"photo": [{"file_id": f"photo-{number}"}]} if "photo" in call.files else {}
                return {**ids, **photo, "date": 1, "chat": chat, "from": _BOT}
            case (
                "answerCallbackQuery"
                | "editEphemeralMessageText"
                | "editEphemeralMessageMedia"
                | "editEphemeralMessageReplyMarkup"
            ):
                return True
            case unknown:
                raise AssertionError(f"{unknown} was not expected")


def _read(url: str, data: RequestData | None) -> Call:
    parameters = dict(data.parameters) if data else {}
    files = {
        name: (str(part[0]), part[1] if isinstance(part[1], bytes) else part[1].read())
        for name, part in (data.multipart_data.items() if data and data.contains_files else ())
    }
    return Call(method=url.rpartition("/")[2], parameters=parameters, files=files)
