"""Writing and pressing buttons, as people do it."""

import re

from sandbox.telegram.callbacks import Press
from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import Json
from sandbox.telegram.formatted import typed_text
from sandbox.telegram.keyboards import buttons
from sandbox.telegram.messages import Message
from sandbox.telegram.people import ANONYMOUS_ADMIN, MemberStatus, User
from sandbox.telegram.world import World

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")


def start(world: World, user: User, payload: str) -> Message:
    """`/start`, with the payload of a `t.me/bot?start=…` link."""
    if not _PAYLOAD.match(payload):
        raise ValueError(f"no link can carry {payload!r}: up to 64 of A-Z, a-z, 0-9, _ and -")
    return say(world, world.chats[user.id], user, f"/start {payload}".rstrip())


def say(
    world: World,
    chat: Chat,
    user: User,
    text: str,
    *,
    thread: int = 0,
    anonymous: bool = False,
    reply_to: Message | None = None,
) -> Message:
    """A message as typed. Raises `ValueError` where Telegram would not let this person write."""
    _check_may_write(world, chat, user, thread, anonymous=anonymous)
    user.started = user.started or chat.is_private
    words = typed_text(text)
    content: Json = {"text": words.text}
    if words.entities:
        content["entities"] = words.entities
    return world.receive(chat, _author(chat, user, anonymous=anonymous), content, thread=thread, reply_to=reply_to)


def press(world: World, chat: Chat, message_id: int, button: str, user: User) -> Press:
    """A press of the button with that data or that label. Raises `LookupError`."""
    message = chat.messages[message_id]
    if not chat.member(user).is_present:
        raise ValueError(f"{user.first_name} is not in {chat.name}")
    data = _callback_data(message, button)
    pressed = world.presses.open(
        chat_id=chat.id, message_id=message_id, user_id=user.id, data=data, at=world.monotonic()
    )
    query: Json = {
        "id": pressed.query_id,
        "from": user.as_json(),
        "message": message.json,
        "chat_instance": str(chat.id),
        "data": data,
    }
    world.updates.add("callback_query", query)
    return pressed


def _callback_data(message: Message, wanted: str) -> str:
    for button in buttons(message.inline):
        if wanted in (button.get("callback_data"), button["text"]):
            data: str | None = button.get("callback_data")
            if data is None:
                raise LookupError(f"the button {wanted!r} opens a link and tells the bot nothing")
            return data
    raise LookupError(f"no button {wanted!r}, only {message.labels}")


def _author(chat: Chat, user: User, *, anonymous: bool) -> Json:
    if chat.is_channel:
        return {"sender_chat": chat.json}
    if anonymous:
        return {"from": ANONYMOUS_ADMIN, "sender_chat": chat.json}
    return {"from": user.as_json()}


def _check_may_write(world: World, chat: Chat, user: User, thread: int, *, anonymous: bool) -> None:
    member = chat.member(user)
    if user.deactivated:
        raise ValueError(f"{user.first_name} has no account any more")
    if chat.migrated_to is not None:
        raise ValueError(f"{chat.name} was upgraded: it goes on in {chat.migrated_to}")
    if not member.is_present or member.status is MemberStatus.RESTRICTED:
        raise ValueError(f"{user.first_name} may not write in {chat.name}")
    if chat.is_private and chat.member(world.bot).status is MemberStatus.KICKED:
        raise ValueError(f"{user.first_name} has blocked the bot and must unblock it first")
    if (anonymous or chat.is_channel) and not member.is_admin:
        raise ValueError(f"{user.first_name} is no administrator of {chat.name}")
    if thread:
        topic = chat.topics.get(thread)
        if topic is None or (topic.closed and not member.is_admin):
            raise ValueError(f"there is no open topic {thread} in {chat.name}")
