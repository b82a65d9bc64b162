"""Updates from Telegram as they arrive: which kinds we ask for, and whose turn each of them is."""

import json
import re
from collections.abc import Iterator, Mapping

from storage.updates import NewUpdate

_COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]+)?(?=\s|$)")

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")


def stored_update(update: Mapping[str, object]) -> NewUpdate:
    """Return an update in the form in which it waits; it is not interpreted beyond finding its chat."""
    return NewUpdate(
        update_id=int(str(update["update_id"])), chat_key=chat_key(update), body=json.dumps(update, ensure_ascii=False)
    )


def chat_key(update: Mapping[str, object]) -> str:
    """Return what orders an update: those with the same key are handled one after the other.

    The chat if there is one, else the person, else the update by itself.
    """
    for content in _contents(update):
        for holder in (content, content.get("message")):
            chat = holder.get("chat") if isinstance(holder, Mapping) else None
            if isinstance(chat, Mapping) and "id" in chat:
                return f"chat:{chat['id']}"
        sender = content.get("from")
        if isinstance(sender, Mapping) and "id" in sender:
            return f"person:{sender['id']}"
    return f"update:{update['update_id']}"


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
