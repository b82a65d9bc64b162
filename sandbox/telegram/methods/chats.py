"""Methods about the bot itself, chats and their people."""

from sandbox.telegram.access import joined_chat, known_chat
from sandbox.telegram.call import Call
from sandbox.telegram.errors import Json, bad_request
from sandbox.telegram.membership import bot_leaves
from sandbox.telegram.world import World

_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_ABILITIES: Json = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


def get_me(world: World, call: Call) -> Json:
    """`getMe`."""
    return {**world.bot_json, **_ABILITIES}


def get_chat(world: World, call: Call) -> Json:
    """`getChat`."""
    chat = joined_chat(world, call.params.get("chat_id"))
    full: Json = {**chat.json, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    if chat.username is not None:
        full["active_usernames"] = [chat.username]
    return full


def get_chat_member(world: World, call: Call) -> Json:
    """`getChatMember`; people who never were here have left."""
    chat = joined_chat(world, call.params.get("chat_id"))
    user = world.users.get(call.integer("user_id") or 0)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if chat.is_channel and not chat.member(world.bot).is_admin:
        raise bad_request("member list is inaccessible")
    return chat.member(user).as_json(channel=chat.is_channel)


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """`getChatAdministrators`: people, and the bot itself."""
    chat = joined_chat(world, call.params.get("chat_id"))
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [member.as_json(channel=chat.is_channel) for member in chat.admins()]


def get_chat_member_count(world: World, call: Call) -> int:
    """`getChatMemberCount`."""
    chat = known_chat(world, call.params.get("chat_id"))
    return 2 if chat.is_private else sum(member.is_present for member in chat.members.values())


def leave_chat(world: World, call: Call) -> bool:
    """`leaveChat`: a group or channel that the bot is in."""
    chat = joined_chat(world, call.params.get("chat_id"))
    if chat.is_private:
        raise bad_request("chat not found")
    bot_leaves(world, chat)
    return True
