"""Coming, going and rising: what happens to the bot and to people in chats, with the notices that Telegram posts."""

from dataclasses import replace

from sandbox.telegram.chats import Chat, ChatType, Topic
from sandbox.telegram.errors import Json
from sandbox.telegram.events import ChatChanged
from sandbox.telegram.messages import Message
from sandbox.telegram.people import Member, MemberStatus, User, usual_rights
from sandbox.telegram.world import World

_TOPIC_COLOUR = 7322096


def block(world: World, person: User) -> None:
    """A person blocks the bot."""
    _become(world, world.chats[person.id], world.bot, MemberStatus.KICKED, by=person)


def unblock(world: World, person: User) -> None:
    """A person unblocks the bot."""
    _become(world, world.chats[person.id], world.bot, MemberStatus.MEMBER, by=person)


def bot_leaves(world: World, chat: Chat) -> None:
    """The bot leaves a group or channel."""
    _become(world, chat, world.bot, MemberStatus.LEFT, by=world.bot)


def kick(world: World, chat: Chat, user: User, *, by: User) -> None:
    """Somebody is thrown out."""
    _become(world, chat, user, MemberStatus.KICKED, by=by)
    _notice(world, chat, by, {"left_chat_member": user.as_json()})


def leave(world: World, chat: Chat, user: User) -> None:
    """Somebody leaves by themselves."""
    _become(world, chat, user, MemberStatus.LEFT, by=user)
    _notice(world, chat, user, {"left_chat_member": user.as_json()})


def join(world: World, chat: Chat, user: User, *, by: User) -> None:
    """Somebody comes in or is added; a bot becomes an administrator of a channel, because it cannot be less."""
    if chat.is_channel and user.is_bot:
        promote(world, chat, user, None, by=by)
        return
    _become(world, chat, user, MemberStatus.MEMBER, by=by)
    _notice(world, chat, by, {"new_chat_members": [user.as_json()]})


def mute(world: World, chat: Chat, user: User, *, by: User) -> None:
    """Somebody may read a group and no longer write."""
    _become(world, chat, user, MemberStatus.RESTRICTED, by=by)


def promote(
    world: World, chat: Chat, user: User, rights: frozenset[str] | None, *, by: User, anonymous: bool = False
) -> None:
    """Somebody becomes an administrator, with these rights or the usual ones."""
    granted = usual_rights(channel=chat.is_channel) if rights is None else rights | {"can_manage_chat"}
    world.set_member(chat, Member(user, MemberStatus.ADMINISTRATOR, granted, anonymous), by=by)


def demote(world: World, chat: Chat, user: User, *, by: User) -> None:
    """Somebody is an ordinary member again."""
    _become(world, chat, user, MemberStatus.MEMBER, by=by)


def migrate(world: World, group: Chat, *, by: User) -> Chat:
    """A group becomes a supergroup: a new chat with a new id, the old one refuses and points to it."""
    if group.type is not ChatType.GROUP or group.migrated_to is not None:
        raise ValueError(f"{group.name} is no group that could be upgraded")
    new = Chat(world.new_supergroup_id(), ChatType.SUPERGROUP, group.title, members=dict(group.members))
    world.add_chat(new)
    _notice(world, group, by, {"migrate_to_chat_id": new.id})
    group.migrated_to = new.id
    _notice(world, new, by, {"migrate_from_chat_id": group.id})
    world.events.emit(ChatChanged(chat_id=group.id))
    return new


def open_topic(world: World, chat: Chat, title: str, *, by: User) -> Topic:
    """A forum gets a topic."""
    if not chat.is_forum:
        raise ValueError(f"{chat.name} has no topics")
    created: Json = {"forum_topic_created": {"name": title, "icon_color": _TOPIC_COLOUR}, "is_topic_message": True}
    # A topic is named after the message that opens it, which is already inside.
    created["message_thread_id"] = chat.last_message_id + 1
    opening = _notice(world, chat, by, created)
    opening.thread = opening.message_id
    topic = chat.topics[opening.message_id] = Topic(opening.message_id, title, opening)
    world.events.emit(ChatChanged(chat_id=chat.id))
    return topic


def close_topic(world: World, chat: Chat, topic: Topic, *, by: User) -> None:
    """Only administrators may write in a topic from now on."""
    topic.closed = True
    _notice(world, chat, by, {"forum_topic_closed": {}}, thread=topic.id)


def reopen_topic(world: World, chat: Chat, topic: Topic, *, by: User) -> None:
    """Everybody may write in a topic again."""
    topic.closed = False
    _notice(world, chat, by, {"forum_topic_reopened": {}}, thread=topic.id)


def delete_topic(world: World, chat: Chat, topic: Topic) -> None:
    """A topic is gone with all its messages; Telegram tells nobody."""
    del chat.topics[topic.id]
    for message in [message for message in chat.messages.values() if message.thread == topic.id]:
        world.delete(chat, message)
    world.events.emit(ChatChanged(chat_id=chat.id))


def _become(world: World, chat: Chat, user: User, status: MemberStatus, *, by: User) -> None:
    old = chat.member(user)
    world.set_member(chat, replace(old, status=status, rights=frozenset(), anonymous=False), by=by)


def _notice(world: World, chat: Chat, by: User, content: Json, *, thread: int = 0) -> Message:
    author = {"sender_chat": chat.json} if chat.is_channel else {"from": by.as_json()}
    return world.receive(chat, author, content, thread=thread)
