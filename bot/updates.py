"""Updates from Telegram as they arrive: which kinds we ask for, where they belong, and what they ask for."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.raw_updates import number_of
from storage.updates import NewUpdate

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?=\s|$)")
_SERVICE_MESSAGES = ("migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_reopened")


class UpdateKind(StrEnum):
    """What an update asks for.

    `REQUEST`: an answer. `SERVICE`: nothing, but it tells what has become of a chat. `CHATTER`: nothing, it is what
    people write to each other.
    """

    REQUEST = "request"
    SERVICE = "service"
    CHATTER = "chatter"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandNames:
    """The commands that are ours: known by name, or with the bot's name (lower case; "" while not known) after it."""

    known: Collection[str]
    bot: str

    def include(self, text: str) -> bool:
        """Tell whether a text in a group begins with one of them."""
        command = _COMMAND.match(text)
        if command is None:
            return False
        name, addressee = command[1].lower(), (command[2] or "").lower()
        return addressee == self.bot if addressee and self.bot else name in self.known


def stored_update(update: Mapping[str, object]) -> NewUpdate:
    """Return an update in the form in which it waits; it is not interpreted beyond finding its chat."""
    return NewUpdate(
        update_id=number_of(update), chat_key=chat_key(update), body=json.dumps(update, ensure_ascii=False)
    )


def chat_key(update: Mapping[str, object]) -> str:
    """Return what orders an update: those with the same key are handled one after the other.

    The chat if there is one, else the person, else the update by itself.
    """
    chat, person = chat_of(update), person_of(update)
    if chat is not None:
        return f"chat:{chat}"
    return f"update:{update['update_id']}" if person is None else f"person:{person}"


def chat_of(update: Mapping[str, object]) -> int | None:
    """Return the Telegram id of the chat in which something happened."""
    holders = [holder for content in _contents(update) for holder in (content, content.get("message"))]
    return next(_ids(holder.get("chat") for holder in holders if isinstance(holder, Mapping)), None)


def person_of(update: Mapping[str, object]) -> int | None:
    """Return the Telegram id of the person who did it; anonymous admins share one bot's id, which is nobody's."""
    senders = [content.get("from") for content in _contents(update)]
    return next(_ids(sender for sender in senders if isinstance(sender, Mapping) and not sender.get("is_bot")), None)


def kind_of(update: Mapping[str, object], commands: CommandNames) -> UpdateKind:
    """Return what an update asks for."""
    if isinstance(update.get("callback_query"), Mapping):
        return UpdateKind.REQUEST
    message = update.get("message") or update.get("channel_post")
    if not isinstance(message, Mapping) or any(key in message for key in _SERVICE_MESSAGES):
        return UpdateKind.SERVICE
    chat = message.get("chat")
    private = isinstance(chat, Mapping) and chat.get("type") == "private"
    ours = private or commands.include(str(message.get("text", "")))
    return UpdateKind.REQUEST if ours else UpdateKind.CHATTER


def with_command_marked(update: dict[str, object]) -> dict[str, object]:
    """Return the update with its command marked as such.

    Telegram marks commands itself; other servers that speak its API may leave that to whoever reads them.
    """
    for kind in ("message", "channel_post"):
        content = update.get(kind)
        if isinstance(content, Mapping) and "entities" not in content:
            command = _COMMAND.match(str(content.get("text", "")))
            if command is not None:
                entity = {"type": "bot_command", "offset": 0, "length": command.end()}
                return {**update, kind: {**content, "entities": [entity]}}
    return update


def _contents(update: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    return (value for value in update.values() if isinstance(value, Mapping))


def _ids(holders: Iterator[object]) -> Iterator[int]:
    for holder in holders:
        if isinstance(holder, Mapping) and isinstance(holder.get("id"), int):
            yield holder["id"]
