"""A message as it stands in a chat, with what it was before its edits."""

from dataclasses import dataclass, field

from sandbox.telegram.errors import Json
from sandbox.telegram.keyboards import buttons


@dataclass(slots=True, eq=False)
class Message:
    """One message of one chat.

    `json` is Telegram's Message object; an edit replaces it and never changes it in place, so that what was
    handed out earlier stays as it was. `thread` is 0 outside topics. `screen` is the reply keyboard that came with it.
    """

    chat_id: int
    message_id: int
    thread: int
    json: Json
    by_bot: bool
    silent: bool = False
    screen: Json | None = None
    edits: list[Json] = field(default_factory=list)

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
    def inline(self) -> Json | None:
        """The inline keyboard, as Telegram's InlineKeyboardMarkup."""
        return self.json.get("reply_markup")

    @property
    def keyboard(self) -> list[list[Json]]:
        """The rows of the inline keyboard."""
        rows: list[list[Json]] = self.inline["inline_keyboard"] if self.inline else []
        return rows

    @property
    def labels(self) -> list[str]:
        """The words on the buttons, in reading order."""
        return [button["text"] for button in buttons(self.inline)]

    @property
    def edited(self) -> bool:
        """Whether a person sees "edited": its words changed, not only its buttons."""
        return any(words(before) != words(self.json) for before in self.edits)

    @property
    def is_service(self) -> bool:
        """Whether it is a notice of Telegram (somebody joined, a topic was opened) and nobody's words."""
        return not any(kind in self.json for kind in ("text", "photo", "document"))

    def replace(self, json: Json) -> None:
        """Put an edited version in its place."""
        self.edits.append(self.json)
        self.json = json


def words(json: Json) -> tuple[object, ...]:
    """What the text of an edit is compared by."""
    return tuple(json.get(key) for key in ("text", "entities", "caption", "caption_entities", "photo", "document"))


def quoted(json: Json) -> Json:
    """A message as it stands inside `reply_to_message`: without its own reply."""
    return {key: value for key, value in json.items() if key != "reply_to_message"}
