"""Command menus by scope and language, and the bot's descriptions."""

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
    """What was set with `setMyCommands`, `setMyDescription` and the like; language "" is every other one."""

    def __init__(self) -> None:
        self.commands: dict[tuple[Scope, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}

    def shown(self, chat: Chat, language: str) -> list[Json]:
        """The menu that people with that language see in this chat: the narrowest scope wins, then their language."""
        scopes = ("chat", chat.id), ("all_private_chats" if chat.is_private else "all_group_chats", 0), ("default", 0)
        found = (self.commands.get((scope, wanted)) for scope in scopes for wanted in (language, ""))
        return next((menu for menu in found if menu is not None), [])

    def text(self, kind: str, language: str) -> str:
        """The description in that language, else the one for all languages, else an empty string."""
        return self.texts.get((kind, language)) or self.texts.get((kind, ""), "")


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
