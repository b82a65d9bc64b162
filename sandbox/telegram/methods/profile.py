"""Methods that set command menus, the bot's name and its descriptions."""

from collections.abc import Callable

from sandbox.telegram.access import known_chat
from sandbox.telegram.call import Call
from sandbox.telegram.commands import DEFAULT, Scope, checked_language, is_plain_scope
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.events import CommandsChanged, ProfileChanged
from sandbox.telegram.world import World

MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120


def set_my_commands(world: World, call: Call) -> bool:
    """`setMyCommands`."""
    scope, language = _scope(world, call), checked_language(call.text("language_code"))
    world.menus.set_commands(call.structure("commands"), scope, language)
    world.events.emit(CommandsChanged())
    return True


def delete_my_commands(world: World, call: Call) -> bool:
    """`deleteMyCommands`."""
    world.menus.delete_commands(_scope(world, call), checked_language(call.text("language_code")))
    world.events.emit(CommandsChanged())
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """`getMyCommands`."""
    return world.menus.commands(_scope(world, call), checked_language(call.text("language_code")))


def text_setter(kind: str, most: int) -> Callable[[World, Call], bool]:
    """`setMyName` and its siblings: the parameter is called like the text."""

    def set_text(world: World, call: Call) -> bool:
        world.menus.set_text(kind, call.text(kind), checked_language(call.text("language_code")), most)
        world.events.emit(ProfileChanged())
        return True

    return set_text


def text_getter(kind: str) -> Callable[[World, Call], Json]:
    """`getMyName` and its siblings."""

    def get_text(world: World, call: Call) -> Json:
        text = world.menus.text(kind, checked_language(call.text("language_code")))
        return {kind: text or (world.bot.first_name if kind == "name" else "")}

    return get_text


def _scope(world: World, call: Call) -> Scope:
    scope = call.mapping("scope")
    if scope is None:
        return DEFAULT
    kind = scope.get("type")
    if not isinstance(kind, str):
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if is_plain_scope(kind):
        return kind, 0, 0
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = known_chat(world, scope.get("chat_id"))
    user_id = scope.get("user_id") if kind == "chat_member" else 0
    if not isinstance(user_id, int):
        raise bad_request("can't parse BotCommandScope: invalid user identifier specified")
    return kind, chat.id, user_id
