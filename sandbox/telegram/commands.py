"""Command menus by scope and language, and the bot's name and descriptions."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.people import Member

MAX_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]{1,32}\Z")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?\Z")

Scope = tuple[str, int, int]
"""Kind of scope, chat id and user id (0 where the kind has none)."""

DEFAULT: Scope = ("default", 0, 0)
_PLAIN = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})


@dataclass(slots=True)
class Menus:
    """What was set with `setMyCommands`, `setMyName` and the like."""

    _commands: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def set_commands(self, commands: Any, scope: Scope, language: str) -> None:
        """Replace a menu. Raises 400 for a name or description that Telegram does not take."""
        self._commands[scope, language] = _checked(commands)

    def delete_commands(self, scope: Scope, language: str) -> None:
        """Drop a menu."""
        self._commands.pop((scope, language), None)

    def commands(self, scope: Scope, language: str) -> list[Json]:
        """Exactly this menu, or an empty list."""
        return self._commands.get((scope, language), [])

    def shown(self, chat: Chat, member: Member, language: str) -> list[Json]:
        """The menu that this person sees in this chat: the narrowest scope wins, then their language."""
        for scope in _narrowest_first(chat, member):
            for wanted in (language, ""):
                if (scope, wanted) in self._commands:
                    return self._commands[scope, wanted]
        return []

    def set_text(self, kind: str, text: str, language: str, most: int) -> None:
        """Set the name or a description; an empty one removes it."""
        if len(text) > most:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        if text:
            self._texts[kind, language] = text
        else:
            self._texts.pop((kind, language), None)

    def text(self, kind: str, language: str) -> str:
        """The name or description in that language, else the one for all languages, else an empty string."""
        return self._texts.get((kind, language)) or self._texts.get((kind, ""), "")


def checked_language(code: str) -> str:
    """A two-letter language code, or an empty string for all languages. Raises 400."""
    if not _LANGUAGE.match(code):
        raise bad_request("invalid language code specified")
    return code


def is_plain_scope(kind: str) -> bool:
    """Whether the scope names no chat."""
    return kind in _PLAIN


def _checked(commands: Any) -> list[Json]:
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_checked_command(command) for command in commands]


def _checked_command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not _NAME.match(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description.strip()}


def _narrowest_first(chat: Chat, member: Member) -> list[Scope]:
    if chat.is_private:
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), DEFAULT]
    scopes: list[Scope] = [("chat_member", chat.id, member.user.id)]
    if member.is_admin:
        scopes.append(("chat_administrators", chat.id, 0))
    scopes.append(("chat", chat.id, 0))
    if member.is_admin:
        scopes.append(("all_chat_administrators", 0, 0))
    return [*scopes, ("all_group_chats", 0, 0), DEFAULT]
