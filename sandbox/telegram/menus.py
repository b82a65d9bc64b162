"""Command menus by scope and language, and the bot's name and descriptions."""

import re
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.people import Member

Scope = tuple[str, int, int]
"""Kind of scope, chat id and user id (0 where the kind has none)."""

DEFAULT: Scope = ("default", 0, 0)
MAX_COMMANDS = 100
LONGEST = {"name": 64, "description": 512, "short_description": 120}
"""The most characters of each text about the bot."""


class Menus:
    """What was set with `setMyCommands`, `setMyName` and the like; language "" is every other one."""

    def __init__(self) -> None:
        self.commands: dict[tuple[Scope, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}

    def shown(self, chat: Chat, member: Member, language: str) -> list[Json]:
        """The menu that this person sees in this chat: the narrowest scope wins, then their language."""
        chat_scope: Scope = ("chat", chat.id, 0)
        if chat.is_private:
            scopes = [chat_scope, ("all_private_chats", 0, 0), DEFAULT]
        else:
            scopes = [("chat_member", chat.id, member.user.id), ("chat_administrators", chat.id, 0), chat_scope]
            scopes += [("all_chat_administrators", 0, 0), ("all_group_chats", 0, 0), DEFAULT]
        seen = [scope for scope in scopes if member.is_admin or not scope[0].endswith("administrators")]
        found = (self.commands.get((scope, wanted)) for scope in seen for wanted in (language, ""))
        return next((menu for menu in found if menu is not None), [])

    def text(self, kind: str, language: str) -> str:
        """The name or description in that language, else the one for all languages, else an empty string."""
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
