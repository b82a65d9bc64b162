"""Whether the bot may do something in a chat, and Telegram's words when it may not."""

from typing import Any

from sandbox.telegram.chats import Chat
from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.messages import Message
from sandbox.telegram.people import MemberStatus, User
from sandbox.telegram.requests import Call
from sandbox.telegram.world import World

GENERAL_TOPIC = 1
ANSWERED_WITHIN = 15.0
"""Seconds in which a bot that is no administrator may answer a press or an ephemeral command by another."""


def known_chat(world: World, given: Any) -> Chat:
    """The chat of a `chat_id`: a number or `@name`. Raises 400."""
    if given is None or given == "":
        raise bad_request("chat_id is empty")
    chat: Chat | None
    if isinstance(given, str) and given.startswith("@"):
        chat = next((chat for chat in world.chats.values() if chat.username == given[1:]), None)
    else:
        try:
            chat = world.chats.get(int(given))
        except (TypeError, ValueError):
            chat = None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def joined_chat(world: World, given: Any) -> Chat:
    """A chat that the bot is in. Raises 400 or 403."""
    chat = known_chat(world, given)
    if chat.migrated_to is not None:
        migrated = {"migrate_to_chat_id": chat.migrated_to}
        raise bad_request("group chat was upgraded to a supergroup chat", migrated)
    member = chat.member(world.bot)
    if not chat.is_private and not member.is_present:
        how = "kicked from" if member.status is MemberStatus.KICKED else "not a member of"
        raise forbidden(f"bot {'was' if how[0] == 'k' else 'is'} {how} the {chat.type.value} chat")
    return chat


def writable_chat(world: World, given: Any, what: str = "text messages") -> Chat:
    """A chat that the bot may write to; `what` names the kind of message. Raises 400 or 403."""
    chat = joined_chat(world, given)
    member = chat.member(world.bot)
    if chat.person is not None:
        if chat.person.deactivated:
            raise forbidden("user is deactivated")
        if not member.is_present:
            raise forbidden("bot was blocked by the user")
        if not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
    elif chat.is_channel and not member.may("can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    elif member.status is MemberStatus.RESTRICTED:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def open_thread(world: World, chat: Chat, call: Call) -> int:
    """The topic that a message goes to, 0 for none. Raises 400 where it is gone or closed."""
    thread = call.integer("message_thread_id")
    if not thread:
        return 0
    # The General topic is written to without a thread; Telegram knows no thread 1.
    if thread == GENERAL_TOPIC or (topic := chat.topics.get(thread)) is None:
        raise bad_request("message thread not found")
    if topic.closed and not chat.member(world.bot).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return thread


def receiver_of(world: World, chat: Chat, call: Call) -> User | None:
    """The member for whom alone a new message is. Raises 400 where there is no such one, or the bot may not do that."""
    parameters = call.mapping("ephemeral_message_parameters")
    if not parameters:
        return None
    user = next((user for user in world.people.values() if user.id == parameters.get("receiver_user_id")), None)
    if user is None or not chat.member(user).is_present:
        raise bad_request("USER_NOT_PARTICIPANT")
    press = world.presses.get(str(parameters.get("callback_query_id")))
    command = chat.ephemeral(call.mapping("reply_parameters").get("ephemeral_message_id"), user.id)
    answered = [each.at for each in (press, command) if each is not None]
    in_time = any(world.monotonic() - at <= ANSWERED_WITHIN for at in answered)
    if chat.is_private or chat.is_channel or not (in_time or chat.member(world.bot).is_admin):
        raise bad_request("BOT_NOT_ADMIN")
    return user


def replied_message(chat: Chat, call: Call) -> Message | None:
    """The message that a new one replies to. Raises 400 where it is gone and the bot insists."""
    parameters = call.mapping("reply_parameters")
    if "message_id" not in parameters or "ephemeral_message_id" in parameters:
        return None
    wanted = parameters["message_id"]
    if not isinstance(wanted, int):
        raise bad_request('can\'t parse reply parameters: Field "message_id" must be of type Integer')
    message = chat.numbered(wanted)
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message
