"""Messages as they stand in a chat, and presses of the buttons under them."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.telegram.errors import Json

_WORDS = ("text", "entities", "caption", "caption_entities", "photo", "document")


@dataclass(slots=True, eq=False)
class Message:
    """One message of one chat.

    `json` is Telegram's Message object; an edit replaces it and never changes it in place, so that what was
    handed out earlier stays as it was. `thread` is 0 outside topics. `edited` is whether a person sees that its words
    changed. `screen` is the reply keyboard that came with it. `pinned` is whether it stands at the top of its chat. An
    ephemeral message, at the monotonic moment `at`, is `seen_by` one person beside the bot.
    """

    chat_id: int
    thread: int
    json: Json
    by_bot: bool
    silent: bool = False
    screen: Json | None = None
    edited: bool = False
    pinned: bool = False
    seen_by: int | None = None
    at: float = 0.0

    @property
    def message_id(self) -> int:
        """Its number in the chat; that of an ephemeral message is its own id below zero."""
        number: int = self.json["message_id"] or -self.json["ephemeral_message_id"]
        return number

    @property
    def text(self) -> str:
        """What is read: the text, or the caption."""
        text: str = self.json.get("text") or self.json.get("caption") or ""
        return text

    @property
    def entities(self) -> list[Json]:
        """The formatting of `text`."""
        entities: list[Json] = self.json.get("entities") or self.json.get("caption_entities") or []
        return entities

    @property
    def keyboard(self) -> list[list[Json]]:
        """The rows of the inline keyboard."""
        rows: list[list[Json]] = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> Iterator[Json]:
        """The buttons of the inline keyboard, in reading order."""
        return (button for row in self.keyboard for button in row)

    @property
    def labels(self) -> list[str]:
        """The words on the buttons, in reading order."""
        return [button["text"] for button in self.buttons]

    @property
    def is_service(self) -> bool:
        """Whether it is a notice of Telegram (somebody joined, a topic was opened) and nobody's words."""
        return not any(kind in self.json for kind in ("text", "photo", "document"))

    def view(self) -> Json:
        """What the page is told of it."""
        fields = ("chat_id", "thread", "message_id", "by_bot", "silent", "edited", "screen", "pinned", "seen_by")
        return {"message": self.json} | {name: getattr(self, name) for name in fields}


def words(json: Json) -> list[object]:
    """What is compared to see whether an edit changes a message's words."""
    return [json.get(key) for key in _WORDS]


def quoted(json: Json) -> Json:
    """A message as it stands inside `reply_to_message`: without its own reply."""
    return {key: value for key, value in json.items() if key != "reply_to_message"}


@dataclass(slots=True, eq=False)
class Press:
    """One press of a button. `text` is the toast, or with `is_alert` the alert, once `answered`."""

    query_id: str
    chat_id: int
    message_id: int
    at: float
    text: str = ""
    is_alert: bool = False
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def answered(self) -> bool:
        """Whether the bot has answered."""
        return self._answered.is_set()

    async def answer(self, timeout: float) -> "Press":
        """This press, once the bot has answered it. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout):
            await self._answered.wait()
        return self

    def answer_callback(self, text: str, *, is_alert: bool) -> None:
        """Keep the bot's answer."""
        self.text, self.is_alert = text, is_alert
        self._answered.set()
