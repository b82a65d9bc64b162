"""Methods by which the bot gets its updates."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.call import Call
from sandbox.telegram.errors import Json, bad_request, conflict
from sandbox.telegram.updates import poll_limits
from sandbox.telegram.world import World

_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class Described:
    """A result that comes with a sentence."""

    description: str
    result: Any = True


async def get_updates(world: World, call: Call) -> list[Json]:
    """`getUpdates`: one poller at a time, and none while a webhook is set."""
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    limit, timeout = poll_limits(call.integer("limit"), call.integer("timeout"))
    _allow(world, call)
    return await world.updates.poll(offset=call.integer("offset"), limit=limit, timeout=timeout)


def set_webhook(world: World, call: Call) -> Described:
    """`setWebhook`; plain HTTP is fine here, as with a local Bot API server."""
    url = call.text("url")
    if not url:
        return delete_webhook(world, call)
    if not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, call)
    if call.flag("drop_pending_updates"):
        world.updates.drop()
    is_same = (url, secret) == (world.webhook.url, world.webhook.secret_token)
    world.updates.end_poll("terminated by setWebhook request")
    world.webhook.set(url, secret, call.integer("max_connections") or 40)
    return Described("Webhook is already set" if is_same else "Webhook was set")


def delete_webhook(world: World, call: Call) -> Described:
    """`deleteWebhook`."""
    if call.flag("drop_pending_updates"):
        world.updates.drop()
    was_set = bool(world.webhook.url)
    world.webhook.set("", "", 40)
    return Described("Webhook was deleted" if was_set else "Webhook is already deleted")


def get_webhook_info(world: World, call: Call) -> Json:
    """`getWebhookInfo`."""
    webhook = world.webhook
    info: Json = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if webhook.url:
        info["max_connections"] = webhook.max_connections
        info["allowed_updates"] = sorted(world.updates.allowed)
    if webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    return info


def _allow(world: World, call: Call) -> None:
    kinds = call.array("allowed_updates")
    if kinds is not None:
        world.updates.allow([kind for kind in kinds if isinstance(kind, str)])
