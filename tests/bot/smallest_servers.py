"""The least of a Bot API and of a petition site that the bot can live on, written from their documentation alone."""

import itertools
import time
from email.utils import format_datetime
from typing import Any

from aiohttp import web

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

    async def answer(self, request: web.Request) -> web.Response:
        call = await request.json()
        match request.match_info["method"]:
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
                return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.json_response({"ok": True, "result": result})

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

    async def count(self, request: web.Request) -> web.Response:
        self.counts_read.append(time.monotonic())
        return self._dated(request, {"signature_count": self._signatures})

    async def document(self, request: web.Request) -> web.Response:
        attributes = {
            "action": "Mend the clock",
            "state": "open",
            "signature_count": self._signatures,
            "government_response": self._response,
        }
        return self._dated(request, {"data": {"type": "petition", "id": NUMBER, "attributes": attributes}})

    def _dated(self, request: web.Request, body: Json) -> web.Response:
        """Answer with the time of the last change cut to ten seconds, as the real site does."""
        slot = self._changed.replace(second=self._changed.second // 10 * 10, microsecond=0)
        changed = format_datetime(slot, usegmt=True)
        if request.headers.get("If-Modified-Since") == changed:
            return web.Response(status=304, headers={"Last-Modified": changed})
        return web.json_response(body, headers={"Last-Modified": changed})


def application(telegram: SmallestTelegram, site: SmallestSite) -> web.Application:
    """Serve both, so that one port is enough."""
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", telegram.answer)
    app.router.add_get(f"/petitions/{NUMBER}/count.json", site.count)
    app.router.add_get(f"/petitions/{NUMBER}.json", site.document)
    return app
