"""Every method by its name in lower case, and those that are about chats, the bot itself and its updates."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sandbox.telegram import sending
from sandbox.telegram.access import joined_chat, known_chat
from sandbox.telegram.errors import Json, bad_request, conflict
from sandbox.telegram.menus import LONGEST, Scope, checked_commands
from sandbox.telegram.requests import Call
from sandbox.telegram.world import World

Method = Callable[[World, Call], Any | Awaitable[Any]]

_ABILITIES: Json = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
_GIFTS = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels".split()
_SCOPES = {"default", "all_private_chats", "all_group_chats"}


def _get_me(world: World, call: Call) -> Json:
    return world.bot.json | _ABILITIES


def _get_my_star_balance(world: World, call: Call) -> Json:
    return {"amount": world.stars}


def _get_chat(world: World, call: Call) -> Json:
    chat = joined_chat(world, call.params.get("chat_id"))
    no_gifts = dict.fromkeys(_GIFTS, False)
    return chat.json | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": no_gifts}


def _get_chat_member(world: World, call: Call) -> Json:
    chat = joined_chat(world, call.params.get("chat_id"))
    user_id = call.integer("user_id") or 0
    user = world.bot if user_id == world.bot.id else world.people.get(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if chat.is_channel and not chat.member(world.bot).is_admin:
        raise bad_request("member list is inaccessible")
    return chat.member(user).as_json(channel=chat.is_channel)


def _set_my_commands(world: World, call: Call) -> bool:
    world.menus.commands[_scope(world, call)] = checked_commands(call.structure("commands"))
    world.tell("CommandsChanged")
    return True


def _set_text(kind: str, world: World, call: Call) -> bool:
    """`setMyDescription` and its sibling: the parameter is called like the text; an empty one removes it."""
    text = call.text(kind)
    if len(text) > LONGEST[kind]:
        raise bad_request(f"{kind.replace('_', ' ')} is too long")
    world.menus.texts[kind] = text
    world.tell("ProfileChanged")
    return True


async def _get_updates(world: World, call: Call) -> list[Json]:
    """One poller at a time, and none while a webhook is set."""
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    limit, timeout = call.integer("limit") or 100, call.integer("timeout") or 0
    if timeout < 0:
        raise bad_request("timeout must be non-negative")
    _allow(world, call)
    limit = limit if 1 <= limit <= 100 else 100
    return await world.updates.poll(offset=call.integer("offset"), limit=limit, timeout=min(timeout, 50))


def _set_webhook(world: World, call: Call) -> bool:
    """Plain HTTP is fine here, as with a local Bot API server."""
    url, secret = call.text("url"), call.text("secret_token")
    if not url:
        return _delete_webhook(world, call)
    if not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, call)
    _delete_webhook(world, call)
    world.updates.end_poll(conflict("terminated by setWebhook request"))
    world.webhook.set(url, secret)
    return True


def _delete_webhook(world: World, call: Call) -> bool:
    world.webhook.set("")
    return True


def _get_webhook_info(world: World, call: Call) -> Json:
    webhook = world.webhook
    info: Json = {"url": webhook.url, "has_custom_certificate": False}
    info["pending_update_count"] = len(world.updates.pending)
    if webhook.url:
        info["allowed_updates"] = sorted(world.updates.allowed)
    if webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    return info


def _allow(world: World, call: Call) -> None:
    kinds = call.structure("allowed_updates")
    if isinstance(kinds, list):
        world.updates.allow([kind for kind in kinds if isinstance(kind, str)])


def _scope(world: World, call: Call) -> Scope:
    """Menus for administrators and single members are real, but nothing in this world sets them."""
    scope = call.mapping("scope")
    kind = scope.get("type", "default")
    if kind == "chat":
        return kind, known_chat(world, scope.get("chat_id")).id
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return kind, 0


def _edit_ephemeral(edit: Method, world: World, call: Call) -> bool:
    """An ephemeral message is edited like others, but the answer does not tell it."""
    return bool(edit(world, call))


METHODS: dict[str, Method] = {
    **{
        method.__name__.replace("_", ""): method
        for method in (
            *(sending.send_message, sending.send_photo, sending.send_document, sending.copy_message),
            *(sending.edit_message_text, sending.edit_message_media),
            *(sending.edit_message_reply_markup, sending.delete_message, sending.pin_chat_message),
            *(sending.answer_callback_query, _get_me, _get_my_star_balance, _get_chat, _get_chat_member),
            *(_set_my_commands, _get_updates, _set_webhook, _delete_webhook, _get_webhook_info),
        )
    },
    **{f"setmy{kind.replace('_', '')}": partial(_set_text, kind) for kind in LONGEST},
    "editephemeralmessagetext": partial(_edit_ephemeral, sending.edit_message_text),
    "editephemeralmessagemedia": partial(_edit_ephemeral, sending.edit_message_media),
    "editephemeralmessagereplymarkup": partial(_edit_ephemeral, sending.edit_message_reply_markup),
}
