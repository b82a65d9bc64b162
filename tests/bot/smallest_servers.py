"""The least of a Bot API and of a petition site that the bot can live on, written from their documentation alone."""

import itertools
import json
import re
import time
from email.utils import format_datetime
from typing import Any

from benchmarks.bare_server import Reply
from bot.clock import wall_clock

Json = dict[str, Any]

NUMBER = 700_001
PERSON = 5_001


class SmallestTelegram:
    """Knows five methods by their exact names, holds no poll open and answers with the required fields only."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.polls = 0
        self._updates: list[Json] = []
        self._ids = itertools.count(1)

    def says(self, text: str) -> None:
        """Let somebody send a command."""
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
        message = self._message() | {
            "from": {"id": PERSON, "is_bot": False, "first_name": "A"},
            "text": text,
            "entities": [entity],
        }
        self._updates.append({"update_id": next(self._ids), "message": message})

    def answer(self, method: str, call: Json, reply: Reply) -> None:
        match method:
            case "getMe":
                result: object = {"id": 1, "is_bot": True, "first_name": "B", "username": "a_bot"}
            case "getUpdates":
                self.polls += 1
                self._updates = [each for each in self._updates if each["update_id"] >= call.get("offset", 0)]
                result = self._updates
            case "sendMessage":
                self.texts.append(call["text"])
                result = self._message()
            case "answerCallbackQuery" | "editMessageText":
                result = True
            case _:
                reply(404, b'{"ok": false, "error_code": 404, "description": "Not Found"}')
                return
        reply(200, json.dumps({"ok": True, "result": result}).encode())

    def _message(self) -> Json:
        return {
            "message_id": next(self._ids),
            "date": int(wall_clock().timestamp()),
            "chat": {"id": PERSON, "type": "private"},
        }


class SmallestSite:
    """Serves one petition: its document and, as an older site did, its bare count. There are no lists."""

    def __init__(self) -> None:
        self.counts_read: list[float] = []
        self._response: Json | None = None
        self._signatures = 950
        self._changed = wall_clock()

    def sign(self, signatures: int) -> None:
        self._signatures, self._changed = signatures, wall_clock()

    def respond(self, summary: str) -> None:
        self._changed = wall_clock()
        self._response = {"summary": summary, "details": "", "created_at": self._changed.isoformat()}

    def answer(self, path: str, request: bytes, reply: Reply) -> None:
        """Answer with the time of the last change cut to ten seconds, as the real site does."""
        attributes = {
            "action": "Mend the clock",
            "state": "open",
            "signature_count": self._signatures,
            "government_response": self._response,
        }
        documents: dict[str, Json] = {
            f"/petitions/{NUMBER}/count.json": {"signature_count": self._signatures},
            f"/petitions/{NUMBER}.json": {"data": {"type": "petition", "id": NUMBER, "attributes": attributes}},
        }
        if path not in documents:
            reply(404, b"")
            return
        if path.endswith("/count.json"):
            self.counts_read.append(time.monotonic())
        slot = self._changed.replace(second=self._changed.second // 10 * 10, microsecond=0)
        changed = format_datetime(slot, usegmt=True).encode()
        is_known = re.search(rb"\r\nif-modified-since: *" + re.escape(changed), request, re.IGNORECASE)
        body = b"" if is_known else json.dumps(documents[path]).encode()
        now = format_datetime(wall_clock().replace(microsecond=0), usegmt=True).encode()
        reply(304 if is_known else 200, body, b"Date: " + now + b"\r\nLast-Modified: " + changed + b"\r\n")


class SmallestServers:
    """Both on one port."""

    def __init__(self) -> None:
        self.telegram = SmallestTelegram()
        self.site = SmallestSite()

    def answer(self, path: bytes, request: bytes, reply: Reply) -> None:
        if path.startswith(b"/bot"):
            call = json.loads(request.partition(b"\r\n\r\n")[2] or b"{}")
            self.telegram.answer(path.decode().rpartition("/")[2], call, reply)
        else:
            self.site.answer(path.decode(), request, reply)
