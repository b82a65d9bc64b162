"""Command menus by scope, and the bot's descriptions."""

import re
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request

Scope = tuple[str, int]
"""Kind of scope, and chat id (0 where the kind has none)."""

MAX_COMMANDS = 100
LONGEST = {"description": 512, "short_description": 120}
"""The most characters of each text about the bot."""


class Menus:
    """What was set with `setMyCommands`, `setMyDescription` and the like."""

    def __init__(self) -> None:
        self.commands: dict[Scope, list[Json]] = {}
        self.texts = dict.fromkeys(LONGEST, "")

    def shown(self, chat: Chat) -> list[Json]:
        """The menu that people see in this chat: the narrowest scope wins."""
        scopes = ("chat", chat.id), ("all_private_chats" if chat.is_private else "all_group_chats", 0), ("default", 0)
        return next((self.commands[scope] for scope in scopes if scope in self.commands), [])


def checked_commands(commands: Any) -> list[Json]:
    """Commands as Telegram keeps them. Raises 400 for a name or description that it does not take."""
    if not isinstance(commands, list) or not all(isinstance(command, dict) for command in commands):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for command in commands:
        name, description = (str(command.get(field, "")).strip() for field in ("command", "description"))
        if not re.fullmatch("/?[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        ephemeral = {"is_ephemeral": True} if command.get("is_ephemeral") is True else {}
        checked.append({"command": name.removeprefix("/"), "description": description, **ephemeral})
    return checked
